using Distribution.Blood.Network;
using Distribution.Contracts;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Relay;
using ComponentFacts = Distribution.Contracts.Donation.V1.ComponentFacts;
using V1 = Distribution.Contracts.Donation.V1;

namespace Distribution.Donations.Service.Publishing;

/// <summary>What the other services are told: that a unit exists, may be used, has become others, or is no more.</summary>
internal sealed class DonationContracts : IContractMap
{
    public IReadOnlyCollection<Type> NotPublished { get; } =
    [
        // Whoever gave stays in this service.
        typeof(DonorRegistered),
        typeof(DonorGave),
        typeof(DonorDeferred),
        typeof(DonorDeferralEnded),
        typeof(DonorIdentityErased),
        typeof(DonorGroupKnown),
        // Plans, and what becomes of them, stay with the organizers.
        typeof(DrivePlanned),
        typeof(DriveAmended),
        typeof(DriveCanceled),
        // The laboratory's own; what follows from it is published as released or discarded.
        typeof(DonationCollected),
        typeof(GroupDetermined),
        typeof(MarkersTested),
        typeof(MarkerResultRecorded),
        typeof(MarkerConfirmed),
        typeof(MarkerResultCorrected),
        typeof(GroupDeterminationRecorded),
        typeof(GroupCorrected),
        typeof(ReleaseSigned),
        typeof(ComponentLabelVerified),
        // The case is published, and once; these are its other half.
        typeof(DonationHeld),
        typeof(DonationHoldEnded),
        // Inventory's own; it knows.
        typeof(RecallTold),
        typeof(RecallEnded),
    ];

    public IReadOnlyList<object> ToMessages(StoredEvent stored) => stored.Data switch
    {
        ComponentPrepared prepared =>
        [
            new V1.ComponentPrepared(
                prepared.Unit,
                new ComponentFacts(prepared.Kind, prepared.CollectedAt, prepared.CollectedAtSite, prepared.PreparedAt, prepared.ExpiresAt, prepared.VolumeMl, prepared.Site, prepared.From),
                By(stored.Metadata)),
        ],
        ComponentReleased released =>
        [
            new V1.ComponentReleased(
                released.Unit,
                new ComponentFacts(released.Kind, released.CollectedAt, released.CollectedAtSite, released.PreparedAt, released.ExpiresAt, released.VolumeMl, released.Site, released.From),
                released.Group,
                released.FirstPerson,
                By(stored.Metadata)),
        ],
        ComponentDiscarded discarded =>
        [
            new V1.ComponentDiscarded(
                discarded.Unit,
                new ComponentFacts(discarded.Kind, discarded.CollectedAt, discarded.CollectedAtSite, discarded.PreparedAt, discarded.ExpiresAt, discarded.VolumeMl, discarded.Site, discarded.From),
                discarded.Reason,
                By(stored.Metadata)),
        ],
        ComponentUsedUp used =>
        [
            new V1.ComponentUsedUp(
                used.Unit,
                new ComponentFacts(used.Kind, used.CollectedAt, used.CollectedAtSite, used.PreparedAt, used.ExpiresAt, used.VolumeMl, used.Site, used.From),
                used.Into,
                By(stored.Metadata)),
        ],
        // The donor is in the event and never in the message.
        ImplicationOpened opened => [new V1.DonationsImplicated(opened.Recall, opened.Kind, opened.Reason, opened.Donations, opened.DueAt, By(stored.Metadata))],
        ImplicationExtended extended =>
            [new V1.DonationsImplicated(extended.Recall, extended.Kind, extended.Reason, extended.Donations, extended.DueAt, By(stored.Metadata))],
        ImplicationEnded ended => [new V1.ImplicationEnded(ended.Recall, ended.Reason, ended.VerifiedBy, By(stored.Metadata))],
        var other => NotPublished.Contains(other.GetType())
            ? []
            : throw new InvalidOperationException($"Nobody has decided whether {stored.Type} is published."),
    };

    private static Attribution By(EventMetadata metadata) =>
        new(metadata.Actor, SiteId.Parse(metadata.Site, null), metadata.OccurredAt, metadata.Policy, metadata.CorrelationId);
}
