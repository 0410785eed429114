using Distribution.Blood.Deciding;
using Distribution.EventStore;
using Distribution.EventStore.Deadlines;
using Distribution.ServiceDefaults.Commands;

namespace Distribution.Inventory.Service.Units;

/// <summary>Looks at a unit when its time is over.</summary>
internal sealed class ExpireUnit(IEventStore store, CommandRunner runner, TimeProvider clock) : IDeadlineHandler
{
    public const string DeadlineName = "unit-expiry";

    public string Name => DeadlineName;

    public async Task HandleAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        var id = deadline.StreamId[(Unit.Category.Length + 1)..];
        var unit = (await store.LoadAsync<Unit>(id, cancellationToken)).State;
        var now = clock.GetUtcNow();
        // It happened when it fell due, wherever the unit was; that we look at it now is in recorded-at.
        var by = new Provenance("unit-expiry", unit.Custody.Site ?? unit.Facts?.Site ?? default, deadline.DueAt, now);
        var outcome = await runner.RunAsync<Unit, UnitEvent>(
            new CommandContext(DeadlineKey.Of(deadline), by, Policy: null), id, state => UnitDecider.Expire(state, by), cancellationToken: cancellationToken);
        if (outcome is not Outcome.Done)
            throw new InvalidOperationException($"{deadline.StreamId} could not be looked at: {outcome}.");
    }
}
