using Distribution.Blood.Deciding;
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

    private static List<OrderEvent> Run(OrderPlaced placed, IEnumerable<Func<Order, Decision<OrderEvent>>> messages)
    {
        List<OrderEvent> events = [placed];
        foreach (var message in messages)
            events.AddRange(message(Aggregate.Fold<Order>(events)).Events);
        return events;
    }

    private static IEnumerable<T[]> Permutations<T>(T[] items) => items.Length == 0
        ? [[]]
        : items.SelectMany((first, index) => Permutations<T>([.. items[..index], .. items[(index + 1)..]]).Select(rest => (T[])[first, .. rest]));
}
