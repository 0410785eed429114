using Distribution.Blood.Network;
using Distribution.Contracts;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Relay;
using ComponentFacts = Distribution.Contracts.Donation.V1.ComponentFacts;
using V1 = Distribution.Contracts.Donation.V1;

namespace Distribution.Donations.Service.Publishing;

/// <summary>What the other services are told: that a unit exists, may be used, or is no more.</summary>
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
        // The laboratory's own; what follows from it is published as released or discarded.
        typeof(DonationCollected),
        typeof(GroupDetermined),
        typeof(MarkersTested),
        typeof(ReleaseSigned),
    ];

    public IReadOnlyList<object> ToMessages(StoredEvent stored) => stored.Data switch
    {
        ComponentPrepared prepared =>
        [
            new V1.ComponentPrepared(
                prepared.Unit,
                new ComponentFacts(prepared.Kind, prepared.CollectedAt, prepared.CollectedAtSite, prepared.PreparedAt, prepared.ExpiresAt, prepared.VolumeMl, prepared.Site),
                By(stored.Metadata)),
        ],
        ComponentReleased released =>
        [
            new V1.ComponentReleased(
                released.Unit,
                new ComponentFacts(released.Kind, released.CollectedAt, released.CollectedAtSite, released.PreparedAt, released.ExpiresAt, released.VolumeMl, released.Site),
                released.Group,
                released.FirstPerson,
                By(stored.Metadata)),
        ],
        ComponentDiscarded discarded =>
        [
            new V1.ComponentDiscarded(
                discarded.Unit,
                new ComponentFacts(discarded.Kind, discarded.CollectedAt, discarded.CollectedAtSite, discarded.PreparedAt, discarded.ExpiresAt, discarded.VolumeMl, discarded.Site),
                discarded.Reason,
                By(stored.Metadata)),
        ],
        var other => NotPublished.Contains(other.GetType())
            ? []
            : throw new InvalidOperationException($"Nobody has decided whether {stored.Type} is published."),
    };

    private static Attribution By(EventMetadata metadata) =>
        new(metadata.Actor, SiteId.Parse(metadata.Site, null), metadata.OccurredAt, metadata.Policy, metadata.CorrelationId);
}
