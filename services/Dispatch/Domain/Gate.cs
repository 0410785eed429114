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

    public ImmutableHashSet<OrderId> EndedReservations { get; init; } = [];

    public ImmutableHashSet<ConsignmentNumber> Consignments { get; init; } = [];

    public UnitEnd? Fate { get; init; }

    /// <summary>For which order the unit is on the road; null where it stands on a shelf, for all that is known.</summary>
    public OrderId? OnTheRoadFor { get; init; }

    public IEnumerable<string> HoldReasons => Holds.Where(hold => hold.Value.Held).Select(hold => hold.Key);

    /// <summary>Every reason why the unit may not leave for this order; none when it may.</summary>
    public IEnumerable<Rejection> StopsFor(OrderId order, UnitNumber unit)
    {
        foreach (var reason in HoldReasons)
            yield return new Rejection("unit-held", $"Unit {unit} is held: {reason}.");
        if (EndedReservations.Contains(order))
            yield return new Rejection("reservation-ended", $"Unit {unit} is no longer reserved for this order.");
        // Reserved anew for another order while the news of its departure was under way.
        if (OnTheRoadFor is { } other && other != order)
            yield return new Rejection("unit-departed", $"Unit {unit} has left on another consignment and has not been checked in.");
        if (Fate is { } fate)
            yield return new Rejection("unit-ended", $"Unit {unit} has ended: {fate.ToString().ToLowerInvariant()}.");
    }

    public static Gate Evolve(Gate state, object @event) => @event switch
    {
        GateEvent.UnitPlanned planned => state with { Consignments = state.Consignments.Add(planned.Consignment) },
        GateEvent.UnitBlocked blocked => state with { Holds = state.Holds.SetItem(blocked.Reason, new Told(true, blocked.UnitVersion)) },
        GateEvent.UnitUnblocked unblocked => state with { Holds = state.Holds.SetItem(unblocked.Reason, new Told(false, unblocked.UnitVersion)) },
        GateEvent.ReservationEnded ended => state with { EndedReservations = state.EndedReservations.Add(ended.Order) },
        GateEvent.UnitDeparted departed => state with { OnTheRoadFor = departed.Order },
        GateEvent.UnitLanded => state with { OnTheRoadFor = null },
        GateEvent.UnitEnded ended => state with { Fate = state.Fate ?? ended.Fate },
        _ => throw new InvalidOperationException($"{@event.GetType()} is no event of a gate."),
    };
}

/// <param name="Held">The reason stops the unit.</param>
/// <param name="UnitVersion">The unit's version that said so: only a higher one says otherwise.</param>
public sealed record Told(bool Held, long UnitVersion);
