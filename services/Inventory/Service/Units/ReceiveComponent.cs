using Distribution.Blood.BloodGroups;
using Distribution.Blood.Deciding;
using Distribution.Blood.Network;
using Distribution.Contracts.Donation.V1;
using Distribution.EventStore;
using Distribution.Inventory.Service.Recalls;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using MassTransit;

namespace Distribution.Inventory.Service.Units;

/// <summary>What the centre tells of a unit. Each of the messages may be the first: all carry what opens its history.</summary>
internal sealed class ReceiveComponent(CommandRunner runner, IEventStore store, Kinship kinship)
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
        context,
        Facts(message.Unit, message.Component),
        (unit, facts) => UnitDecider.Release(unit, facts, message.Group, message.VerifiedBy),
        cancellationToken,
        (unit, token) => DoubtDescendantsAsync(unit, message.Group, message.Component.Site, token));

    internal Task<Outcome> HandleAsync(ComponentDiscarded message, CommandContext context, CancellationToken cancellationToken) => RunAsync(
        context, Facts(message.Unit, message.Component), (unit, facts) => UnitDecider.DiscardAtCentre(unit, facts, message.Reason, context.Provenance), cancellationToken);

    internal Task<Outcome> HandleAsync(ComponentUsedUp message, CommandContext context, CancellationToken cancellationToken) => RunAsync(
        context, Facts(message.Unit, message.Component), (unit, facts) => UnitDecider.UseUpAtCentre(unit, facts, message.Into, context.Provenance), cancellationToken);

    private Task<Outcome> RunAsync(
        CommandContext context, UnitFacts facts, Func<Unit, UnitFacts, Decision<UnitEvent>> decide, CancellationToken cancellationToken, Func<Unit, CancellationToken, Task<IReadOnlyList<StreamAppend>>>? others = null) =>
        runner.RunAsync(
            context,
            async token =>
            {
                var unit = await store.LoadAsync<Unit>(facts.Unit.ToString(), token);
                var events = decide(unit.State, facts).Events;
                var begins = events.OfType<UnitPrepared>().Any();
                var source = begins && facts.From is { } from ? await store.LoadAsync<Unit>(from.ToString(), token) : null;
                var made = events.OfType<UnitUsedUp>().Any() ? await kinship.LivingDescendantsAsync(Aggregate.Fold(unit.State, events), token) : [];
                var inheritance = new Inheritance([.. unit.State.HoldOrigins, .. source?.State.HoldOrigins ?? []], made);
                if (!begins)
                {
                    return Plan.Write([
                        .. events.Count > 0 ? [unit.Append(events)] : (StreamAppend[])[],
                        .. others is null ? [] : await others(unit.State, token),
                        .. made.Count > 0 ? await Listing.PlanAsync(store, [], context.Provenance.Site, token, inheritance) : [],
                    ]);
                }

                return Plan.Write(
                    [
                        .. await Listing.PlanAsync(store, [new NewUnit(facts.Unit, unit, events)], context.Provenance.Site, token, inheritance),
                        // Whoever holds at the same time what it was made of loses the race, or wins it and is seen here.
                        .. source is { Version: > 0 } ? [source.Append([])] : (StreamAppend[])[],
                    ],
                    new Deadline(ExpireUnit.DeadlineName, unit.StreamId, facts.ExpiresAt));
            },
            cancellationToken);

    /// <summary>What was made of a bag bears its group: where that is in doubt, so is theirs.</summary>
    private async Task<IReadOnlyList<StreamAppend>> DoubtDescendantsAsync(Unit unit, BloodGroup group, SiteId site, CancellationToken cancellationToken)
    {
        if (unit is not { Released: true, Fate.Kind: FateKind.UsedUp } || unit.Group == group)
            return [];
        var living = await kinship.LivingDescendantsAsync(unit, cancellationToken);
        return [.. living.Select(child => child.Append(UnitDecider.DoubtGroup(child.State, site).Events)).Where(append => append.Events.Count > 0)];
    }

    private static UnitFacts Facts(Blood.Isbt128.UnitNumber unit, ComponentFacts component) => new(
        unit, component.Kind, component.CollectedAt, component.CollectedAtSite, component.PreparedAt, component.ExpiresAt, component.VolumeMl, component.Site, component.From);
}
