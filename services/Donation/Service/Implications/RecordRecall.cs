using Distribution.Contracts.Inventory.V1;
using Distribution.Donations.Service.Donations;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Donations.Service.Implications;

/// <summary>
/// What Inventory tells of its own cases: the donations wait as well. Facts: none is refused, a donation that we have
/// never heard of stands in the case alone, and an end that comes before its case is kept for it.
/// </summary>
internal sealed class RecordRecall(CommandRunner runner, IEventStore store) : IConsumer<RecallOpened>, IConsumer<RecallClosed>
{
    private const string Name = "record-recall";

    public async Task Consume(ConsumeContext<RecallOpened> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By), context.CancellationToken)).EnsureTaken();

    public async Task Consume(ConsumeContext<RecallClosed> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By), context.CancellationToken)).EnsureTaken();

    internal Task<Outcome> HandleAsync(RecallOpened message, CommandContext context, CancellationToken cancellationToken) => runner.RunAsync(
        context,
        async token =>
        {
            var changes = new Changes(store);
            var id = message.Recall.ToString();
            var told = ImplicationDecider.Tell(
                await changes.StateAsync<Implication>(id, token), new TellRecall(message.Recall, message.Kind, message.Reason, message.Donations), context.Provenance);
            var state = changes.Add<Implication>(id, told.Events);
            if (state.End is not { Cleared: true })
                await changes.HoldAsync(message.Donations, message.Recall, message.Kind, message.Reason, token);
            return Plan.Write(changes.Appends);
        },
        cancellationToken);

    internal Task<Outcome> HandleAsync(RecallClosed message, CommandContext context, CancellationToken cancellationToken) => runner.RunAsync(
        context,
        async token =>
        {
            var changes = new Changes(store);
            var id = message.Recall.ToString();
            var told = ImplicationDecider.TellEnd(
                await changes.StateAsync<Implication>(id, token), new TellRecallEnd(message.Recall, message.Cleared, message.Reason, message.VerifiedBy), context.Provenance);
            var state = changes.Add<Implication>(id, told.Events);
            if (message.Cleared && !state.Donations.IsEmpty)
            {
                string[] ids = [.. state.Donations.Select(number => number.ToString())];
                foreach (var (donation, held) in ids.Zip(await changes.StatesAsync<Donation>(ids, token)))
                    changes.Add<Donation>(donation, ImplicationDecider.EndHold(held, message.Recall).Events);
            }

            return Plan.Write(changes.Appends);
        },
        cancellationToken);
}
