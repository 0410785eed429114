using Distribution.Contracts.Inventory.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Requests.Service.Orders;

/// <summary>A unit that was handed out for the patient came back unused.</summary>
internal sealed class RecordReturn(CommandRunner runner) : IConsumer<UnitReturned>
{
    // Part of the inbox key: it stays, whatever the class is called.
    private const string Name = "record-return";

    public async Task Consume(ConsumeContext<UnitReturned> context) =>
        (await HandleAsync(context.ToCommand(Name, context.Message.By), context.Message, runner, context.CancellationToken)).EnsureTaken();

    public static Task<Outcome> HandleAsync(CommandContext context, UnitReturned message, CommandRunner runner, CancellationToken cancellationToken) =>
        runner.RunAsync<Order, OrderEvent>(
            context,
            message.Order.ToString(),
            state => FulfillmentDecider.Return(state, new Requests.RecordReturn(message.Unit, message.Usable, message.By.OccurredAt)),
            cancellationToken: cancellationToken);
}
