using Distribution.Blood.Identifiers;
using Distribution.Contracts.Inventory.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Requests.Service.Orders;

/// <summary>A unit that was set aside or issued for an order has ended.</summary>
internal sealed class RecordFate(CommandRunner runner) : IConsumer<UnitFateRecorded>
{
    // Part of the inbox key: it stays, whatever the class is called.
    private const string Name = "record-fate";

    public async Task Consume(ConsumeContext<UnitFateRecorded> context)
    {
        // A unit that was nobody's: no order cares.
        if (context.Message.Order is not { } order)
            return;
        (await HandleAsync(context.ToCommand(Name, context.Message.By), order, context.Message, runner, context.CancellationToken)).EnsureTaken();
    }

    public static Task<Outcome> HandleAsync(
        CommandContext context, OrderId order, UnitFateRecorded message, CommandRunner runner, CancellationToken cancellationToken) =>
        runner.RunAsync<Order, OrderEvent>(
            context,
            order.ToString(),
            state => FulfillmentDecider.End(state, new Requests.RecordFate(message.Unit, message.Fate switch
            {
                Fate.Transfused => UnitFate.Transfused,
                Fate.Discarded => UnitFate.Discarded,
                Fate.Expired => UnitFate.Expired,
                Fate.Lost => UnitFate.Lost,
                _ => throw new InvalidOperationException($"Unknown fate {message.Fate}."),
            }, context.Provenance.Now)),
            cancellationToken: cancellationToken);
}
