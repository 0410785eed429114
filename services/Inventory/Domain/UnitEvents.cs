using System.Text.Json.Serialization;
using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.Inventory.Allocating;

namespace Distribution.Inventory;

// CAREFUL: the stored names, the member names and the texts of the enums below ARE the storage format of every history
// ever written. Rename a record freely; change anything else only by a new stored name and an upcaster.

/// <summary>What can happen to one unit.</summary>
public abstract record UnitEvent
{
    private protected UnitEvent()
    {
    }
}

/// <summary>The unit exists and is in quarantine; carries the collection facts, so that one stream tells vein to vein.</summary>
/// <param name="VolumeMl">Milliliters.</param>
/// <param name="Site">Where it stood when it was prepared.</param>
/// <param name="From">The component of the same donation that it was made of; null where it is of the donation itself, and in events older than this member.</param>
[StoredAs("unit-prepared.v1")]
public sealed record UnitPrepared(
    UnitNumber Unit,
    ComponentKind Kind,
    DateTimeOffset CollectedAt,
    SiteId CollectedAtSite,
    DateTimeOffset PreparedAt,
    DateTimeOffset ExpiresAt,
    int VolumeMl,
    SiteId Site,
    UnitNumber? From = null) : UnitEvent, IHappenedAt
{
    DateTimeOffset IHappenedAt.HappenedAt => PreparedAt;
}

/// <summary>Out of quarantine, by two people.</summary>
[StoredAs("unit-released.v1")]
public sealed record UnitReleased(BloodGroup Group, string VerifiedBy) : UnitEvent;

/// <summary>Use is stopped for one more reason, wherever the unit is.</summary>
/// <param name="Order">What it is reserved for, if anything.</param>
/// <param name="Site">Who may end it: whose staff laid it; null in events older than this member.</param>
/// <param name="Person">Whose act it was; null where no person's, and in events older than this member.</param>
/// <param name="Recall">The case that laid it and that alone ends it; null where it was laid by hand.</param>
[StoredAs("unit-held.v1")]
public sealed record UnitHeld(string HoldReason, OrderId? Order, SiteId? Site = null, string? Person = null, RecallId? Recall = null) : UnitEvent;

/// <param name="StillHeld">Other reasons remain.</param>
/// <param name="VerifiedBy">The second person, where one was asked for or named.</param>
[StoredAs("unit-hold-ended.v1")]
public sealed record UnitHoldEnded(string HoldReason, bool StillHeld, OrderId? Order, string? VerifiedBy = null) : UnitEvent;

/// <param name="Recipient">Null when the order fills a stock.</param>
/// <param name="LapsesAt">When the reservation's time is over.</param>
/// <param name="Emergency">Somebody bleeds, and it may be handed out uncrossmatched; null otherwise, and in events older than this member.</param>
/// <param name="Requirements">What its line asked of it beside its group; null where nothing, and in events older than this member.</param>
[StoredAs("unit-reserved.v1")]
public sealed record UnitReserved(
    OrderId Order,
    int Line,
    ReservationPurpose Purpose,
    SiteId Supplier,
    SiteId Destination,
    RecipientId? Recipient,
    BloodGroup? RecipientGroup,
    DateTimeOffset LapsesAt,
    bool? Emergency = null,
    UnitRequirements? Requirements = null) : UnitEvent;

/// <summary>It stays set aside for the order, which was amended.</summary>
/// <param name="RecipientGroup">The patient's group as the order says it now.</param>
/// <param name="LapsesAt">No earlier than before.</param>
/// <param name="Emergency">Whether it may be handed out uncrossmatched from now on.</param>
[StoredAs("unit-reservation-renewed.v1")]
public sealed record UnitReservationRenewed(OrderId Order, BloodGroup? RecipientGroup, DateTimeOffset LapsesAt, bool Emergency) : UnitEvent;

[StoredAs("unit-reservation-ended.v1")]
public sealed record UnitReservationEnded(OrderId Order, string Reason) : UnitEvent;

[StoredAs("unit-dispatched.v1")]
public sealed record UnitDispatched(
    ConsignmentNumber Consignment, OrderId Order, SiteId From, SiteId To, DateTimeOffset DispatchedAt, DateTimeOffset ExpectedAt) : UnitEvent, IHappenedAt
{
    DateTimeOffset IHappenedAt.HappenedAt => DispatchedAt;
}

/// <param name="Expected">False: it was in the box and not on the list.</param>
/// <param name="DispatchedAt">When the consignment left, as its receipt tells; null where it was never handed over in the books.</param>
[StoredAs("unit-received.v1")]
public sealed record UnitReceived(
    ConsignmentNumber Consignment, OrderId? Order, SiteId Site, bool Expected, DateTimeOffset? DispatchedAt) : UnitEvent;

/// <summary>It was on the list and not in the box.</summary>
[StoredAs("unit-missing.v1")]
public sealed record UnitMissing(ConsignmentNumber Consignment, OrderId Order, SiteId From, SiteId To) : UnitEvent;

/// <summary>Somebody has it in hand where nothing planned it to be.</summary>
[StoredAs("unit-found.v1")]
public sealed record UnitFound(SiteId Site) : UnitEvent;

/// <summary>Tested with the patient, before it is handed out or, where it was handed out in an emergency, afterwards.</summary>
/// <param name="Method">Null in events older than this member.</param>
/// <param name="Sample">The tube that it was tested with; null where the component needs none, and in events older than this member.</param>
/// <param name="SampleValidUntil">From then on the result serves no more.</param>
[StoredAs("unit-crossmatched.v1")]
public sealed record UnitCrossmatched(
    OrderId Order,
    RecipientId Recipient,
    BloodGroup RecipientGroup,
    bool Compatible,
    CrossmatchMethod? Method = null,
    string? Sample = null,
    DateTimeOffset? SampleValidUntil = null) : UnitEvent;

/// <summary>
/// A crossmatch was incompatible that fits nothing else that we know: of a unit that is not reserved for the patient (any more), with
/// an older tube, or of a patient whose group is not established. It is a fact all the same, and no later result overwrites it.
/// </summary>
/// <param name="Order">On which it was tested.</param>
/// <param name="Sample">The tube that it was tested with; null where it was not told.</param>
[StoredAs("unit-incompatibility-found.v1")]
public sealed record UnitIncompatibilityFound(RecipientId Recipient, OrderId? Order = null, string? Sample = null) : UnitEvent;

/// <summary>Nobody has told within the policy's time how the crossmatch of a unit that was handed out without one came out.</summary>
/// <param name="DueAt">When it was due.</param>
[StoredAs("unit-crossmatch-overdue.v1")]
public sealed record UnitCrossmatchOverdue(OrderId Order, RecipientId Recipient, DateTimeOffset DueAt) : UnitEvent;

/// <summary>
/// A physician lets rules pass for this unit, this order and this patient, as the patient is known at that time; holds until the reservation ends.
/// </summary>
/// <param name="Codes">Of the rules.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="CountersignedBy">The second person.</param>
/// <param name="RecipientGroup">The patient's group that it was judged by; null where it was not established.</param>
/// <param name="Demands">What units for the patient had to be.</param>
[StoredAs("unit-rules-overridden.v1")]
public sealed record UnitRulesOverridden(
    OrderId Order,
    RecipientId Recipient,
    IReadOnlyList<string> Codes,
    string Reason,
    string CountersignedBy,
    UnitRequirements Demands,
    BloodGroup? RecipientGroup = null) : UnitEvent;

/// <summary>Handed out for a patient by two people.</summary>
/// <param name="AccountBy">Until then it is transfused, returned or discarded; null in events older than this member.</param>
[StoredAs("unit-issued.v1")]
public sealed record UnitIssued(
    OrderId Order, RecipientId Recipient, BloodGroup RecipientGroup, string VerifiedBy, DateTimeOffset? AccountBy = null) : UnitEvent;

/// <summary>Handed out by a physician and a second person to somebody who bleeds, before all is known that is wanted otherwise.</summary>
/// <param name="VerifiedBy">The second person.</param>
/// <param name="Indication">Why it could not wait.</param>
/// <param name="AccountBy">Until then it is transfused, returned or discarded.</param>
/// <param name="RecipientGroup">Null where it is not established.</param>
/// <param name="CrossmatchDue">Until then it is crossmatched afterwards; null where that was done before, or the component needs none.</param>
[StoredAs("unit-issued-in-emergency.v1")]
public sealed record UnitIssuedInEmergency(
    OrderId Order,
    RecipientId Recipient,
    string VerifiedBy,
    string Indication,
    DateTimeOffset AccountBy,
    BloodGroup? RecipientGroup = null,
    DateTimeOffset? CrossmatchDue = null) : UnitEvent;

/// <summary>A hand-over that nobody judged beforehand, told later: it has happened, whatever stood against it.</summary>
/// <param name="Site">Whose staff handed it out.</param>
/// <param name="AccountBy">Until then it is transfused, returned or discarded.</param>
/// <param name="RecipientGroup">Null where it is not established.</param>
/// <param name="CrossmatchDue">Until then it is crossmatched afterwards; null where that was done before, or the component needs none, and in events older than this member.</param>
[StoredAs("unit-issue-recorded.v1")]
public sealed record UnitIssueRecorded(
    OrderId Order,
    RecipientId Recipient,
    string VerifiedBy,
    SiteId Site,
    DateTimeOffset AccountBy,
    BloodGroup? RecipientGroup = null,
    DateTimeOffset? CrossmatchDue = null) : UnitEvent;

/// <summary>Put away at the site where it is.</summary>
/// <param name="Place">The site's own code of the place, such as <c>F2-S3</c>.</param>
[StoredAs("unit-stored.v1")]
public sealed record UnitStored(string Place) : UnitEvent;

/// <param name="MinutesOut">How long it was out of controlled storage.</param>
/// <param name="Usable">Within the policy's return limit, and sound; else it comes back held.</param>
/// <param name="Appearance">Null in events older than this member.</param>
/// <param name="SealIntact">Null in events older than this member.</param>
[StoredAs("unit-returned.v1")]
public sealed record UnitReturned(
    OrderId Order, RecipientId Recipient, int MinutesOut, bool Usable, Appearance? Appearance = null, bool? SealIntact = null) : UnitEvent;

/// <param name="Order">What it was issued on, or else reserved for: the order that loses it.</param>
/// <param name="Recipient">Whom it was issued for; null where it was transfused without having been issued.</param>
/// <param name="VolumeMl">How much ran in, milliliters.</param>
/// <param name="EndedAt">Null where it was not told.</param>
/// <param name="Ward">Where in the hospital, by its code; null where it was not told.</param>
[StoredAs("unit-transfused.v1")]
public sealed record UnitTransfused(
    OrderId? Order, RecipientId? Recipient, DateTimeOffset StartedAt, int? VolumeMl, DateTimeOffset? EndedAt = null, string? Ward = null) : UnitEvent;

[StoredAs("unit-discarded.v1")]
public sealed record UnitDiscarded(string Reason, OrderId? Order) : UnitEvent;

[StoredAs("unit-expired.v1")]
public sealed record UnitExpired(DateTimeOffset ExpiresAt, OrderId? Order) : UnitEvent;

[StoredAs("unit-lost.v1")]
public sealed record UnitLost(string Reason, OrderId? Order) : UnitEvent;

/// <summary>A patient reacted while it was transfused or afterwards; follows a unit's fate, and may come more than once.</summary>
/// <param name="Severity">1 not severe, 2 severe, 3 life-threatening, 4 death (ISBT/IHN).</param>
/// <param name="Imputability">0 excluded or unlikely, 1 possible, 2 likely, 3 certain; null where it cannot be assessed (2005/61/EC).</param>
/// <param name="Description">Never who the patient is.</param>
/// <param name="Site">Where it was reported.</param>
[StoredAs("unit-reaction-reported.v1")]
public sealed record UnitReactionReported(
    int Severity, int? Imputability, ReactionCategory Category, string? Description, DateTimeOffset StartedAt, SiteId Site) : UnitEvent;

/// <summary>
/// Made of other units, all of them released, and released with that: there is no quarantine. What it was made of ends in
/// the same commit.
/// </summary>
/// <param name="Sources">What it was made of: their histories lead on to the collections.</param>
/// <param name="DoseGy">Gray, where it was irradiated.</param>
/// <param name="Celsius">Temperature of the procedure, °C.</param>
/// <param name="Minutes">How long the procedure took.</param>
/// <param name="CollectedAt">The earliest collection among the sources.</param>
/// <param name="MadeAt">When the procedure was done: its life is counted from here.</param>
/// <param name="VolumeMl">Milliliters.</param>
/// <param name="VerifiedBy">The second person, where one was named.</param>
/// <param name="IncompatibleWith">Patients whom a source was found incompatible with; null where none was, and in events older than this member.</param>
/// <param name="AntigenPositive">What a source was typed for and has; null where nothing of the kind is known, and in events older than this member.</param>
/// <param name="AntigenNegative">What every source was typed for and lacks; null as above.</param>
/// <param name="Cmv">Positive where a source is, negative where all are; null otherwise.</param>
[StoredAs("unit-made.v1")]
public sealed record UnitMade(
    UnitNumber Unit,
    ComponentKind Kind,
    IReadOnlyList<UnitNumber> Sources,
    ProcedureKind Procedure,
    decimal? DoseGy,
    double? Celsius,
    int? Minutes,
    DateTimeOffset CollectedAt,
    SiteId CollectedAtSite,
    DateTimeOffset MadeAt,
    DateTimeOffset ExpiresAt,
    int VolumeMl,
    SiteId Site,
    BloodGroup Group,
    string? VerifiedBy,
    IReadOnlyList<RecipientId>? IncompatibleWith = null,
    AntigenSet? AntigenPositive = null,
    AntigenSet? AntigenNegative = null,
    CmvStatus? Cmv = null) : UnitEvent, IHappenedAt
{
    DateTimeOffset IHappenedAt.HappenedAt => MadeAt;
}

/// <summary>Nothing of it is left but what was made of it.</summary>
/// <param name="Procedure">Null where the centre did not say which.</param>
/// <param name="Into">What was made of it.</param>
/// <param name="Order">The order that loses it, where it was told too late of a unit that somebody waits for.</param>
[StoredAs("unit-used-up.v1")]
public sealed record UnitUsedUp(ProcedureKind? Procedure, IReadOnlyList<UnitNumber> Into, OrderId? Order = null) : UnitEvent;

/// <summary>The laboratory typed the unit for red cell antigens, or tested it for cytomegalovirus.</summary>
/// <param name="Positive">What it has, of what was tested for now.</param>
/// <param name="Negative">What it lacks, of what was tested for now.</param>
/// <param name="Cmv">Null where it was not tested for now.</param>
[StoredAs("unit-typed.v1")]
public sealed record UnitTyped(AntigenSet Positive, AntigenSet Negative, CmvStatus? Cmv = null) : UnitEvent;

/// <summary>The label on the bag was scanned back and says what the record says.</summary>
/// <param name="Scan">Symbols 001, 002, 003 and 005 as they were read, end to end; nothing else that was scanned along.</param>
[StoredAs("unit-label-verified.v1")]
public sealed record UnitLabelVerified(string Scan) : UnitEvent;

/// <summary>
/// A fact that contradicts the record. Facts are never refused; what does not fit stands here until somebody has looked at it.
/// What may follow a unit's fate: this, its resolution, the preparation facts, where they come late, a reaction, and what is told
/// of crossmatches: an incompatible one, or that of a unit that was handed out without one.
/// </summary>
[StoredAs("unit-discrepancy-recorded.v1")]
public sealed record UnitDiscrepancyRecorded(string Code, string Detail) : UnitEvent;

/// <summary>Somebody has looked at a contradiction and says what was the matter.</summary>
/// <param name="Of">The version of this history at which the contradiction stands.</param>
/// <param name="Resolution">In words for people.</param>
[StoredAs("unit-discrepancy-resolved.v1")]
public sealed record UnitDiscrepancyResolved(long Of, string Resolution) : UnitEvent;

[JsonConverter(typeof(KebabEnumConverter<ReservationPurpose>))]
public enum ReservationPurpose
{
    /// <summary>To fill a hospital's stock: the identical group.</summary>
    Stock = 10,

    /// <summary>For one patient: any compatible group, the best first.</summary>
    Patient = 20,
}

[JsonConverter(typeof(KebabEnumConverter<CrossmatchMethod>))]
public enum CrossmatchMethod
{
    /// <summary>Cells and serum in a tube.</summary>
    Serological = 10,

    /// <summary>By what is known of both, where the policy allows it.</summary>
    Electronic = 20,
}

/// <summary>How the bag and what is in it look; all but the first are what Circular 26/2013 Art. 41 rejects.</summary>
[JsonConverter(typeof(KebabEnumConverter<Appearance>))]
public enum Appearance
{
    Normal = 10,
    Leaking = 20,
    Layered = 30,
    Discolored = 40,

    /// <summary>Clots or particles.</summary>
    Clots = 50,
    Film = 60,
}

/// <summary>What the patient suffered, by the categories that Directive 2005/61/EC has reported; a circulatory overload is other.</summary>
[JsonConverter(typeof(KebabEnumConverter<ReactionCategory>))]
public enum ReactionCategory
{
    HemolysisAbo = 10,
    HemolysisOtherAlloantibody = 20,
    HemolysisNonImmunological = 30,
    BacterialInfection = 40,
    Anaphylaxis = 50,
    AcuteLungInjury = 60,
    ViralHbv = 70,
    ViralHcv = 80,
    ViralHiv = 90,
    ViralOther = 100,
    ParasiticMalaria = 110,
    ParasiticOther = 120,
    PostTransfusionPurpura = 130,
    GraftVersusHost = 140,
    Other = 150,
}
