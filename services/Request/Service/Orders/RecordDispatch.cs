using Distribution.Contracts.Dispatch.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Requests.Service.Orders;

/// <summary>The box is on the road.</summary>
internal sealed class RecordDispatch(CommandRunner runner) : IConsumer<ConsignmentDispatched>
{
    // Part of the inbox key: it stays, whatever the class is called.
    private const string Name = "record-dispatch";

    public async Task Consume(ConsumeContext<ConsignmentDispatched> context) =>
        (await HandleAsync(context.ToCommand(Name, context.Message.By), context.Message, runner, context.CancellationToken)).EnsureTaken();

    public static Task<Outcome> HandleAsync(CommandContext context, ConsignmentDispatched message, CommandRunner runner, CancellationToken cancellationToken) =>
        runner.RunAsync<Order, OrderEvent>(
            context,
            message.Order.ToString(),
            state => FulfillmentDecider.Dispatch(state, new Requests.RecordDispatch(message.Consignment, message.Units, message.ExpectedAt)),
            cancellationToken: cancellationToken);
}
