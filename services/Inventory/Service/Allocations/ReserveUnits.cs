using Distribution.Blood.Policies;
using Distribution.Contracts.Request.V1;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>Sets units aside for an order: the answer and every unit's reservation in one commit, so that it is all of them or none.</summary>
internal sealed class ReserveUnits(CommandRunner runner, IEventStore store, Candidates candidates, AllocationTurns turns, PolicyPack policy)
    : IConsumer<Contracts.Request.V1.ReserveUnits>
{
    private const string Name = "reserve-units";

    public async Task Consume(ConsumeContext<Contracts.Request.V1.ReserveUnits> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By, policy.Version), context.CancellationToken)).EnsureTaken();

    internal async Task<Outcome> HandleAsync(Contracts.Request.V1.ReserveUnits message, CommandContext context, CancellationToken cancellationToken)
    {
        var command = new AllocateUnits(
            message.Order,
            message.Attempt,
            message.Purpose switch
            {
                OrderPurpose.Stock => ReservationPurpose.Stock,
                OrderPurpose.Patient => ReservationPurpose.Patient,
                _ => throw new InvalidOperationException($"We do not know how to serve an order for {message.Purpose}."),
            },
            message.Supplier,
            message.Destination,
            [.. message.Lines.Select(line => new AllocationLine(line.Line, line.Kind, line.Group, line.Quantity))],
            message.Recipient?.Recipient,
            message.Recipient?.Group);
        // Decided now, whenever the order was placed: that it was told in other words is the order's history, not this decision's.
        context = context with { Provenance = context.Provenance with { OccurredAt = context.Provenance.Now } };
        using var turn = await turns.TakeAsync(message.Supplier, cancellationToken);
        return await runner.RunAsync(context, token => PlanAsync(command, context, token), cancellationToken);
    }

    private async Task<Plan> PlanAsync(AllocateUnits command, CommandContext context, CancellationToken cancellationToken)
    {
        var by = context.Provenance;
        var allocation = await store.LoadAsync<Allocation>(command.Order.ToString(), cancellationToken);
        var stock = await candidates.FindAsync(command, by, cancellationToken);
        var decision = AllocationDecider.Allocate(
            allocation.State, command, [.. stock.Values.Select(unit => unit.State)], policy.ReservationLife, by);
        if (decision.Events is not [UnitsAllocated allocated])
            return Plan.Write(decision.Events.Count > 0 ? [allocation.Append(decision.Events)] : []);

        var lines = command.Lines.ToDictionary(line => line.Line);
        return Plan.Write(
            [
                allocation.Append(decision.Events),
                .. allocated.Units.Select(unit => Reserve(stock[unit.Unit], AllocationDecider.Reservation(command, lines[unit.Line], allocated.LapsesAt), by)),
            ],
            new Deadline(LapseAllocation.DeadlineName, allocation.StreamId, allocated.LapsesAt + UnitDecider.LapseGrace));
    }

    private static StreamAppend Reserve(Loaded<Unit> unit, ReserveUnit command, Blood.Deciding.Provenance by)
    {
        var decision = UnitDecider.Reserve(unit.State, command, by);
        return decision.IsRejected
            ? throw new InvalidOperationException($"{unit.StreamId} was chosen and may not be: {string.Join(", ", decision.Rejections.Select(reason => reason.Code))}.")
            : unit.Append(decision.Events);
    }
}
