using Distribution.Contracts.Dispatch.V1;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Inventory.Service.Units;

/// <summary>A box was out of its limits: what was in it is stopped, wherever it is by now, and with it whatever was made of it since.</summary>
internal sealed class RecordColdChain(CommandRunner runner, IEventStore store, Kinship kinship) : IConsumer<ColdChainBroken>
{
    private const string Name = "record-cold-chain";

    public async Task Consume(ConsumeContext<ColdChainBroken> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By), context.CancellationToken)).EnsureTaken();

    internal Task<Outcome> HandleAsync(ColdChainBroken message, CommandContext context, CancellationToken cancellationToken) => runner.RunAsync(
        context with { Reason = message.Reason },
        async token =>
        {
            var units = await store.LoadAsync<Unit>([.. message.Units.Distinct().Select(unit => unit.ToString())], token);
            var appends = new Dictionary<string, StreamAppend>(StringComparer.Ordinal);
            foreach (var unit in units)
            {
                Add(unit, CustodyDecider.HoldForColdChain(unit.State, message.Consignment, message.Reason, context.Provenance).Events);
                if (unit.State.Fate is not { Kind: FateKind.UsedUp })
                    continue;
                foreach (var child in await kinship.LivingDescendantsAsync(unit.State, token))
                    Add(child, CustodyDecider.HoldForColdChain(child.State, message.Consignment, message.Reason, context.Provenance).Events);
            }

            return Plan.Write([.. appends.Values]);

            void Add(Loaded<Unit> unit, IReadOnlyList<UnitEvent> events)
            {
                // A pool may have two of its sources in the box.
                if (events.Count > 0)
                    appends.TryAdd(unit.StreamId, unit.Append(events));
            }
        },
        cancellationToken);
}
