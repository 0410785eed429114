using Distribution.Contracts.Inventory.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Requests.Service.Orders;

/// <summary>Units are set aside; for an order that has ended meanwhile they are given back.</summary>
internal sealed class RecordReservation(CommandRunner runner) : IConsumer<UnitsReserved>
{
    // Part of the inbox key: it stays, whatever the class is called.
    private const string Name = "record-reservation";

    public async Task Consume(ConsumeContext<UnitsReserved> context) =>
        (await HandleAsync(context.ToCommand(Name, context.Message.By), context.Message, runner, context.CancellationToken)).EnsureTaken();

    public static Task<Outcome> HandleAsync(CommandContext context, UnitsReserved message, CommandRunner runner, CancellationToken cancellationToken) =>
        runner.RunAsync<Order, OrderEvent>(
            context,
            message.Order.ToString(),
            state => FulfillmentDecider.Reserve(state, new Requests.RecordReservation(
                [.. message.Units.Select(unit => new Requests.ReservedUnit(unit.Unit, unit.Line, unit.Kind, unit.Group, unit.ExpiresAt))],
                message.Shortfalls.ToDomain(),
                message.LapsesAt,
                message.Attempt ?? 1,
                message.By.OccurredAt,
                message.Alternatives?.ToDomain(),
                message.WaitsUntil,
                message.Told,
                context.Provenance.Now)),
            cancellationToken: cancellationToken);
}
