using System.Text.Json.Serialization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;
using Distribution.Blood.Network;

namespace Distribution.Donations;

// The stored names and the members' names below ARE the storage format: rename a record freely, never these.

/// <summary>What a test for an infection found. There is no zero: a result nobody has entered is not negative.</summary>
[JsonConverter(typeof(KebabEnumConverter<MarkerResult>))]
public enum MarkerResult
{
    Negative = 1,
    Reactive,
}

/// <summary>What happens to a donation, from the vein until its components leave quarantine.</summary>
public abstract record DonationEvent
{
    private protected DonationEvent()
    {
    }
}

/// <summary>A donor gave whole blood under this number.</summary>
/// <param name="CollectedAt">When the collection ended.</param>
/// <param name="Site">Where.</param>
[StoredAs("donation-collected.v1")]
public sealed record DonationCollected(
    DonationNumber Donation, DonorId Donor, int VolumeMl, DateTimeOffset CollectedAt, SiteId Site) : DonationEvent;

/// <summary>The laboratory determined ABO and RhD.</summary>
/// <param name="Method">As the laboratory names it, where it was given.</param>
[StoredAs("group-determined.v1")]
public sealed record GroupDetermined(BloodGroup Group, string? Method = null) : DonationEvent;

/// <summary>The laboratory tested for infections.</summary>
/// <param name="Results">By marker, as the policy pack names it; only what was not known before, or what was negative and is reactive.</param>
[StoredAs("markers-tested.v1")]
public sealed record MarkersTested(IReadOnlyDictionary<string, MarkerResult> Results) : DonationEvent;

/// <summary>A unit was made from the donation and stands in quarantine.</summary>
/// <param name="ExpiresAt">The last minute of use, by the policy pack's shelf life.</param>
/// <param name="Site">Where it was prepared.</param>
[StoredAs("component-prepared.v1")]
public sealed record ComponentPrepared(
    UnitNumber Unit,
    ComponentKind Kind,
    int VolumeMl,
    DateTimeOffset PreparedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset CollectedAt,
    SiteId CollectedAtSite,
    SiteId Site) : DonationEvent;

/// <summary>The first of two people found the donation fit for release.</summary>
/// <param name="Person">Staff code.</param>
[StoredAs("release-signed.v1")]
public sealed record ReleaseSigned(string Person) : DonationEvent;

/// <summary>The second person found the same: the unit left quarantine.</summary>
/// <param name="FirstPerson">Who signed first; the second is the event's actor.</param>
[StoredAs("component-released.v1")]
public sealed record ComponentReleased(
    UnitNumber Unit,
    ComponentKind Kind,
    int VolumeMl,
    DateTimeOffset PreparedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset CollectedAt,
    SiteId CollectedAtSite,
    SiteId Site,
    BloodGroup Group,
    string FirstPerson) : DonationEvent;

/// <summary>The unit never leaves quarantine for use.</summary>
/// <param name="Reason">A code, such as <c>marker-reactive</c>.</param>
[StoredAs("component-discarded.v1")]
public sealed record ComponentDiscarded(
    UnitNumber Unit,
    ComponentKind Kind,
    int VolumeMl,
    DateTimeOffset PreparedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset CollectedAt,
    SiteId CollectedAtSite,
    SiteId Site,
    string Reason) : DonationEvent;
