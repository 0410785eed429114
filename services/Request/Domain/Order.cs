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
    Reserved = 20,
    Dispatched = 30,
    Received = 40,
    Met = 50,
    PartlyMet = 60,
    Unmet = 70,
    Declined = 80,
    Canceled = 90,
}

/// <summary>
/// An order and the process that fulfills it. Messages of other services come late, repeated and swapped, so the state
/// is sets of facts; the phase and what is settled are read off the sets, never stored.
/// </summary>
public sealed record Order : IAggregate<Order>
{
    private Order()
    {
    }

    public static string Category => "order";

    public static Order Initial { get; } = new();

    public OrderId Id { get; private init; }

    public OrderPurpose Purpose { get; private init; }

    public SiteId Hospital { get; private init; }

    public SiteId Supplier { get; private init; }

    public IReadOnlyList<OrderLine> Lines { get; private init; } = [];

    public DateTimeOffset NeededBy { get; private init; }

    public RecipientId? Recipient { get; private init; }

    public BloodGroup? RecipientGroup { get; private init; }

    /// <summary>Null until Inventory's answer is known, even where a box has been heard of before.</summary>
    public ImmutableDictionary<UnitNumber, ReservedUnit>? Reserved { get; private init; }

    public IReadOnlyList<Shortfall> Shortfalls { get; private init; } = [];

    public DateTimeOffset? LapsesAt { get; private init; }

    /// <summary>Set aside after the order had ended, and to be given back.</summary>
    public ImmutableHashSet<UnitNumber> Refused { get; private init; } = [];

    /// <summary>No longer set aside.</summary>
    public ImmutableHashSet<UnitNumber> Lapsed { get; private init; } = [];

    public ImmutableDictionary<ConsignmentNumber, IReadOnlyList<UnitNumber>> Dispatched { get; private init; } =
        ImmutableDictionary<ConsignmentNumber, IReadOnlyList<UnitNumber>>.Empty;

    public ImmutableHashSet<ConsignmentNumber> Checked { get; private init; } = [];

    public ImmutableHashSet<UnitNumber> Received { get; private init; } = [];

    public ImmutableHashSet<UnitNumber> Missing { get; private init; } = [];

    public ImmutableHashSet<UnitNumber> Issued { get; private init; } = [];

    public ImmutableDictionary<UnitNumber, UnitFate> Fates { get; private init; } = ImmutableDictionary<UnitNumber, UnitFate>.Empty;

    /// <summary>Null while the order runs. Once set it stays: later facts are recorded and reopen nothing.</summary>
    public OrderStatus? Ending { get; private init; }

    public bool IsPlaced => Lines.Count > 0;

    public bool HasEnded => Ending is not null;

    public OrderStatus Status => Ending
        ?? (Checked.Count > 0 ? OrderStatus.Received
            : Dispatched.Count > 0 ? OrderStatus.Dispatched
            : Reserved is not null ? OrderStatus.Reserved
            : OrderStatus.Placed);

    public OrderPhase Next => this switch
    {
        { IsPlaced: false } => OrderPhase.NotPlaced,
        { HasEnded: true } => OrderPhase.Ended,
        { Reserved: null } => OrderPhase.AwaitingReservation,
        { Purpose: OrderPurpose.Patient } => OrderPhase.AwaitingIssue,
        _ when Dispatched.Keys.Any(consignment => !Checked.Contains(consignment)) => OrderPhase.AwaitingReceipt,
        { Checked.Count: > 0 } => OrderPhase.AwaitingLapse,
        _ => OrderPhase.AwaitingDispatch,
    };

    public int Quantity => Lines.Sum(line => line.Quantity);

    /// <summary>How many units of the line have served it. A unit serves the line it was reserved for.</summary>
    public int Served(int line) => Reserved?.Values.Count(unit => unit.Line == line && IsServed(unit.Unit)) ?? 0;

    /// <summary>Units asked for and not served; more than asked for on one line does not make up for another.</summary>
    public int NotServed => Lines.Sum(line => Math.Max(0, line.Quantity - Served(line.Line)));

    /// <summary>Nothing more can come of what was reserved.</summary>
    public bool IsSettled => Reserved?.Keys.All(IsUnitSettled) ?? false;

    public static Order Evolve(Order state, object @event) => @event switch
    {
        OrderPlaced placed => state with
        {
            Id = placed.Order,
            Purpose = placed.Purpose,
            Hospital = placed.Hospital,
            Supplier = placed.Supplier,
            Lines = placed.Lines,
            NeededBy = placed.NeededBy,
            Recipient = placed.Recipient,
            RecipientGroup = placed.RecipientGroup,
        },
        OrderReserved reserved => state with
        {
            Reserved = reserved.Units.ToImmutableDictionary(unit => unit.Unit),
            Shortfalls = reserved.Shortfalls,
            LapsesAt = reserved.LapsesAt,
        },
        OrderReservationRefused refused => state with { Refused = state.Refused.Union(refused.Units) },
        OrderDeclined declined => state with { Shortfalls = declined.Shortfalls, Ending = state.Ending ?? OrderStatus.Declined },
        OrderReservationLapsed lapsed => state with { Lapsed = state.Lapsed.Union(lapsed.Units) },
        OrderDispatched dispatched => state with { Dispatched = state.Dispatched.SetItem(dispatched.Consignment, dispatched.Units) },
        OrderReceived received => state with
        {
            Checked = state.Checked.Add(received.Consignment),
            Received = state.Received.Union(received.Received),
            // Once it has come it is missing no more, also where the find is heard of before the loss.
            Missing = state.Missing.Union(received.Missing).Except(received.Received).Except(state.Received),
        },
        OrderUnitIssued issued => state with { Issued = state.Issued.Add(issued.Unit) },
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
        OrderPurpose.Stock => Received.Contains(unit),
        // The news of the transfusion may come before that of the issue.
        OrderPurpose.Patient => Issued.Contains(unit) || Fates.GetValueOrDefault(unit) == UnitFate.Transfused,
        _ => false,
    };

    private bool IsUnitSettled(UnitNumber unit) =>
        IsServed(unit)
        || Missing.Contains(unit)
        // A unit on the road is settled by the check at the door alone: what is heard of it before then, such as that it
        // was discarded, may be later than an arrival that has yet to be heard of.
        || ((Lapsed.Contains(unit) || Fates.ContainsKey(unit)) && !IsOnTheRoad(unit));

    private bool IsOnTheRoad(UnitNumber unit) =>
        Dispatched.Any(consignment => !Checked.Contains(consignment.Key) && consignment.Value.Contains(unit));
}
