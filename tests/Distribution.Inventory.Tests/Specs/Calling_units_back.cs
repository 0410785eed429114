using Distribution.Blood.Deciding;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Calling_units_back
{
    private static readonly RecalledUnit AtHospital1 = new(Number(1), CustodyKind.AtSite, Hospital, null, null);
    private static readonly RecalledUnit OnTheRoad2 = new(Number(2), CustodyKind.InTransit, Centre, Hospital, null);

    [Fact]
    public void names_every_unit_with_where_it_was_and_how_it_had_ended() => Spec.For<Recall>()
        .When(state => RecallDecider.Open(
            state,
            Lookback(Number(1).Donation, Number(2).Donation, Number(3).Donation),
            [Cased(1, InStock(Hospital)), Cased(2, [.. InStock(sequence: 2), ReservedForStock(), Dispatched()]), Cased(3, [.. InStock(sequence: 3), new UnitDiscarded("leaking", null)])],
            AtCentre))
        .Then(Opened() with
        {
            Donations = [Number(1).Donation, Number(2).Donation, Number(3).Donation],
            Units = [AtHospital1, OnTheRoad2, new RecalledUnit(Number(3), CustodyKind.AtSite, Centre, null, FateKind.Discarded)],
        });

    [Fact]
    public void of_a_donation_without_units_is_a_case_all_the_same() => Spec.For<Recall>()
        .When(state => RecallDecider.Open(state, Lookback(Number(1).Donation), [], AtCentre))
        .ThenState(state => state.Donations.ShouldBe([Number(1).Donation]));

    [Fact]
    public void told_twice_changes_nothing() => Spec.For<Recall>()
        .Given(Opened(AtHospital1))
        .When(state => RecallDecider.Open(state, Lookback(Number(1).Donation), [Cased(1, InStock(Hospital))], AtCentre))
        .ThenNothing();

    [Fact]
    public void told_again_with_more_adds_only_what_is_new() => Spec.For<Recall>()
        .Given(Opened(AtHospital1))
        .When(state => RecallDecider.Open(state, Lookback(Number(1).Donation, Number(2).Donation), [Cased(1, InStock(Hospital)), Cased(2, InStock(sequence: 2))], AtCentre))
        .Then(new RecallExtended([Number(2).Donation], [new RecalledUnit(Number(2), CustodyKind.AtSite, Centre, null, null)]));

    [Fact]
    public void told_again_with_more_time_is_due_later_and_late_no_more() => Spec.For<Recall>()
        .Given(Opened(AtHospital1), new RecallOverdue(DueAt, [Hospital], [Number(1)]))
        .When(state => RecallDecider.Open(state, Lookback(Number(2).Donation) with { DueAt = DueAt.AddDays(1) }, [Cased(2, InStock(sequence: 2))], AtCentre))
        .ThenState(state => state.Facts!.DueAt.ShouldBe(DueAt.AddDays(1)))
        .ThenState(state => state.IsOverdue.ShouldBeFalse());

    [Fact]
    public void told_again_with_less_time_or_after_its_end_keeps_its_time()
    {
        var open = Spec.For<Recall>().Given(Opened(AtHospital1) with { DueAt = DueAt });
        var complete = open.Given(new RecallClosed(CaseId, RecallSource.DonationService, false, "complete", SecondNurse, Now));

        open.When(state => RecallDecider.Open(state, Lookback(Number(1).Donation) with { DueAt = DueAt.AddDays(-1) }, [], AtCentre)).ThenNothing();
        open.When(state => RecallDecider.Open(state, Lookback(Number(1).Donation) with { DueAt = DueAt.AddDays(1) }, [], AtCentre))
            .Then(new RecallExtended([], [], DueAt.AddDays(1)));
        complete.When(state => RecallDecider.Open(state, Lookback(Number(1).Donation) with { DueAt = DueAt.AddDays(1) }, [], AtCentre)).ThenNothing();
    }

    [Fact]
    public void that_came_to_nothing_never_comes_back()
    {
        var overtaken = Spec.For<Recall>().Given(Cleared());
        var cleared = Spec.For<Recall>().Given(Opened(AtHospital1), Cleared());

        overtaken.When(state => RecallDecider.Open(state, Lookback(Number(1).Donation), [Cased(1, InStock())], AtCentre)).ThenNothing();
        cleared.When(state => RecallDecider.Open(state, Lookback(Number(2).Donation), [Cased(2, InStock(sequence: 2))], AtCentre)).ThenNothing();
    }

    [Fact]
    public void that_turns_up_after_the_case_was_complete_opens_it_again() => Spec.For<Recall>()
        .Given(Opened(AtHospital1), new RecallClosed(CaseId, RecallSource.DonationService, false, "complete", SecondNurse, Now))
        .When(state => RecallDecider.Extend(state, [], [Cased(2, InStock(sequence: 2))]))
        .ThenState(state => state.IsOpen.ShouldBeTrue());

    [Fact]
    public void is_acknowledged_by_a_site_for_what_it_has_and_what_is_on_the_way_to_it() => Spec.For<Recall>()
        .Given(Opened(AtHospital1, OnTheRoad2))
        .When(state => RecallDecider.Acknowledge(state, TwoUnits(), null, AtHospital))
        .Then(new RecallAcknowledged(Hospital, [Number(1), Number(2)]));

    [Fact]
    public void is_acknowledged_unit_by_unit_and_each_once()
    {
        var spec = Spec.For<Recall>().Given(Opened(AtHospital1, OnTheRoad2), new RecallAcknowledged(Hospital, [Number(1)]));

        spec.When(state => RecallDecider.Acknowledge(state, TwoUnits(), [Number(1)], AtHospital)).ThenNothing();
        spec.When(state => RecallDecider.Acknowledge(state, TwoUnits(), null, AtHospital)).Then(new RecallAcknowledged(Hospital, [Number(2)]));
    }

    [Fact]
    public void is_not_acknowledged_with_a_unit_of_no_such_case() => Spec.For<Recall>()
        .Given(Opened(AtHospital1))
        .When(state => RecallDecider.Acknowledge(state, [Cased(1, InStock(Hospital))], [Number(1), Number(7)], AtHospital))
        .ThenRejected("not-in-recall");

    [Fact]
    public void is_not_acknowledged_by_a_site_that_has_none_of_the_units() => Spec.For<Recall>()
        .Given(Opened(AtHospital1))
        .When(state => RecallDecider.Acknowledge(state, [Cased(1, InStock(Hospital))], null, At(Elsewhere, Now)))
        .ThenRejected("nothing-to-acknowledge");

    [Fact]
    public void is_answered_for_by_both_ends_of_the_leg_where_the_unit_is_missing() => RecallDecider
        .AnsweringSites(Aggregate.Fold<Unit>([.. InStock(), ReservedForStock(), Dispatched(), new UnitMissing(Journey.Consignment, Order, Centre, Hospital)]))
        .ShouldBe([Centre, Hospital]);

    [Fact]
    public void is_answered_for_where_the_unit_is_now_and_not_where_it_was_when_the_case_began() => Spec.For<Recall>()
        .Given(Opened(AtHospital1), new RecallAcknowledged(Hospital, [Number(1)]))
        .When(state => RecallDecider.Close(state, [Cased(1, [.. InStock(Hospital), new UnitFound(Elsewhere), new UnitDiscarded("lookback", null)])], "complete", SecondNurse, AtCentre))
        .ThenRejected("not-acknowledged");

    [Fact]
    public void falls_due_for_the_sites_that_have_not_answered()
    {
        var spec = Spec.For<Recall>().Given(Opened(AtHospital1, OnTheRoad2), new RecallAcknowledged(Hospital, [Number(1)]));

        spec.When(state => RecallDecider.FallDue(state, TwoUnits(), At(Centre, DueAt.AddSeconds(-1)))).ThenNothing();
        spec.When(state => RecallDecider.FallDue(state, TwoUnits(), At(Centre, DueAt))).Then(new RecallOverdue(DueAt, [Hospital], [Number(2)]));
        spec.Given(new RecallAcknowledged(Hospital, [Number(2)])).When(state => RecallDecider.FallDue(state, TwoUnits(), At(Centre, DueAt))).ThenNothing();
        spec.Given(Cleared()).When(state => RecallDecider.FallDue(state, TwoUnits(), At(Centre, DueAt))).ThenNothing();
        spec.Given(new RecallOverdue(DueAt, [Hospital], [])).When(state => RecallDecider.FallDue(state, TwoUnits(), At(Centre, DueAt))).ThenNothing();
    }

    [Fact]
    public void is_complete_when_every_unit_has_ended_and_every_site_has_answered()
    {
        var spec = Spec.For<Recall>().Given(Opened(AtHospital1));
        CasedUnit[] ended = [Cased(1, [.. InStock(Hospital), new UnitDiscarded("lookback", null)])];

        spec.When(state => RecallDecider.Close(state, [Cased(1, InStock(Hospital))], "complete", Nurse, AtCentre))
            .ThenRejected("not-acknowledged", "not-accounted", "second-person-required");
        spec.When(state => RecallDecider.Close(state, ended, "complete", SecondNurse, AtCentre)).ThenRejected("not-acknowledged");
        spec.Given(new RecallAcknowledged(Hospital, [Number(1)]))
            .When(state => RecallDecider.Close(state, ended, "complete", SecondNurse, AtCentre))
            .Then(new RecallClosed(CaseId, RecallSource.DonationService, false, "complete", SecondNurse, Now));
    }

    [Fact]
    public void is_cleared_here_only_where_it_was_opened_here_and_by_two_people()
    {
        var own = Spec.For<Recall>().Given(Opened(AtHospital1) with { Source = RecallSource.Inventory });

        own.When(state => RecallDecider.Clear(state, "tested good", " a9991-n01", AtCentre)).ThenRejected("second-person-required");
        own.When(state => RecallDecider.Clear(state, "tested good", SecondNurse, AtCentre))
            .Then(new RecallClosed(CaseId, RecallSource.Inventory, true, "tested good", SecondNurse, Now));
        Spec.For<Recall>().Given(Opened(AtHospital1)).When(state => RecallDecider.Clear(state, "tested good", SecondNurse, AtCentre)).ThenRejected("recall-of-the-centre");
    }

    [Fact]
    public void ends_when_the_centre_says_so_even_before_it_had_begun_here()
    {
        Spec.For<Recall>().When(state => RecallDecider.RecordEnd(state, CaseId, "confirmed negative", SecondNurse, AtCentre)).Then(Cleared());
        Spec.For<Recall>().Given(Cleared()).When(state => RecallDecider.RecordEnd(state, CaseId, "confirmed negative", SecondNurse, AtCentre)).ThenNothing();
    }

    [Fact]
    public void that_has_ended_is_not_acknowledged_any_more() => Spec.For<Recall>()
        .Given(Opened(AtHospital1), Cleared())
        .When(state => RecallDecider.Acknowledge(state, [Cased(1, InStock(Hospital))], null, AtHospital))
        .ThenRejected("recall-closed");

    private static RecallClosed Cleared() => new(CaseId, RecallSource.DonationService, true, "confirmed negative", SecondNurse, Now);

    private static CasedUnit[] TwoUnits() => [Cased(1, InStock(Hospital)), Cased(2, [.. InStock(sequence: 2), ReservedForStock(), Dispatched()])];

    private static CasedUnit Cased(int sequence, IReadOnlyList<object> history) => new(Number(sequence), Aggregate.Fold<Unit>(history));
}
