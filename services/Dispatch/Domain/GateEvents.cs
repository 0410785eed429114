using System.Text.Json.Serialization;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;

namespace Distribution.Dispatches;

// The stored names and the members below ARE the storage format. Rename a record freely, these never;
// a changed shape is a new name with an upcaster.

/// <summary>What decides whether a unit may go into a box.</summary>
public abstract record GateEvent
{
    private GateEvent()
    {
    }

    /// <summary>
    /// The unit is on a consignment's pick list. Opens the stream where nothing else has: a version can only be checked
    /// against a racing hold where there is a row to lock.
    /// </summary>
    /// <param name="ReservedAt">Since when the plan has its claim on the unit; before every end of the order's claim where it is not said.</param>
    [StoredAs("unit-planned.v1")]
    public sealed record UnitPlanned(
        UnitNumber Unit, ConsignmentNumber Consignment, OrderId Order, DateTimeOffset? ReservedAt = null) : GateEvent;

    /// <param name="Reason">The hold's code; a unit can be held for several at once.</param>
    /// <param name="UnitVersion">The version of the unit's own stream in Inventory that says so.</param>
    [StoredAs("unit-blocked.v1")]
    public sealed record UnitBlocked(UnitNumber Unit, string Reason, long UnitVersion) : GateEvent;

    /// <inheritdoc cref="UnitBlocked"/>
    [StoredAs("unit-unblocked.v1")]
    public sealed record UnitUnblocked(UnitNumber Unit, string Reason, long UnitVersion) : GateEvent;

    /// <summary>The order has no claim on the unit any more; another order's reservation is untouched.</summary>
    /// <param name="EndedAt">When; after every plan where it is not said.</param>
    [StoredAs("reservation-ended.v1")]
    public sealed record ReservationEnded(UnitNumber Unit, OrderId Order, string Reason, DateTimeOffset? EndedAt = null) : GateEvent;

    /// <summary>The unit has left on a consignment: until it is checked in, it cannot leave on another one.</summary>
    [StoredAs("unit-departed.v1")]
    public sealed record UnitDeparted(UnitNumber Unit, ConsignmentNumber Consignment, OrderId Order) : GateEvent;

    /// <summary>The unit was checked in somewhere, or it was found out where it is: from there it may leave again.</summary>
    /// <param name="Consignment">By which it came, or of which it was missing.</param>
    [StoredAs("unit-landed.v1")]
    public sealed record UnitLanded(UnitNumber Unit, ConsignmentNumber Consignment) : GateEvent;

    [StoredAs("unit-ended.v1")]
    public sealed record UnitEnded(UnitNumber Unit, UnitEnd Fate) : GateEvent;
}

/// <summary>How a unit ended, as Inventory tells it.</summary>
[JsonConverter(typeof(KebabEnumConverter<UnitEnd>))]
public enum UnitEnd
{
    Transfused = 10,
    Discarded = 20,
    Expired = 30,
    Lost = 40,
}
