using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.EventStore.Deadlines;
using Distribution.ServiceDefaults.Commands;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>Looks at a case when every site has to have answered.</summary>
internal sealed class RemindOfRecall(IEventStore store, CommandRunner runner, RecallDesk desk, TimeProvider clock) : IDeadlineHandler
{
    public string Name => RecallDesk.DeadlineName;

    public async Task HandleAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        var id = RecallId.Parse(deadline.StreamId[(Recall.Category.Length + 1)..]);
        var site = (await store.LoadAsync<Recall>(id.ToString(), cancellationToken)).State.Facts?.Site ?? default;
        var by = new Provenance(RecallDesk.DeadlineName, site, deadline.DueAt, clock.GetUtcNow());
        var outcome = await runner.RunAsync(
            new CommandContext(DeadlineKey.Of(deadline), by, Policy: null, CorrelationId: id.ToString()),
            async token =>
            {
                var recall = await store.LoadAsync<Recall>(id.ToString(), token);
                var units = await desk.UnitsOfAsync(recall.State, token);
                var events = RecallDecider.FallDue(recall.State, [.. units.Select(unit => unit.Cased)], by).Events;
                return Plan.Write(events.Count > 0 ? [recall.Append(events)] : []);
            },
            cancellationToken);
        if (outcome is not Outcome.Done)
            throw new InvalidOperationException($"{deadline.StreamId} could not be looked at: {outcome}.");
    }
}
