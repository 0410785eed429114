using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>The end of an order's reservations: each unit's and the order's own, in one commit.</summary>
internal static class EndingReservations
{
    public static async Task<Plan> PlanAsync(
        IEventStore store,
        OrderId order,
        Func<Allocation, UnitNumber, Unit, Decision<UnitEvent>> endUnit,
        Func<Allocation, IReadOnlyList<UnitNumber>, IReadOnlyList<UnitNumber>, Decision<AllocationEvent>> endAllocation,
        CancellationToken cancellationToken)
    {
        var allocation = await store.LoadAsync<Allocation>(order.ToString(), cancellationToken);
        var units = await store.LoadAsync<Unit>([.. allocation.State.Units.Select(unit => unit.ToString())], cancellationToken);
        var waiting = allocation.State.Units.Zip(units)
            .Where(pair => UnitDecider.WaitsForItsLeg(pair.Second.State, order))
            .Select(pair => pair.First)
            .ToList();
        var freed = allocation.State.Units.Zip(units)
            .Select(pair => (Unit: pair.First, Append: pair.Second.Append(endUnit(allocation.State, pair.First, pair.Second.State).Events)))
            .Where(pair => pair.Append.Events.Count > 0)
            .ToList();
        var decision = endAllocation(allocation.State, [.. freed.Select(pair => pair.Unit)], waiting);
        if (decision.IsRejected)
            return Plan.Refuse(decision.Rejections);
        return Plan.Write(
            decision.Events.Count > 0 ? [allocation.Append(decision.Events), .. freed.Select(pair => pair.Append)] : [],
            [.. decision.Events.OfType<AllocationLapsed>().Where(lapsed => lapsed.FreeAt is not null)
                .Select(lapsed => new Deadline(LapseAllocation.DeadlineName, allocation.StreamId, lapsed.FreeAt!.Value))]);
    }
}
