using Distribution.Blood.Components;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Specs;

public sealed class FulfillingAnOrder
{
    [Fact]
    public void A_placed_order_awaits_its_reservation() => Phase(Placed).ShouldBe(OrderPhase.AwaitingReservation);

    [Fact]
    public void Units_set_aside_for_stock_await_their_dispatch() =>
        Spec.For<Order>().Given(Placed)
            .When(state => FulfillmentDecider.Reserve(state, Reservation(1, 2)))
            .Then(Reserved)
            .ThenState(state => state.Next.ShouldBe(OrderPhase.AwaitingDispatch));

    [Fact]
    public void Units_set_aside_for_a_patient_await_their_issue() =>
        Spec.For<Order>().Given(PlacedForPatient)
            .When(state => FulfillmentDecider.Reserve(state, Reservation(1, 2)))
            .Then(ReservedForPatient)
            .ThenState(state => state.Next.ShouldBe(OrderPhase.AwaitingIssue));

    [Fact]
    public void A_box_on_the_road_awaits_its_receipt() =>
        Spec.For<Order>().Given(Placed, Reserved)
            .When(state => FulfillmentDecider.Dispatch(state, new RecordDispatch(Box, [Unit(1), Unit(2)], Now.AddHours(2))))
            .Then(Dispatched)
            .ThenState(state => state.Next.ShouldBe(OrderPhase.AwaitingReceipt));

    [Fact]
    public void Stock_is_met_when_everything_has_arrived() =>
        Spec.For<Order>().Given(Placed, Reserved, Dispatched)
            .When(state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [Unit(1), Unit(2)], [])))
            .Then(Received, Met)
            .ThenState(state => state.Next.ShouldBe(OrderPhase.Ended));

    [Fact]
    public void A_missing_unit_leaves_the_order_partly_met() =>
        Spec.For<Order>().Given(Placed, Reserved, Dispatched)
            .When(state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [Unit(1)], [Unit(2)])))
            .Then(new OrderReceived(TheOrder, Box, [Unit(1)], [Unit(2)]), new OrderPartlyMet(TheOrder, 1));

    [Fact]
    public void A_unit_that_came_damaged_serves_no_stock_and_is_not_waited_for_either() =>
        Spec.For<Order>().Given(Placed, Reserved, Dispatched)
            .When(state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [Unit(1), Unit(2)], [], [Unit(2)])))
            .Then(new OrderReceived(TheOrder, Box, [Unit(1), Unit(2)], [], [Unit(2)]), new OrderPartlyMet(TheOrder, 1));

    [Fact]
    public void Damage_found_after_the_box_was_checked_is_noted_once()
    {
        var late = new RecordReceipt(Box, [], [], [Unit(2)]);
        Spec.For<Order>().Given(Placed, Reserved, Dispatched, Received, Met)
            .When(state => FulfillmentDecider.Receive(state, late))
            .Then(new OrderReceived(TheOrder, Box, [], [], [Unit(2)]))
            .ThenState(state => state.NotServed.ShouldBe(1));
        Spec.For<Order>().Given(Placed, Reserved, Dispatched, Received, Met, new OrderReceived(TheOrder, Box, [], [], [Unit(2)]))
            .When(state => FulfillmentDecider.Receive(state, late)).ThenNothing();
    }

    [Fact]
    public void A_unit_found_after_the_box_was_checked_is_taken_and_missing_no_more() =>
        Spec.For<Order>().Given(Placed, Reserved, Dispatched, new OrderReceived(TheOrder, Box, [Unit(1)], [Unit(2)]), new OrderPartlyMet(TheOrder, 1))
            .When(state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [Unit(2)], [])))
            .Then(new OrderReceived(TheOrder, Box, [Unit(2)], []))
            .ThenState(state =>
            {
                state.Missing.ShouldBeEmpty();
                state.NotServed.ShouldBe(0);
            });

    [Fact]
    public void A_find_that_is_heard_of_before_the_first_check_leaves_the_rest_to_come() =>
        Spec.For<Order>().Given(Placed, Reserved, Dispatched, new OrderReceived(TheOrder, Box, [Unit(2)], []))
            .When(state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [Unit(1)], [Unit(2)])))
            .Then(new OrderReceived(TheOrder, Box, [Unit(1)], [Unit(2)]), Met)
            .ThenState(state => state.Missing.ShouldBeEmpty());

    [Fact]
    public void A_loss_that_is_heard_of_after_the_find_changes_nothing() =>
        Spec.For<Order>().Given(Placed, Reserved, Dispatched, new OrderReceived(TheOrder, Box, [Unit(2)], []))
            .When(state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [], [Unit(2)])))
            .ThenNothing();

    [Fact]
    public void What_could_not_be_reserved_leaves_the_order_partly_met_when_the_rest_has_arrived() =>
        Spec.For<Order>().Given(Placed, ReservedInPart)
            .When(state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [Unit(1)], [])))
            .Then(new OrderReceived(TheOrder, Box, [Unit(1)], []), new OrderPartlyMet(TheOrder, 1));

    [Fact]
    public void A_unit_left_behind_is_awaited_until_its_reservation_lapses()
    {
        OrderEvent[] history = [Placed, Reserved, Dispatched with { Units = [Unit(1)] }, Received with { Received = [Unit(1)] }];

        Phase(history).ShouldBe(OrderPhase.AwaitingLapse);
        Spec.For<Order>().Given(history)
            .When(state => FulfillmentDecider.Lapse(state, new RecordLapse([Unit(2)], "lapsed", LapseTime)))
            .Then(new OrderReservationLapsed(TheOrder, [Unit(2)], "lapsed", LapseTime), new OrderPartlyMet(TheOrder, 1));
    }

    [Fact]
    public void Nothing_to_be_had_ends_the_order() =>
        Spec.For<Order>().Given(Placed)
            .When(state => FulfillmentDecider.Decline(state, new RecordDecline("no-compatible-stock", [new Shortfall(1, 2)])))
            .Then(new OrderDeclined(TheOrder, "no-compatible-stock", [new Shortfall(1, 2)], 1))
            .ThenState(state => state.Status.ShouldBe(OrderStatus.Declined));

    [Fact]
    public void A_reservation_that_lapses_unused_leaves_the_order_unmet() =>
        Spec.For<Order>().Given(Placed, Reserved)
            .When(state => FulfillmentDecider.Lapse(state, new RecordLapse([Unit(1), Unit(2)], "lapsed", LapseTime)))
            .Then(Lapsed, new OrderUnmet(TheOrder, 2));

    [Fact]
    public void A_patients_order_is_met_when_the_last_unit_is_issued() =>
        Spec.For<Order>().Given(PlacedForPatient, ReservedForPatient, new OrderUnitIssued(TheOrder, Unit(1)))
            .When(state => FulfillmentDecider.Issue(state, new RecordIssue(Unit(2))))
            .Then(new OrderUnitIssued(TheOrder, Unit(2), default(DateTimeOffset)), Met);

    [Fact]
    public void Arrival_is_not_issue() =>
        Spec.For<Order>().Given(PlacedForPatient, ReservedForPatient)
            .When(state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [Unit(1), Unit(2)], [])))
            .Then(Received);

    [Fact]
    public void A_unit_that_expires_before_it_is_issued_leaves_the_order_partly_met() =>
        Spec.For<Order>().Given(PlacedForPatient, ReservedForPatient, new OrderUnitIssued(TheOrder, Unit(1)))
            .When(state => FulfillmentDecider.End(state, new RecordFate(Unit(2), UnitFate.Expired)))
            .Then(new OrderUnitEnded(TheOrder, Unit(2), UnitFate.Expired), new OrderPartlyMet(TheOrder, 1));

    [Fact]
    public void A_transfusion_heard_of_before_its_issue_serves_the_patient() =>
        Spec.For<Order>().Given(PlacedForPatient, ReservedForPatient, new OrderUnitIssued(TheOrder, Unit(1)))
            .When(state => FulfillmentDecider.End(state, new RecordFate(Unit(2), UnitFate.Transfused)))
            .Then(new OrderUnitEnded(TheOrder, Unit(2), UnitFate.Transfused), Met);

    [Fact]
    public void A_unit_on_the_road_is_not_given_up_before_the_box_is_checked() =>
        Spec.For<Order>().Given(Placed, Reserved, Dispatched)
            .When(state => FulfillmentDecider.Lapse(state, new RecordLapse([Unit(1), Unit(2)], "lapsed", LapseTime)))
            .Then(Lapsed);

    [Fact]
    public void More_on_one_line_does_not_make_up_for_another()
    {
        var plasma = new OrderLine(2, ComponentKind.Plasma, OPositive, 1);
        Spec.For<Order>()
            .Given(Placed with { Lines = [.. Placed.Lines, plasma] }, ReservedOf(1, 2, 3) with { Shortfalls = [new Shortfall(2, 1)] }, Dispatched with { Units = [Unit(1), Unit(2), Unit(3)] })
            .When(state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [Unit(1), Unit(2), Unit(3)], [])))
            .Then(new OrderReceived(TheOrder, Box, [Unit(1), Unit(2), Unit(3)], []), new OrderPartlyMet(TheOrder, 1));
    }

    private static OrderReserved ReservedOf(params int[] serials) => Reserved with { Units = [.. serials.Select(UnitFor)] };

    private static OrderPhase Phase(params OrderEvent[] history) => Spec.For<Order>().Given(history).State().Next;
}
