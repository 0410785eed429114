using Distribution.Blood.Deciding;
using Distribution.Contracts.Donation.V1;
using Distribution.EventStore;
using Distribution.Inventory.Service.Recalls;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Inventory.Service.Units;

/// <summary>What the centre tells of a unit. Each of the messages may be the first: all carry what opens its history.</summary>
internal sealed class ReceiveComponent(CommandRunner runner, IEventStore store)
    : IConsumer<ComponentPrepared>, IConsumer<ComponentReleased>, IConsumer<ComponentDiscarded>, IConsumer<ComponentUsedUp>
{
    private const string Name = "receive-component";

    public async Task Consume(ConsumeContext<ComponentPrepared> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By), context.CancellationToken)).EnsureTaken();

    public async Task Consume(ConsumeContext<ComponentReleased> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By), context.CancellationToken)).EnsureTaken();

    public async Task Consume(ConsumeContext<ComponentDiscarded> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By), context.CancellationToken)).EnsureTaken();

    public async Task Consume(ConsumeContext<ComponentUsedUp> context) =>
        (await HandleAsync(context.Message, context.ToCommand(Name, context.Message.By), context.CancellationToken)).EnsureTaken();

    internal Task<Outcome> HandleAsync(ComponentPrepared message, CommandContext context, CancellationToken cancellationToken) => RunAsync(
        context, Facts(message.Unit, message.Component), (unit, facts) => UnitDecider.Prepare(unit, facts), cancellationToken);

    internal Task<Outcome> HandleAsync(ComponentReleased message, CommandContext context, CancellationToken cancellationToken) => RunAsync(
        context, Facts(message.Unit, message.Component), (unit, facts) => UnitDecider.Release(unit, facts, message.Group, message.VerifiedBy), cancellationToken);

    internal Task<Outcome> HandleAsync(ComponentDiscarded message, CommandContext context, CancellationToken cancellationToken) => RunAsync(
        context, Facts(message.Unit, message.Component), (unit, facts) => UnitDecider.DiscardAtCentre(unit, facts, message.Reason, context.Provenance), cancellationToken);

    internal Task<Outcome> HandleAsync(ComponentUsedUp message, CommandContext context, CancellationToken cancellationToken) => RunAsync(
        context, Facts(message.Unit, message.Component), (unit, facts) => UnitDecider.UseUpAtCentre(unit, facts, message.Into, context.Provenance), cancellationToken);

    private Task<Outcome> RunAsync(
        CommandContext context, UnitFacts facts, Func<Unit, UnitFacts, Decision<UnitEvent>> decide, CancellationToken cancellationToken) =>
        runner.RunAsync(
            context,
            async token =>
            {
                var unit = await store.LoadAsync<Unit>(facts.Unit.ToString(), token);
                var events = decide(unit.State, facts).Events;
                if (!events.OfType<UnitPrepared>().Any())
                    return Plan.Write(events.Count > 0 ? [unit.Append(events)] : []);
                return Plan.Write(
                    await Listing.PlanAsync(store, [new NewUnit(facts.Unit, unit, events)], context.Provenance.Site, token),
                    new Deadline(ExpireUnit.DeadlineName, unit.StreamId, facts.ExpiresAt));
            },
            cancellationToken);

    private static UnitFacts Facts(Blood.Isbt128.UnitNumber unit, ComponentFacts component) => new(
        unit, component.Kind, component.CollectedAt, component.CollectedAtSite, component.PreparedAt, component.ExpiresAt, component.VolumeMl, component.Site, component.From);
}
