using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;

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

    public CollectionKind Collection { get; init; }

    /// <summary>The campaign or fixed point that it was given at, where it was one.</summary>
    public string? Drive { get; init; }

    /// <summary>The drive's session.</summary>
    public string? Session { get; init; }

    /// <summary>The lot of the empty bag.</summary>
    public string? BagLot { get; init; }

    public BloodGroup? Group { get; init; }

    public ImmutableSortedDictionary<string, MarkerResult> Markers { get; init; } =
        ImmutableSortedDictionary.Create<string, MarkerResult>(StringComparer.Ordinal);

    public ImmutableList<PreparedComponent> Components { get; init; } = [];

    /// <summary>Who signed the release first, until a second person releases or a signature no longer covers what is there.</summary>
    public string? SignedBy { get; init; }

    /// <summary>What that signature covers and has not left quarantine through it; null for a signature that covers whatever is in quarantine.</summary>
    public ImmutableList<UnitNumber>? SignedFor { get; init; }

    public bool IsReactive => Markers.ContainsValue(MarkerResult.Reactive);

    public IEnumerable<PreparedComponent> InQuarantine => Components.Where(component => component.Standing == Standing.Quarantined);

    /// <summary>The component under that number, or null where none was prepared.</summary>
    public PreparedComponent? Find(UnitNumber unit) => Components.Find(component => component.Unit == unit);

    public static Donation Evolve(Donation state, object @event) => @event switch
    {
        DonationCollected collected => state with
        {
            Number = collected.Donation,
            Donor = collected.Donor,
            VolumeMl = collected.VolumeMl,
            CollectedAt = collected.CollectedAt,
            Site = collected.Site,
            Collection = collected.Collection,
            Drive = collected.Drive,
            Session = collected.Session,
            BagLot = collected.BagLot,
        },
        GroupDetermined determined => state.WithoutSignature() with { Group = determined.Group },
        // Once reactive stays reactive, whatever is said later.
        MarkersTested tested => state.WithoutSignature() with
        {
            Markers = state.Markers.SetItems(tested.Results.Where(pair => state.Markers.GetValueOrDefault(pair.Key) != MarkerResult.Reactive)),
        },
        ComponentPrepared prepared => state.WithoutSignature() with
        {
            Components = state.Components.Add(new PreparedComponent(
                prepared.Unit, prepared.Kind, prepared.VolumeMl, prepared.PreparedAt, prepared.ExpiresAt, prepared.Site, Standing.Quarantined,
                From: prepared.From, Procedure: prepared.Procedure)),
        },
        ComponentUsedUp used => state.WithoutSignature().Change(used.Unit, component => component with { Standing = Standing.UsedUp, Into = [.. used.Into] }),
        ReleaseSigned signed => state with { SignedBy = signed.Person, SignedFor = signed.Components is { } units ? [.. units] : null },
        ComponentReleased released => state.Change(released.Unit, component => component with { Standing = Standing.Released }).Unsign(released.Unit),
        ComponentDiscarded discarded => state.Change(
            discarded.Unit, component => component with { Standing = Standing.Discarded, DiscardReason = discarded.Reason }),
        _ => throw new InvalidOperationException($"{@event.GetType()} is no event of a donation."),
    };

    /// <summary>A signature covers what was there to see: whoever signed has to look again at what came later.</summary>
    private Donation WithoutSignature() => this with { SignedBy = null, SignedFor = null };

    /// <summary>The signature has done its work for one unit and stands for the others that it covers.</summary>
    private Donation Unsign(UnitNumber unit) => SignedFor?.Remove(unit) is { IsEmpty: false } left ? this with { SignedFor = left } : WithoutSignature();

    private Donation Change(UnitNumber unit, Func<PreparedComponent, PreparedComponent> change) => this with
    {
        Components = [.. Components.Select(component => component.Unit == unit ? change(component) : component)],
    };
}

/// <summary>Where a component stands between preparation and leaving the laboratory's care.</summary>
[JsonConverter(typeof(KebabEnumConverter<Standing>))]
public enum Standing
{
    Quarantined,
    Released,
    Discarded,

    /// <summary>Others were made of it.</summary>
    UsedUp,
}

/// <summary>A unit made from the donation.</summary>
/// <param name="Site">Where it was prepared.</param>
/// <param name="From">The component that it was made of; null where it was made of the donation itself.</param>
/// <param name="Procedure">How it was made of that component.</param>
/// <param name="Into">What was made of it, once it is used up.</param>
public sealed record PreparedComponent(
    UnitNumber Unit,
    ComponentKind Kind,
    int VolumeMl,
    DateTimeOffset PreparedAt,
    DateTimeOffset ExpiresAt,
    SiteId Site,
    Standing Standing,
    string? DiscardReason = null,
    UnitNumber? From = null,
    ProcedureKind? Procedure = null,
    ImmutableList<UnitNumber>? Into = null)
{
    /// <summary>Not to be used any more at the instant.</summary>
    public bool IsExpired(DateTimeOffset at) => ExpiresAt <= at;
}
