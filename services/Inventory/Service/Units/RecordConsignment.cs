using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Contracts.Dispatch.V1;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Inventory.Service.Units;

/// <summary>What Dispatch tells of the road: facts of every unit on board, all in one commit.</summary>
internal sealed class RecordConsignment(CommandRunner runner, IEventStore store) : IConsumer<ConsignmentDispatched>, IConsumer<ConsignmentReceived>
{
    private const string Name = "record-consignment";

    public async Task Consume(ConsumeContext<ConsignmentDispatched> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By), context.CancellationToken)).EnsureTaken();

    public async Task Consume(ConsumeContext<ConsignmentReceived> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By), context.CancellationToken)).EnsureTaken();

    internal Task<Outcome> HandleAsync(ConsignmentDispatched message, CommandContext context, CancellationToken cancellationToken)
    {
        var leg = new Leg(message.Consignment, message.Order, message.From, message.To);
        return RunAsync(
            context,
            message.Units,
            (_, state) => CustodyDecider.RecordDispatch(state, leg, message.By.OccurredAt, message.ExpectedAt),
            cancellationToken);
    }

    internal Task<Outcome> HandleAsync(ConsignmentReceived message, CommandContext context, CancellationToken cancellationToken)
    {
        var leg = new Leg(message.Consignment, message.Order, message.From, message.To);
        var missing = message.Missing.ToHashSet();
        var unexpected = message.Unexpected.ToHashSet();
        var arrived = message.Received.Concat(message.Unexpected).ToHashSet();
        var damaged = (message.Damaged ?? []).DistinctBy(unit => unit.Unit).ToDictionary(unit => unit.Unit, unit => unit.Reason);
        return RunAsync(
            context,
            // What is found wrong after the checking is told without the receipt, which was told before.
            [.. message.Received, .. message.Unexpected, .. message.Missing, .. damaged.Keys],
            (unit, state) => missing.Contains(unit) ? CustodyDecider.RecordMissing(state, leg)
                : !arrived.Contains(unit) ? CustodyDecider.RecordDamage(state, leg, damaged[unit], context.Provenance.Actor)
                : CustodyDecider.RecordReceipt(state, leg, !unexpected.Contains(unit), message.DispatchedAt, damaged.GetValueOrDefault(unit), context.Provenance.Actor),
            cancellationToken);
    }

    private Task<Outcome> RunAsync(
        CommandContext context, IReadOnlyList<UnitNumber> units, Func<UnitNumber, Unit, Decision<UnitEvent>> record, CancellationToken cancellationToken) =>
        runner.RunAsync(
            context,
            async token =>
            {
                UnitNumber[] once = [.. units.Distinct()];
                var loaded = await store.LoadAsync<Unit>([.. once.Select(unit => unit.ToString())], token);
                return Plan.Write([.. once.Zip(loaded)
                    .Select(pair => pair.Second.Append(record(pair.First, pair.Second.State).Events))
                    .Where(append => append.Events.Count > 0)]);
            },
            cancellationToken);
}
