using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Dispatches;

/// <summary>Takes what other services tell of a unit. All of it has happened: nothing here is ever rejected.</summary>
public static class GateDecider
{
    /// <param name="reservedAt">Since when the order has its claim.</param>
    public static Decision<GateEvent> Plan(
        Gate state, UnitNumber unit, ConsignmentNumber consignment, OrderId order, DateTimeOffset? reservedAt = null) =>
        // The same plan told twice.
        state.Consignments.Contains(consignment)
            ? Decision<GateEvent>.AlreadyDone
            : Decision<GateEvent>.Accept(new GateEvent.UnitPlanned(unit, consignment, order, reservedAt));

    public static Decision<GateEvent> Block(Gate state, UnitNumber unit, string reason, long unitVersion) =>
        IsOld(state, reason, unitVersion)
            ? Decision<GateEvent>.AlreadyDone
            : Decision<GateEvent>.Accept(new GateEvent.UnitBlocked(unit, reason, unitVersion));

    public static Decision<GateEvent> Unblock(Gate state, UnitNumber unit, string reason, long unitVersion) =>
        IsOld(state, reason, unitVersion)
            ? Decision<GateEvent>.AlreadyDone
            : Decision<GateEvent>.Accept(new GateEvent.UnitUnblocked(unit, reason, unitVersion));

    /// <param name="endedAt">When the claim ended; without it the safe reading is that no plan is newer.</param>
    public static Decision<GateEvent> EndReservation(Gate state, UnitNumber unit, OrderId order, string reason, DateTimeOffset? endedAt = null) =>
        // Told before, or of an earlier end than is known.
        state.EndedAt.TryGetValue(order, out var known) && known >= (endedAt ?? DateTimeOffset.MaxValue)
            ? Decision<GateEvent>.AlreadyDone
            : Decision<GateEvent>.Accept(new GateEvent.ReservationEnded(unit, order, reason, endedAt));

    public static Decision<GateEvent> End(Gate state, UnitNumber unit, UnitEnd fate) =>
        // A unit ends once; Inventory records what contradicts that.
        state.Fate is not null
            ? Decision<GateEvent>.AlreadyDone
            : Decision<GateEvent>.Accept(new GateEvent.UnitEnded(unit, fate));

    /// <summary>What a consignment's events mean for one of the units; in their commit, so that a unit leaves once at a time.</summary>
    public static Decision<GateEvent> Follow(Gate state, UnitNumber unit, Consignment consignment, IReadOnlyList<ConsignmentEvent> events)
    {
        if (events.OfType<ConsignmentEvent.ConsignmentDispatched>().Any(dispatched => dispatched.Units.Contains(unit)))
            return Decision<GateEvent>.Accept(new GateEvent.UnitDeparted(unit, consignment.Number, consignment.Order));

        // Where no departure is in the books there is nothing to land from.
        var isHere = events.OfType<ConsignmentEvent.UnitCheckedIn>().Any(checkedIn => checkedIn.Unit == unit);
        var isFound = events.OfType<ConsignmentEvent.DiscrepancyResolved>().Any(resolved => resolved.Unit == unit && !IsGone(resolved.Code)) && state.OnTheRoadFor == consignment.Order;
        return state.OnTheRoadFor is not null && (isHere || isFound)
            ? Decision<GateEvent>.Accept(new GateEvent.UnitLanded(unit, consignment.Number))
            : Decision<GateEvent>.AlreadyDone;
    }

    /// <summary>It is nowhere from where it could leave.</summary>
    private static bool IsGone(DiscrepancyResolution? code) => code is DiscrepancyResolution.Lost or DiscrepancyResolution.Destroyed;

    // Told before (the same version) or overtaken by newer news (a higher one): the message changes nothing.
    private static bool IsOld(Gate state, string reason, long unitVersion) =>
        state.Holds.TryGetValue(reason, out var told) && told.UnitVersion >= unitVersion;
}
