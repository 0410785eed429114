using Distribution.EventStore;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>The order gives back what is kept for it; what is on the road or with a patient stays there.</summary>
internal sealed class ReleaseReservation(CommandRunner runner, IEventStore store) : IConsumer<Contracts.Request.V1.ReleaseReservation>
{
    private const string Name = "release-reservation";

    public async Task Consume(ConsumeContext<Contracts.Request.V1.ReleaseReservation> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By), context.CancellationToken)).EnsureTaken();

    internal Task<Outcome> HandleAsync(Contracts.Request.V1.ReleaseReservation message, CommandContext context, CancellationToken cancellationToken) =>
        runner.RunAsync(
            context with { Reason = message.Reason },
            token => EndingReservations.PlanAsync(
                store,
                message.Order,
                unit => UnitDecider.EndReservation(unit, message.Order, message.Reason),
                (allocation, freed) => AllocationDecider.GiveBack(allocation, message.Order, freed, message.Reason),
                token),
            cancellationToken);
}
