using System.Collections.Immutable;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Dispatches;

/// <summary>What Dispatch knows that stops a unit from being packed. Built from messages, which may come late, twice or swapped.</summary>
public sealed record Gate : IAggregate<Gate>
{
    public static string Category => "gate";

    public static Gate Initial { get; } = new();

    /// <summary>Per reason the newest that was told: held or not, and by which version of the unit.</summary>
    public ImmutableSortedDictionary<string, Told> Holds { get; init; } =
        ImmutableSortedDictionary.Create<string, Told>(StringComparer.Ordinal);

    /// <summary>Per order when its claim on the unit ended last.</summary>
    public ImmutableDictionary<OrderId, DateTimeOffset> EndedAt { get; init; } = ImmutableDictionary<OrderId, DateTimeOffset>.Empty;

    public ImmutableHashSet<ConsignmentNumber> Consignments { get; init; } = [];

    /// <summary>Since when each plan has its claim, where that was told.</summary>
    public ImmutableDictionary<ConsignmentNumber, DateTimeOffset> ReservedAt { get; init; } = ImmutableDictionary<ConsignmentNumber, DateTimeOffset>.Empty;

    public UnitEnd? Fate { get; init; }

    /// <summary>For which order the unit is on the road; null where it stands on a shelf, for all that is known.</summary>
    public OrderId? OnTheRoadFor { get; init; }

    public IEnumerable<string> HoldReasons => Holds.Where(hold => hold.Value.Held).Select(hold => hold.Key);

    /// <summary>
    /// The claim on which the consignment's plan rests has ended. The unit may be reserved for the same order again: then it
    /// travels on the newer plan, which the older end says nothing of.
    /// </summary>
    public bool IsOver(ConsignmentNumber consignment, OrderId order) =>
        EndedAt.TryGetValue(order, out var ended) && ended >= ReservedAt.GetValueOrDefault(consignment);

    /// <summary>Every reason why the unit may not leave on this consignment for this order; none when it may.</summary>
    public IEnumerable<Rejection> StopsFor(ConsignmentNumber consignment, OrderId order, UnitNumber unit)
    {
        foreach (var reason in HoldReasons)
            yield return new Rejection("unit-held", $"Unit {unit} is held: {reason}.");
        if (IsOver(consignment, order))
            yield return new Rejection("reservation-ended", $"Unit {unit} is no longer reserved for this order.");
        // Reserved anew for another order while the news of its departure was under way.
        if (OnTheRoadFor is { } other && other != order)
            yield return new Rejection("unit-departed", $"Unit {unit} has left on another consignment and has not been checked in.");
        if (Fate is { } fate)
            yield return new Rejection("unit-ended", $"Unit {unit} has ended: {fate.ToString().ToLowerInvariant()}.");
    }

    public static Gate Evolve(Gate state, object @event) => @event switch
    {
        GateEvent.UnitPlanned planned => state with
        {
            Consignments = state.Consignments.Add(planned.Consignment),
            ReservedAt = planned.ReservedAt is { } reserved ? state.ReservedAt.SetItem(planned.Consignment, reserved) : state.ReservedAt,
        },
        GateEvent.UnitBlocked blocked => state with { Holds = state.Holds.SetItem(blocked.Reason, new Told(true, blocked.UnitVersion)) },
        GateEvent.UnitUnblocked unblocked => state with { Holds = state.Holds.SetItem(unblocked.Reason, new Told(false, unblocked.UnitVersion)) },
        GateEvent.ReservationEnded ended => state with
        {
            EndedAt = state.EndedAt.TryGetValue(ended.Order, out var known) && known >= (ended.EndedAt ?? DateTimeOffset.MaxValue)
                ? state.EndedAt
                : state.EndedAt.SetItem(ended.Order, ended.EndedAt ?? DateTimeOffset.MaxValue),
        },
        GateEvent.UnitDeparted departed => state with { OnTheRoadFor = departed.Order },
        GateEvent.UnitLanded => state with { OnTheRoadFor = null },
        GateEvent.UnitEnded ended => state with { Fate = state.Fate ?? ended.Fate },
        _ => throw new InvalidOperationException($"{@event.GetType()} is no event of a gate."),
    };
}

/// <param name="Held">The reason stops the unit.</param>
/// <param name="UnitVersion">The unit's version that said so: only a higher one says otherwise.</param>
public sealed record Told(bool Held, long UnitVersion);
