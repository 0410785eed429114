using Distribution.Blood.Policies;
using Distribution.Contracts.Request.V1;
using Distribution.Inventory.Allocating;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>
/// Sets units aside for an order: the answer and every unit's reservation in one commit, so that it is all of them or none. What is short
/// is waited for, as long as the order says.
/// </summary>
internal sealed class ReserveUnits(CommandRunner runner, AllocationDesk desk, AllocationMirror mirror, PolicyPack policy)
    : IConsumer<Contracts.Request.V1.ReserveUnits>
{
    private const string Name = "reserve-units";

    public async Task Consume(ConsumeContext<Contracts.Request.V1.ReserveUnits> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By, policy.Version), context.CancellationToken)).EnsureTaken();

    internal async Task<Outcome> HandleAsync(Contracts.Request.V1.ReserveUnits message, CommandContext context, CancellationToken cancellationToken)
    {
        // Decided now, whenever the order was placed: that it was told in other words is the order's history, not this decision's.
        context = context with { Provenance = context.Provenance with { OccurredAt = context.Provenance.Now } };
        var recipient = message.Recipient?.Recipient ?? message.RecipientOfUnknownGroup;
        var now = context.Provenance.Now;
        var demand = new DemandRegistered(
            message.Order,
            message.Attempt,
            message.Purpose switch
            {
                OrderPurpose.Stock => ReservationPurpose.Stock,
                OrderPurpose.Patient => ReservationPurpose.Patient,
                _ => throw new InvalidOperationException($"We do not know how to serve an order for {message.Purpose}."),
            },
            message.Urgency switch
            {
                OrderUrgency.Emergency => AskPriority.Emergency,
                OrderUrgency.Urgent => AskPriority.Urgent,
                OrderUrgency.Standing => AskPriority.Standing,
                _ => AskPriority.Routine,
            },
            message.Supplier,
            message.Destination,
            [.. message.Lines.Select(line => new DemandLine(line.Line, line.Kind, line.Group, line.Quantity, line.Requirements))],
            recipient,
            message.Recipient?.Group,
            message.NeededBy ?? now,
            message.PlacedAt ?? now,
            message.WaitUntil,
            await desk.RequirementsOfAsync(recipient, cancellationToken));
        return await mirror.DecideAsync(seat => runner.RunAsync(context, token => desk.PlanAsync(demand, seat, context.Provenance, token), cancellationToken));
    }
}
