using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Dispatches;

/// <summary>Takes what other services tell of a unit. All of it has happened: nothing here is ever rejected.</summary>
public static class GateDecider
{
    public static Decision<GateEvent> Plan(Gate state, UnitNumber unit, ConsignmentNumber consignment, OrderId order) =>
        // The same plan told twice.
        state.Consignments.Contains(consignment)
            ? Decision<GateEvent>.AlreadyDone
            : Decision<GateEvent>.Accept(new GateEvent.UnitPlanned(unit, consignment, order));

    public static Decision<GateEvent> Block(Gate state, UnitNumber unit, string reason, long unitVersion) =>
        IsOld(state, reason, unitVersion)
            ? Decision<GateEvent>.AlreadyDone
            : Decision<GateEvent>.Accept(new GateEvent.UnitBlocked(unit, reason, unitVersion));

    public static Decision<GateEvent> Unblock(Gate state, UnitNumber unit, string reason, long unitVersion) =>
        IsOld(state, reason, unitVersion)
            ? Decision<GateEvent>.AlreadyDone
            : Decision<GateEvent>.Accept(new GateEvent.UnitUnblocked(unit, reason, unitVersion));

    public static Decision<GateEvent> EndReservation(Gate state, UnitNumber unit, OrderId order, string reason) =>
        // Once ended stays ended: without a version to tell the newer truth, the safe reading is that the claim is gone.
        state.EndedReservations.Contains(order)
            ? Decision<GateEvent>.AlreadyDone
            : Decision<GateEvent>.Accept(new GateEvent.ReservationEnded(unit, order, reason));

    public static Decision<GateEvent> End(Gate state, UnitNumber unit, UnitEnd fate) =>
        // A unit ends once; Inventory records what contradicts that.
        state.Fate is not null
            ? Decision<GateEvent>.AlreadyDone
            : Decision<GateEvent>.Accept(new GateEvent.UnitEnded(unit, fate));

    // Told before (the same version) or overtaken by newer news (a higher one): the message changes nothing.
    private static bool IsOld(Gate state, string reason, long unitVersion) =>
        state.Holds.TryGetValue(reason, out var told) && told.UnitVersion >= unitVersion;
}
