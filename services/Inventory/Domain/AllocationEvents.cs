using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Inventory.Allocating;

namespace Distribution.Inventory;

// CAREFUL: the stored names and the member names below ARE the storage format of every history ever written.
// Rename a record freely; change anything else only by a new stored name and an upcaster.

/// <summary>What can happen to what one order asked of the stock.</summary>
public abstract record AllocationEvent
{
    private protected AllocationEvent()
    {
    }
}

/// <summary>These units are kept for the order: written in one commit with the reservation of each.</summary>
/// <param name="Attempt">From 1. One attempt can be answered several times: <paramref name="Units"/> are those found now.</param>
/// <param name="Units">None where an amendment left nothing to be looked for.</param>
/// <param name="Shortfalls">What could not be had; empty when the order is wholly served.</param>
/// <param name="LapsesAt">When the reservations' time is over.</param>
/// <param name="Certificate">Proof that nothing better could be done; null in events older than this member, and where nothing was looked for.</param>
/// <param name="Alternatives">What could be had instead of what is short; null where nothing is short, and in events older than this member.</param>
/// <param name="WaitsUntil">Until when what is short is looked for; null where nothing is short or nothing is waited for.</param>
[StoredAs("units-allocated.v1")]
public sealed record UnitsAllocated(
    OrderId Order,
    int Attempt,
    ReservationPurpose Purpose,
    SiteId Supplier,
    SiteId Destination,
    IReadOnlyList<AllocatedUnit> Units,
    IReadOnlyList<AllocationShortfall> Shortfalls,
    DateTimeOffset LapsesAt,
    AllocationProof? Certificate = null,
    IReadOnlyList<AllocationAlternative>? Alternatives = null,
    DateTimeOffset? WaitsUntil = null) : AllocationEvent;

/// <summary>What is short will not be kept for the order: there is nothing, or the time to wait for it is over. What was kept before stays.</summary>
/// <param name="Reason">A code, such as <c>no-compatible-stock</c>.</param>
/// <param name="ExpectedAt">When units that would do are expected to become free or to arrive; null where nothing of the kind is known.</param>
/// <param name="Alternatives">What could be had instead; null where nothing can, and in events older than this member.</param>
[StoredAs("allocation-declined.v1")]
public sealed record AllocationDeclined(
    OrderId Order,
    int Attempt,
    SiteId Supplier,
    string Reason,
    IReadOnlyList<AllocationShortfall> Shortfalls,
    DateTimeOffset? ExpectedAt = null,
    IReadOnlyList<AllocationAlternative>? Alternatives = null) : AllocationEvent;

/// <summary>All that the order wants, in one of its attempts: what is not kept for it yet is looked for whenever the stock changes.</summary>
/// <param name="Attempt">From 1; of two the higher tells the newer will.</param>
/// <param name="Recipient">For whom, when the order is for a patient.</param>
/// <param name="RecipientGroup">Null for a patient whose group is not known: then only what the policy gives to anybody will do.</param>
/// <param name="NeededBy">Until then the units must keep.</param>
/// <param name="PlacedAt">Since when it waits.</param>
/// <param name="WaitUntil">What is short is looked for until then; null: it is not waited for.</param>
/// <param name="RecipientRequirements">What every unit for the patient must be, beside what the lines ask for; null where nothing is known.</param>
[StoredAs("demand-registered.v1")]
public sealed record DemandRegistered(
    OrderId Order,
    int Attempt,
    ReservationPurpose Purpose,
    AskPriority Urgency,
    SiteId Supplier,
    SiteId Destination,
    IReadOnlyList<DemandLine> Lines,
    RecipientId? Recipient,
    BloodGroup? RecipientGroup,
    DateTimeOffset NeededBy,
    DateTimeOffset PlacedAt,
    DateTimeOffset? WaitUntil,
    UnitRequirements? RecipientRequirements = null) : AllocationEvent
{
    /// <summary>For a patient of whom it is not known what may be given.</summary>
    public bool IsOfUnknownGroup() => Purpose == ReservationPurpose.Patient && Recipient is not null && RecipientGroup is null;

    /// <summary>The hospital has accepted another group than the patient's for this line.</summary>
    public bool IsAcceptedInstead(DemandLine line) =>
        Purpose == ReservationPurpose.Patient && RecipientGroup is { } own && line.Group.IsDefined && line.Group != own;
}

/// <summary>Nothing could be found for this attempt yet: it is waited for.</summary>
/// <param name="WaitsUntil">When the looking ends.</param>
/// <param name="ExpectedAt">When units that would do are expected to become free or to arrive; null where nothing of the kind is known.</param>
[StoredAs("allocation-delayed.v1")]
public sealed record AllocationDelayed(
    OrderId Order,
    int Attempt,
    SiteId Supplier,
    IReadOnlyList<AllocationShortfall> Shortfalls,
    IReadOnlyList<AllocationAlternative> Alternatives,
    DateTimeOffset WaitsUntil,
    DateTimeOffset? ExpectedAt) : AllocationEvent;

/// <summary>The order's time ran out, or it gave back all or some; written in one commit with the end of each reservation.</summary>
/// <param name="Units">The units that are free again; not those that had left or been issued.</param>
/// <param name="Reason"><c>lapsed</c>; <c>amended</c> where the order goes on without these; or why all was given back.</param>
/// <param name="Pending">
/// Units that the order has lost and nobody else gets yet: the news that they have left may be under way. Null when there are none.
/// </param>
/// <param name="FreeAt">When what is still there of <paramref name="Pending"/> becomes free.</param>
[StoredAs("allocation-lapsed.v1")]
public sealed record AllocationLapsed(
    OrderId Order, IReadOnlyList<UnitNumber> Units, string Reason, IReadOnlyList<UnitNumber>? Pending = null, DateTimeOffset? FreeAt = null) : AllocationEvent;

/// <param name="Line">The order's line, from 1.</param>
/// <param name="Explanation">Why this unit, in words for people.</param>
public sealed record AllocatedUnit(
    UnitNumber Unit, int Line, ComponentKind Kind, BloodGroup Group, DateTimeOffset ExpiresAt, IReadOnlyList<string> Explanation);

/// <param name="Line">The order's line, from 1.</param>
/// <param name="Missing">How many units could not be had.</param>
/// <param name="Explanation">Why, in words for people.</param>
public sealed record AllocationShortfall(int Line, int Missing, string? Explanation = null);

/// <param name="Line">From 1; a line keeps its number from attempt to attempt.</param>
/// <param name="Group">The group wanted for a stock. For a patient the recipient's; another is one that the hospital has accepted instead.</param>
/// <param name="Quantity">Of the whole order, with what is kept for it already; 0 where the line is wanted no more.</param>
/// <param name="Requirements">What the units must be besides; nothing where it is not said.</param>
public sealed record DemandLine(int Line, ComponentKind Kind, BloodGroup Group, int Quantity, UnitRequirements? Requirements = null);

/// <summary>What could be had instead of what a line lacks.</summary>
/// <param name="Quantity">How many there were.</param>
/// <param name="Site">Where they stand.</param>
/// <param name="Without">Requirements of the line that they do not meet, by name.</param>
/// <param name="Explanation">What is different, in words for people.</param>
public sealed record AllocationAlternative(
    int Line, ComponentKind Kind, BloodGroup Group, int Quantity, SiteId Site, IReadOnlyList<string> Without, string Explanation);

/// <summary>
/// What is kept of the certificate of a decision: its value, its digest and the prices that touch this order. The whole of it follows from
/// the lines and the stock as they were.
/// </summary>
/// <param name="Objective">The least cost of all that was decided at once; as a text, as it may exceed 64 bits.</param>
/// <param name="Orders">How many orders were decided at once.</param>
/// <param name="Lines">How many of their lines.</param>
/// <param name="Units">Over how many units.</param>
/// <param name="Digest">SHA-256 of the problem, the solution and all prices, in hexadecimal digits.</param>
/// <param name="Prices">Of this order's lines: what one unit more of each would have cost.</param>
public sealed record AllocationProof(string Objective, int Orders, int Lines, int Units, string Digest, IReadOnlyList<LinePrice> Prices);

/// <param name="Line">The order's line, from 1.</param>
/// <param name="Price">In the steps of <see cref="AllocationCost"/>.</param>
public sealed record LinePrice(int Line, long Price);
