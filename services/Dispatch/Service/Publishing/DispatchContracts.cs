using System.Text.Json;
using Distribution.Blood.Network;
using Distribution.Contracts;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Relay;
using V1 = Distribution.Contracts.Dispatch.V1;

namespace Distribution.Dispatches.Service.Publishing;

/// <summary>What the other services are told of consignments.</summary>
internal sealed class DispatchContracts : IContractMap
{
    public IReadOnlyCollection<Type> NotPublished { get; } =
    [
        typeof(NumberingEvent.ConsignmentNumberAssigned),
        typeof(CaptureEvent.LineUnplaced),
        typeof(CaptureEvent.LineSettled),
        typeof(GateEvent.UnitPlanned),
        typeof(GateEvent.UnitBlocked),
        typeof(GateEvent.UnitUnblocked),
        typeof(GateEvent.ReservationEnded),
        typeof(GateEvent.UnitDeparted),
        typeof(GateEvent.UnitLanded),
        typeof(GateEvent.UnitEnded),
        typeof(ConsignmentEvent.ConsignmentPlanned),
        typeof(ConsignmentEvent.UnitPicked),
        typeof(ConsignmentEvent.UnitPacked),
        typeof(ConsignmentEvent.UnitLeftOut),
        typeof(ConsignmentEvent.ConsignmentArrived),
        typeof(ConsignmentEvent.UnitCheckedIn),
        typeof(ConsignmentEvent.ResolutionProposed),
        typeof(ConsignmentEvent.DiscrepancyResolved),
        typeof(ConsignmentEvent.BoxClosed),
        typeof(ConsignmentEvent.BoxOpened),
        typeof(ConsignmentEvent.BoxArrived),
        typeof(ConsignmentEvent.ConsignmentOverdue),
        typeof(ConsignmentEvent.ConsignmentMisdelivered),
        typeof(ConsignmentEvent.UnitMisdelivered),
        typeof(ConsignmentEvent.UnitInspected),
        typeof(ConsignmentEvent.UnitFoundDamaged),
        typeof(ConsignmentEvent.BoxTemperatureRead),
        typeof(ConsignmentEvent.DoorTemperatureTaken),
    ];

    public IReadOnlyList<object> ToMessages(StoredEvent stored)
    {
        var by = ToAttribution(stored.Metadata);
        return stored.Data switch
        {
            ConsignmentEvent.ConsignmentDispatched sent =>
                [new V1.ConsignmentDispatched(sent.Consignment, sent.Order, sent.From, sent.To, sent.Units, sent.ExpectedAt, sent.HandedOverTo, by)],
            ConsignmentEvent.ConsignmentReceived received =>
                [new V1.ConsignmentReceived(
                    received.Consignment, received.Order, received.From, received.To,
                    received.Received, received.Missing, received.Unexpected, received.DispatchedAt, by,
                    received.Damaged is { } damaged ? [.. damaged.Select(unit => new V1.DamagedUnit(unit.Unit, CodeOf(unit.Reason)))] : null)],
            ConsignmentEvent.ColdChainBroken broken =>
                [new V1.ColdChainBroken(broken.Consignment, broken.Order, broken.Box, broken.Units, broken.Reason, broken.From, broken.Until, by)],
            // The receipt tells of it.
            ConsignmentEvent.DiscrepancyRaised { Kind: DiscrepancyKind.Damaged or DiscrepancyKind.Unsent } => [],
            ConsignmentEvent.DiscrepancyRaised raised =>
                [new V1.DiscrepancyRaised(raised.Consignment, raised.Order, raised.Unit, ToContract(raised.Kind), by)],
            var kept when NotPublished.Contains(kept.GetType()) => [],
            var stranger => throw new InvalidOperationException($"{stranger.GetType()} is neither published nor listed as private."),
        };
    }

    private static Attribution ToAttribution(EventMetadata metadata) =>
        new(metadata.Actor, SiteId.Parse(metadata.Site, null), metadata.OccurredAt, metadata.Policy, metadata.CorrelationId);

    private static string CodeOf(DamageReason reason) => JsonNamingPolicy.KebabCaseLower.ConvertName(reason.ToString());

    private static V1.DiscrepancyKind ToContract(DiscrepancyKind kind) => kind switch
    {
        DiscrepancyKind.Missing => V1.DiscrepancyKind.Missing,
        DiscrepancyKind.Unexpected => V1.DiscrepancyKind.Unexpected,
        _ => throw new InvalidOperationException($"Unknown kind {kind}."),
    };
}
