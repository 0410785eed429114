using Distribution.Blood.Compatibility;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Properties;

/// <summary>Whatever anybody asks of a unit, in whatever order, these hold.</summary>
public sealed class Unit_invariants
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    /// <summary>The last of the steps: they end a unit or take it away, and a life would be over before anything happened in it.</summary>
    private const int Rare = 10;

    /// <summary>What can be asked, told or fall due; the times are such that the unit expires on the way.</summary>
    private static readonly (string Name, Func<Unit, DateTimeOffset, Decision<UnitEvent>> Decide)[] Steps =
    [
        ("prepare", (unit, _) => UnitDecider.Prepare(unit, Facts(expiresAt: Now.AddHours(9), site: Hospital))),
        ("make", (unit, now) => unit is { Facts: null, Fate: null }
            ? Decision<UnitEvent>.Accept(new UnitMade(
                Number(), ComponentKind.RedCells, [Number(2)], ProcedureKind.Wash, null, null, null, Now.AddDays(-2), Hospital, now, Now.AddHours(9), 200, Hospital, OPositive, null))
            : Decision<UnitEvent>.AlreadyDone),
        ("release", (unit, _) => UnitDecider.Release(unit, Facts(expiresAt: Now.AddHours(9), site: Hospital), OPositive, "A9990-R02")),
        ("release as A+", (unit, _) => UnitDecider.Release(unit, Facts(expiresAt: Now.AddHours(9), site: Hospital), APositive, "A9990-R02")),
        ("hold", (unit, now) => UnitDecider.Hold(unit, "lookback", At(Hospital, now))),
        ("end hold", (unit, now) => UnitDecider.EndHold(unit, "lookback", null, At(Hospital, now))),
        ("end return hold", (unit, now) => UnitDecider.EndHold(unit, UnitDecider.OutOfStorage, SecondNurse, At(Hospital, now))),
        ("reserve for a patient", (unit, now) => UnitDecider.Reserve(unit, ForPatient(), At(Hospital, now))),
        ("reserve for a patient again", (unit, now) => UnitDecider.Reserve(unit, ForPatient(), At(Hospital, now))),
        ("reserve for a patient of O-", (unit, now) => UnitDecider.Reserve(unit, ForPatient("O-", OtherOrder), At(Hospital, now))),
        ("reserve for a stock", (unit, now) => UnitDecider.Reserve(unit, ForStock(order: OtherOrder) with { Supplier = Hospital }, At(Hospital, now))),
        ("end reservation", (unit, _) => UnitDecider.EndReservation(unit, Order, "order-canceled")),
        ("lapse", (unit, now) => UnitDecider.LapseReservation(unit, OtherOrder, At(Hospital, now))),
        ("crossmatch", (unit, now) => BenchDecider.Crossmatch(unit, Known(), BenchPolicy, Tested(), At(Hospital, now))),
        ("crossmatch compatible", (unit, now) => BenchDecider.Crossmatch(unit, Known(), BenchPolicy, Tested(), At(Hospital, now))),
        ("crossmatch incompatible", (unit, now) => BenchDecider.Crossmatch(unit, Known(), BenchPolicy, Tested(compatible: false), At(Hospital, now))),
        ("issue", (unit, now) => BenchDecider.Issue(unit, Known(), BenchPolicy, ToPatient(), At(Hospital, now))),
        ("issue dated back", (unit, now) => BenchDecider.Issue(unit, Known(), BenchPolicy, ToPatient(), At(Hospital, now, Now))),
        ("issue alone", (unit, now) => BenchDecider.Issue(unit, Known(), BenchPolicy, ToPatient(verifiedBy: Nurse), At(Hospital, now))),
        ("issue to another", (unit, now) => BenchDecider.Issue(unit, Known(), BenchPolicy, ToPatient(OtherRecipient), At(Hospital, now))),
        ("return", (unit, now) => BenchDecider.Return(unit, Back(10), Limit, At(Hospital, now))),
        ("return late", (unit, now) => BenchDecider.Return(unit, Back(100), Limit, At(Hospital, now))),
        ("hold for a case", (unit, _) => UnitRecallDecider.Hold(unit, CaseId, Centre, null)),
        ("hold in the words of the case", (unit, now) => UnitDecider.Hold(unit, CaseId.ToString(), At(Hospital, now))),
        ("end the case's hold by hand", (unit, now) => UnitDecider.EndHold(unit, CaseId.ToString(), SecondNurse, At(Centre, now))),
        ("end the case", (unit, _) => UnitRecallDecider.EndHold(unit, CaseId, SecondNurse)),
        ("react", (unit, now) => UnitRecallDecider.ReportReaction(unit, Reaction() with { StartedAt = now })),
        ("transfuse", (unit, now) => BenchDecider.RecordTransfusion(unit, new Transfusion(now, 240), At(Hospital, now))),
        ("dispatch", (unit, now) => CustodyDecider.RecordDispatch(unit, Journey with { From = Hospital, To = Elsewhere }, now, now)),
        ("receive", (unit, now) => CustodyDecider.RecordReceipt(unit, Journey with { From = Hospital, To = Elsewhere }, true, now)),
        ("miss", (unit, _) => CustodyDecider.RecordMissing(unit, Journey with { From = Hospital, To = Elsewhere })),
        ("find", (unit, now) => CustodyDecider.RecordFinding(unit, At(Hospital, now))),
        ("discard", (unit, now) => UnitDecider.Discard(unit, "leaking", At(Hospital, now))),
        ("lose", (unit, now) => UnitDecider.Lose(unit, "not found", At(Hospital, now))),
        ("discard at the centre", (unit, now) => UnitDecider.DiscardAtCentre(unit, Facts(expiresAt: Now.AddHours(9), site: Hospital), "broken", At(Hospital, now))),
        ("use up", (unit, now) => UnitDecider.UseUpAtCentre(unit, Facts(expiresAt: Now.AddHours(9), site: Hospital), [Number(2)], At(Hospital, now))),
        ("expire", (unit, now) => UnitDecider.Expire(unit, At(Hospital, now))),
    ];

    /// <summary>Sequences of steps, by number.</summary>
    internal static Gen<List<int>> Lives { get; } = Gen.Frequency(
        (20, Gen.Choose(0, Steps.Length - Rare - 1)),
        (1, Gen.Choose(Steps.Length - Rare, Steps.Length - 1))).ListOf(60);

    [Fact]
    public void hold_for_any_sequence_of_acts()
    {
        var issued = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(
            Lives.ToArbitrary(), life => { issued += Live(life).OfType<UnitIssued>().Count(); }));
        issued.ShouldBeGreaterThan(100, "The sequences hardly ever reach an issue: they prove nothing.");
    }

    /// <summary>Plays the steps and judges every event on the way; the history that came of it.</summary>
    internal static IReadOnlyList<object> Live(List<int> life)
    {
        var history = new List<object>();
        var unit = Unit.Initial;
        var now = Now;
        // Most lives begin with a release, and many of them get as far as the patient: without that there is little that anybody could do with a unit.
        foreach (var step in Beginning(life.FirstOrDefault() % 4).Concat(life))
        {
            now = now.AddMinutes(13);
            var decision = Steps[step].Decide(unit, now);
            foreach (var @event in decision.Events)
            {
                Judge(unit, @event, now);
                unit = Unit.Evolve(unit, @event);
                history.Add(@event);
            }
        }

        var replayed = Aggregate.Fold<Unit>(history);
        (replayed with { Holds = unit.Holds, HoldOrigins = unit.HoldOrigins, IncompatibleWith = unit.IncompatibleWith, Dispatched = unit.Dispatched, Closed = unit.Closed, Received = unit.Received, Discrepancies = unit.Discrepancies, Parents = unit.Parents, Children = unit.Children, Reactions = unit.Reactions, Resolved = unit.Resolved, Overrides = unit.Overrides })
            .ShouldBe(unit, "The state is the fold of its events.");
        return history;
    }

    private static IEnumerable<int> Beginning(int kind) => kind switch
    {
        0 => [],
        1 => [Step("release")],
        _ => [Step("release"), Step("reserve for a patient"), Step("crossmatch compatible"), Step("issue")],
    };

    private static int Step(string name) => Array.FindIndex(Steps, step => step.Name == name);

    private static void Judge(Unit before, UnitEvent @event, DateTimeOffset now)
    {
        if (before.Fate is not null && !(@event is UnitPrepared && before.Facts is null) && @event is not (UnitReactionReported or UnitIncompatibilityFound))
            @event.ShouldBeOfType<UnitDiscrepancyRecorded>("Nothing happens to a unit after its end.");
        switch (@event)
        {
            case UnitReserved reserved:
                before.Reservation.ShouldBeNull("Never reserved for two.");
                Usable(before, now);
                if (reserved.RecipientGroup is { } group)
                    AboRhCompatibility.IsCompatible(before.Facts!.Kind, group, before.Group ?? default).ShouldBeTrue();
                break;
            case UnitIssued issued:
                Usable(before, now);
                before.Reservation!.Order.ShouldBe(issued.Order);
                before.Reservation.Recipient.ShouldBe(issued.Recipient);
                before.Crossmatch!.Compatible.ShouldBeTrue();
                before.IncompatibleWith.ShouldNotContain(issued.Recipient);
                before.Issue.ShouldBeNull("Never issued to two.");
                issued.VerifiedBy.ShouldNotBe(Nurse);
                AboRhCompatibility.IsCompatible(before.Facts!.Kind, issued.RecipientGroup, before.Group ?? default).ShouldBeTrue();
                break;
            case UnitHeld held:
                before.Holds.ShouldNotContain(held.HoldReason);
                break;
            case UnitPrepared or UnitMade:
                before.Facts.ShouldBeNull("A history has one beginning.");
                break;
        }
    }

    private static void Usable(Unit unit, DateTimeOffset now)
    {
        unit.Released.ShouldBeTrue();
        unit.Holds.ShouldBeEmpty();
        unit.Facts!.ExpiresAt.ShouldBeGreaterThan(now);
        unit.Custody.ShouldBe(Custody.At(Hospital));
    }
}
