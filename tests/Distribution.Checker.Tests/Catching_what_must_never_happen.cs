using Distribution.Dispatches;
using Distribution.Donations;
using Distribution.Inventory;
using Distribution.Requests;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.ConsignmentEvent;

namespace Distribution.Checker.Tests;

public sealed class Catching_what_must_never_happen
{
    /// <summary>What may go without a trace: steps that nothing rests on, and what other events say too.</summary>
    private static bool MayGo(Draft draft) => draft.Data switch
    {
        // What counts is what was packed, and what was checked in.
        UnitPicked or ConsignmentArrived => true,
        // The order's end follows from what it was told; nothing rests on it.
        OrderMet or OrderPartlyMet or OrderUnmet => true,
        // Of what is discarded nobody asks for the group, nor who else threw it away.
        ComponentDiscarded => true,
        MarkerResultRecorded { Result: MarkerResult.Negative } or GroupDeterminationRecorded { Established: not null } => NeverReleased.Contains(draft.Stream, StringComparer.Ordinal),
        // More is in doubt than has to be, for longer than it has to be.
        MarkerResultRecorded { Phase: TestPhase.Repeat } or MarkerConfirmed or DonorDeferralEnded or RecallClosed { Cleared: false } => true,
        // Newer news of the patient overtook it.
        RecipientTold told => told.Sample is null || (draft.Stream == $"recipient-{WardStory.WithAntibody}" && told.Requirements is null),
        OrderDelayed => true,
        // It arrived in the end; and what is on the board stays there.
        ConsignmentOverdue => draft.Stream == $"consignment-{WardStory.Boxes}" && draft.At.Day == 2,
        CaptureEvent.LineSettled or BoxOpened or BoxArrived or UnitInspected or DoorTemperatureTaken or DiscrepancyResolved or UnitDiscrepancyResolved => true,
        // The end of the hold may overtake the hold.
        GateEvent.UnitBlocked => true,
        _ => false,
    };

    private static readonly string[] NeverReleased =
    [
        .. new[] { Journey.Reactive.Donation, CaseStory.ReactiveLater, CaseStory.Mistaken }.Select(donation => $"donation-{donation}"),
    ];

    private static readonly IReadOnlyList<Mutant> Everything = [.. Mutants.All, .. CaseMutants.All, .. WardMutants.All];

    public static TheoryData<string> Names => [.. Everything.Select(mutant => mutant.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mutant_is_caught_by_its_invariant_alone(string name)
    {
        var mutant = Everything.Single(mutant => mutant.Name == name);

        var report = LogChecker.Check(mutant.Logs(), mutant.Settled);

        report.Violations.Select(violation => violation.Invariant).Distinct().Except(mutant.Also).ShouldBe([mutant.Invariant], report.ToString());
        report.Violations.ShouldContain(violation => violation.Explanation.Contains(mutant.Says, StringComparison.Ordinal), report.ToString());
    }

    [Fact]
    public void Every_invariant_has_a_mutant()
    {
        var invariants = LogChecker.Check([], settled: true).Checked.Select(line => line.Split(':')[0]);

        invariants.ShouldBe(Everything.Select(mutant => mutant.Invariant).Distinct(), ignoreOrder: true);
    }

    [Fact]
    public void Whatever_single_event_is_lost_is_noticed_unless_nothing_rests_on_it() => LostUnnoticed(Journey.Tell).ShouldBeEmpty();

    [Fact]
    public void Whatever_single_event_of_cases_and_procedures_is_lost_is_noticed_unless_nothing_rests_on_it() => LostUnnoticed(CaseStory.Tell).ShouldBeEmpty();

    [Fact]
    public void Whatever_single_event_of_a_week_at_a_hospital_is_lost_is_noticed_unless_nothing_rests_on_it() => LostUnnoticed(WardStory.Tell).ShouldBeEmpty();

    [Fact]
    public void Whatever_single_event_is_written_twice_is_noticed_by_its_id()
    {
        var logs = Journey.Tell().Build();

        foreach (var logged in logs)
            LogChecker.Check([.. logs, logged], settled: true).Violations.ShouldContain(violation => violation.Invariant == "I9");
    }

    private static List<string> LostUnnoticed(Func<Tale> tell)
    {
        var missed = new List<string>();
        var whole = tell();
        foreach (var (index, lost) in whole.Drafts.ToList().Index())
        {
            whole.Drafts.RemoveAt(index);
            if (!MayGo(lost) && LogChecker.Check(whole.Build(), settled: true).Violations.Count == 0)
                missed.Add($"{lost.Stream}: {lost.Data}");
            whole.Drafts.Insert(index, lost);
        }

        return missed;
    }
}
