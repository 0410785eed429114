using Distribution.EventStore;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>
/// The order gives back what is kept for it; what is on the road or with a patient stays there. What was to travel may have left
/// a moment ago: the giving back is told at once, so that nothing more leaves, and the units are free when all that left is known.
/// </summary>
internal sealed class ReleaseReservation(CommandRunner runner, IEventStore store) : IConsumer<Contracts.Request.V1.ReleaseReservation>
{
    private const string Name = "release-reservation";

    public async Task Consume(ConsumeContext<Contracts.Request.V1.ReleaseReservation> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By), context.CancellationToken)).EnsureTaken();

    internal Task<Outcome> HandleAsync(Contracts.Request.V1.ReleaseReservation message, CommandContext context, CancellationToken cancellationToken)
    {
        var now = context.Provenance.Now;
        // Whole seconds: a deadline is kept to the microsecond, and one that falls due a moment early would find nothing to free.
        var freeAt = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)) + UnitDecider.LapseGrace;
        return runner.RunAsync(
            // Decided now, whenever the order was canceled.
            context with { Reason = message.Reason, Provenance = context.Provenance with { OccurredAt = now } },
            token => EndingReservations.PlanAsync(
                store,
                message.Order,
                (_, _, unit) => UnitDecider.GiveBack(unit, message.Order, message.Reason),
                (allocation, freed, waiting) => AllocationDecider.GiveBack(allocation, message.Order, freed, waiting, message.Reason, freeAt),
                token),
            cancellationToken);
    }
}
