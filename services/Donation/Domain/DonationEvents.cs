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

/// <summary>A donor gave blood under this number.</summary>
/// <param name="CollectedAt">When the collection ended.</param>
/// <param name="Site">Where.</param>
/// <param name="Collection">What was taken; before there was anything else to take it was not written, and whole blood is not written now.</param>
/// <param name="Drive">The campaign or fixed point that it was given at, where it was one.</param>
/// <param name="Session">The drive's session.</param>
/// <param name="BagLot">The lot of the empty bag, as its maker prints it.</param>
[StoredAs("donation-collected.v1")]
public sealed record DonationCollected(
    DonationNumber Donation,
    DonorId Donor,
    int VolumeMl,
    DateTimeOffset CollectedAt,
    SiteId Site,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] CollectionKind Collection = CollectionKind.WholeBlood,
    string? Drive = null,
    string? Session = null,
    string? BagLot = null) : DonationEvent;

/// <summary>The laboratory determined ABO and RhD.</summary>
/// <param name="Method">As the laboratory names it, where it was given.</param>
[StoredAs("group-determined.v1")]
public sealed record GroupDetermined(BloodGroup Group, string? Method = null) : DonationEvent;

/// <summary>The laboratory tested for infections.</summary>
/// <param name="Results">By marker, as the policy pack names it; only what was not known before, or what was negative and is reactive.</param>
[StoredAs("markers-tested.v1")]
public sealed record MarkersTested(IReadOnlyDictionary<string, MarkerResult> Results) : DonationEvent;

/// <summary>A unit was made from the donation and stands in quarantine.</summary>
/// <param name="ExpiresAt">The last minute of use, by the policy pack's shelf life and procedure.</param>
/// <param name="Site">Where it was prepared.</param>
/// <param name="From">The component that it was made of; null where it was made of the donation itself.</param>
/// <param name="Procedure">How it was made of that component.</param>
[StoredAs("component-prepared.v1")]
public sealed record ComponentPrepared(
    UnitNumber Unit,
    ComponentKind Kind,
    int VolumeMl,
    DateTimeOffset PreparedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset CollectedAt,
    SiteId CollectedAtSite,
    SiteId Site,
    UnitNumber? From = null,
    ProcedureKind? Procedure = null) : DonationEvent;

/// <summary>In quarantine, others were made of the unit and nothing is left of it.</summary>
/// <param name="Into">What it became, each with a <see cref="ComponentPrepared"/> of its own in the same commit.</param>
/// <param name="From">The component that it had been made of itself.</param>
/// <param name="DoseGy">Gray, where the blood was irradiated.</param>
/// <param name="Celsius">The temperature at which it was done, °C.</param>
/// <param name="Minutes">How long it took.</param>
[StoredAs("component-used-up.v1")]
public sealed record ComponentUsedUp(
    UnitNumber Unit,
    ComponentKind Kind,
    int VolumeMl,
    DateTimeOffset PreparedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset CollectedAt,
    SiteId CollectedAtSite,
    SiteId Site,
    ProcedureKind Procedure,
    IReadOnlyList<UnitNumber> Into,
    UnitNumber? From = null,
    decimal? DoseGy = null,
    double? Celsius = null,
    int? Minutes = null) : DonationEvent;

/// <summary>The first of two people found the donation fit for release.</summary>
/// <param name="Person">Staff code.</param>
/// <param name="Components">What the signature covers; null, as all signatures were once: whatever is in quarantine.</param>
[StoredAs("release-signed.v1")]
public sealed record ReleaseSigned(string Person, IReadOnlyList<UnitNumber>? Components = null) : DonationEvent;

/// <summary>The second person found the same: the unit left quarantine.</summary>
/// <param name="FirstPerson">Who signed first; the second is the event's actor.</param>
/// <param name="From">The component that it was made of; null where it was made of the donation itself.</param>
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
    string FirstPerson,
    UnitNumber? From = null) : DonationEvent;

/// <summary>The unit never leaves quarantine for use.</summary>
/// <param name="Reason">A code, such as <c>marker-reactive</c>.</param>
/// <param name="From">The component that it was made of; null where it was made of the donation itself.</param>
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
    string Reason,
    UnitNumber? From = null) : DonationEvent;
