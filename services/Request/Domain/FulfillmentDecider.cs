using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;

namespace Distribution.Requests;

/// <param name="Attempt">Which asking it answers.</param>
/// <param name="At">When Inventory decided it.</param>
/// <param name="Told">Where it stands in Inventory's history of the order.</param>
/// <param name="Now">When it is heard of; null: nothing is asked for again.</param>
public sealed record RecordReservation(
    IReadOnlyList<ReservedUnit> Units,
    IReadOnlyList<Shortfall> Shortfalls,
    DateTimeOffset LapsesAt,
    int Attempt = 1,
    DateTimeOffset At = default,
    IReadOnlyList<Alternative>? Alternatives = null,
    DateTimeOffset? WaitsUntil = null,
    long? Told = null,
    DateTimeOffset? Now = null);

/// <inheritdoc cref="RecordReservation"/>
public sealed record RecordDelay(
    int Attempt,
    IReadOnlyList<Shortfall> Shortfalls,
    IReadOnlyList<Alternative> Alternatives,
    DateTimeOffset WaitsUntil,
    DateTimeOffset At,
    DateTimeOffset? ExpectedAt = null,
    long? Told = null);

/// <inheritdoc cref="RecordReservation"/>
public sealed record RecordDecline(
    string Reason,
    IReadOnlyList<Shortfall> Shortfalls,
    int Attempt = 1,
    DateTimeOffset At = default,
    DateTimeOffset? ExpectedAt = null,
    IReadOnlyList<Alternative>? Alternatives = null,
    long? Told = null);

public sealed record RecordLapse(IReadOnlyList<UnitNumber> Units, string Reason, DateTimeOffset At = default);

public sealed record RecordDispatch(ConsignmentNumber Consignment, IReadOnlyList<UnitNumber> Units, DateTimeOffset ExpectedAt);

public sealed record RecordReceipt(
    ConsignmentNumber Consignment, IReadOnlyList<UnitNumber> Received, IReadOnlyList<UnitNumber> Missing, IReadOnlyList<UnitNumber>? Damaged = null);

public sealed record RecordIssue(UnitNumber Unit, DateTimeOffset At = default);

public sealed record RecordReturn(UnitNumber Unit, bool Usable, DateTimeOffset At);

/// <param name="Now">When it is heard of; null: nothing is asked for again.</param>
public sealed record RecordFate(UnitNumber Unit, UnitFate Fate, DateTimeOffset? Now = null);

/// <summary>
/// What the other services report has happened: it is recorded, whatever came before it, and ends the order when nothing
/// more can come. The one refusal there is an order that was never placed.
/// </summary>
public static class FulfillmentDecider
{
    public static Decision<OrderEvent> Reserve(Order state, RecordReservation command)
    {
        ReservedUnit[] units = [.. command.Units.Where(unit => !state.Reserved.ContainsKey(unit.Unit) || state.ReservedAt[unit.Unit] < command.At)];
        if (!state.HasEnded)
        {
            var answer = new OrderAnswer(command.Attempt, command.At, false, command.Shortfalls, [], Told: command.Told);
            // Told before, or overtaken by what was told later.
            return units.Length == 0 && !answer.Replaces(state.Answer)
                ? AlreadyKnown(state)
                : Record(state, new OrderReserved(
                    state.Id,
                    state.Purpose,
                    state.Hospital,
                    state.Supplier,
                    units,
                    command.Shortfalls,
                    state.NeededBy,
                    command.LapsesAt,
                    command.Attempt,
                    command.Alternatives,
                    command.WaitsUntil,
                    command.At,
                    state.Urgency,
                    state.Slot,
                    command.Told), command.Now);
        }

        // Ended while Inventory was choosing: the units would stay set aside for nobody.
        UnitNumber[] refused = [.. units.Select(unit => unit.Unit).Where(unit => !state.Refused.Contains(unit))];
        return refused.Length == 0
            ? Decision<OrderEvent>.AlreadyDone
            : Record(state, new OrderReservationRefused(state.Id, refused, $"order-{OrderDecider.Words(state.Status)}"));
    }

    public static Decision<OrderEvent> Delay(Order state, RecordDelay command)
    {
        var answer = new OrderAnswer(command.Attempt, command.At, false, command.Shortfalls, command.Alternatives, Told: command.Told);
        // An order that has ended waits for nothing; what was told later knows more, and a newer asking is answered for itself.
        return state.HasEnded || command.Attempt < state.Attempt || !answer.Replaces(state.Answer)
            ? AlreadyKnown(state)
            : Record(state, new OrderDelayed(
                state.Id, command.Attempt, command.Shortfalls, command.Alternatives, command.WaitsUntil, command.At, command.ExpectedAt, command.Told));
    }

    public static Decision<OrderEvent> Decline(Order state, RecordDecline command)
    {
        IReadOnlyList<Shortfall> shortfalls = command.Shortfalls.Count > 0 ? command.Shortfalls : Lacking(state);
        var answer = new OrderAnswer(command.Attempt, command.At, true, shortfalls, [], Told: command.Told);
        // After an ending there is nothing left to decline; a newer asking is answered for itself.
        if (state.HasEnded || command.Attempt < state.Attempt || !answer.Replaces(state.Answer))
            return AlreadyKnown(state);
        // Less is short than was asked for: units were set aside that have yet to be heard of.
        return state.Reserved.Count == 0 && shortfalls.Sum(shortfall => shortfall.Missing) >= state.Quantity
            ? Record(state, new OrderDeclined(state.Id, command.Reason, command.Shortfalls, command.Attempt, command.ExpectedAt, command.Alternatives))
            : Record(state, new OrderShortfallClosed(
                state.Id, command.Attempt, command.Reason, shortfalls, command.At, command.ExpectedAt, command.Alternatives, command.Told));
    }

    public static Decision<OrderEvent> Lapse(Order state, RecordLapse command) =>
        // Told before, perhaps by a release and by the deadline both.
        command.Units.All(unit => state.LapsedAt.TryGetValue(unit, out var known) && known >= command.At)
            ? AlreadyKnown(state)
            : Record(state, new OrderReservationLapsed(state.Id, command.Units, command.Reason, command.At));

    public static Decision<OrderEvent> Dispatch(Order state, RecordDispatch command) =>
        // A consignment leaves once.
        state.Dispatched.ContainsKey(command.Consignment)
            ? AlreadyKnown(state)
            : Record(state, new OrderDispatched(state.Id, command.Consignment, command.Units, command.ExpectedAt));

    public static Decision<OrderEvent> Receive(Order state, RecordReceipt command) =>
        // Checked again when units turn up later; told again, or overtaken by the find, it has nothing new to say.
        state.Checked.Contains(command.Consignment)
        && state.Received.IsSupersetOf(command.Received)
        && state.Damaged.IsSupersetOf(command.Damaged ?? [])
        && command.Missing.All(unit => state.Missing.Contains(unit) || state.Received.Contains(unit))
            ? AlreadyKnown(state)
            : Record(state, new OrderReceived(state.Id, command.Consignment, command.Received, command.Missing, command.Damaged));

    public static Decision<OrderEvent> Issue(Order state, RecordIssue command) =>
        state.IssuedAt.TryGetValue(command.Unit, out var known) && known >= command.At
            ? AlreadyKnown(state)
            : Record(state, new OrderUnitIssued(state.Id, command.Unit, command.At));

    public static Decision<OrderEvent> Return(Order state, RecordReturn command) =>
        state.ReturnedAt.TryGetValue(command.Unit, out var known) && known >= command.At
            ? AlreadyKnown(state)
            : Record(state, new OrderUnitReturned(state.Id, command.Unit, command.Usable, command.At));

    public static Decision<OrderEvent> End(Order state, RecordFate command) =>
        // A unit ends once; Inventory is the judge of how.
        state.Fates.ContainsKey(command.Unit)
            ? AlreadyKnown(state)
            : Record(state, new OrderUnitEnded(state.Id, command.Unit, command.Fate), command.Now);

    /// <summary>How the order ends with what is known now; null where it goes on.</summary>
    internal static OrderEvent? FindEnding(Order state) => state switch
    {
        { IsPlaced: false } or { HasEnded: true } => null,
        { NotServed: 0 } => new OrderMet(state.Id, state.Hospital),
        { IsSettled: true } when state.NotServed < state.Quantity => new OrderPartlyMet(state.Id, state.NotServed),
        { IsSettled: true } => new OrderUnmet(state.Id, state.NotServed),
        _ => null,
    };

    /// <summary>What is not set aside, line by line.</summary>
    internal static IReadOnlyList<Shortfall> Lacking(Order state) =>
        [.. state.Lines
            .Select(line => new Shortfall(line.Line, line.Quantity - state.Reserved.Values.Count(unit => unit.Line == line.Line && !state.IsLapsed(unit.Unit))))
            .Where(shortfall => shortfall.Missing > 0)];

    private static Decision<OrderEvent> AlreadyKnown(Order state) =>
        state.IsPlaced ? Decision<OrderEvent>.AlreadyDone : Decision<OrderEvent>.Reject(OrderDecider.NeverPlaced);

    /// <summary>A unit that ended before it could serve is asked for anew, once, as long as anything is looked for at all.</summary>
    private static OrderAmended? AskAgain(Order before, Order after, DateTimeOffset? now)
    {
        if (now is null || after.HasEnded || !(after.WaitUntil > now) || !after.LacksUnits || FindEnding(after) is OrderMet)
            return null;
        UnitNumber[] ended = [.. after.Ended.Except(before.Ended).Order()];
        return ended.Length == 0 ? null : AmendmentDecider.Change(after, after.Lines, after.WaitUntil.Value) with { Ended = ended };
    }

    /// <param name="now">When it is heard of; null: nothing is asked for again.</param>
    private static Decision<OrderEvent> Record(Order state, OrderEvent fact, DateTimeOffset? now = null)
    {
        // Others speak of an order only because it was placed here: a stranger is an alarm, not a fact to keep.
        if (!state.IsPlaced)
            return Decision<OrderEvent>.Reject(OrderDecider.NeverPlaced);
        var after = Order.Evolve(state, fact);
        if (AskAgain(state, after, now) is { } again)
            return Decision<OrderEvent>.Accept(fact, again);
        return FindEnding(after) is { } ending
            ? Decision<OrderEvent>.Accept(fact, ending)
            : Decision<OrderEvent>.Accept(fact);
    }
}
