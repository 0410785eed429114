using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

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
/// <param name="Attempt">From 1.</param>
/// <param name="Shortfalls">What could not be had; empty when the order is wholly served.</param>
/// <param name="LapsesAt">When the reservations' time is over.</param>
[StoredAs("units-allocated.v1")]
public sealed record UnitsAllocated(
    OrderId Order,
    int Attempt,
    ReservationPurpose Purpose,
    SiteId Supplier,
    SiteId Destination,
    IReadOnlyList<AllocatedUnit> Units,
    IReadOnlyList<AllocationShortfall> Shortfalls,
    DateTimeOffset LapsesAt) : AllocationEvent;

/// <summary>Nothing is kept for the order.</summary>
/// <param name="Reason">A code, such as <c>no-compatible-stock</c>.</param>
[StoredAs("allocation-declined.v1")]
public sealed record AllocationDeclined(
    OrderId Order, int Attempt, SiteId Supplier, string Reason, IReadOnlyList<AllocationShortfall> Shortfalls) : AllocationEvent;

/// <summary>The order's time ran out or it was given back; written in one commit with the end of each reservation.</summary>
/// <param name="Units">The units that are free again; not those that had left or been issued.</param>
/// <param name="Reason"><c>lapsed</c>, or why it was given back.</param>
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
public sealed record AllocationShortfall(int Line, int Missing);
