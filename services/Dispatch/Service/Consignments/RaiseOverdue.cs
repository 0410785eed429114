using Distribution.Blood.Deciding;
using Distribution.EventStore;
using Distribution.EventStore.Deadlines;
using Distribution.ServiceDefaults.Commands;

namespace Distribution.Dispatches.Service.Consignments;

/// <summary>Looks at a consignment some time after it should have arrived.</summary>
internal sealed class RaiseOverdue(CommandRunner runner, IEventStore store, TimeProvider clock) : IDeadlineHandler
{
    /// <summary>After the expected arrival; an assumption, about as much as the shortest lane takes.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(30);

    private const string DeadlineName = "consignment-overdue";

    public string Name => DeadlineName;

    public static Deadline DeadlineOf(ConsignmentEvent.ConsignmentDispatched dispatched) =>
        new(DeadlineName, Aggregate.StreamId<Consignment>(dispatched.Consignment.ToString()), dispatched.ExpectedAt + Grace);

    public async Task HandleAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        var id = deadline.StreamId[(Consignment.Category.Length + 1)..];
        var sender = (await store.LoadAsync<Consignment>(id, cancellationToken)).State.From;
        var outcome = await runner.RunAsync<Consignment, ConsignmentEvent>(
            new CommandContext(DeadlineKey.Of(deadline), new Provenance(DeadlineName, sender, deadline.DueAt, clock.GetUtcNow()), Policy: null, CorrelationId: id),
            id,
            ReceivingDecider.FallOverdue,
            cancellationToken: cancellationToken);
        if (outcome is not Outcome.Done)
            throw new InvalidOperationException($"{deadline.StreamId} could not be looked at: {outcome}.");
    }
}
