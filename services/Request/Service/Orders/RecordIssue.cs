using Distribution.Contracts.Inventory.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Requests.Service.Orders;

/// <summary>A unit was handed out for the patient.</summary>
internal sealed class RecordIssue(CommandRunner runner) : IConsumer<UnitIssued>
{
    // Part of the inbox key: it stays, whatever the class is called.
    private const string Name = "record-issue";

    public async Task Consume(ConsumeContext<UnitIssued> context) =>
        (await HandleAsync(context.ToCommand(Name, context.Message.By), context.Message, runner, context.CancellationToken)).EnsureTaken();

    public static Task<Outcome> HandleAsync(CommandContext context, UnitIssued message, CommandRunner runner, CancellationToken cancellationToken) =>
        runner.RunAsync<Order, OrderEvent>(
            context,
            message.Order.ToString(),
            state => FulfillmentDecider.Issue(state, new Requests.RecordIssue(message.Unit, message.By.OccurredAt)),
            cancellationToken: cancellationToken);
}
