using System.Collections.Immutable;
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

/// <summary>
/// One bag. Many axes instead of one status: what it is, where it is, whether it may be used, whom it is for, how it ended.
/// None erases another: a held unit still stands somewhere and is still reserved for somebody.
/// </summary>
public sealed record Unit : IAggregate<Unit>
{
    public static string Category => "unit";

    public static Unit Initial { get; } = new();

    /// <summary>Null until we are told that it was prepared: such a unit is never reserved nor issued.</summary>
    public UnitFacts? Facts { get; init; }

    /// <summary>Known from the release on.</summary>
    public BloodGroup? Group { get; init; }

    public bool Released { get; init; }

    public Custody Custody { get; init; } = Custody.Unknown;

    /// <summary>Why it may not be used, each reason once, in order of time.</summary>
    public ImmutableList<string> Holds { get; init; } = [];

    /// <summary>Who laid each of the holds, for those of whom it was written down.</summary>
    public ImmutableList<HoldOrigin> HoldOrigins { get; init; } = [];

    public Reservation? Reservation { get; init; }

    public Crossmatch? Crossmatch { get; init; }

    /// <summary>Patients whom it was found incompatible with: no later reservation makes it fit.</summary>
    public ImmutableList<RecipientId> IncompatibleWith { get; init; } = [];

    /// <summary>Whom it is out with, or was transfused to.</summary>
    public Issue? Issue { get; init; }

    public UnitFate? Fate { get; init; }

    /// <summary>What it was typed for and lacks, as it was told; what is in <see cref="AntigenPositive"/> as well counts as there.</summary>
    public AntigenSet AntigenNegative { get; init; }

    public AntigenSet AntigenPositive { get; init; }

    public CmvStatus Cmv { get; init; }

    /// <summary>What it was made of, where it was not prepared of the donation directly.</summary>
    public ImmutableList<UnitNumber> Parents { get; init; } = [];

    /// <summary>What was made of it when it was used up.</summary>
    public ImmutableList<UnitNumber> Children { get; init; } = [];

    /// <summary>How it was made of its parents; null where it was prepared, or made before its release.</summary>
    public ProcedureKind? Procedure { get; init; }

    /// <summary>The label on the bag was scanned back and says what stands here.</summary>
    public bool LabelVerified { get; init; }

    /// <summary>Legs that it left on.</summary>
    public ImmutableList<ConsignmentNumber> Dispatched { get; init; } = [];

    /// <summary>Legs that are over for it, by receipt or by being missed: a later word of their dispatch moves nothing.</summary>
    public ImmutableList<ConsignmentNumber> Closed { get; init; } = [];

    /// <summary>Legs that it came by: of those that are over, it was missed on the others.</summary>
    public ImmutableList<ConsignmentNumber> Received { get; init; } = [];

    public ImmutableList<UnitDiscrepancyRecorded> Discrepancies { get; init; } = [];

    /// <summary>Versions of this history at which a contradiction stands that somebody has resolved.</summary>
    public ImmutableList<long> Resolved { get; init; } = [];

    /// <summary>The place at its site where it was put; null where nobody said, or it has gone from there.</summary>
    public string? Place { get; init; }

    /// <summary>The rules that were let pass while it is reserved as it is.</summary>
    public ImmutableList<UnitRulesOverridden> Overrides { get; init; } = [];

    /// <summary>What patients suffered from it, in order of report.</summary>
    public ImmutableList<UnitReactionReported> Reactions { get; init; } = [];

    /// <summary>In a site's stock and free for anybody.</summary>
    public bool IsAvailable(DateTimeOffset at) =>
        Released && Holds.IsEmpty && Reservation is null && Issue is null && Fate is null
        && Custody.Kind == CustodyKind.AtSite && Facts is not null && Facts.ExpiresAt > at;

    /// <summary>The sites whose staff may act on the unit: where it stands, or both ends of the leg that it is on.</summary>
    public IReadOnlySet<SiteId> ActingSites() => ImmutableHashSet.CreateRange(new[] { Custody.Site, Custody.To }.OfType<SiteId>());

    /// <summary>The sites whose staff may look: those that may act, where it was made, and the one that it is reserved for.</summary>
    public IReadOnlySet<SiteId> ReadingSites() => ImmutableHashSet.CreateRange(
        ActingSites().Concat(new[] { Facts?.Site, Reservation?.Destination }.OfType<SiteId>()));

    /// <summary>The sites whose staff may end a hold: the one that laid it; where that was not written down, whoever has the unit.</summary>
    public IReadOnlySet<SiteId> HoldingSites(string reason) =>
        HoldOrigins.Find(origin => string.Equals(origin.Reason, reason, StringComparison.Ordinal)) is { Site: { } site } ? ImmutableHashSet.Create(site) : ActingSites();

    /// <summary>The case stops it, whoever else does.</summary>
    public bool IsHeldFor(RecallId recall) => HoldOrigins.Exists(origin => origin.Recall == recall);

    public static Unit Evolve(Unit state, object @event) => @event switch
    {
        UnitPrepared prepared => state with
        {
            Facts = new UnitFacts(
                prepared.Unit, prepared.Kind, prepared.CollectedAt, prepared.CollectedAtSite, prepared.PreparedAt, prepared.ExpiresAt, prepared.VolumeMl, prepared.Site, prepared.From),
            Parents = prepared.From is { } from ? [from] : [],
            // A unit that was met on the road before we were told of it stays where it was met.
            Custody = state.Custody.Kind == CustodyKind.Unknown && state.Fate is null ? Custody.At(prepared.Site) : state.Custody,
        },
        UnitMade made => state with
        {
            Facts = new UnitFacts(made.Unit, made.Kind, made.CollectedAt, made.CollectedAtSite, made.MadeAt, made.ExpiresAt, made.VolumeMl, made.Site),
            Parents = [.. made.Sources],
            Procedure = made.Procedure,
            // All that it was made of was released, and so it is from its first moment.
            Group = made.Group,
            Released = true,
            Custody = Custody.At(made.Site),
            IncompatibleWith = state.IncompatibleWith.AddRange((made.IncompatibleWith ?? []).Except(state.IncompatibleWith)),
            AntigenNegative = state.AntigenNegative | (made.AntigenNegative ?? AntigenSet.None),
            AntigenPositive = state.AntigenPositive | (made.AntigenPositive ?? AntigenSet.None),
            Cmv = Stricter(state.Cmv, made.Cmv),
        },
        UnitReleased released => state with { Group = released.Group, Released = true },
        UnitHeld held when state.Holds.Contains(held.HoldReason) => state,
        UnitHeld held => state with
        {
            Holds = state.Holds.Add(held.HoldReason),
            HoldOrigins = state.HoldOrigins.Add(new HoldOrigin(held.HoldReason, held.Site, held.Person, held.Recall)),
        },
        UnitHoldEnded ended => state with
        {
            Holds = state.Holds.Remove(ended.HoldReason, StringComparer.Ordinal),
            HoldOrigins = state.HoldOrigins.RemoveAll(origin => string.Equals(origin.Reason, ended.HoldReason, StringComparison.Ordinal)),
        },
        UnitReserved reserved => state with
        {
            Reservation = new Reservation(
                reserved.Order, reserved.Line, reserved.Purpose, reserved.Supplier, reserved.Destination, reserved.Recipient, reserved.RecipientGroup, reserved.LapsesAt, reserved.Emergency == true, reserved.Requirements),
            Crossmatch = null,
            Overrides = [],
        },
        // What was tested against the patient stays tested, unless the patient is of another group than was thought.
        UnitReservationRenewed renewed => state.Reservation is { } kept
            ? state with
            {
                Reservation = kept with { RecipientGroup = renewed.RecipientGroup, LapsesAt = renewed.LapsesAt, Emergency = renewed.Emergency },
                Crossmatch = kept.RecipientGroup == renewed.RecipientGroup ? state.Crossmatch : null,
                Overrides = kept.RecipientGroup == renewed.RecipientGroup ? state.Overrides : [],
            }
            : state,
        UnitReservationEnded => state with { Reservation = null, Crossmatch = null, Overrides = [] },
        UnitRulesOverridden overridden => state with { Overrides = state.Overrides.Add(overridden) },
        UnitDispatched dispatched => state with
        {
            Custody = state.Closed.Contains(dispatched.Consignment) || state.Custody.IsWithAnotherThan(dispatched.From)
                ? state.Custody
                : Custody.OnTheRoad(dispatched.Consignment, dispatched.Order, dispatched.From, dispatched.To),
            Dispatched = state.Dispatched.Add(dispatched.Consignment),
            Place = state.Closed.Contains(dispatched.Consignment) || state.Custody.IsWithAnotherThan(dispatched.From) ? state.Place : null,
        },
        UnitReceived received => state with
        {
            Custody = Custody.At(received.Site),
            Place = null,
            // Twice when it was missed first and turned up later.
            Closed = state.Closed.Contains(received.Consignment) ? state.Closed : state.Closed.Add(received.Consignment),
            Received = state.Received.Contains(received.Consignment) ? state.Received : state.Received.Add(received.Consignment),
        },
        UnitMissing missing => state with
        {
            Custody = state.Custody.MayBeMissingOn(missing.Consignment, missing.From)
                ? Custody.MissingOn(missing.Consignment, missing.From, missing.To)
                : state.Custody,
            Closed = state.Closed.Add(missing.Consignment),
        },
        UnitFound found => state with { Custody = Custody.At(found.Site), Place = null },
        UnitStored stored => state with { Place = stored.Place },
        UnitCrossmatched crossmatched => state with
        {
            Crossmatch = new Crossmatch(
                crossmatched.Order, crossmatched.Recipient, crossmatched.Compatible, crossmatched.Method, crossmatched.Sample, crossmatched.SampleValidUntil),
            IncompatibleWith = crossmatched.Compatible || state.IncompatibleWith.Contains(crossmatched.Recipient)
                ? state.IncompatibleWith
                : state.IncompatibleWith.Add(crossmatched.Recipient),
        },
        UnitIncompatibilityFound found when state.IncompatibleWith.Contains(found.Recipient) => state,
        UnitIncompatibilityFound found => state with { IncompatibleWith = state.IncompatibleWith.Add(found.Recipient) },
        UnitCrossmatchOverdue => state with { Issue = state.Issue is { } issue ? issue with { CrossmatchOverdue = true } : null },
        UnitIssued issued => state with
        {
            Issue = new Issue(issued.Order, issued.Recipient, issued.RecipientGroup, issued.VerifiedBy, AccountBy: issued.AccountBy),
            Custody = state.Custody with { Kind = CustodyKind.IssuedOut },
            Place = null,
        },
        UnitIssuedInEmergency issued => state with
        {
            Issue = new Issue(issued.Order, issued.Recipient, issued.RecipientGroup, issued.VerifiedBy, issued.Indication, issued.CrossmatchDue, AccountBy: issued.AccountBy),
            // What was tested before does not make up for what is tested afterwards.
            Crossmatch = issued.CrossmatchDue is null ? state.Crossmatch : null,
            Custody = state.Custody with { Kind = CustodyKind.IssuedOut },
            Place = null,
        },
        UnitIssueRecorded issued => state with
        {
            Issue = new Issue(issued.Order, issued.Recipient, issued.RecipientGroup, issued.VerifiedBy, CrossmatchDue: issued.CrossmatchDue, AccountBy: issued.AccountBy),
            Crossmatch = issued.CrossmatchDue is null ? state.Crossmatch : null,
            Custody = new Custody(CustodyKind.IssuedOut, issued.Site, null, null),
            Place = null,
        },
        // A new custody, not the old one amended: by mistake it may have been on the road meanwhile.
        UnitReturned => state with { Issue = null, Custody = state.Custody.Site is { } site ? Custody.At(site) : state.Custody },
        UnitTransfused transfused => state with { Fate = new UnitFate(FateKind.Transfused, null, transfused.StartedAt, transfused.Recipient), Reservation = null },
        UnitDiscarded discarded => state with { Fate = new UnitFate(FateKind.Discarded, discarded.Reason, null), Reservation = null },
        UnitExpired expired => state with { Fate = new UnitFate(FateKind.Expired, null, expired.ExpiresAt), Reservation = null },
        UnitLost lost => state with { Fate = new UnitFate(FateKind.Lost, lost.Reason, null), Reservation = null },
        UnitUsedUp usedUp => state with { Fate = new UnitFate(FateKind.UsedUp, null, null), Reservation = null, Children = [.. usedUp.Into] },
        UnitTyped typed => state with
        {
            AntigenNegative = state.AntigenNegative | typed.Negative,
            AntigenPositive = state.AntigenPositive | typed.Positive,
            Cmv = Stricter(state.Cmv, typed.Cmv),
            // Whoever let it pass took what was not known for likely: now it is known to be so.
            Overrides = typed.Positive.IsEmpty && typed.Cmv != CmvStatus.Positive ? state.Overrides : [],
        },
        UnitLabelVerified => state with { LabelVerified = true },
        UnitReactionReported reaction => state with { Reactions = state.Reactions.Add(reaction) },
        UnitDiscrepancyRecorded discrepancy => state with { Discrepancies = state.Discrepancies.Add(discrepancy) },
        UnitDiscrepancyResolved resolved => state with { Resolved = state.Resolved.Add(resolved.Of) },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of a unit."),
    };

    /// <summary>Once found positive it stays so: of two findings the worse counts.</summary>
    private static CmvStatus Stricter(CmvStatus known, CmvStatus? told) =>
        known == CmvStatus.Positive ? known : told ?? known;
}

/// <summary>What the bag is and where it comes from.</summary>
/// <param name="ExpiresAt">From this instant on it is used no more.</param>
/// <param name="VolumeMl">Milliliters.</param>
/// <param name="Site">Where it was prepared.</param>
/// <param name="From">The component of the same donation that the centre made it of; null where it was prepared of the donation itself.</param>
public sealed record UnitFacts(
    UnitNumber Unit,
    ComponentKind Kind,
    DateTimeOffset CollectedAt,
    SiteId CollectedAtSite,
    DateTimeOffset PreparedAt,
    DateTimeOffset ExpiresAt,
    int VolumeMl,
    SiteId Site,
    UnitNumber? From = null);

[JsonConverter(typeof(KebabEnumConverter<CustodyKind>))]
public enum CustodyKind
{
    Unknown = 0,
    AtSite = 10,
    InTransit = 20,
    IssuedOut = 30,
    Missing = 40,
}

/// <summary>Where the bag is.</summary>
/// <param name="Site">Where it stands, was issued from, left from or was to come from; null only when unknown.</param>
/// <param name="Consignment">The leg that it is on or was missed on.</param>
/// <param name="To">Where that leg leads.</param>
/// <param name="Order">Whom that leg serves, while the unit is on it.</param>
public sealed record Custody(CustodyKind Kind, SiteId? Site, ConsignmentNumber? Consignment, SiteId? To, OrderId? Order = null)
{
    public static Custody Unknown { get; } = new(CustodyKind.Unknown, null, null, null);

    public static Custody At(SiteId site) => new(CustodyKind.AtSite, site, null, null);

    public static Custody OnTheRoad(ConsignmentNumber consignment, OrderId order, SiteId from, SiteId to) =>
        new(CustodyKind.InTransit, from, consignment, to, order);

    /// <summary>Another site than this has the bag, or handed it out: whatever is told of a departure from this one, it is there.</summary>
    public bool IsWithAnotherThan(SiteId from) => Kind is CustodyKind.AtSite or CustodyKind.IssuedOut && Site != from;

    /// <summary>Nobody has the bag whom the leg did not come from: that it was missed on the leg may be the last of it.</summary>
    public bool MayBeMissingOn(ConsignmentNumber consignment, SiteId from) => Kind switch
    {
        CustodyKind.Unknown => true,
        CustodyKind.InTransit => Consignment == consignment,
        CustodyKind.AtSite => Site == from,
        _ => false,
    };

    public static Custody MissingOn(ConsignmentNumber consignment, SiteId from, SiteId to) => new(CustodyKind.Missing, from, consignment, to);
}

/// <summary>Who stopped the use of the unit.</summary>
/// <param name="Site">Only its staff end the hold; null in histories older than this rule.</param>
/// <param name="Person">The staff code; null where no person laid it, or in histories older than this rule.</param>
/// <param name="Recall">The case that laid it and that alone ends it; null where it was laid by hand.</param>
public sealed record HoldOrigin(string Reason, SiteId? Site, string? Person, RecallId? Recall = null);

/// <summary>Whom the unit is kept for.</summary>
/// <param name="Emergency">Somebody bleeds: it may be handed out uncrossmatched.</param>
/// <param name="Requirements">What its line asked of it beside its group; null where nothing, or in histories older than this.</param>
public sealed record Reservation(
    OrderId Order,
    int Line,
    ReservationPurpose Purpose,
    SiteId Supplier,
    SiteId Destination,
    RecipientId? Recipient,
    BloodGroup? RecipientGroup,
    DateTimeOffset LapsesAt,
    bool Emergency = false,
    UnitRequirements? Requirements = null)
{
    /// <summary>It is to travel: that it has left is known only some time after.</summary>
    public bool Travels => Supplier != Destination;
}

/// <param name="Method">Null in histories older than this member.</param>
/// <param name="Sample">The tube that it was tested with.</param>
/// <param name="SampleValidUntil">From then on the result serves no more; null where no sample was told.</param>
public sealed record Crossmatch(
    OrderId Order, RecipientId Recipient, bool Compatible, CrossmatchMethod? Method = null, string? Sample = null, DateTimeOffset? SampleValidUntil = null);

/// <param name="RecipientGroup">Null where it was not established.</param>
/// <param name="Indication">Why it could not wait, where it was handed out in an emergency.</param>
/// <param name="CrossmatchDue">Until then it is crossmatched afterwards; null where it was before, or the component needs none.</param>
/// <param name="CrossmatchOverdue">It was not.</param>
/// <param name="AccountBy">Until then it is accounted for, a span of the policy's after it was handed out; null in histories older than this.</param>
public sealed record Issue(
    OrderId Order,
    RecipientId Recipient,
    BloodGroup? RecipientGroup,
    string VerifiedBy,
    string? Indication = null,
    DateTimeOffset? CrossmatchDue = null,
    bool CrossmatchOverdue = false,
    DateTimeOffset? AccountBy = null);

[JsonConverter(typeof(KebabEnumConverter<FateKind>))]
public enum FateKind
{
    Transfused = 10,
    Discarded = 20,
    Expired = 30,
    Lost = 40,

    /// <summary>Other units were made of it.</summary>
    UsedUp = 50,
}

/// <summary>How the unit ended.</summary>
/// <param name="At">When the transfusion began, or when the unit expired.</param>
/// <param name="Recipient">Whom it was transfused to, as far as that was told.</param>
public sealed record UnitFate(FateKind Kind, string? Reason, DateTimeOffset? At, RecipientId? Recipient = null);
