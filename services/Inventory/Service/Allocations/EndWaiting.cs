using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.EventStore.Deadlines;
using Distribution.Inventory.Allocating;
using Distribution.ServiceDefaults.Commands;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>The order's time to wait is over: what is still short will not come.</summary>
internal sealed class EndWaiting(IEventStore store, CommandRunner runner, AllocationDesk desk, AllocationMirror mirror, PolicyPack policy, TimeProvider clock) : IDeadlineHandler
{
    public const string DeadlineName = "demand-wait-over";

    public string Name => DeadlineName;

    public async Task HandleAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        var id = deadline.StreamId[(Allocation.Category.Length + 1)..];
        var now = clock.GetUtcNow();
        await mirror.RefreshAsync(cancellationToken);
        var supplier = (await store.LoadAsync<Allocation>(id, cancellationToken)).State.Supplier ?? default;
        var by = new Provenance(DeadlineName, supplier, now, now);
        var outcome = await runner.RunAsync<Allocation, AllocationEvent>(
            new CommandContext(DeadlineKey.Of(deadline), by, policy.Version, CorrelationId: id),
            id,
            state => DemandDecider.EndWaiting(state, state.IsOpen ? desk.LookOut(OpenDemand.Of(state), desk.TermsAt(now)) : Prospect.None, by),
            cancellationToken: cancellationToken);
        if (outcome is not Outcome.Done)
            throw new InvalidOperationException($"{deadline.StreamId} could not be looked at: {outcome}.");
    }
}
