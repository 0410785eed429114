using Distribution.EventStore;
using Distribution.EventStore.Deadlines;
using Distribution.ServiceDefaults.Commands;

namespace Distribution.Inventory.Service.Bench;

/// <summary>Looks at a unit when the crossmatch after its emergency is due.</summary>
internal sealed class RemindOfCrossmatch(IEventStore store, CommandRunner runner, TimeProvider clock) : IDeadlineHandler
{
    public const string DeadlineName = "retrospective-crossmatch";

    public string Name => DeadlineName;

    public async Task HandleAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        var id = deadline.StreamId[(Unit.Category.Length + 1)..];
        var unit = (await store.LoadAsync<Unit>(id, cancellationToken)).State;
        var by = new Blood.Deciding.Provenance(DeadlineName, unit.Custody.Site ?? default, deadline.DueAt, clock.GetUtcNow());
        var outcome = await runner.RunAsync<Unit, UnitEvent>(
            new CommandContext(DeadlineKey.Of(deadline), by, Policy: null), id, state => BenchDecider.CrossmatchFallDue(state, by), cancellationToken: cancellationToken);
        if (outcome is not Outcome.Done)
            throw new InvalidOperationException($"{deadline.StreamId} could not be looked at: {outcome}.");
    }
}
