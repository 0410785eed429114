using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Processes;

/// <summary>What the other services tell comes late, repeated and swapped; the outcome is the same.</summary>
public sealed class MessagesInEveryOrder
{
    private static readonly Func<Order, Decision<OrderEvent>> Reserve = state => FulfillmentDecider.Reserve(state, Reservation(1, 2));
    private static readonly Func<Order, Decision<OrderEvent>> Dispatch = state => FulfillmentDecider.Dispatch(state, new RecordDispatch(Box, [Unit(1), Unit(2)], Now));
    private static readonly Func<Order, Decision<OrderEvent>> Receive = state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [Unit(1), Unit(2)], []));
    private static readonly Func<Order, Decision<OrderEvent>> ReceiveOne = state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [Unit(1)], [Unit(2)]));
    private static readonly Func<Order, Decision<OrderEvent>> Discard = state => FulfillmentDecider.End(state, new RecordFate(Unit(2), UnitFate.Discarded));
    private static readonly Func<Order, Decision<OrderEvent>> IssueFirst = state => FulfillmentDecider.Issue(state, new RecordIssue(Unit(1)));
    private static readonly Func<Order, Decision<OrderEvent>> IssueSecond = state => FulfillmentDecider.Issue(state, new RecordIssue(Unit(2)));
    private static readonly Func<Order, Decision<OrderEvent>> Transfuse = state => FulfillmentDecider.End(state, new RecordFate(Unit(1), UnitFate.Transfused));
    private static readonly Func<Order, Decision<OrderEvent>> LapseAll = state => FulfillmentDecider.Lapse(state, new RecordLapse([Unit(1), Unit(2)], "canceled", LapseTime));
    private static readonly Func<Order, Decision<OrderEvent>> Cancel = state => OrderDecider.Cancel(state, new CancelOrder("not needed"));

    private static readonly Shortfall OneShort = new(1, 1);
    private static readonly ConsignmentNumber NextBox = ConsignmentNumber.Parse("A99902600002");
    private static readonly Func<Order, Decision<OrderEvent>> ReserveFirst = state => FulfillmentDecider.Reserve(state, Reservation(1) with { Shortfalls = [OneShort], WaitsUntil = Now.AddDays(1) });
    private static readonly Func<Order, Decision<OrderEvent>> ReserveLater = state => FulfillmentDecider.Reserve(state, Reservation(2) with { At = Now.AddHours(1) });
    private static readonly Func<Order, Decision<OrderEvent>> ReserveLate = state => FulfillmentDecider.Reserve(state, Reservation(1, 2) with { At = Now.AddHours(1) });
    private static readonly Func<Order, Decision<OrderEvent>> ReserveThird = state => FulfillmentDecider.Reserve(state, Reservation(3) with { At = Now.AddHours(1), Attempt = 2 });
    private static readonly Func<Order, Decision<OrderEvent>> DispatchFirst = state => FulfillmentDecider.Dispatch(state, new RecordDispatch(Box, [Unit(1)], Now));
    private static readonly Func<Order, Decision<OrderEvent>> ReceiveOnlyFirst = state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [Unit(1)], []));
    private static readonly Func<Order, Decision<OrderEvent>> ReceiveLater = state => FulfillmentDecider.Receive(state, new RecordReceipt(NextBox, [Unit(2)], []));
    private static readonly Func<Order, Decision<OrderEvent>> ReceiveThird = state => FulfillmentDecider.Receive(state, new RecordReceipt(NextBox, [Unit(3)], []));
    private static readonly Func<Order, Decision<OrderEvent>> Close = state => FulfillmentDecider.Decline(state, new RecordDecline("not-in-time", [OneShort], 1, Now.AddHours(2)));
    private static readonly Func<Order, Decision<OrderEvent>> Delay = state => FulfillmentDecider.Delay(state, new RecordDelay(1, [new Shortfall(1, 2)], [], Now.AddDays(1), Now));
    private static readonly Func<Order, Decision<OrderEvent>> DeclineAll = state => FulfillmentDecider.Decline(state, new RecordDecline("not-in-time", [new Shortfall(1, 2)], 1, Now.AddHours(2)));
    private static readonly Func<Order, Decision<OrderEvent>> ReturnFirst = state => FulfillmentDecider.Return(state, new RecordReturn(Unit(1), true, Now.AddHours(2)));

    [Fact]
    public void Stock_that_arrives_is_met_once_in_every_order_of_messages() =>
        InEveryOrder(Placed, [Reserve, Dispatch, Receive, Discard], OrderStatus.Met);

    [Fact]
    public void Stock_that_arrives_in_part_is_partly_met_once_in_every_order_of_messages() =>
        InEveryOrder(Placed, [Reserve, Dispatch, ReceiveOne], OrderStatus.PartlyMet);

    [Fact]
    public void A_patient_is_served_once_in_every_order_of_messages() =>
        InEveryOrder(PlacedForPatient, [Reserve, IssueFirst, IssueSecond, Transfuse], OrderStatus.Met);

    [Fact]
    public void What_is_found_in_two_parts_is_met_once_in_every_order_of_messages() =>
        InEveryOrder(Placed, [ReserveFirst, ReserveLater, DispatchFirst, ReceiveOnlyFirst, ReceiveLater], OrderStatus.Met);

    [Fact]
    public void What_is_waited_for_in_vain_leaves_the_order_partly_met_in_every_order_of_messages() =>
        InEveryOrder(Placed, [ReserveFirst, Close, DispatchFirst, ReceiveOnlyFirst], OrderStatus.PartlyMet);

    [Fact]
    public void A_delay_and_then_the_units_end_as_if_there_had_been_no_delay() =>
        InEveryOrder(Placed, [Delay, ReserveLate, Dispatch, Receive], OrderStatus.Met);

    [Fact]
    public void A_delay_and_then_nothing_ends_declined_in_every_order_of_messages() =>
        InEveryOrder(Placed, [Delay, DeclineAll], OrderStatus.Declined);

    [Fact]
    public void A_unit_that_came_back_does_not_count_in_any_order_of_messages()
    {
        foreach (var order in Permutations([Reserve, IssueFirst, ReturnFirst]))
        {
            var state = Aggregate.Fold<Order>(Run(PlacedForPatient, [.. order, .. order]));
            (state.Served(1), state.IsReturned(Unit(1)), state.HasEnded).ShouldBe((0, true, false));
        }
    }

    [Fact]
    public void An_amended_order_is_met_by_what_both_askings_brought_in_every_order_of_messages()
    {
        var more = new OrderAmended(TheOrder, 2, OrderPurpose.Stock, Hospital, Centre, [Placed.Lines[0] with { Quantity = 3 }], Placed.NeededBy, OrderUrgency.Routine);
        foreach (var order in Permutations([Reserve, ReserveThird, Dispatch, Receive, ReceiveThird]))
            Aggregate.Fold<Order>(Run([Placed, more], order)).Status.ShouldBe(OrderStatus.Met);
    }

    [Fact]
    public void A_reservation_for_a_canceled_order_is_given_back_once()
    {
        var events = Run(Placed, [Cancel, Reserve, Reserve]);

        events.OfType<OrderReservationRefused>().ShouldHaveSingleItem().Units.ShouldBe([Unit(1), Unit(2)]);
        events.OfType<OrderReserved>().ShouldBeEmpty();
    }

    [Fact]
    public void Canceling_and_giving_back_end_canceled_in_every_order_of_messages() =>
        InEveryOrder(Placed, [Cancel, LapseAll], OrderStatus.Canceled);

    [Fact]
    public void What_happens_after_the_end_is_recorded_and_reopens_nothing()
    {
        var events = Run(Placed, [Reserve, Cancel, Dispatch, Receive]);

        events.OfType<OrderReceived>().ShouldHaveSingleItem();
        var state = Aggregate.Fold<Order>(events);
        state.Status.ShouldBe(OrderStatus.Canceled);
        state.Next.ShouldBe(OrderPhase.Ended);
    }

    [Fact]
    public void A_decline_of_an_order_that_was_canceled_changes_nothing() =>
        Spec.For<Order>().Given(Placed, Canceled)
            .When(state => FulfillmentDecider.Decline(state, new RecordDecline("no-compatible-stock", []))).ThenNothing();

    [Fact]
    public void News_of_an_order_that_was_never_placed_is_refused()
    {
        foreach (var message in new[] { Reserve, Dispatch, Receive, Discard, IssueFirst, LapseAll, state => FulfillmentDecider.Lapse(state, new RecordLapse([], "lapsed", LapseTime)) })
            Spec.For<Order>().When(message).ThenRejected("unknown-order");
    }

    private static void InEveryOrder(OrderPlaced placed, Func<Order, Decision<OrderEvent>>[] messages, OrderStatus expected)
    {
        foreach (var order in Permutations(messages))
        {
            // Each is told twice in a row, and all of it once more at the end.
            var events = Run(placed, [.. order.SelectMany(message => new[] { message, message }), .. order]);
            Aggregate.Fold<Order>(events).Status.ShouldBe(expected);
            events.Count(@event => @event is OrderMet or OrderPartlyMet or OrderUnmet or OrderDeclined or OrderCanceled).ShouldBe(1);
            events.Count.ShouldBe(events.Select(@event => Approve.Serialize(@event) + @event.GetType()).Distinct(StringComparer.Ordinal).Count());
        }
    }

    private static List<OrderEvent> Run(OrderPlaced placed, IEnumerable<Func<Order, Decision<OrderEvent>>> messages) => Run([placed], messages);

    private static List<OrderEvent> Run(IEnumerable<OrderEvent> history, IEnumerable<Func<Order, Decision<OrderEvent>>> messages)
    {
        List<OrderEvent> events = [.. history];
        foreach (var message in messages)
            events.AddRange(message(Aggregate.Fold<Order>(events)).Events);
        return events;
    }

    private static IEnumerable<T[]> Permutations<T>(T[] items) => items.Length == 0
        ? [[]]
        : items.SelectMany((first, index) => Permutations<T>([.. items[..index], .. items[(index + 1)..]]).Select(rest => (T[])[first, .. rest]));
}
