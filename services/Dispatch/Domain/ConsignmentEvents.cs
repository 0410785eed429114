using System.Text.Json.Serialization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;
using Distribution.Blood.Network;

namespace Distribution.Dispatches;

// The stored names and the members below ARE the storage format. Rename a record freely, these never;
// a changed shape is a new name with an upcaster.

/// <summary>What happens to a consignment, from the pick list to the last discrepancy.</summary>
public abstract record ConsignmentEvent
{
    private ConsignmentEvent()
    {
    }

    /// <param name="ReservedUntil">Not to be handed over after this: the units may by then be somebody else's.</param>
    [StoredAs("consignment-planned.v1")]
    public sealed record ConsignmentPlanned(
        ConsignmentNumber Consignment,
        OrderId Order,
        SiteId From,
        SiteId To,
        IReadOnlyList<PlannedUnit> Units,
        DateTimeOffset NeededBy,
        DateTimeOffset ReservedUntil) : ConsignmentEvent;

    [StoredAs("unit-picked.v1")]
    public sealed record UnitPicked(UnitNumber Unit) : ConsignmentEvent;

    /// <summary>Scanned into a box; scanned into another one later, it has moved.</summary>
    /// <param name="Box">From 1.</param>
    /// <param name="Boxes">How many the box's label says there are.</param>
    [StoredAs("unit-packed.v1")]
    public sealed record UnitPacked(UnitNumber Unit, int Box, int Boxes) : ConsignmentEvent;

    /// <summary>Does not travel; taken out of its box if it was in one.</summary>
    [StoredAs("unit-left-out.v1")]
    public sealed record UnitLeftOut(UnitNumber Unit, string Reason) : ConsignmentEvent;

    /// <param name="ExpectedAt">By the lane's lead time.</param>
    /// <param name="HandedOverTo">The carrier's staff code.</param>
    [StoredAs("consignment-dispatched.v1")]
    public sealed record ConsignmentDispatched(
        ConsignmentNumber Consignment,
        OrderId Order,
        SiteId From,
        SiteId To,
        IReadOnlyList<UnitNumber> Units,
        DateTimeOffset DispatchedAt,
        DateTimeOffset ExpectedAt,
        string HandedOverTo) : ConsignmentEvent;

    [StoredAs("consignment-arrived.v1")]
    public sealed record ConsignmentArrived(ConsignmentNumber Consignment) : ConsignmentEvent;

    [StoredAs("unit-checked-in.v1")]
    public sealed record UnitCheckedIn(UnitNumber Unit, bool Expected) : ConsignmentEvent;

    /// <summary>
    /// The checking is finished; what was checked in since the last such event. A second one follows where units turn up later.
    /// </summary>
    /// <param name="DispatchedAt">Null where it came without ever having been handed over in the books.</param>
    [StoredAs("consignment-received.v1")]
    public sealed record ConsignmentReceived(
        ConsignmentNumber Consignment,
        OrderId Order,
        SiteId From,
        SiteId To,
        IReadOnlyList<UnitNumber> Received,
        IReadOnlyList<UnitNumber> Missing,
        IReadOnlyList<UnitNumber> Unexpected,
        DateTimeOffset? DispatchedAt) : ConsignmentEvent;

    [StoredAs("discrepancy-raised.v1")]
    public sealed record DiscrepancyRaised(ConsignmentNumber Consignment, OrderId Order, UnitNumber Unit, DiscrepancyKind Kind) : ConsignmentEvent;

    [StoredAs("discrepancy-resolved.v1")]
    public sealed record DiscrepancyResolved(UnitNumber Unit, string Resolution) : ConsignmentEvent;
}

/// <summary>A line of the pick list.</summary>
/// <param name="Line">The order's line number, from 1.</param>
public sealed record PlannedUnit(UnitNumber Unit, int Line, ComponentKind Kind, BloodGroup Group, DateTimeOffset ExpiresAt);

/// <summary>What arrived is not what was sent.</summary>
[JsonConverter(typeof(KebabEnumConverter<DiscrepancyKind>))]
public enum DiscrepancyKind
{
    Missing = 10,
    Unexpected = 20,
}
