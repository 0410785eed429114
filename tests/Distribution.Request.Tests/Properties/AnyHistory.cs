using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Properties;

/// <summary>Whatever is told in whatever order, these hold.</summary>
public sealed class AnyHistory
{
    private static readonly Gen<int[]> Serials = Gen.Choose(1, 3).ArrayOf().Select(serials => serials.Distinct().ToArray());

    private static readonly Gen<int> Hours = Gen.Choose(0, 5);

    private static readonly Recipient Established = Aggregate.Fold<Recipient>(
        [new RecipientRegistered(Patient, OPositive, Hospital, "A9991-N01"), new RecipientGroupDetermined(OPositive, "A9991-N02", null, OPositive)]);

    private static readonly Gen<Func<Order, Decision<OrderEvent>>> Messages = Gen.OneOf(
        Serials.SelectMany(serials => Hours.Select(hour => Message(state => FulfillmentDecider.Reserve(state, Reservation(serials) with
        {
            At = Now.AddHours(hour),
            Attempt = 1 + (hour / 3),
            Shortfalls = serials.Length < 2 ? [new Shortfall(1, 2 - serials.Length)] : [],
            WaitsUntil = hour % 2 == 0 ? Now.AddDays(1) : null,
        })))),
        Hours.Select(hour => Message(state => FulfillmentDecider.Delay(
            state, new RecordDelay(1 + (hour / 3), [new Shortfall(1, 2)], [], Now.AddDays(1), Now.AddHours(hour))))),
        Hours.Select(hour => Message(state => FulfillmentDecider.Decline(
            state, new RecordDecline("not-in-time", [new Shortfall(1, 1)], 1 + (hour / 3), Now.AddHours(hour))))),
        Gen.Choose(1, 3).SelectMany(serial => Hours.Select(hour => Message(state => FulfillmentDecider.Return(
            state, new RecordReturn(Unit(serial), true, Now.AddHours(hour)))))),
        Gen.Choose(1, 3).Select(quantity => Message(state => AmendmentDecider.Amend(
            state,
            new AmendOrder([new WantedLine(ComponentKind.RedCells, OPositive, quantity)]),
            Network,
            state.Purpose == OrderPurpose.Patient ? Established : Recipient.Initial,
            Policy,
            Nurse))),
        Serials.Select(serials => Message(state => FulfillmentDecider.Lapse(state, new RecordLapse([.. serials.Select(Unit)], "lapsed", LapseTime)))),
        Serials.Select(serials => Message(state => FulfillmentDecider.Dispatch(state, new RecordDispatch(Box, [.. serials.Select(Unit)], Now)))),
        Serials.Select(serials => Message(state => FulfillmentDecider.Receive(
            state, new RecordReceipt(Box, [.. serials.Select(Unit)], [.. new[] { 1, 2, 3 }.Except(serials).Select(Unit)])))),
        Gen.Choose(1, 3).Select(serial => Message(state => FulfillmentDecider.Issue(state, new RecordIssue(Unit(serial))))),
        Gen.Choose(1, 3).SelectMany(serial => Gen.Elements(Enum.GetValues<UnitFate>())
            .Select(fate => Message(state => FulfillmentDecider.End(state, new RecordFate(Unit(serial), fate))))),
        Gen.Constant(Message(state => FulfillmentDecider.Decline(state, new RecordDecline("no-compatible-stock", [])))),
        Gen.Constant(Message(state => OrderDecider.Cancel(state, new CancelOrder("not needed")))));

    private static readonly Arbitrary<(OrderPlaced Placed, Func<Order, Decision<OrderEvent>>[] Messages)> Histories =
        Gen.Elements(Placed, PlacedForPatient).SelectMany(placed => Messages.ArrayOf().Select(messages => (placed, messages))).ToArbitrary();

    [Fact]
    public void An_order_ends_at_most_once_and_stays_ended() => Hold((events, state) =>
    {
        events.Count(IsEnding).ShouldBeLessThanOrEqualTo(1);
        state.HasEnded.ShouldBe(events.Exists(IsEnding));
        (state.Next == OrderPhase.Ended).ShouldBe(state.HasEnded);
    });

    [Fact]
    public void Nothing_is_set_aside_for_an_order_that_has_ended() => Hold((events, _) =>
    {
        var ending = events.FindIndex(IsEnding);
        if (ending >= 0)
            events.FindIndex(ending, @event => @event is OrderReserved).ShouldBe(-1);
    });

    [Fact]
    public void A_met_order_was_served_in_full_and_one_that_was_served_in_full_is_not_left_open() => Hold((events, state) =>
    {
        // What comes back afterwards reopens nothing.
        if (events.FindIndex(@event => @event is OrderMet) is var met and >= 0)
            Aggregate.Fold<Order>(events[..met]).NotServed.ShouldBe(0);
        if (state.NotServed == 0 || state.IsSettled)
            state.HasEnded.ShouldBeTrue();
    });

    [Fact]
    public void An_order_that_waits_is_not_given_up() => Hold((events, state) =>
    {
        foreach (var (index, @event) in events.Index())
        {
            if (@event is OrderPartlyMet or OrderUnmet)
                Aggregate.Fold<Order>(events[..index]).IsWaiting.ShouldBeFalse();
        }
    });

    [Fact]
    public void Telling_the_last_thing_again_changes_nothing()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Histories, history =>
        {
            var events = Run(history);
            var state = Aggregate.Fold<Order>(events);
            if (history.Messages is [.., var last])
                last(state).Events.ShouldBeEmpty();
        }));
    }

    private static void Hold(Action<List<OrderEvent>, Order> invariant) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Histories, history =>
        {
            var events = Run(history);
            invariant(events, Aggregate.Fold<Order>(events));
        }));

    private static List<OrderEvent> Run((OrderPlaced Placed, Func<Order, Decision<OrderEvent>>[] Messages) history)
    {
        List<OrderEvent> events = [history.Placed];
        foreach (var message in history.Messages)
            events.AddRange(message(Aggregate.Fold<Order>(events)).Events);
        return events;
    }

    private static bool IsEnding(OrderEvent @event) => @event is OrderMet or OrderPartlyMet or OrderUnmet or OrderDeclined or OrderCanceled;

    private static Func<Order, Decision<OrderEvent>> Message(Func<Order, Decision<OrderEvent>> message) => message;
}
