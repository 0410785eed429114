using Distribution.Contracts.Inventory.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Requests.Service.Orders;

/// <summary>Units are no longer set aside.</summary>
internal sealed class RecordLapse(CommandRunner runner) : IConsumer<ReservationLapsed>
{
    // Part of the inbox key: it stays, whatever the class is called.
    private const string Name = "record-lapse";

    public async Task Consume(ConsumeContext<ReservationLapsed> context) =>
        (await HandleAsync(context.ToCommand(Name, context.Message.By), context.Message, runner, context.CancellationToken)).EnsureTaken();

    public static Task<Outcome> HandleAsync(CommandContext context, ReservationLapsed message, CommandRunner runner, CancellationToken cancellationToken) =>
        runner.RunAsync<Order, OrderEvent>(
            context,
            message.Order.ToString(),
            state => FulfillmentDecider.Lapse(state, new Requests.RecordLapse(message.Units, message.Reason, message.By.OccurredAt)),
            cancellationToken: cancellationToken);
}
