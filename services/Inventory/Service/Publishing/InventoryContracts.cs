using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Contracts;
using Distribution.Contracts.Inventory.V1;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Relay;

namespace Distribution.Inventory.Service.Publishing;

/// <summary>Private events to public contracts: the only file that sees both.</summary>
internal sealed class InventoryContracts : IContractMap
{
    /// <summary>Why a unit is gone that other units were made of.</summary>
    public const string UsedUp = "used-up";

    public IReadOnlyCollection<Type> NotPublished { get; } =
    [
        typeof(UnitPrepared),
        typeof(UnitMade),
        typeof(UnitReleased),
        typeof(UnitReserved),
        typeof(UnitReservationRenewed),
        typeof(UnitReservationEnded),
        typeof(UnitDispatched),
        typeof(UnitReceived),
        typeof(UnitMissing),
        typeof(UnitFound),
        typeof(UnitCrossmatched),
        typeof(UnitIncompatibilityFound),
        typeof(UnitCrossmatchOverdue),
        typeof(UnitRulesOverridden),
        typeof(UnitStored),
        typeof(UnitReactionReported),
        typeof(UnitLabelVerified),
        typeof(UnitTyped),
        typeof(DemandRegistered),
        typeof(UnitDiscrepancyRecorded),
        typeof(UnitDiscrepancyResolved),
        typeof(UnitListed),
        typeof(FamilyHeld),
        typeof(FamilyHoldEnded),
        typeof(RecallExtended),
        typeof(RecallAcknowledged),
        typeof(RecallOverdue),
        typeof(RecipientTold),
    ];

    public IReadOnlyList<object> ToMessages(StoredEvent stored)
    {
        var by = AttributionOf(stored.Metadata);
        return stored.Data switch
        {
            UnitsAllocated e => [new UnitsReserved(
                e.Order,
                e.Supplier,
                e.Destination,
                [.. e.Units.Select(unit => new ReservedUnit(unit.Unit, unit.Line, unit.Kind, unit.Group, unit.ExpiresAt))],
                Shortfalls(e.Shortfalls),
                e.LapsesAt,
                by,
                e.Attempt,
                e.Alternatives is null ? null : Alternatives(e.Alternatives),
                e.WaitsUntil,
                stored.Version)],
            AllocationDelayed e => [new ReservationDelayed(
                e.Order, e.Supplier, e.Attempt, Shortfalls(e.Shortfalls), Alternatives(e.Alternatives), e.WaitsUntil, e.ExpectedAt, by, stored.Version)],
            AllocationDeclined e => [new ReservationDeclined(
                e.Order, e.Supplier, e.Reason, Shortfalls(e.Shortfalls), by, e.Attempt, e.ExpectedAt, e.Alternatives is null ? null : Alternatives(e.Alternatives), stored.Version)],
            AllocationLapsed e => [new ReservationLapsed(e.Order, [.. e.Units, .. e.Pending ?? []], e.Reason, by)],
            UnitHeld e => [new Contracts.Inventory.V1.UnitHeld(UnitOf(stored), e.HoldReason, e.Order, stored.Version, by)],
            UnitHoldEnded e => [new UnitReleasedFromHold(UnitOf(stored), e.HoldReason, e.StillHeld, e.Order, stored.Version, by)],
            UnitIssued e => [new Contracts.Inventory.V1.UnitIssued(UnitOf(stored), e.Order, e.Recipient, e.VerifiedBy, by)],
            UnitIssuedInEmergency e => [new Contracts.Inventory.V1.UnitIssued(UnitOf(stored), e.Order, e.Recipient, e.VerifiedBy, by)],
            UnitIssueRecorded e => [new Contracts.Inventory.V1.UnitIssued(UnitOf(stored), e.Order, e.Recipient, e.VerifiedBy, by)],
            UnitReturned e => [new Contracts.Inventory.V1.UnitReturned(UnitOf(stored), e.Order, e.Recipient, e.Usable, by)],
            UnitTransfused e => [new UnitFateRecorded(UnitOf(stored), Fate.Transfused, e.Order, e.Recipient, null, by)],
            UnitDiscarded e => [new UnitFateRecorded(UnitOf(stored), Fate.Discarded, e.Order, null, e.Reason, by)],
            UnitExpired e => [new UnitFateRecorded(UnitOf(stored), Fate.Expired, e.Order, null, null, by)],
            UnitLost e => [new UnitFateRecorded(UnitOf(stored), Fate.Lost, e.Order, null, e.Reason, by)],
            // To those who have it on a list it is simply gone; what became of it is told by the units made of it.
            UnitUsedUp e => [new UnitFateRecorded(UnitOf(stored), Fate.Discarded, e.Order, null, UsedUp, by)],
            // What the centre opened it knows, and whether its case has come to nothing it says itself.
            RecallOpened { Source: RecallSource.Inventory } e => [new Contracts.Inventory.V1.RecallOpened(e.Recall, e.Kind, e.Reason, e.Donations, by)],
            RecallClosed { Source: RecallSource.Inventory } e => [new Contracts.Inventory.V1.RecallClosed(e.Recall, e.Cleared, e.Reason, e.VerifiedBy, by)],
            RecallOpened or RecallClosed => [],
            var e when NotPublished.Contains(e.GetType()) => [],
            var e => throw new InvalidOperationException($"{e.GetType().Name} is neither published nor listed as private."),
        };
    }

    private static IReadOnlyList<Shortfall> Shortfalls(IReadOnlyList<AllocationShortfall> shortfalls) =>
        [.. shortfalls.Select(shortfall => new Shortfall(shortfall.Line, shortfall.Missing, shortfall.Explanation))];

    private static IReadOnlyList<Alternative> Alternatives(IReadOnlyList<AllocationAlternative> alternatives) =>
        [.. alternatives.Select(e => new Alternative(e.Line, e.Kind, e.Group, e.Quantity, e.Site, e.Without, e.Explanation))];

    private static UnitNumber UnitOf(StoredEvent stored) => UnitNumber.Parse(stored.StreamId.AsSpan(Unit.Category.Length + 1), null);

    private static Attribution AttributionOf(EventMetadata metadata) =>
        new(metadata.Actor, SiteId.Parse(metadata.Site, null), metadata.OccurredAt, metadata.Policy, metadata.CorrelationId);
}
