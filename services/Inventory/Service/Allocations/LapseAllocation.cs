using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.EventStore.Deadlines;
using Distribution.ServiceDefaults.Commands;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>
/// Frees what an order has not fetched, or has given back. Falls due some time after the reservations' own end: Dispatch hands nothing over
/// after that end, and this is the time in which it tells of what it handed over a moment before.
/// </summary>
internal sealed class LapseAllocation(IEventStore store, CommandRunner runner, TimeProvider clock) : IDeadlineHandler
{
    public const string DeadlineName = "reservation-lapse";

    public string Name => DeadlineName;

    public async Task HandleAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        var id = deadline.StreamId[(Allocation.Category.Length + 1)..];
        var order = OrderId.Parse(id);
        var allocation = (await store.LoadAsync<Allocation>(id, cancellationToken)).State;
        var now = clock.GetUtcNow();
        var by = new Provenance("reservation-lapse", allocation.Supplier ?? default, now, now);
        var outcome = await runner.RunAsync(
            new CommandContext(DeadlineKey.Of(deadline), by, Policy: null, CorrelationId: id),
            token => EndingReservations.PlanAsync(
                store,
                order,
                // What was given back is free when the grace after that is over, however long it would have been kept.
                (state, number, unit) => state.FreeAt <= now && (state.GivenBack || state.Leaving.Contains(number))
                    ? UnitDecider.EndReservation(unit, order, Allocation.Lapsed)
                    : UnitDecider.LapseReservation(unit, order, by),
                (state, freed, _) => AllocationDecider.Lapse(state, order, freed),
                token),
            cancellationToken);
        if (outcome is not Outcome.Done)
            throw new InvalidOperationException($"{deadline.StreamId} could not be looked at: {outcome}.");
    }
}
