using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;
using Distribution.Blood.Network;

namespace Distribution.Donations;

/// <summary>One donation: what was taken, what the laboratory found, what was made of it.</summary>
public sealed record Donation : IAggregate<Donation>
{
    public static string Category => "donation";

    public static Donation Initial { get; } = new();

    /// <summary>Null before the collection.</summary>
    public DonationNumber? Number { get; init; }

    public DonorId Donor { get; init; }

    public int VolumeMl { get; init; }

    public DateTimeOffset CollectedAt { get; init; }

    /// <summary>Where it was collected.</summary>
    public SiteId Site { get; init; }

    public BloodGroup? Group { get; init; }

    public ImmutableSortedDictionary<string, MarkerResult> Markers { get; init; } =
        ImmutableSortedDictionary.Create<string, MarkerResult>(StringComparer.Ordinal);

    public ImmutableList<PreparedComponent> Components { get; init; } = [];

    /// <summary>Who signed the release first, until a second person releases or a signature no longer covers what is there.</summary>
    public string? SignedBy { get; init; }

    public bool IsReactive => Markers.ContainsValue(MarkerResult.Reactive);

    public IEnumerable<PreparedComponent> InQuarantine => Components.Where(component => component.Standing == Standing.Quarantined);

    public static Donation Evolve(Donation state, object @event) => @event switch
    {
        DonationCollected collected => state with
        {
            Number = collected.Donation,
            Donor = collected.Donor,
            VolumeMl = collected.VolumeMl,
            CollectedAt = collected.CollectedAt,
            Site = collected.Site,
        },
        GroupDetermined determined => state with { Group = determined.Group },
        // Once reactive stays reactive, whatever is said later.
        MarkersTested tested => state with
        {
            Markers = state.Markers.SetItems(tested.Results.Where(pair => state.Markers.GetValueOrDefault(pair.Key) != MarkerResult.Reactive)),
        },
        ComponentPrepared prepared => state with
        {
            Components = state.Components.Add(new PreparedComponent(
                prepared.Unit, prepared.Kind, prepared.VolumeMl, prepared.PreparedAt, prepared.ExpiresAt, prepared.Site, Standing.Quarantined)),
            // A signature covers what was there to see: what is prepared later needs both people again.
            SignedBy = null,
        },
        ReleaseSigned signed => state with { SignedBy = signed.Person },
        ComponentReleased released => state.Move(released.Unit, Standing.Released) with { SignedBy = null },
        ComponentDiscarded discarded => state.Move(discarded.Unit, Standing.Discarded, discarded.Reason),
        _ => throw new InvalidOperationException($"{@event.GetType()} is no event of a donation."),
    };

    private Donation Move(UnitNumber unit, Standing standing, string? reason = null) => this with
    {
        Components = [.. Components.Select(component => component.Unit == unit
            ? component with { Standing = standing, DiscardReason = reason }
            : component)],
    };
}

/// <summary>Where a component stands between preparation and leaving the laboratory's care.</summary>
[JsonConverter(typeof(KebabEnumConverter<Standing>))]
public enum Standing
{
    Quarantined,
    Released,
    Discarded,
}

/// <summary>A unit made from the donation.</summary>
/// <param name="Site">Where it was prepared.</param>
public sealed record PreparedComponent(
    UnitNumber Unit,
    ComponentKind Kind,
    int VolumeMl,
    DateTimeOffset PreparedAt,
    DateTimeOffset ExpiresAt,
    SiteId Site,
    Standing Standing,
    string? DiscardReason = null)
{
    /// <summary>Not to be used any more at the instant.</summary>
    public bool IsExpired(DateTimeOffset at) => ExpiresAt <= at;
}
