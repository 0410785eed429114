using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Policies;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests.Specs;

/// <summary>One marker of each kind of rule.</summary>
internal static class TestingPolicy
{
    /// <summary>hiv: two repeats that let nothing go; hbv: two that do; hcv: none; screen: bars plasma and platelets only.</summary>
    public static readonly PolicyPack Pack = Policy with
    {
        Markers =
        [
            new MarkerRule("hiv", MarkerDemand.Mandatory, Repeats: 2, LookbackWindow: TimeSpan.FromDays(365)),
            new MarkerRule("hbv", MarkerDemand.Mandatory, Repeats: 2, ReleasesAfterNegativeRepeats: true),
            new MarkerRule("hcv", MarkerDemand.Mandatory),
            new MarkerRule("screen", MarkerDemand.Mandatory, Bars: [ComponentKind.Plasma, ComponentKind.Platelets], DefersDonor: false),
            new MarkerRule("malaria", MarkerDemand.WhenIndicated, Repeats: 2),
        ],
    };

    public static readonly DateTimeOffset TestedAt = At("2026-03-03T08:00:00+07:00");

    public static MarkerResult Of(char sign) => sign == '+' ? MarkerResult.Reactive : MarkerResult.Negative;

    public static Donation Donation(params IReadOnlyList<object> history) => Spec.For<Donation>().Given(history).State();
}

public sealed class The_standing_of_a_marker
{
    [Theory]
    [InlineData("hiv", "", MarkerStanding.Missing)]
    [InlineData("hiv", "-", MarkerStanding.Negative)]
    [InlineData("hiv", "+", MarkerStanding.InitiallyReactive)]
    [InlineData("hiv", "+-", MarkerStanding.InitiallyReactive)]
    [InlineData("hiv", "+--", MarkerStanding.NegativeOnRepeat)]
    [InlineData("hiv", "++", MarkerStanding.RepeatReactive)]
    [InlineData("hiv", "+-+", MarkerStanding.RepeatReactive)]
    [InlineData("hiv", "+--+", MarkerStanding.RepeatReactive)]
    [InlineData("hiv", "-+", MarkerStanding.InitiallyReactive)]
    [InlineData("hiv", "-+-", MarkerStanding.InitiallyReactive)]
    [InlineData("hiv", "-+--", MarkerStanding.NegativeOnRepeat)]
    [InlineData("hcv", "+", MarkerStanding.RepeatReactive)]
    [InlineData("hcv", "-+", MarkerStanding.RepeatReactive)]
    [InlineData("gone", "+", MarkerStanding.RepeatReactive)]
    public void follows_from_all_its_results(string marker, string results, MarkerStanding standing)
    {
        var donation = TestingPolicy.Donation([Collected, .. results.Select(sign => Found(marker, TestingPolicy.Of(sign)))]);

        donation.StandingOf(marker, TestingPolicy.Pack).ShouldBe(standing);
    }

    [Fact]
    public void is_reactive_once_confirmed_positive_whatever_the_repeats_say() =>
        TestingPolicy.Donation(
            Collected,
            Found("hbv", MarkerResult.Reactive),
            Found("hbv", MarkerResult.Negative),
            Found("hbv", MarkerResult.Negative),
            new MarkerConfirmed("hbv", Confirmation.Positive))
            .StandingOf("hbv", TestingPolicy.Pack).ShouldBe(MarkerStanding.RepeatReactive);

    [Fact]
    public void stays_reactive_when_confirmed_negative() =>
        TestingPolicy.Donation(Collected, Found("hcv", MarkerResult.Reactive), new MarkerConfirmed("hcv", Confirmation.Negative))
            .StandingOf("hcv", TestingPolicy.Pack).ShouldBe(MarkerStanding.RepeatReactive);

    [Theory]
    [InlineData(MarkerStanding.Negative, "hiv", true)]
    [InlineData(MarkerStanding.NegativeOnRepeat, "hiv", false)]
    [InlineData(MarkerStanding.NegativeOnRepeat, "hbv", true)]
    [InlineData(MarkerStanding.InitiallyReactive, "hbv", false)]
    [InlineData(MarkerStanding.RepeatReactive, "hbv", false)]
    [InlineData(MarkerStanding.Missing, "hiv", false)]
    [InlineData(MarkerStanding.Missing, "malaria", true)]
    [InlineData(MarkerStanding.Missing, "gone", false)]
    public void lets_components_go_only_where_the_policy_says_so(MarkerStanding standing, string marker, bool passes) =>
        TestingPolicy.Pack.RuleOf(marker).Passes(standing).ShouldBe(passes);
}

public sealed class Testing_for_markers
{
    private static readonly TestDetails Later = Measured with { Run = "2026-062", MeasuredAt = Measured.MeasuredAt!.Value.AddHours(2) };

    private static MarkersDecision Test(TestDetails? details, (string Marker, MarkerResult Result)[] results, IReadOnlyList<object> history) =>
        TestingDecider.Test(
            TestingPolicy.Donation(history), new TestMarkers(Results(results).Results, details), TestingPolicy.Pack, By(FirstPerson, TestingPolicy.TestedAt));

    private static SpecOutcome<Donation, DonationEvent> Testing(
        (string Marker, MarkerResult Result)[] results, IReadOnlyList<object> history, TestDetails? details = null) =>
        Spec.For<Donation>().Given(history).When(state => TestingDecider.Test(
            state, new TestMarkers(Results(results).Results, details), TestingPolicy.Pack, By(FirstPerson, TestingPolicy.TestedAt)).Decision);

    [Fact]
    public void records_each_result_with_what_it_was_measured_with() =>
        Testing([("hiv", MarkerResult.Negative), ("hbv", MarkerResult.Negative)], [Collected], Measured).Then(
            new MarkerResultRecorded("hbv", MarkerResult.Negative, TestPhase.Screening, "ELISA", "R-77", "I-3", "2026-061", Measured.MeasuredAt),
            new MarkerResultRecorded("hiv", MarkerResult.Negative, TestPhase.Screening, "ELISA", "R-77", "I-3", "2026-061", Measured.MeasuredAt));

    [Fact]
    public void takes_further_results_of_a_reactive_marker_as_repeats() =>
        Testing([("hiv", MarkerResult.Negative)], [Collected, Found("hiv", MarkerResult.Reactive)]).Then(Found("hiv", MarkerResult.Negative, TestPhase.Repeat));

    [Fact]
    public void takes_the_same_measurement_told_again_for_no_repeat()
    {
        var told = Testing([("hiv", MarkerResult.Reactive)], [Collected], Measured).Decision.Events[0];

        Testing([("hiv", MarkerResult.Reactive)], [Collected, told], Measured).ThenNothing();
        Testing([("hiv", MarkerResult.Reactive)], [Collected, told], Later).ThenState(
            state => state.StandingOf("hiv", TestingPolicy.Pack).ShouldBe(MarkerStanding.RepeatReactive));
    }

    [Theory]
    [InlineData("hiv", "+", null)]
    [InlineData("hiv", "+", "2026-061")]
    [InlineData("hbv", "+--", null)]
    [InlineData("hbv", "+--", "2026-061")]
    public void takes_a_reactive_result_without_a_time_for_another_however_alike_they_are(string marker, string results, string? run) =>
        Testing(
            [(marker, MarkerResult.Reactive)],
            [Collected, .. results.Select(sign => Found(marker, TestingPolicy.Of(sign)) with { Run = run })],
            new TestDetails(Run: run))
            .ThenState(state => state.StandingOf(marker, TestingPolicy.Pack).ShouldBe(MarkerStanding.RepeatReactive));

    [Fact]
    public void takes_two_repeats_of_one_run_for_two() =>
        Testing(
            [("hbv", MarkerResult.Negative)],
            [Collected, Found("hbv", MarkerResult.Reactive), Found("hbv", MarkerResult.Negative) with { Run = "2026-061" }],
            new TestDetails(Run: "2026-061"))
            .ThenState(state => state.StandingOf("hbv", TestingPolicy.Pack).ShouldBe(MarkerStanding.NegativeOnRepeat));

    [Fact]
    public void says_so_where_a_reactive_result_without_a_time_is_not_taken_since_the_marker_is_reactive_for_good() =>
        Testing([("hcv", MarkerResult.Reactive)], [Collected, Found("hcv", MarkerResult.Reactive)]).ThenRejected("result-exists");

    [Fact]
    public void does_nothing_when_a_negative_result_is_on_record_and_no_other_is_wanted() =>
        Testing([("hiv", MarkerResult.Negative)], [Collected, Found("hiv", MarkerResult.Negative)]).ThenNothing();

    [Fact]
    public void refuses_what_was_measured_before_the_donation_was_collected()
    {
        var outcome = Testing([("hiv", MarkerResult.Negative)], [Collected], Measured with { MeasuredAt = CollectedAt.AddSeconds(-1) })
            .ThenRejected("measured-before-collection");
        outcome.Decision.Rejections[0].Field.ShouldBe("measuredAt");
        Testing([("hiv", MarkerResult.Negative)], [Collected], Measured with { MeasuredAt = CollectedAt }).ThenState(state => state.Results.Count.ShouldBe(1));
    }

    [Theory]
    [InlineData("hcv", "+", '-')]
    [InlineData("hiv", "++", '-')]
    [InlineData("hiv", "-", '-')]
    [InlineData("hiv", "+--", '-')]
    [InlineData("hiv", "++", '+')]
    public void refuses_a_further_measurement_that_nobody_wants(string marker, string results, char further)
    {
        var outcome = Testing([(marker, TestingPolicy.Of(further))], [Collected, .. results.Select(sign => Found(marker, TestingPolicy.Of(sign)))], Measured)
            .ThenRejected("result-exists");
        outcome.Decision.Rejections[0].Field.ShouldBe($"results.{marker}");
    }

    [Theory]
    [InlineData("hiv", "-", MarkerStanding.InitiallyReactive)]
    [InlineData("hiv", "+--", MarkerStanding.RepeatReactive)]
    [InlineData("hcv", "-", MarkerStanding.RepeatReactive)]
    public void takes_a_reactive_result_that_nobody_wanted(string marker, string results, MarkerStanding standing) =>
        Testing([(marker, MarkerResult.Reactive)], [Collected, .. results.Select(sign => Found(marker, TestingPolicy.Of(sign)))], Measured)
            .ThenState(state => state.StandingOf(marker, TestingPolicy.Pack).ShouldBe(standing));

    [Fact]
    public void records_what_is_reactive_and_says_what_of_the_batch_it_refused()
    {
        var tested = Test(null, [("hiv", MarkerResult.Reactive), ("hbv", MarkerResult.Negative), ("cmv", MarkerResult.Negative)], [Collected]);

        tested.Decision.Events.ShouldBe([Found("hbv", MarkerResult.Negative), Found("hiv", MarkerResult.Reactive)]);
        tested.Refused.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            refused => refused.Code.ShouldBe("unknown-marker"),
            refused => refused.Field.ShouldBe("results.cmv"));
    }

    [Fact]
    public void refuses_every_marker_the_policy_does_not_know_and_records_none()
    {
        var outcome = Testing([("hiv", MarkerResult.Negative), ("htlv", MarkerResult.Negative), ("cmv", default)], [Collected]);
        outcome.ThenRejected("unknown-marker", "unknown-marker");
        outcome.Decision.Rejections.Select(reason => reason.Field).ShouldBe(["results.cmv", "results.htlv"]);
    }

    [Fact]
    public void takes_a_marker_that_is_asked_for_only_when_indicated() =>
        Testing([("malaria", MarkerResult.Negative)], [Collected]).Then(Found("malaria", MarkerResult.Negative));

    [Fact]
    public void refuses_a_result_that_is_neither() => Testing([("hiv", default)], [Collected]).ThenRejected("result-invalid");

    [Fact]
    public void refuses_an_empty_list() => Testing([], [Collected]).ThenRejected("no-results");

    [Fact]
    public void is_refused_for_an_unknown_donation() => Testing([("hiv", MarkerResult.Negative)], []).ThenRejected("unknown-donation");

    [Fact]
    public void refuses_what_cannot_be_said_of_a_measurement_with_all_reasons_at_once()
    {
        var outcome = Testing(
            [("hiv", MarkerResult.Negative)], [Collected], new TestDetails("", new string('x', 101), "", "", TestingPolicy.TestedAt.AddMinutes(1)));
        outcome.ThenRejected("method-invalid", "detail-invalid", "detail-invalid", "detail-invalid", "measured-in-future");
        outcome.Decision.Rejections.Select(reason => reason.Field).ShouldBe(["method", "reagentLot", "instrument", "run", "measuredAt"]);
    }

    [Fact]
    public void voids_a_first_signature() =>
        Spec.For<Donation>().Given(Collected, FirstFound, SecondFound, RedCellsPrepared, Signed, Found("malaria", MarkerResult.Negative)).State().SignedBy.ShouldBeNull();

    [Fact]
    public void stays_reactive_whatever_an_older_record_says_after_it() =>
        TestingPolicy.Donation(Collected, Reactive, Negative).StandingOf("hbv", Policy).ShouldBe(MarkerStanding.RepeatReactive);
}

public sealed class Confirming_a_marker
{
    private static SpecOutcome<Donation, DonationEvent> Confirming(string marker, Confirmation result, params IReadOnlyList<object> history) =>
        Spec.For<Donation>().Given(history)
            .When(state => TestingDecider.Confirm(state, new ConfirmMarker(marker, result), TestingPolicy.Pack, By(FirstPerson, TestingPolicy.TestedAt)));

    [Theory]
    [InlineData(Confirmation.Positive)]
    [InlineData(Confirmation.Negative)]
    [InlineData(Confirmation.Indeterminate)]
    public void is_recorded(Confirmation result) =>
        Confirming("hiv", result, Collected, Found("hiv", MarkerResult.Reactive)).Then(new MarkerConfirmed("hiv", result));

    [Fact]
    public void is_refused_where_nothing_is_reactive() =>
        Confirming("hiv", Confirmation.Positive, Collected, Found("hiv", MarkerResult.Negative)).ThenRejected("marker-not-reactive");

    [Fact]
    public void takes_a_positive_one_after_a_negative_one_and_not_the_other_way_round()
    {
        Confirming("hiv", Confirmation.Positive, Collected, Found("hiv", MarkerResult.Reactive), new MarkerConfirmed("hiv", Confirmation.Negative))
            .Then(new MarkerConfirmed("hiv", Confirmation.Positive));
        Confirming("hiv", Confirmation.Negative, Collected, Found("hiv", MarkerResult.Reactive), new MarkerConfirmed("hiv", Confirmation.Positive))
            .ThenRejected("result-exists");
    }

    [Fact]
    public void does_nothing_the_second_time() =>
        Confirming("hiv", Confirmation.Positive, Collected, Found("hiv", MarkerResult.Reactive), new MarkerConfirmed("hiv", Confirmation.Positive)).ThenNothing();

    [Fact]
    public void is_refused_with_all_reasons_at_once() => Confirming("cmv", default, Collected).ThenRejected("unknown-marker", "result-invalid");

    [Fact]
    public void is_refused_where_it_was_measured_before_the_donation_was_collected() =>
        Spec.For<Donation>().Given(Collected, Found("hiv", MarkerResult.Reactive))
            .When(state => TestingDecider.Confirm(
                state, new ConfirmMarker("hiv", Confirmation.Negative, Measured with { MeasuredAt = CollectedAt.AddDays(-1) }), TestingPolicy.Pack, By(FirstPerson, TestingPolicy.TestedAt)))
            .ThenRejected("measured-before-collection");
}

public sealed class Correcting_a_result
{
    private static SpecOutcome<Donation, DonationEvent> Correcting(CorrectMarker command, params IReadOnlyList<object> history) =>
        Spec.For<Donation>().Given(history).When(state => TestingDecider.Correct(state, command, By(FirstPerson, TestingPolicy.TestedAt)));

    private static CorrectMarker To(MarkerResult result, int? sequence = null) => new("hiv", result, "tube-mixed-up", SecondPerson, sequence);

    [Fact]
    public void keeps_both_and_counts_as_a_result() =>
        Correcting(To(MarkerResult.Reactive), Collected, Found("hiv", MarkerResult.Negative))
            .Then(new MarkerResultCorrected("hiv", MarkerResult.Negative, MarkerResult.Reactive, "tube-mixed-up", SecondPerson, 1))
            .ThenState(state =>
            {
                state.StandingOf("hiv", TestingPolicy.Pack).ShouldBe(MarkerStanding.InitiallyReactive);
                state.Results.ShouldHaveSingleItem().Corrections.ShouldHaveSingleItem().From.ShouldBe(MarkerResult.Negative);
            });

    [Fact]
    public void means_the_last_that_says_otherwise_or_the_one_that_is_named()
    {
        object[] history = [Collected, Found("hiv", MarkerResult.Reactive), Found("hiv", MarkerResult.Reactive), Found("hiv", MarkerResult.Negative)];

        Correcting(To(MarkerResult.Negative), history).After.Results.Select(result => result.Result)
            .ShouldBe([MarkerResult.Reactive, MarkerResult.Negative, MarkerResult.Negative]);
        Correcting(To(MarkerResult.Negative, sequence: 1), history).After.Results.Select(result => result.Result)
            .ShouldBe([MarkerResult.Negative, MarkerResult.Reactive, MarkerResult.Negative]);
    }

    [Theory]
    [InlineData(FirstPerson)]
    [InlineData("a9999-n01")]
    public void needs_a_second_person(string verifier) =>
        Correcting(To(MarkerResult.Reactive) with { Verifier = verifier }, Collected, Found("hiv", MarkerResult.Negative)).ThenRejected("second-person-required");

    [Fact]
    public void from_reactive_to_negative_is_refused_after_the_release_and_after_a_positive_confirmation() =>
        Correcting(
            To(MarkerResult.Negative),
            Collected, FirstFound, SecondFound, RedCellsPrepared, ReleasedFrom(RedCellsPrepared), Found("hiv", MarkerResult.Reactive),
            new MarkerConfirmed("hiv", Confirmation.Positive))
            .ThenRejected("already-released", "confirmed-positive");

    [Fact]
    public void from_negative_to_reactive_is_taken_after_the_release() =>
        Correcting(To(MarkerResult.Reactive), Collected, FirstFound, SecondFound, Found("hiv", MarkerResult.Negative), RedCellsPrepared, ReleasedFrom(RedCellsPrepared))
            .ThenState(state => state.IsReactive.ShouldBeTrue());

    [Fact]
    public void does_nothing_the_second_time() =>
        Correcting(
            To(MarkerResult.Reactive),
            Collected, Found("hiv", MarkerResult.Negative), new MarkerResultCorrected("hiv", MarkerResult.Negative, MarkerResult.Reactive, "tube-mixed-up", SecondPerson, 1))
            .ThenNothing();

    [Fact]
    public void is_refused_with_all_reasons_at_once() =>
        Correcting(new CorrectMarker("cmv", default, "Tube mixed up", FirstPerson), Collected)
            .ThenRejected("reason-invalid", "second-person-required", "result-invalid", "unknown-result");

    [Fact]
    public void shows_original_and_correction_at_the_gate()
    {
        var donation = TestingPolicy.Donation(
            Collected, Found("hiv", MarkerResult.Reactive), new MarkerResultCorrected("hiv", MarkerResult.Reactive, MarkerResult.Negative, "tube-mixed-up", SecondPerson, 1));

        var check = ReleaseGate.Check(donation, TestingPolicy.Pack, TestingPolicy.TestedAt).Single(check => check.Name == "marker hiv");
        check.IsPassed.ShouldBeTrue();
        check.Evidence.ShouldBe("The marker hiv is negative. Result 1 was reactive, corrected to negative (tube-mixed-up), verified by A9999-N02.");
    }
}

public sealed class Determining_the_group
{
    private const string ThirdPerson = "A9999-N03";
    private const string FourthPerson = "A9999-N04";
    private static readonly BloodGroup APositive = BloodGroup.Parse("A+", null);

    private static SpecOutcome<Donation, DonationEvent> Determining(BloodGroup group, string person, params IReadOnlyList<object> history) =>
        Spec.For<Donation>().Given(history)
            .When(state => TestingDecider.Determine(state, new DetermineGroup(group), TestingPolicy.Pack, By(person, TestingPolicy.TestedAt)));

    private static Donation After(params IReadOnlyList<(BloodGroup Group, string Person)> found)
    {
        var state = TestingPolicy.Donation(Collected);
        foreach (var (group, person) in found)
        {
            var decision = TestingDecider.Determine(state, new DetermineGroup(group), TestingPolicy.Pack, By(person, TestingPolicy.TestedAt));
            state = Blood.Deciding.Aggregate.Fold(state, decision.Events);
        }

        return state;
    }

    [Fact]
    public void by_one_person_establishes_nothing() => Determining(OPositive, FirstPerson, Collected).Then(FirstFound).After.Group.ShouldBeNull();

    [Fact]
    public void by_a_second_person_who_agrees_establishes_it() =>
        Determining(OPositive, SecondPerson, Collected, FirstFound).Then(SecondFound).After.Group.ShouldBe(OPositive);

    [Theory]
    [InlineData(FirstPerson)]
    [InlineData("a9999-n01")]
    public void twice_by_one_person_is_refused(string person) => Determining(OPositive, person, Collected, FirstFound).ThenRejected("second-person-required");

    [Fact]
    public void twice_by_one_person_does_nothing_once_it_is_established() => Determining(OPositive, FirstPerson, Collected, FirstFound, SecondFound).ThenNothing();

    [Theory]
    [InlineData(FirstPerson)]
    [InlineData(SecondPerson)]
    public void is_always_recorded_where_it_disagrees(string person)
    {
        var state = Determining(APositive, person, Collected, FirstFound).Then(new GroupDeterminationRecorded(APositive, person)).After;

        state.Group.ShouldBeNull();
        state.GroupDisagrees().ShouldBeTrue();
    }

    [Fact]
    public void that_disagrees_later_takes_the_group_away()
    {
        var state = Determining(APositive, ThirdPerson, Collected, FirstFound, SecondFound).After;

        state.Group.ShouldBeNull();
        state.GroupDisagrees().ShouldBeTrue();
        ReleaseGate.Check(state, TestingPolicy.Pack, TestingPolicy.TestedAt).Single(check => check.Name == "group").Failure.ShouldBe("group-disagrees");
    }

    [Fact]
    public void after_a_disagreement_takes_a_further_pair()
    {
        After((OPositive, FirstPerson), (APositive, SecondPerson), (OPositive, ThirdPerson)).Group.ShouldBeNull();
        After((OPositive, FirstPerson), (APositive, SecondPerson), (OPositive, ThirdPerson), (OPositive, ThirdPerson)).Group.ShouldBeNull();
        After((OPositive, FirstPerson), (APositive, SecondPerson), (OPositive, ThirdPerson), (OPositive, FirstPerson)).Group.ShouldBeNull();
        After((OPositive, FirstPerson), (APositive, SecondPerson), (APositive, ThirdPerson)).Group.ShouldBeNull();
        After((OPositive, FirstPerson), (APositive, SecondPerson), (OPositive, ThirdPerson), (APositive, FourthPerson)).Group.ShouldBeNull();

        var settled = After((OPositive, FirstPerson), (APositive, SecondPerson), (OPositive, ThirdPerson), (OPositive, FourthPerson));
        settled.Group.ShouldBe(OPositive);
        settled.GroupDisagrees().ShouldBeFalse();
    }

    [Fact]
    public void on_an_older_record_stands_as_it_was_decided_then() =>
        TestingPolicy.Donation(Collected, Typed).Group.ShouldBe(OPositive);

    [Fact]
    public void is_refused_without_a_group() => Determining(default, FirstPerson, Collected).ThenRejected("group-invalid");

    [Fact]
    public void is_refused_for_an_unknown_donation() => Determining(OPositive, FirstPerson).ThenRejected("unknown-donation");

    [Fact]
    public void corrected_settles_a_disagreement()
    {
        var corrected = Spec.For<Donation>().Given(Collected, FirstFound, new GroupDeterminationRecorded(APositive, SecondPerson)).When(state => TestingDecider.Correct(
            state, new CorrectGroup(OPositive, SecondPerson, "tube-mixed-up", ThirdPerson), TestingPolicy.Pack, By(FirstPerson, TestingPolicy.TestedAt)));

        corrected.Then(new GroupCorrected(APositive, OPositive, "tube-mixed-up", ThirdPerson, SecondPerson, OPositive));
        corrected.After.Group.ShouldBe(OPositive);
        ReleaseGate.Check(corrected.After, TestingPolicy.Pack, TestingPolicy.TestedAt).Single(check => check.Name == "group")
            .Evidence.ShouldBe("The group is O+. A9999-N02 had found A+, corrected to O+ (tube-mixed-up), verified by A9999-N03.");
    }

    [Fact]
    public void corrected_to_another_takes_the_group_away() =>
        Spec.For<Donation>().Given(Collected, FirstFound, SecondFound).When(state => TestingDecider.Correct(
            state, new CorrectGroup(APositive, SecondPerson, "tube-mixed-up", ThirdPerson), TestingPolicy.Pack, By(FirstPerson, TestingPolicy.TestedAt)))
            .After.Group.ShouldBeNull();

    [Fact]
    public void is_not_corrected_for_somebody_who_found_none_nor_by_one_person() =>
        Spec.For<Donation>().Given(Collected, FirstFound).When(state => TestingDecider.Correct(
            state, new CorrectGroup(APositive, ThirdPerson, "Tube", FirstPerson), TestingPolicy.Pack, By(FirstPerson, TestingPolicy.TestedAt)))
            .ThenRejected("reason-invalid", "second-person-required", "unknown-result");
}

public sealed class The_donors_group
{
    private static readonly BloodGroup APositive = BloodGroup.Parse("A+", null);

    private static Donor Donor(params IReadOnlyList<object> history) => Spec.For<Donor>().Given(history).State();

    private static SpecOutcome<Donor, DonorEvent> Learning(Donation donation, params IReadOnlyList<object> history) =>
        Spec.For<Donor>().Given(history).When(state => TestingDecider.LearnGroup(state, donation, TestingPolicy.Pack));

    [Fact]
    public void is_known_from_the_first_donation_with_one() =>
        Learning(TestingPolicy.Donation(Collected, FirstFound, SecondFound), Registered).Then(new DonorGroupKnown(OPositive, Number));

    [Fact]
    public void is_not_known_from_one_person() => Learning(TestingPolicy.Donation(Collected, FirstFound), Registered).ThenNothing();

    [Fact]
    public void is_not_overwritten_by_a_later_donation()
    {
        var donation = TestingPolicy.Donation(Collected, FirstFound, SecondFound);

        Learning(donation, Registered, new DonorGroupKnown(APositive, OtherNumber)).ThenNothing();
        donation.GroupDisagrees(Donor(Registered, new DonorGroupKnown(APositive, OtherNumber))).ShouldBeTrue();
        donation.GroupDisagrees(Donor(Registered, new DonorGroupKnown(OPositive, OtherNumber))).ShouldBeFalse();
    }

    [Fact]
    public void disagrees_with_the_first_determination_already() =>
        TestingPolicy.Donation(Collected, FirstFound).GroupDisagrees(Donor(Registered, new DonorGroupKnown(APositive, OtherNumber))).ShouldBeTrue();

    [Fact]
    public void follows_a_correction_of_the_donation_it_rests_on() =>
        Learning(TestingPolicy.Donation(Collected, FirstFound, SecondFound), Registered, new DonorGroupKnown(APositive, Number)).Then(new DonorGroupKnown(OPositive, Number));

    [Fact]
    public void gives_way_to_a_second_pair_of_people() =>
        Learning(
            TestingPolicy.Donation(
                Collected, FirstFound, SecondFound,
                new GroupDeterminationRecorded(OPositive, "A9999-N03", Established: OPositive), new GroupDeterminationRecorded(OPositive, "A9999-N04", Established: OPositive)),
            Registered, new DonorGroupKnown(APositive, OtherNumber))
            .Then(new DonorGroupKnown(OPositive, Number));
}
