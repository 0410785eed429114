using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;
using Distribution.Blood.Network;

namespace Distribution.Dispatches;

/// <summary>Units on their way from one site to another, box by box.</summary>
public sealed record Consignment : IAggregate<Consignment>
{
    public static string Category => "consignment";

    public static Consignment Initial { get; } = new();

    public ConsignmentNumber Number { get; init; }

    public OrderId Order { get; init; }

    public SiteId From { get; init; }

    public SiteId To { get; init; }

    public DateTimeOffset NeededBy { get; init; }

    /// <summary>Not to be handed over after this.</summary>
    public DateTimeOffset ReservedUntil { get; init; }

    /// <summary>In the order in which they expire: what has least time left is picked first.</summary>
    public ImmutableArray<PlannedUnit> Units { get; init; } = [];

    public ImmutableHashSet<UnitNumber> Picked { get; init; } = [];

    public ImmutableSortedDictionary<UnitNumber, Place> Packed { get; init; } = ImmutableSortedDictionary<UnitNumber, Place>.Empty;

    public ImmutableSortedDictionary<UnitNumber, string> LeftOut { get; init; } = ImmutableSortedDictionary<UnitNumber, string>.Empty;

    /// <summary>Null until it is handed over.</summary>
    public Handover? HandedOver { get; init; }

    public bool HasArrived { get; init; }

    /// <summary>The units scanned at the destination; true where they were expected.</summary>
    public ImmutableSortedDictionary<UnitNumber, bool> CheckedIn { get; init; } = ImmutableSortedDictionary<UnitNumber, bool>.Empty;

    /// <summary>The checking has been finished at least once.</summary>
    public bool IsReceived { get; init; }

    /// <summary>Checked in and already told to the others.</summary>
    public ImmutableHashSet<UnitNumber> Reported { get; init; } = [];

    public ImmutableSortedDictionary<UnitNumber, Discrepancy> Discrepancies { get; init; } = ImmutableSortedDictionary<UnitNumber, Discrepancy>.Empty;

    public bool IsPlanned => Number != default;

    public ConsignmentStatus Status =>
        IsReceived ? ConsignmentStatus.Received
        : HasArrived ? ConsignmentStatus.Arrived
        : HandedOver is not null ? ConsignmentStatus.Dispatched
        : Units.All(unit => LeftOut.ContainsKey(unit.Unit)) ? ConsignmentStatus.LeftOut
        : Packed.Count + LeftOut.Count == Units.Length ? ConsignmentStatus.Packed
        : Picked.Count + Packed.Count + LeftOut.Count > 0 ? ConsignmentStatus.Packing
        : ConsignmentStatus.Planned;

    /// <summary>
    /// What the destination has reason to expect: what was handed over; where nothing was in the books, whatever was
    /// meant to go.
    /// </summary>
    public bool Expects(UnitNumber unit) => HandedOver is { } handover
        ? handover.Units.Contains(unit)
        : Find(unit) is not null && !LeftOut.ContainsKey(unit);

    public PlannedUnit? Find(UnitNumber unit) => Units.FirstOrDefault(planned => planned.Unit == unit);

    public static Consignment Evolve(Consignment state, object @event) => @event switch
    {
        ConsignmentEvent.ConsignmentPlanned planned => state with
        {
            Number = planned.Consignment,
            Order = planned.Order,
            From = planned.From,
            To = planned.To,
            NeededBy = planned.NeededBy,
            ReservedUntil = planned.ReservedUntil,
            Units = [.. planned.Units.OrderBy(unit => unit.ExpiresAt).ThenBy(unit => unit.Unit)],
        },
        ConsignmentEvent.UnitPicked picked => state with
        {
            Picked = state.Picked.Add(picked.Unit),
            LeftOut = state.LeftOut.Remove(picked.Unit),
        },
        ConsignmentEvent.UnitPacked packed => state with
        {
            Packed = state.Packed.SetItem(packed.Unit, new Place(packed.Box, packed.Boxes)),
            LeftOut = state.LeftOut.Remove(packed.Unit),
        },
        ConsignmentEvent.UnitLeftOut left => state with
        {
            LeftOut = state.LeftOut.SetItem(left.Unit, left.Reason),
            Packed = state.Packed.Remove(left.Unit),
            Picked = state.Picked.Remove(left.Unit),
        },
        ConsignmentEvent.ConsignmentDispatched dispatched => state with
        {
            HandedOver = new Handover([.. dispatched.Units], dispatched.DispatchedAt, dispatched.ExpectedAt, dispatched.HandedOverTo),
        },
        ConsignmentEvent.ConsignmentArrived => state with { HasArrived = true },
        ConsignmentEvent.UnitCheckedIn checkedIn => state with { CheckedIn = state.CheckedIn.SetItem(checkedIn.Unit, checkedIn.Expected) },
        ConsignmentEvent.ConsignmentReceived received => state with
        {
            HasArrived = true,
            IsReceived = true,
            Reported = state.Reported.Union(received.Received).Union(received.Unexpected),
        },
        ConsignmentEvent.DiscrepancyRaised amiss => state with
        {
            Discrepancies = state.Discrepancies.SetItem(amiss.Unit, new Discrepancy(amiss.Kind, null)),
        },
        ConsignmentEvent.DiscrepancyResolved resolved => state.Discrepancies.TryGetValue(resolved.Unit, out var raised)
            ? state with { Discrepancies = state.Discrepancies.SetItem(resolved.Unit, raised with { Resolution = resolved.Resolution }) }
            : state,
        _ => throw new InvalidOperationException($"{@event.GetType()} is no event of a consignment."),
    };
}

/// <param name="Box">From 1.</param>
/// <param name="Boxes">How many the box's label says there are.</param>
public sealed record Place(int Box, int Boxes);

/// <param name="ExpectedAt">By the lane's lead time.</param>
/// <param name="To">The carrier's staff code.</param>
public sealed record Handover(ImmutableArray<UnitNumber> Units, DateTimeOffset At, DateTimeOffset ExpectedAt, string To);

/// <param name="Resolution">Null while it stands open.</param>
public sealed record Discrepancy(DiscrepancyKind Kind, string? Resolution);

/// <summary>Where a consignment stands; derived, never stored.</summary>
[JsonConverter(typeof(KebabEnumConverter<ConsignmentStatus>))]
public enum ConsignmentStatus
{
    Planned = 10,
    Packing = 20,

    /// <summary>Every unit is in a box or left out; ready to be handed over.</summary>
    Packed = 30,

    /// <summary>Nothing is left to send: every unit was left out.</summary>
    LeftOut = 40,
    Dispatched = 50,
    Arrived = 60,
    Received = 70,
}
