using Distribution.Blood.Isbt128;
using Distribution.Contracts.Dispatch.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Requests.Service.Orders;

/// <summary>The box was checked at the hospital's door.</summary>
internal sealed class RecordReceipt(CommandRunner runner) : IConsumer<ConsignmentReceived>
{
    // Part of the inbox key: it stays, whatever the class is called.
    private const string Name = "record-receipt";

    public async Task Consume(ConsumeContext<ConsignmentReceived> context) =>
        (await HandleAsync(context.ToCommand(Name, context.Message.By), context.Message, runner, context.CancellationToken)).EnsureTaken();

    public static Task<Outcome> HandleAsync(CommandContext context, ConsignmentReceived message, CommandRunner runner, CancellationToken cancellationToken) =>
        runner.RunAsync<Order, OrderEvent>(
            context,
            message.Order.ToString(),
            state => FulfillmentDecider.Receive(state, new Requests.RecordReceipt(message.Consignment, ReadReceived(message), message.Missing, ReadDamaged(message))),
            cancellationToken: cancellationToken);

    // A unit that was left out in the books and traveled all the same has come: the order waits for it, not for the books.
    private static UnitNumber[] ReadReceived(ConsignmentReceived message) => [.. message.Received.Union(message.Unexpected)];

    private static UnitNumber[]? ReadDamaged(ConsignmentReceived message) =>
        message.Damaged is { Count: > 0 } damaged ? [.. damaged.Select(unit => unit.Unit).Distinct()] : null;
}
