using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Specs;

public sealed class A_box_at_the_door
{
    [Fact]
    public void Brings_the_consignment_with_it() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => ReceivingDecider.ArriveBox(state, Box(1, 2), AtHospital()))
            .Then(new ConsignmentEvent.ConsignmentArrived(Number), new ConsignmentEvent.BoxArrived(1, 2));

    [Fact]
    public void Arrives_once()
    {
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched, new ConsignmentEvent.ConsignmentArrived(Number), new ConsignmentEvent.BoxArrived(1, 2)])
            .When(state => ReceivingDecider.ArriveBox(state, Box(1, 2), AtHospital())).ThenNothing();
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched, new ConsignmentEvent.ConsignmentArrived(Number), new ConsignmentEvent.BoxArrived(1, 2)])
            .When(state => ReceivingDecider.ArriveBox(state, Box(2, 2), AtHospital())).Then(new ConsignmentEvent.BoxArrived(2, 2));
    }
}

public sealed class Inspecting_a_unit
{
    private static readonly ConsignmentEvent Damaged = new ConsignmentEvent.UnitFoundDamaged(First, DamageReason.BagLeaking);
    private static readonly ConsignmentEvent Raised = new ConsignmentEvent.DiscrepancyRaised(Number, Order, First, DiscrepancyKind.Damaged);

    private static Spec<Consignment> Sent(params ConsignmentEvent[] more) => Spec.For<Consignment>().Given([.. AllPacked, Dispatched, .. more]);

    [Fact]
    public void Checks_it_in_by_that() =>
        Sent().When(state => ReceivingDecider.Inspect(state, First, null, 5, Policy, AtHospital()))
            .Then(new ConsignmentEvent.UnitCheckedIn(First, true), new ConsignmentEvent.UnitInspected(First, 5));

    [Fact]
    public void Raises_what_must_not_be_used() =>
        Sent(new ConsignmentEvent.UnitCheckedIn(First, true))
            .When(state => ReceivingDecider.Inspect(state, First, DamageReason.BagLeaking, null, Policy, AtHospital())).Then(Damaged, Raised);

    [Theory]
    [InlineData(10.5, DamageReason.TooWarm)]
    [InlineData(0.5, DamageReason.TooCold)]
    public void Judges_its_temperature_by_the_policy(double celsius, DamageReason reason) =>
        Sent(new ConsignmentEvent.UnitCheckedIn(First, true))
            .When(state => ReceivingDecider.Inspect(state, First, null, celsius, Policy, AtHospital()))
            .Then(new ConsignmentEvent.UnitFoundDamaged(First, reason, celsius), Raised);

    [Fact]
    public void Holds_what_was_measured_and_nobody_knows_the_limits_of()
    {
        var unknown = Blood.Isbt128.UnitNumber.Parse("A999026000005D9999V00", null);
        var outcome = Sent(new ConsignmentEvent.UnitCheckedIn(unknown, false)).When(state => ReceivingDecider.Inspect(state, unknown, null, 5, Policy, AtHospital()));
        outcome.ThenState(state => state.ColdChainBreaks.ShouldHaveSingleItem().Units.ShouldBe([unknown]));
        Sent([new ConsignmentEvent.UnitCheckedIn(unknown, false), .. outcome.Decision.Events])
            .When(state => ReceivingDecider.Inspect(state, unknown, null, 5, Policy, AtHospital())).ThenNothing();
    }

    [Fact]
    public void Happens_once()
    {
        Sent(new ConsignmentEvent.UnitCheckedIn(First, true), Damaged, Raised)
            .When(state => ReceivingDecider.Inspect(state, First, DamageReason.BagLeaking, null, Policy, AtHospital())).ThenNothing();
        Sent(new ConsignmentEvent.UnitCheckedIn(First, true), new ConsignmentEvent.UnitInspected(First))
            .When(state => ReceivingDecider.Inspect(state, First, null, null, Policy, AtHospital())).ThenNothing();
    }

    [Fact]
    public void Is_told_with_the_receipt() =>
        Sent(new ConsignmentEvent.UnitCheckedIn(First, true), Damaged, Raised, new ConsignmentEvent.UnitCheckedIn(Second, true), new ConsignmentEvent.UnitCheckedIn(Third, true))
            .When(state => ReceivingDecider.CompleteReceipt(state, AtHospital()))
            .Then(new ConsignmentEvent.ConsignmentReceived(
                Number, Order, Centre, Hospital, [First, Second, Third], [], [], Morning.AddHours(1), [new DamagedUnit(First, DamageReason.BagLeaking)]))
            .ThenState(state => state.Discrepancies[First].IsOpen.ShouldBeTrue());

    [Fact]
    public void Is_told_at_once_after_the_receipt() =>
        Sent(new ConsignmentEvent.UnitCheckedIn(First, true), new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [First], [Second, Third], [], Morning.AddHours(1)))
            .When(state => ReceivingDecider.Inspect(state, First, DamageReason.BagLeaking, null, Policy, AtHospital()))
            .Then(
                Damaged,
                new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [], [], [], Morning.AddHours(1), [new DamagedUnit(First, DamageReason.BagLeaking)]),
                Raised);

    [Fact]
    public void Tells_a_second_reason_after_the_first()
    {
        var film = new ConsignmentEvent.ConsignmentReceived(
            Number, Order, Centre, Hospital, [First], [Second, Third], [], Morning.AddHours(1), [new DamagedUnit(First, DamageReason.Film)]);
        Sent(new ConsignmentEvent.UnitCheckedIn(First, true), new ConsignmentEvent.UnitFoundDamaged(First, DamageReason.Film), Raised, film)
            .When(state => ReceivingDecider.Inspect(state, First, DamageReason.BagLeaking, null, Policy, AtHospital()))
            .Then(
                Damaged,
                new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [], [], [], Morning.AddHours(1), [new DamagedUnit(First, DamageReason.BagLeaking)]));
    }

    [Fact]
    public void Finds_a_missing_unit_and_tells_that_it_is_damaged() =>
        Sent(
                new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [], [First, Second, Third], [], Morning.AddHours(1)),
                new ConsignmentEvent.DiscrepancyRaised(Number, Order, First, DiscrepancyKind.Missing))
            .When(state => ReceivingDecider.Inspect(state, First, DamageReason.BagLeaking, null, Policy, AtHospital()))
            .Then(
                new ConsignmentEvent.UnitCheckedIn(First, true),
                Damaged,
                new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [First], [], [], Morning.AddHours(1), [new DamagedUnit(First, DamageReason.BagLeaking)]),
                new ConsignmentEvent.DiscrepancyResolved(First, "found"),
                Raised);

    [Fact]
    public void Is_done_at_the_destination() =>
        Sent().When(state => ReceivingDecider.Inspect(state, First, null, null, Policy, AtCentre())).ThenRejected("wrong-site");
}

public sealed class Turning_up_at_the_wrong_site
{
    private static readonly ConsignmentEvent Strayed = new ConsignmentEvent.UnitMisdelivered(First, Elsewhere);
    private static readonly ConsignmentEvent Raised = new ConsignmentEvent.DiscrepancyRaised(Number, Order, First, DiscrepancyKind.Unexpected);

    private static Spec<Consignment> Sent(params ConsignmentEvent[] more) => Spec.For<Consignment>().Given([.. AllPacked, Dispatched, .. more]);

    [Fact]
    public void Is_told_once_of_a_consignment()
    {
        var strayed = new ConsignmentEvent.ConsignmentMisdelivered(Elsewhere, 1);
        Sent().When(state => ReceivingDecider.Stray(state, Box(1, 1), By(Elsewhere, Nurse))).Then(strayed);
        Sent(strayed).When(state => ReceivingDecider.Stray(state, Box(1, 1), By(Elsewhere, Nurse))).ThenNothing();
    }

    [Fact]
    public void Is_news_again_where_a_box_strays_after_another_one_arrived() =>
        Sent(new ConsignmentEvent.ConsignmentMisdelivered(Elsewhere, 1), new ConsignmentEvent.ConsignmentArrived(Number), new ConsignmentEvent.BoxArrived(1, 2))
            .When(state => ReceivingDecider.Stray(state, Box(2, 2), By(Elsewhere, Nurse))).Then(new ConsignmentEvent.ConsignmentMisdelivered(Elsewhere, 2));

    [Fact]
    public void Is_raised_of_a_unit_until_it_arrives_where_it_belongs()
    {
        Sent().When(state => ReceivingDecider.StrayUnit(state, First, By(Elsewhere, Nurse))).Then(Strayed, Raised);
        Sent(Strayed, Raised).When(state => ReceivingDecider.StrayUnit(state, First, By(Elsewhere, Nurse))).ThenNothing();
        Sent(Strayed, Raised, new ConsignmentEvent.UnitCheckedIn(First, true), new ConsignmentEvent.UnitCheckedIn(Second, true), new ConsignmentEvent.UnitCheckedIn(Third, true))
            .When(state => ReceivingDecider.CompleteReceipt(state, AtHospital()))
            .ThenState(state => state.Discrepancies[First].Resolution.ShouldBe("found"));
    }

    [Fact]
    public void Is_refused_of_a_unit_that_never_was_on_the_consignment() =>
        Sent().When(state => ReceivingDecider.StrayUnit(state, Stranger, By(Elsewhere, Nurse))).ThenRejected("not-on-consignment");

    [Fact]
    public void Leaves_what_stands_on_the_board_as_it_is() =>
        Sent(new ConsignmentEvent.DiscrepancyRaised(Number, Order, First, DiscrepancyKind.Missing))
            .When(state => ReceivingDecider.StrayUnit(state, First, By(Elsewhere, Nurse))).Then(Strayed);

    [Fact]
    public void Raises_nothing_of_what_has_arrived_where_it_belongs() =>
        Sent(new ConsignmentEvent.UnitCheckedIn(First, true))
            .When(state => ReceivingDecider.StrayUnit(state, First, By(Elsewhere, Nurse))).Then(Strayed);

    [Fact]
    public void Does_not_hide_that_the_unit_is_damaged_when_it_arrives_after_all() =>
        Sent(Strayed, Raised, new ConsignmentEvent.UnitCheckedIn(First, true), new ConsignmentEvent.UnitFoundDamaged(First, DamageReason.Clots), new ConsignmentEvent.UnitCheckedIn(Second, true), new ConsignmentEvent.UnitCheckedIn(Third, true))
            .When(state => ReceivingDecider.CompleteReceipt(state, AtHospital()))
            .ThenState(state => (state.Discrepancies[First].Kind, state.Discrepancies[First].IsOpen).ShouldBe((DiscrepancyKind.Damaged, true)));

    [Fact]
    public void Is_no_news_at_the_sender_before_it_has_left_and_is_afterwards()
    {
        Spec.For<Consignment>().Given(AllPacked).When(state => ReceivingDecider.Stray(state, Box(1, 1), AtCentre())).ThenRejected("wrong-site");
        Spec.For<Consignment>().Given(AllPacked).When(state => ReceivingDecider.StrayUnit(state, First, AtCentre())).ThenRejected("wrong-site");
        Sent().When(state => ReceivingDecider.Stray(state, Box(1, 1), AtCentre())).Then(new ConsignmentEvent.ConsignmentMisdelivered(Centre, 1));
    }
}

public sealed class Being_overdue
{
    private static readonly ConsignmentEvent Overdue = new ConsignmentEvent.ConsignmentOverdue(Morning.AddHours(1) + LeadTime);

    [Fact]
    public void Is_told_once_while_nothing_has_been_scanned_at_the_destination()
    {
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched]).When(ReceivingDecider.FallOverdue).Then(Overdue);
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched, Overdue]).When(ReceivingDecider.FallOverdue).ThenNothing();
    }

    [Fact]
    public void Is_nothing_that_has_arrived_or_has_not_left()
    {
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched, new ConsignmentEvent.ConsignmentArrived(Number)]).When(ReceivingDecider.FallOverdue).ThenNothing();
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched, new ConsignmentEvent.UnitCheckedIn(First, true)]).When(ReceivingDecider.FallOverdue).ThenNothing();
        Spec.For<Consignment>().Given(AllPacked).When(ReceivingDecider.FallOverdue).ThenNothing();
    }

    [Fact]
    public void Ends_with_the_late_arrival() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched, Overdue])
            .When(state => ReceivingDecider.Arrive(state, Box(0, 1), AtHospital()))
            .Then(new ConsignmentEvent.ConsignmentArrived(Number))
            .ThenState(state => state.IsOverdue.ShouldBeFalse());
}
