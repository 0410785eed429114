using System.Text.Json.Serialization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;
using Distribution.Blood.Network;

namespace Distribution.Requests;

[JsonConverter(typeof(KebabEnumConverter<OrderPurpose>))]
public enum OrderPurpose
{
    /// <summary>To fill the hospital's own stock, from the site that supplies it.</summary>
    Stock = 10,

    /// <summary>For one registered patient, from the hospital's own stock.</summary>
    Patient = 20,
}

/// <summary>How a unit ended, as far as an order cares.</summary>
[JsonConverter(typeof(KebabEnumConverter<UnitFate>))]
public enum UnitFate
{
    Transfused = 10,
    Discarded = 20,
    Expired = 30,
    Lost = 40,
}

/// <param name="Line">From 1.</param>
/// <param name="Group">The group wanted (stock) or the patient's own (patient).</param>
public sealed record OrderLine(int Line, ComponentKind Kind, BloodGroup Group, int Quantity);

/// <param name="Line">The order's line that the unit is for.</param>
public sealed record ReservedUnit(UnitNumber Unit, int Line, ComponentKind Kind, BloodGroup Group, DateTimeOffset ExpiresAt);

/// <param name="Missing">How many units of the line could not be had.</param>
public sealed record Shortfall(int Line, int Missing);

// Each name in StoredAs is the storage format: logs hold it for good. Rename a record, never its stored name.
public abstract record OrderEvent
{
    private protected OrderEvent()
    {
    }
}

/// <param name="Hospital">Who asked.</param>
/// <param name="Supplier">Who is to serve it: the hospital itself for a patient.</param>
/// <param name="RecipientGroup">The recipient's group when the order was placed.</param>
[StoredAs("order-placed.v1")]
public sealed record OrderPlaced(
    OrderId Order,
    OrderPurpose Purpose,
    SiteId Hospital,
    SiteId Supplier,
    IReadOnlyList<OrderLine> Lines,
    DateTimeOffset NeededBy,
    RecipientId? Recipient = null,
    BloodGroup? RecipientGroup = null) : OrderEvent;

/// <summary>Units are set aside. Says again what Dispatch must know, so that this one event tells it all.</summary>
/// <param name="Shortfalls">Empty when the order is wholly reserved.</param>
/// <param name="LapsesAt">When the reservation ends by itself.</param>
[StoredAs("order-reserved.v1")]
public sealed record OrderReserved(
    OrderId Order,
    OrderPurpose Purpose,
    SiteId Hospital,
    SiteId Supplier,
    IReadOnlyList<ReservedUnit> Units,
    IReadOnlyList<Shortfall> Shortfalls,
    DateTimeOffset NeededBy,
    DateTimeOffset LapsesAt) : OrderEvent;

/// <summary>Units were set aside for an order that had ended meanwhile: they are to be given back.</summary>
[StoredAs("order-reservation-refused.v1")]
public sealed record OrderReservationRefused(OrderId Order, IReadOnlyList<UnitNumber> Units, string Reason) : OrderEvent;

/// <summary>Nothing could be reserved; ends the order.</summary>
[StoredAs("order-declined.v1")]
public sealed record OrderDeclined(OrderId Order, string Reason, IReadOnlyList<Shortfall> Shortfalls) : OrderEvent;

/// <summary>The units are no longer set aside for this order.</summary>
[StoredAs("order-reservation-lapsed.v1")]
public sealed record OrderReservationLapsed(OrderId Order, IReadOnlyList<UnitNumber> Units, string Reason) : OrderEvent;

[StoredAs("order-dispatched.v1")]
public sealed record OrderDispatched(
    OrderId Order, ConsignmentNumber Consignment, IReadOnlyList<UnitNumber> Units, DateTimeOffset ExpectedAt) : OrderEvent;

/// <param name="Received">There, whether it was expected or not.</param>
/// <param name="Missing">Expected and not there.</param>
[StoredAs("order-received.v1")]
public sealed record OrderReceived(
    OrderId Order, ConsignmentNumber Consignment, IReadOnlyList<UnitNumber> Received, IReadOnlyList<UnitNumber> Missing) : OrderEvent;

/// <summary>A unit was handed out for the order's patient.</summary>
[StoredAs("order-unit-issued.v1")]
public sealed record OrderUnitIssued(OrderId Order, UnitNumber Unit) : OrderEvent;

[StoredAs("order-unit-ended.v1")]
public sealed record OrderUnitEnded(OrderId Order, UnitNumber Unit, UnitFate Fate) : OrderEvent;

/// <summary>Everything asked for was received, or issued for the patient; ends the order.</summary>
[StoredAs("order-met.v1")]
public sealed record OrderMet(OrderId Order, SiteId Hospital) : OrderEvent;

/// <summary>What could still come has come, and it is less than was asked for; ends the order.</summary>
/// <param name="Missing">Units asked for and not served.</param>
[StoredAs("order-partly-met.v1")]
public sealed record OrderPartlyMet(OrderId Order, int Missing) : OrderEvent;

/// <summary>Units were set aside and none of them served the order; ends the order.</summary>
/// <param name="Missing">Units asked for.</param>
[StoredAs("order-unmet.v1")]
public sealed record OrderUnmet(OrderId Order, int Missing) : OrderEvent;

/// <summary>The hospital no longer wants it; ends the order.</summary>
[StoredAs("order-canceled.v1")]
public sealed record OrderCanceled(OrderId Order, string Reason) : OrderEvent;
