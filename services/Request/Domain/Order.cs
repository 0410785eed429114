using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;
using Distribution.Blood.Network;

namespace Distribution.Requests;

/// <summary>What has to happen next for the order to come to an end.</summary>
[JsonConverter(typeof(KebabEnumConverter<OrderPhase>))]
public enum OrderPhase
{
    NotPlaced = 0,
    AwaitingReservation = 10,

    /// <summary>Inventory has answered and looks on for what is short; nothing else is under way.</summary>
    AwaitingStock = 15,
    AwaitingDispatch = 20,
    AwaitingReceipt = 30,
    AwaitingIssue = 40,

    /// <summary>The box has come without some reserved units; they stay set aside until the reservation lapses.</summary>
    AwaitingLapse = 50,
    Ended = 60,
}

/// <summary>How far the order has come, for people.</summary>
[JsonConverter(typeof(KebabEnumConverter<OrderStatus>))]
public enum OrderStatus
{
    Placed = 10,

    /// <summary>Nothing is set aside yet, and it is looked for.</summary>
    Waiting = 15,
    Reserved = 20,
    Dispatched = 30,
    Received = 40,
    Met = 50,
    PartlyMet = 60,
    Unmet = 70,
    Declined = 80,
    Canceled = 90,
}

/// <summary>What Inventory said to one asking. Answers come late and swapped: the one that was told last stands.</summary>
/// <param name="ToldAt">When Inventory decided it, not when it was heard of.</param>
/// <param name="Told">Where it stands in Inventory's history of the order; null in answers of before this was told.</param>
/// <param name="IsClosed">What is short will not come.</param>
public sealed record OrderAnswer(
    int Attempt,
    DateTimeOffset ToldAt,
    bool IsClosed,
    IReadOnlyList<Shortfall> Shortfalls,
    IReadOnlyList<Alternative> Alternatives,
    DateTimeOffset? WaitsUntil = null,
    DateTimeOffset? ExpectedAt = null,
    long? Told = null)
{
    /// <summary>
    /// Of the newer asking; of one asking the end of it, else what was decided later. A time is that of the command's beginning,
    /// and of two commands side by side the first to begin may be the last to decide: where it is told, the place in Inventory's history counts.
    /// </summary>
    public bool Replaces(OrderAnswer? other) =>
        other is null || (Attempt, IsClosed, Told ?? 0, ToldAt).CompareTo((other.Attempt, other.IsClosed, other.Told ?? 0, other.ToldAt)) > 0;

    public int ShortOf(int line) => Shortfalls.Where(shortfall => shortfall.Line == line).Sum(shortfall => shortfall.Missing);
}

/// <summary>
/// An order and the process that fulfills it. Messages of other services come late, repeated and swapped, so the state
/// is sets of facts, with their times where one fact undoes another; the phase and what is settled are read off the sets, never stored.
/// </summary>
public sealed record Order : IAggregate<Order>
{
    private Order()
    {
    }

    /// <summary>Why Inventory ends a reservation that an amendment has no use for.</summary>
    private const string Amended = "amended";

    public static string Category => "order";

    public static Order Initial { get; } = new();

    public OrderId Id { get; private init; }

    public OrderPurpose Purpose { get; private init; }

    public OrderUrgency Urgency { get; private init; } = OrderUrgency.Routine;

    public SiteId Hospital { get; private init; }

    public SiteId Supplier { get; private init; }

    public IReadOnlyList<OrderLine> Lines { get; private init; } = [];

    public DateTimeOffset NeededBy { get; private init; }

    public DateTimeOffset? Slot { get; private init; }

    public DateTimeOffset? DueAt { get; private init; }

    public DateTimeOffset? PlacedAt { get; private init; }

    /// <summary>What is short is looked for until then; null in histories that do not say it.</summary>
    public DateTimeOffset? WaitUntil { get; private init; }

    public OrderFormId? Form { get; private init; }

    public RecipientId? Recipient { get; private init; }

    public BloodGroup? RecipientGroup { get; private init; }

    /// <summary>Which asking of Inventory says what the hospital wants now.</summary>
    public int Attempt { get; private init; } = 1;

    /// <summary>What Inventory last said; null until it has said anything, even where a box has been heard of before.</summary>
    public OrderAnswer? Answer { get; private init; }

    /// <summary>Every unit that was ever set aside for the order.</summary>
    public ImmutableDictionary<UnitNumber, ReservedUnit> Reserved { get; private init; } = ImmutableDictionary<UnitNumber, ReservedUnit>.Empty;

    public ImmutableDictionary<UnitNumber, DateTimeOffset> ReservedAt { get; private init; } = ImmutableDictionary<UnitNumber, DateTimeOffset>.Empty;

    public DateTimeOffset? LapsesAt { get; private init; }

    /// <summary>Set aside after the order had ended, and to be given back.</summary>
    public ImmutableHashSet<UnitNumber> Refused { get; private init; } = [];

    public ImmutableDictionary<UnitNumber, DateTimeOffset> LapsedAt { get; private init; } = ImmutableDictionary<UnitNumber, DateTimeOffset>.Empty;

    /// <summary>When the order went on without a unit, by an amendment: no later answer of Inventory counts it as had.</summary>
    public ImmutableDictionary<UnitNumber, DateTimeOffset> GivenUpAt { get; private init; } = ImmutableDictionary<UnitNumber, DateTimeOffset>.Empty;

    public ImmutableDictionary<ConsignmentNumber, IReadOnlyList<UnitNumber>> Dispatched { get; private init; } =
        ImmutableDictionary<ConsignmentNumber, IReadOnlyList<UnitNumber>>.Empty;

    public ImmutableHashSet<ConsignmentNumber> Checked { get; private init; } = [];

    public ImmutableHashSet<UnitNumber> Received { get; private init; } = [];

    public ImmutableHashSet<UnitNumber> Missing { get; private init; } = [];

    /// <summary>Not to be used as they came: the journey is over for them, and nobody is served.</summary>
    public ImmutableHashSet<UnitNumber> Damaged { get; private init; } = [];

    public ImmutableDictionary<UnitNumber, DateTimeOffset> IssuedAt { get; private init; } = ImmutableDictionary<UnitNumber, DateTimeOffset>.Empty;

    public ImmutableDictionary<UnitNumber, DateTimeOffset> ReturnedAt { get; private init; } = ImmutableDictionary<UnitNumber, DateTimeOffset>.Empty;

    public ImmutableDictionary<UnitNumber, UnitFate> Fates { get; private init; } = ImmutableDictionary<UnitNumber, UnitFate>.Empty;

    /// <summary>Null while the order runs. Once set it stays: later facts are recorded and reopen nothing.</summary>
    public OrderStatus? Ending { get; private init; }

    public bool IsPlaced => Lines.Count > 0;

    public bool HasEnded => Ending is not null;

    /// <summary>The units come from another site.</summary>
    public bool Travels => Supplier != Hospital;

    /// <summary>What Inventory said to what the hospital wants now.</summary>
    public OrderAnswer? CurrentAnswer => Answer is { } answer && answer.Attempt >= Attempt ? answer : null;

    /// <summary>Inventory looks on for what is short.</summary>
    public bool IsWaiting => !HasEnded && CurrentAnswer is { IsClosed: false, WaitsUntil: not null, Shortfalls.Count: > 0 };

    public OrderStatus Status => Ending
        ?? (Checked.Count > 0 ? OrderStatus.Received
            : Dispatched.Count > 0 ? OrderStatus.Dispatched
            : Reserved.Count > 0 ? OrderStatus.Reserved
            : IsWaiting ? OrderStatus.Waiting
            : OrderStatus.Placed);

    public OrderPhase Next => this switch
    {
        { IsPlaced: false } => OrderPhase.NotPlaced,
        { HasEnded: true } => OrderPhase.Ended,
        { Reserved.Count: 0, IsWaiting: true } => OrderPhase.AwaitingStock,
        { Reserved.Count: 0 } => OrderPhase.AwaitingReservation,
        { Travels: true } when Dispatched.Keys.Any(consignment => !Checked.Contains(consignment)) => OrderPhase.AwaitingReceipt,
        { Travels: true } when ToCome().Any(IsNewlyReserved) => OrderPhase.AwaitingDispatch,
        { Purpose: OrderPurpose.Patient } when Reserved.Keys.Any(unit => (!Travels || Received.Contains(unit)) && !IsUnitSettled(unit)) => OrderPhase.AwaitingIssue,
        { Travels: true } when ToCome().Any() => OrderPhase.AwaitingLapse,
        { IsWaiting: true } => OrderPhase.AwaitingStock,
        _ => OrderPhase.AwaitingReservation,
    };

    public int Quantity => Lines.Sum(line => line.Quantity);

    /// <summary>How many units of the line have served it. A unit serves the line it was reserved for.</summary>
    public int Served(int line) => Reserved.Values.Count(unit => unit.Line == line && IsServed(unit.Unit));

    /// <summary>Units asked for and not served; more than asked for on one line does not make up for another.</summary>
    public int NotServed => Lines.Sum(line => Math.Max(0, line.Quantity - Served(line.Line)));

    /// <summary>Nothing more can come: what is wanted now is answered for good, every unit of the answer is known of, and each is settled.</summary>
    public bool IsSettled =>
        CurrentAnswer is { } answer
        && !IsWaiting
        // One answer can be told in several messages: while units that it speaks of have not been heard of, they are to come.
        && Lines.All(line => Reserved.Values.Count(unit => unit.Line == line.Line && !IsGivenUp(unit.Unit)) + answer.ShortOf(line.Line) >= line.Quantity)
        && Reserved.Keys.All(IsUnitSettled);

    /// <summary>Units that ended where they stood while they were set aside: another is to be found for each.</summary>
    public IEnumerable<UnitNumber> Ended => Reserved.Keys.Where(unit =>
        Fates.TryGetValue(unit, out var fate) && fate != UnitFate.Transfused && !HasLeft(unit) && !IsLapsed(unit) && !IsReturned(unit));

    /// <summary>Fewer units are, or were, set aside for a line and can still serve it than it wants.</summary>
    public bool LacksUnits => Ended.ToHashSet() is var ended
        && Lines.Any(line => Reserved.Values.Count(unit => unit.Line == line.Line && !ended.Contains(unit.Unit)) < line.Quantity);

    /// <summary>How many units of the line have left the supplier or were handed out: they cannot be taken out of the order any more.</summary>
    public int Left(int line) => Reserved.Values.Count(unit => unit.Line == line && HasLeft(unit.Unit));

    public static Order Evolve(Order state, object @event) => @event switch
    {
        OrderPlaced placed => state with
        {
            Id = placed.Order,
            Purpose = placed.Purpose,
            Urgency = placed.Urgency ?? OrderUrgency.Routine,
            Hospital = placed.Hospital,
            Supplier = placed.Supplier,
            Lines = placed.Lines,
            NeededBy = placed.NeededBy,
            Slot = placed.Slot,
            DueAt = placed.DueAt,
            PlacedAt = placed.PlacedAt,
            WaitUntil = placed.WaitUntil,
            Form = placed.Form,
            Recipient = placed.Recipient,
            RecipientGroup = placed.RecipientGroup,
        },
        OrderAmended amended => state with
        {
            Id = amended.Order,
            Attempt = amended.Attempt,
            Purpose = amended.Purpose,
            Urgency = amended.Urgency,
            Hospital = amended.Hospital,
            Supplier = amended.Supplier,
            Lines = amended.Lines,
            NeededBy = amended.NeededBy,
            Slot = amended.Slot,
            DueAt = amended.DueAt,
            PlacedAt = amended.PlacedAt,
            WaitUntil = amended.WaitUntil,
            Recipient = amended.Recipient,
            RecipientGroup = amended.RecipientGroup,
        },
        // What it does to the lines is said by the amendment beside it.
        OrderAlternativeAccepted => state,
        OrderAlternativeRefused refused => state with { Answer = Without(state.Answer, refused.Line) },
        OrderReserved reserved => Reserve(state, reserved),
        OrderDelayed delayed => Hear(
            state, new OrderAnswer(delayed.Attempt, delayed.ToldAt, false, delayed.Shortfalls, delayed.Alternatives, delayed.WaitsUntil, delayed.ExpectedAt, delayed.Told)),
        OrderShortfallClosed closed => Hear(
            state, new OrderAnswer(closed.Attempt, closed.ToldAt, true, closed.Shortfalls, closed.Alternatives ?? [], null, closed.ExpectedAt, closed.Told)),
        OrderReservationRefused refused => state with { Refused = state.Refused.Union(refused.Units) },
        OrderDeclined declined => state with
        {
            Answer = new OrderAnswer(
                declined.Attempt ?? state.Attempt, state.Answer?.ToldAt ?? default, true, declined.Shortfalls, declined.Alternatives ?? [], null, declined.ExpectedAt),
            Ending = state.Ending ?? OrderStatus.Declined,
        },
        OrderReservationLapsed lapsed => state with
        {
            LapsedAt = Latest(state.LapsedAt, lapsed.Units, lapsed.LapsedAt),
            GivenUpAt = string.Equals(lapsed.Reason, Amended, StringComparison.Ordinal) ? Latest(state.GivenUpAt, lapsed.Units, lapsed.LapsedAt) : state.GivenUpAt,
        },
        OrderDispatched dispatched => state with { Dispatched = state.Dispatched.SetItem(dispatched.Consignment, dispatched.Units) },
        OrderReceived received => state with
        {
            Checked = state.Checked.Add(received.Consignment),
            Received = state.Received.Union(received.Received),
            Damaged = state.Damaged.Union(received.Damaged ?? []),
            // Once it has come it is missing no more, also where the find is heard of before the loss.
            Missing = state.Missing.Union(received.Missing).Except(received.Received).Except(state.Received),
        },
        OrderUnitIssued issued => state with { IssuedAt = Latest(state.IssuedAt, [issued.Unit], issued.IssuedAt) },
        OrderUnitReturned returned => state with { ReturnedAt = Latest(state.ReturnedAt, [returned.Unit], returned.ReturnedAt) },
        OrderUnitEnded ended => state with { Fates = state.Fates.SetItem(ended.Unit, ended.Fate) },
        OrderMet => state with { Ending = state.Ending ?? OrderStatus.Met },
        OrderPartlyMet => state with { Ending = state.Ending ?? OrderStatus.PartlyMet },
        OrderUnmet => state with { Ending = state.Ending ?? OrderStatus.Unmet },
        OrderCanceled => state with { Ending = state.Ending ?? OrderStatus.Canceled },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is no event of an order."),
    };

    /// <summary>The unit has reached what it was ordered for.</summary>
    public bool IsServed(UnitNumber unit) => Purpose switch
    {
        OrderPurpose.Stock => Received.Contains(unit) && !Damaged.Contains(unit),
        // The news of the transfusion may come before that of the issue.
        OrderPurpose.Patient => IsIssued(unit) || Fates.GetValueOrDefault(unit) == UnitFate.Transfused,
        _ => false,
    };

    /// <summary>No longer set aside; one that lapsed may be set aside anew.</summary>
    public bool IsLapsed(UnitNumber unit) =>
        LapsedAt.TryGetValue(unit, out var lapsed) && lapsed >= ReservedAt.GetValueOrDefault(unit);

    /// <summary>Handed out for the patient, and not back.</summary>
    public bool IsIssued(UnitNumber unit) =>
        IssuedAt.TryGetValue(unit, out var issued) && !(ReturnedAt.TryGetValue(unit, out var returned) && returned >= issued);

    /// <summary>Back unused, and not set aside for the order again.</summary>
    public bool IsReturned(UnitNumber unit) =>
        ReturnedAt.TryGetValue(unit, out var returned) && !IsIssued(unit) && returned >= ReservedAt.GetValueOrDefault(unit);

    private static Order Reserve(Order state, OrderReserved reserved) => Hear(
        state with
        {
            Reserved = state.Reserved.SetItems(reserved.Units.Select(unit => KeyValuePair.Create(unit.Unit, unit))),
            ReservedAt = Latest(state.ReservedAt, reserved.Units.Select(unit => unit.Unit), reserved.ReservedAt),
            LapsesAt = state.LapsesAt > reserved.LapsesAt ? state.LapsesAt : reserved.LapsesAt,
        },
        new OrderAnswer(reserved.Attempt ?? 1, reserved.ReservedAt ?? default, false, reserved.Shortfalls, reserved.Alternatives ?? [], reserved.WaitsUntil, null, reserved.Told));

    private static Order Hear(Order state, OrderAnswer answer) => answer.Replaces(state.Answer) ? state with { Answer = answer } : state;

    private static OrderAnswer? Without(OrderAnswer? answer, int line) =>
        answer is null ? null : answer with { Alternatives = [.. answer.Alternatives.Where(offered => offered.Line != line)] };

    private static ImmutableDictionary<UnitNumber, DateTimeOffset> Latest(
        ImmutableDictionary<UnitNumber, DateTimeOffset> times, IEnumerable<UnitNumber> units, DateTimeOffset? at)
    {
        var told = at ?? default;
        return times.SetItems(units.Where(unit => !times.TryGetValue(unit, out var known) || known < told).Select(unit => KeyValuePair.Create(unit, told)));
    }

    private bool IsGivenUp(UnitNumber unit) => GivenUpAt.TryGetValue(unit, out var at) && at >= ReservedAt.GetValueOrDefault(unit);

    private bool IsUnitSettled(UnitNumber unit) =>
        IsServed(unit)
        || Missing.Contains(unit)
        || (Purpose == OrderPurpose.Stock && Received.Contains(unit))
        // A unit on the road is settled by the check at the door alone: what is heard of it before then, such as that it
        // was discarded, may be later than an arrival that has yet to be heard of.
        || ((IsLapsed(unit) || IsReturned(unit) || Fates.ContainsKey(unit)) && !IsOnTheRoad(unit));

    private IEnumerable<UnitNumber> ToCome() => Reserved.Keys.Where(unit => !IsUnitSettled(unit) && !Received.Contains(unit));

    // What was set aside together travels together: what stayed behind when the others left is not brought any more.
    private bool IsNewlyReserved(UnitNumber unit)
    {
        var at = ReservedAt.GetValueOrDefault(unit);
        return !Reserved.Keys.Any(other => ReservedAt.GetValueOrDefault(other) == at && HasLeft(other));
    }

    private bool HasLeft(UnitNumber unit) =>
        IsIssued(unit)
        || Fates.GetValueOrDefault(unit) == UnitFate.Transfused
        || Received.Contains(unit)
        || Missing.Contains(unit)
        || Dispatched.Values.Any(units => units.Contains(unit));

    private bool IsOnTheRoad(UnitNumber unit) =>
        Dispatched.Any(consignment => !Checked.Contains(consignment.Key) && consignment.Value.Contains(unit));
}
