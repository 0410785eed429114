using Distribution.Contracts.Inventory.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Requests.Service.Orders;

/// <summary>Nothing could be set aside yet; Inventory looks on.</summary>
internal sealed class RecordDelay(CommandRunner runner) : IConsumer<ReservationDelayed>
{
    // Part of the inbox key: it stays, whatever the class is called.
    private const string Name = "record-delay";

    public async Task Consume(ConsumeContext<ReservationDelayed> context) =>
        (await HandleAsync(context.ToCommand(Name, context.Message.By), context.Message, runner, context.CancellationToken)).EnsureTaken();

    public static Task<Outcome> HandleAsync(CommandContext context, ReservationDelayed message, CommandRunner runner, CancellationToken cancellationToken) =>
        runner.RunAsync<Order, OrderEvent>(
            context,
            message.Order.ToString(),
            state => FulfillmentDecider.Delay(state, new Requests.RecordDelay(
                message.Attempt,
                message.Shortfalls.ToDomain(),
                message.Alternatives.ToDomain(),
                message.WaitsUntil,
                message.By.OccurredAt,
                message.ExpectedAt,
                message.Told)),
            cancellationToken: cancellationToken);
}
