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

/// <summary>Whether a result is the first look at a marker or a second one at what was reactive.</summary>
[JsonConverter(typeof(KebabEnumConverter<TestPhase>))]
public enum TestPhase
{
    Screening = 10,
    Repeat = 20,
}

/// <summary>What a confirmatory test says of a reactive marker.</summary>
[JsonConverter(typeof(KebabEnumConverter<Confirmation>))]
public enum Confirmation
{
    Positive = 10,
    Negative = 20,
    Indeterminate = 30,
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
    DriveCode? Drive = null,
    string? Session = null,
    string? BagLot = null) : DonationEvent;

/// <summary>The laboratory determined ABO and RhD, once and by whomever: <see cref="GroupDeterminationRecorded"/> has taken its place.</summary>
/// <param name="Method">As the laboratory names it, where it was given.</param>
[StoredAs("group-determined.v1")]
public sealed record GroupDetermined(BloodGroup Group, string? Method = null) : DonationEvent;

/// <summary>The laboratory tested for infections, without saying with what: <see cref="MarkerResultRecorded"/> has taken its place.</summary>
/// <param name="Results">By marker, as the policy pack names it; only what was not known before, or what was negative and is reactive.</param>
[StoredAs("markers-tested.v1")]
public sealed record MarkersTested(IReadOnlyDictionary<string, MarkerResult> Results) : DonationEvent;

/// <summary>One result of one marker.</summary>
/// <param name="Marker">As the policy pack names it.</param>
/// <param name="Phase">By what stood when it was told.</param>
/// <param name="Run">The quality-control run.</param>
[StoredAs("marker-result-recorded.v1")]
public sealed record MarkerResultRecorded(
    string Marker,
    MarkerResult Result,
    TestPhase Phase,
    string? Method = null,
    string? ReagentLot = null,
    string? Instrument = null,
    string? Run = null,
    DateTimeOffset? MeasuredAt = null) : DonationEvent;

/// <summary>What a confirmatory test said of a reactive marker.</summary>
[StoredAs("marker-confirmed.v1")]
public sealed record MarkerConfirmed(
    string Marker,
    Confirmation Confirmation,
    string? Method = null,
    string? ReagentLot = null,
    string? Instrument = null,
    string? Run = null,
    DateTimeOffset? MeasuredAt = null) : DonationEvent;

/// <summary>A result on record was wrong. The record keeps both.</summary>
/// <param name="Reason">A code, such as <c>tube-mixed-up</c>.</param>
/// <param name="VerifiedBy">The second person's staff code; the first is the event's actor.</param>
/// <param name="Sequence">Which result of the marker, counted from 1.</param>
[StoredAs("marker-result-corrected.v1")]
public sealed record MarkerResultCorrected(
    string Marker, MarkerResult From, MarkerResult To, string Reason, string VerifiedBy, int Sequence) : DonationEvent;

/// <summary>One person determined ABO and RhD.</summary>
/// <param name="Person">Staff code.</param>
/// <param name="Sample">The tube it was found in.</param>
/// <param name="Established">The group that stands after this, by the policy that decided; null where too few have found one or they disagree.</param>
[StoredAs("group-determination-recorded.v1")]
public sealed record GroupDeterminationRecorded(
    BloodGroup Group,
    string Person,
    string? Method = null,
    string? ReagentLot = null,
    string? Instrument = null,
    string? Sample = null,
    BloodGroup? Established = null) : DonationEvent;

/// <summary>A determination on record was wrong. The record keeps both.</summary>
/// <param name="Person">Whose last determination; null for one told before people were recorded.</param>
/// <param name="VerifiedBy">The second person's staff code; the first is the event's actor.</param>
/// <param name="Established">As in <see cref="GroupDeterminationRecorded"/>.</param>
[StoredAs("group-corrected.v1")]
public sealed record GroupCorrected(
    BloodGroup From, BloodGroup To, string Reason, string VerifiedBy, string? Person = null, BloodGroup? Established = null) : DonationEvent;

/// <summary>Nothing made of the donation may be used for as long as the case lasts.</summary>
/// <param name="Reason">In words or as a code. Never who the donor is.</param>
[StoredAs("donation-held.v1")]
public sealed record DonationHeld(RecallId Recall, RecallKind Kind, string Reason) : DonationEvent;

/// <summary>The case has ended; others may hold the donation still.</summary>
[StoredAs("donation-hold-ended.v1")]
public sealed record DonationHoldEnded(RecallId Recall) : DonationEvent;

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

/// <summary>The label on the bag was scanned back and says what the record says.</summary>
/// <param name="Scan">Symbols 001, 002, 003 and 005 as they were read, end to end; nothing else that was scanned along.</param>
[StoredAs("component-label-verified.v1")]
public sealed record ComponentLabelVerified(UnitNumber Unit, string Scan) : DonationEvent;
