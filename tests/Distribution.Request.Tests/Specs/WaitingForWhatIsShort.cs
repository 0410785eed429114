using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Specs;

public sealed class WaitingForWhatIsShort
{
    private static readonly Shortfall OneShort = new(1, 1, "all O+ are spoken for");
    private static readonly Alternative Offer = new(1, ComponentKind.RedCells, OPositive, 1, Centre, ["irradiated"], "not irradiated");
    private static readonly DateTimeOffset Until = Now.AddDays(1);

    private static readonly RecordReservation First = Reservation(1) with { Shortfalls = [OneShort], WaitsUntil = Until, Alternatives = [Offer] };
    private static readonly RecordReservation Second = Reservation(2) with { At = Now.AddHours(1) };
    private static readonly RecordDelay Delay = new(1, [new Shortfall(1, 2)], [Offer], Until, Now, Now.AddHours(3));
    private static readonly RecordDecline Close = new("not-in-time", [OneShort], 1, Now.AddHours(2));

    private static readonly OrderEvent[] Started = [Placed, ReservedBy(First)];

    [Fact]
    public void An_order_of_which_nothing_is_there_yet_waits_and_says_until_when_and_what_is_offered() =>
        Spec.For<Order>().Given(Placed)
            .When(state => FulfillmentDecider.Delay(state, Delay))
            .Then(new OrderDelayed(TheOrder, 1, [new Shortfall(1, 2)], [Offer], Until, Now, Now.AddHours(3)))
            .ThenState(state =>
            {
                state.Status.ShouldBe(OrderStatus.Waiting);
                state.Next.ShouldBe(OrderPhase.AwaitingStock);
                state.CurrentAnswer!.Alternatives.ShouldBe([Offer]);
                state.CurrentAnswer.ExpectedAt.ShouldBe(Now.AddHours(3));
            });

    [Fact]
    public void What_is_found_later_adds_to_what_was_found_first() =>
        Spec.For<Order>().Given(Started)
            .When(state => FulfillmentDecider.Reserve(state, Second))
            .Then(ReservedBy(Second))
            .ThenState(state =>
            {
                state.Reserved.Keys.ShouldBe([Unit(1), Unit(2)], ignoreOrder: true);
                state.IsWaiting.ShouldBeFalse();
                state.CurrentAnswer!.Shortfalls.ShouldBeEmpty();
            });

    [Fact]
    public void The_answer_that_was_told_later_stands_also_when_it_is_heard_of_first() =>
        Spec.For<Order>().Given(Placed, ReservedBy(Second))
            .When(state => FulfillmentDecider.Reserve(state, First))
            .Then(ReservedBy(First))
            .ThenState(state =>
            {
                state.CurrentAnswer!.Shortfalls.ShouldBeEmpty();
                state.Reserved.Count.ShouldBe(2);
            });

    [Fact]
    public void A_unit_told_again_is_brought_once() =>
        Spec.For<Order>().Given(Started)
            .When(state => FulfillmentDecider.Reserve(state, Second with { Units = [UnitFor(2), UnitFor(1)], At = Now }))
            .Then(ReservedBy(Second with { At = Now }));

    [Fact]
    public void An_order_that_waits_is_not_ended_by_what_has_come_so_far() =>
        Spec.For<Order>().Given([.. Started, Dispatched with { Units = [Unit(1)] }])
            .When(state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [Unit(1)], [])))
            .Then(new OrderReceived(TheOrder, Box, [Unit(1)], []))
            .ThenState(state => state.Next.ShouldBe(OrderPhase.AwaitingStock));

    [Fact]
    public void The_second_box_is_awaited_though_the_first_has_come() =>
        Spec.For<Order>().Given([.. Started, Dispatched with { Units = [Unit(1)] }, Received with { Received = [Unit(1)] }])
            .When(state => FulfillmentDecider.Reserve(state, Second))
            .ThenState(state => state.Next.ShouldBe(OrderPhase.AwaitingDispatch));

    [Fact]
    public void When_the_waiting_ends_the_order_ends_with_what_has_come() =>
        Spec.For<Order>().Given([.. Started, Received with { Received = [Unit(1)] }])
            .When(state => FulfillmentDecider.Decline(state, Close))
            .Then(new OrderShortfallClosed(TheOrder, 1, "not-in-time", [OneShort], Now.AddHours(2)), new OrderPartlyMet(TheOrder, 1));

    [Fact]
    public void The_end_of_the_waiting_that_is_heard_of_before_the_units_does_not_end_the_order() =>
        Spec.For<Order>().Given(Placed)
            .When(state => FulfillmentDecider.Decline(state, Close))
            .Then(new OrderShortfallClosed(TheOrder, 1, "not-in-time", [OneShort], Now.AddHours(2)));

    [Fact]
    public void Units_of_the_answer_that_have_not_been_heard_of_are_to_come() =>
        Spec.For<Order>().Given(Placed, ReservedBy(Second), Dispatched with { Units = [Unit(2)] })
            .When(state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [Unit(2)], [])))
            .Then(new OrderReceived(TheOrder, Box, [Unit(2)], []));

    [Fact]
    public void A_decline_of_an_older_asking_says_nothing_of_the_newer() =>
        Spec.For<Order>().Given(Placed, Amended(3)).When(state => FulfillmentDecider.Decline(state, Close)).ThenNothing();

    [Fact]
    public void An_answer_to_an_older_asking_brings_its_units_and_no_shortfalls() =>
        Spec.For<Order>().Given(Placed, Amended(3))
            .When(state => FulfillmentDecider.Reserve(state, First))
            .Then(ReservedBy(First))
            .ThenState(state =>
            {
                state.CurrentAnswer.ShouldBeNull();
                state.Reserved.ShouldHaveSingleItem();
            });

    [Fact]
    public void An_amended_order_does_not_end_before_the_amendment_is_answered() =>
        Spec.For<Order>().Given(Placed, Reserved, Amended(3), Dispatched)
            .When(state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [Unit(1), Unit(2)], [])))
            .Then(Received);

    [Fact]
    public void What_an_amendment_gave_up_does_not_stand_for_units_that_are_still_to_be_heard_of()
    {
        OrderEvent[] history = [Placed, Reserved, Amended(2), new OrderReservationLapsed(TheOrder, [Unit(2)], "amended", Now.AddHours(1)), Received with { Received = [Unit(1)] }];
        var first = Reservation(3) with { At = Now.AddHours(2), Attempt = 3, Told = 7, Shortfalls = [OneShort], WaitsUntil = Until };
        var second = Reservation(4) with { At = Now.AddHours(3), Attempt = 3, Told = 8 };
        var heard = Spec.For<Order>().Given([.. history, Amended(3) with { Attempt = 3 }]).When(state => FulfillmentDecider.Reserve(state, second)).After;
        var missed = Aggregate.Fold(heard, [new OrderReceived(TheOrder, Box, [], [Unit(4)])]);

        missed.IsSettled.ShouldBeFalse();
        Aggregate.Fold(missed, FulfillmentDecider.Reserve(missed, first).Events).Next.ShouldBe(OrderPhase.AwaitingDispatch);
    }

    [Fact]
    public void A_unit_that_lapsed_and_was_set_aside_anew_is_awaited_again()
    {
        var again = Reservation(1) with { At = LapseTime.AddHours(1), Attempt = 2 };
        OrderEvent[] history = [Placed, Reserved, new OrderReservationLapsed(TheOrder, [Unit(1)], "lapsed", LapseTime)];

        Spec.For<Order>().Given([.. history, Amended(2)])
            .When(state => FulfillmentDecider.Reserve(state, again))
            .ThenState(state => state.IsLapsed(Unit(1)).ShouldBeFalse());
        Spec.For<Order>().Given(Placed, Reserved, Amended(2), ReservedBy(again))
            .When(state => FulfillmentDecider.Lapse(state, new RecordLapse([Unit(1)], "lapsed", LapseTime)))
            .ThenState(state => state.IsLapsed(Unit(1)).ShouldBeFalse());
    }

    [Fact]
    public void A_returned_unit_no_longer_serves_the_patient() =>
        Spec.For<Order>().Given(PlacedForPatient, ReservedForPatient, new OrderUnitIssued(TheOrder, Unit(1), Now))
            .When(state => FulfillmentDecider.Return(state, new RecordReturn(Unit(1), true, Now.AddHours(1))))
            .Then(new OrderUnitReturned(TheOrder, Unit(1), true, Now.AddHours(1)))
            .ThenState(state =>
            {
                state.Served(1).ShouldBe(0);
                state.Next.ShouldBe(OrderPhase.AwaitingIssue);
            });

    [Fact]
    public void A_return_after_the_end_is_recorded_and_reopens_nothing() =>
        Spec.For<Order>().Given(PlacedForPatient, ReservedForPatient, new OrderUnitIssued(TheOrder, Unit(1), Now), new OrderUnitIssued(TheOrder, Unit(2), Now), Met)
            .When(state => FulfillmentDecider.Return(state, new RecordReturn(Unit(1), false, Now.AddHours(1))))
            .Then(new OrderUnitReturned(TheOrder, Unit(1), false, Now.AddHours(1)))
            .ThenState(state => state.Status.ShouldBe(OrderStatus.Met));

    [Fact]
    public void A_patient_served_by_the_supplier_awaits_the_box_and_then_the_issue()
    {
        var placed = PlacedForPatient with { Supplier = Centre };
        OrderEvent[] history = [placed, Reserved with { Purpose = OrderPurpose.Patient }];

        Spec.For<Order>().Given(history).State().Next.ShouldBe(OrderPhase.AwaitingDispatch);
        Spec.For<Order>().Given([.. history, Dispatched]).State().Next.ShouldBe(OrderPhase.AwaitingReceipt);
        Spec.For<Order>().Given([.. history, Dispatched, Received]).State().Next.ShouldBe(OrderPhase.AwaitingIssue);
    }

    internal static OrderReserved ReservedBy(RecordReservation told) => Reserved with
    {
        Units = [.. told.Units.Where(unit => told.Units.Count == 1 || unit.Unit == Unit(2))],
        Shortfalls = told.Shortfalls,
        Alternatives = told.Alternatives,
        WaitsUntil = told.WaitsUntil,
        ReservedAt = told.At,
        Attempt = told.Attempt,
    };

    private static OrderAmended Amended(int quantity) => new(
        TheOrder,
        2,
        OrderPurpose.Stock,
        Hospital,
        Centre,
        [Placed.Lines[0] with { Quantity = quantity }],
        Placed.NeededBy,
        OrderUrgency.Routine);
}
