using Distribution.Contracts.Inventory.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Requests.Service.Orders;

/// <summary>Nothing could be set aside.</summary>
internal sealed class RecordDecline(CommandRunner runner) : IConsumer<ReservationDeclined>
{
    // Part of the inbox key: it stays, whatever the class is called.
    private const string Name = "record-decline";

    public async Task Consume(ConsumeContext<ReservationDeclined> context) =>
        (await HandleAsync(context.ToCommand(Name, context.Message.By), context.Message, runner, context.CancellationToken)).EnsureTaken();

    public static Task<Outcome> HandleAsync(CommandContext context, ReservationDeclined message, CommandRunner runner, CancellationToken cancellationToken) =>
        runner.RunAsync<Order, OrderEvent>(
            context,
            message.Order.ToString(),
            state => FulfillmentDecider.Decline(state, new Requests.RecordDecline(
                message.Reason,
                message.Shortfalls.ToDomain(),
                message.Attempt ?? 1,
                message.By.OccurredAt,
                message.ExpectedAt,
                message.Alternatives?.ToDomain(),
                message.Told)),
            cancellationToken: cancellationToken);
}
