using Distribution.Blood.BloodGroups;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests.Specs;

public sealed class A_lookback
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    /// <summary>One a year, the last is the index; 'n' negative, 'u' untested.</summary>
    private static IReadOnlyList<int> Concerned(string earlier, int laterDonations = 0)
    {
        Donation Given(int year, params object[] results) => TestingPolicy.Donation(
            [Collected with { Donation = DonationNumber.Create("A9999", 26, year + 1), CollectedAt = CollectedAt.AddDays(365 * year) }, .. results]);
        var index = Given(earlier.Length, Found("hiv", MarkerResult.Reactive));
        var others = earlier.Select((sign, year) => sign == 'n' ? Given(year, Found("hiv", MarkerResult.Negative)) : Given(year))
            .Concat(Enumerable.Range(earlier.Length + 1, laterDonations).Select(year => Given(year)))
            .Reverse()
            .ToList();

        var found = Lookback.Find(index, others, donation => donation.StandingOf("hiv", TestingPolicy.Pack) == MarkerStanding.Negative, Year);
        found[0].ShouldBe(index.Number!.Value);
        return [.. found.Skip(1).Select(number => (int)(number.ToString()[^1] - '1'))];
    }

    [Fact]
    public void reaches_a_window_before_the_last_negative_donation() => Concerned("nnnn").ShouldBe([2, 3]);

    [Fact]
    public void takes_in_whatever_was_given_between_the_negative_one_and_the_reactive() => Concerned("nnuu").ShouldBe([0, 1, 2, 3]);

    [Fact]
    public void reaches_back_to_the_first_donation_where_none_was_negative() => Concerned("uuu").ShouldBe([0, 1, 2]);

    [Fact]
    public void takes_in_what_was_given_after_it() => Concerned("nnn", laterDonations: 1).ShouldBe([1, 2, 4]);

    [Fact]
    public void of_a_first_donation_is_that_one_alone() => Concerned("").ShouldBeEmpty();

    [Fact]
    public void of_sixty_donations_is_found_whole() => Enumerable.Range(0, 60)
        .Select(week => TestingPolicy.Donation(Collected with { Donation = DonationNumber.Create("A9999", 26, week + 100), CollectedAt = CollectedAt.AddDays(-14 * week) }))
        .ToList()
        .ShouldSatisfyAllConditions(others => Lookback.Find(TestingPolicy.Donation(Collected), others, _ => false, Year).Count.ShouldBe(61));
}

public sealed class A_case
{
    private static readonly DateTimeOffset OpenedAt = At("2026-03-03T08:00:00+07:00");
    private static readonly BloodGroup APositive = BloodGroup.Parse("A+", null);

    private static readonly ImplicateDonations Command = new(LookbackCase, RecallKind.Lookback, "hbv repeat-reactive", [Number], "hbv", DonorOne, OpenedAt.AddDays(3));

    private static SpecOutcome<Implication, ImplicationEvent> Implicating(ImplicateDonations command, params IReadOnlyList<object> history) =>
        Spec.For<Implication>().Given(history).When(state => ImplicationDecider.Implicate(state, command, By(FirstPerson, OpenedAt)));

    private static SpecOutcome<Implication, ImplicationEvent> Ending(
        EndImplication command, Donation donation, bool groupDisagrees, params IReadOnlyList<object> history) =>
        Spec.For<Implication>().Given(history)
            .When(state => ImplicationDecider.End(state, command, [donation], groupDisagrees, TestingPolicy.Pack, By(FirstPerson, OpenedAt.AddDays(1))));

    [Fact]
    public void is_opened_with_the_time_by_which_its_duties_are_due() =>
        Implicating(Command).Then(Opened with { Donations = [Number] });

    [Fact]
    public void told_again_tells_only_what_is_new() =>
        Implicating(Command with { Donations = [Number, OtherNumber] }, Opened with { Donations = [Number] })
            .Then(new ImplicationExtended(LookbackCase, RecallKind.Lookback, "hbv repeat-reactive", [OtherNumber], OpenedAt.AddDays(3)));

    [Fact]
    public void told_again_with_the_same_does_nothing() => Implicating(Command, Opened).ThenNothing();

    [Fact]
    public void does_not_come_back_once_it_has_ended() =>
        Implicating(Command with { Donations = [DonationNumber.Create("A9999", 26, 1)] }, Opened, new ImplicationEnded(LookbackCase, "mistake", SecondPerson, [Number], OpenedAt))
            .ThenRejected("implication-over");

    [Fact]
    public void is_ended_by_two_people() =>
        Ending(new EndImplication(LookbackCase, "confirmed-negative", SecondPerson), TestingPolicy.Donation(Collected, Reactive, new MarkerConfirmed("hbv", Confirmation.Negative)), false, Opened)
            .Then(new ImplicationEnded(LookbackCase, "confirmed-negative", SecondPerson, [Number, OtherNumber], OpenedAt.AddDays(1)));

    [Fact]
    public void is_not_ended_once_its_marker_is_confirmed_positive() =>
        Ending(new EndImplication(LookbackCase, "mistake", SecondPerson), TestingPolicy.Donation(Collected, Reactive, new MarkerConfirmed("hbv", Confirmation.Positive)), false, Opened)
            .ThenRejected("confirmed-positive");

    [Theory]
    [InlineData(null)]
    [InlineData(Confirmation.Indeterminate)]
    public void is_not_ended_by_opinion_while_its_marker_is_reactive(Confirmation? confirmation) =>
        Ending(
            new EndImplication(LookbackCase, "mistake", SecondPerson),
            TestingPolicy.Donation([Collected, Reactive, .. confirmation is { } said ? new object[] { new MarkerConfirmed("hbv", said) } : []]),
            false,
            Opened).ThenRejected("confirmation-missing");

    [Fact]
    public void of_groups_is_not_ended_while_they_disagree()
    {
        var opened = Opened with { Kind = RecallKind.GroupDisagreement, Marker = null };

        Ending(new EndImplication(LookbackCase, "mistake", SecondPerson), TestingPolicy.Donation(Collected), true, opened).ThenRejected("group-disagrees");
        Ending(new EndImplication(LookbackCase, "settled", SecondPerson), TestingPolicy.Donation(Collected), false, opened).ThenState(state => state.End.ShouldNotBeNull());
    }

    [Theory]
    [InlineData(RecallKind.Correction)]
    [InlineData(RecallKind.GroupDisagreement)]
    public void frees_nothing_that_was_released_under_another_group_than_the_one_that_stands(RecallKind kind)
    {
        var opened = Opened with { Kind = kind, Marker = null };
        var ending = new EndImplication(LookbackCase, "settled", SecondPerson);
        object[] released = [Collected, FirstFound, SecondFound, RedCellsPrepared, ReleasedFrom(RedCellsPrepared)];
        object[] corrected =
        [
            new GroupCorrected(OPositive, APositive, "tube-mixed-up", FirstPerson, SecondPerson),
            new GroupCorrected(OPositive, APositive, "tube-mixed-up", SecondPerson, FirstPerson, Established: APositive),
        ];

        Ending(ending, TestingPolicy.Donation(released), false, opened).ThenState(state => state.End.ShouldNotBeNull());
        Ending(ending, TestingPolicy.Donation([.. released, corrected[0]]), false, opened).ThenRejected("released-under-other-group");
        var outcome = Ending(ending, TestingPolicy.Donation([.. released, .. corrected]), false, opened).ThenRejected("released-under-other-group");
        outcome.Decision.Rejections[0].Message.ShouldStartWith($"{RedCellsPrepared.Unit} was released as O+, and the group is A+ now");
        Ending(ending, TestingPolicy.Donation([Collected, FirstFound, SecondFound, RedCellsPrepared, .. corrected]), false, opened)
            .ThenState(state => state.End.ShouldNotBeNull());
    }

    [Theory]
    [InlineData("hbv", "+--", null, true)]
    [InlineData("hiv", "+--", null, false)]
    [InlineData("hiv", "+--", Confirmation.Negative, false)]
    [InlineData("hbv", "++", Confirmation.Negative, false)]
    [InlineData("hcv", "+", Confirmation.Negative, false)]
    [InlineData("screen", "+", Confirmation.Negative, true)]
    public void frees_of_what_was_released_only_what_the_gate_would_let_go(string marker, string results, Confirmation? confirmation, bool ends)
    {
        object[] found = [.. results.Select(sign => Found(marker, TestingPolicy.Of(sign))), .. confirmation is { } said ? new object[] { new MarkerConfirmed(marker, said) } : []];
        object[] before = [Collected, FirstFound, SecondFound, RedCellsPrepared];
        var ending = new EndImplication(LookbackCase, "confirmed-negative", SecondPerson);

        var outcome = Ending(ending, TestingPolicy.Donation([.. before, ReleasedFrom(RedCellsPrepared), .. found]), false, Opened with { Marker = marker });

        if (ends)
            outcome.ThenState(state => state.End.ShouldNotBeNull());
        else
            outcome.ThenRejected("released-and-barred");
        // What never left quarantine the gate keeps.
        Ending(ending, TestingPolicy.Donation([.. before, .. found]), false, Opened with { Marker = marker }).ThenState(state => state.End.ShouldNotBeNull());
    }

    [Fact]
    public void is_not_ended_by_one_person_nor_for_inventory() =>
        Ending(new EndImplication(LookbackCase, "Not a code", FirstPerson), TestingPolicy.Donation(Collected), false, new RecallTold(LookbackCase, RecallKind.Reaction, "fever", [Number], OpenedAt))
            .ThenRejected("reason-invalid", "second-person-required", "case-of-inventory");

    [Fact]
    public void is_ended_once()
    {
        var ended = new ImplicationEnded(LookbackCase, "mistake", SecondPerson, [Number], OpenedAt);

        Ending(new EndImplication(LookbackCase, "mistake", SecondPerson), TestingPolicy.Donation(Collected), false, Opened, ended).ThenNothing();
        Ending(new EndImplication(LookbackCase, "another", SecondPerson), TestingPolicy.Donation(Collected), false, Opened, ended).ThenRejected("implication-over");
    }

    [Fact]
    public void of_inventory_that_ended_before_it_was_told_has_ended() =>
        Spec.For<Implication>().Given(new RecallEnded(LookbackCase, true, "unrelated", SecondPerson, OpenedAt))
            .When(state => ImplicationDecider.Tell(state, new TellRecall(LookbackCase, RecallKind.Reaction, "fever", [Number]), By(FirstPerson, OpenedAt)))
            .ThenState(state => state.End!.Cleared.ShouldBeTrue());

    [Fact]
    public void of_inventory_that_was_complete_and_opened_anew_may_come_to_nothing()
    {
        SpecOutcome<Implication, ImplicationEvent> Ending(bool wasCleared, bool isCleared) =>
            Spec.For<Implication>().Given(new RecallTold(LookbackCase, RecallKind.Reaction, "fever", [Number], OpenedAt), new RecallEnded(LookbackCase, wasCleared, "first", SecondPerson, OpenedAt))
                .When(state => ImplicationDecider.TellEnd(state, new TellRecallEnd(LookbackCase, isCleared, "second", SecondPerson), By(FirstPerson, OpenedAt)));

        Ending(wasCleared: false, isCleared: true).ThenState(state => state.End!.Cleared.ShouldBeTrue());
        Ending(wasCleared: true, isCleared: false).ThenNothing();
        Ending(wasCleared: false, isCleared: false).ThenNothing();
    }

    [Fact]
    public void holds_a_donation_once_and_not_again_after_its_end()
    {
        ImplicationDecider.Hold(TestingPolicy.Donation(Collected), LookbackCase, RecallKind.Lookback, "hbv repeat-reactive").Events.ShouldBe([Held]);
        ImplicationDecider.Hold(TestingPolicy.Donation(Collected, Held), LookbackCase, RecallKind.Lookback, "again").Events.ShouldBeEmpty();
        ImplicationDecider.Hold(TestingPolicy.Donation(Collected, Held, new DonationHoldEnded(LookbackCase)), LookbackCase, RecallKind.Lookback, "again").Events.ShouldBeEmpty();
        ImplicationDecider.Hold(TestingPolicy.Donation(), LookbackCase, RecallKind.Lookback, "unknown").Events.ShouldBeEmpty();
    }

    [Fact]
    public void bears_the_donation_in_its_name_and_a_count_after_an_end()
    {
        ImplicationDecider.CaseOf(TestingPolicy.Donation(Collected), "lookback", "hbv").ShouldBe(LookbackCase);
        ImplicationDecider.CaseOf(TestingPolicy.Donation(Collected, Held), "lookback", "hbv").ShouldBe(LookbackCase);
        ImplicationDecider.CaseOf(TestingPolicy.Donation(Collected, Held, new DonationHoldEnded(LookbackCase)), "lookback", "hbv").ToString()
            .ShouldBe("lookback-a999926123456-hbv-2");
    }

    [Fact]
    public void shuts_the_gate_until_it_ends()
    {
        object[] fit = [Collected, FirstFound, SecondFound, .. TestingPolicy.Pack.MandatoryMarkers.Select(marker => Found(marker, MarkerResult.Negative)), RedCellsPrepared];
        bool IsOpen(params object[] more)
        {
            var donation = TestingPolicy.Donation([.. fit, .. more]);
            return ReleaseGate.Open(donation, ReleaseGate.Check(donation, TestingPolicy.Pack, OpenedAt)).Count > 0;
        }

        IsOpen().ShouldBeTrue();
        IsOpen(Held).ShouldBeFalse();
        IsOpen(Held, new DonationHoldEnded(LookbackCase)).ShouldBeTrue();
        TestingPolicy.Donation([.. fit, Signed, Held]).SignedBy.ShouldBeNull();
    }
}
