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

    /// <summary>For one registered patient, from the hospital's own stock or from the site that supplies it.</summary>
    Patient = 20,
}

/// <summary>How pressing an order is, least first.</summary>
[JsonConverter(typeof(KebabEnumConverter<OrderUrgency>))]
public enum OrderUrgency
{
    /// <summary>Placed by a form on its fixed day.</summary>
    Standing = 10,
    Routine = 20,
    Urgent = 30,

    /// <summary>Somebody bleeds.</summary>
    Emergency = 40,
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

/// <param name="Line">From 1; a line keeps its number, whatever becomes of the others.</param>
/// <param name="Group">The group wanted (stock) or the patient's own (patient); where that is not established, the group that the policy gives in an emergency.</param>
/// <param name="Quantity">Units; 0 where the line is wanted no more.</param>
/// <param name="Requirements">What the units must be besides; null: nothing.</param>
/// <param name="SubstituteFor">The line that it stands in for in part, as an accepted alternative.</param>
public sealed record OrderLine(
    int Line, ComponentKind Kind, BloodGroup Group, int Quantity, UnitRequirements? Requirements = null, int? SubstituteFor = null);

/// <param name="Line">The order's line that the unit is for.</param>
public sealed record ReservedUnit(UnitNumber Unit, int Line, ComponentKind Kind, BloodGroup Group, DateTimeOffset ExpiresAt);

/// <param name="Missing">How many units of the line could not be had.</param>
/// <param name="Explanation">Why, in words for people.</param>
public sealed record Shortfall(int Line, int Missing, string? Explanation = null);

/// <summary>What could be had instead of what a line lacks.</summary>
/// <param name="Line">The line that lacks.</param>
/// <param name="Kind">Of what is offered.</param>
/// <param name="Group">Of what is offered.</param>
/// <param name="Quantity">How many there were when it was offered.</param>
/// <param name="Site">Where they stand.</param>
/// <param name="Without">Requirements of the line that these units do not meet.</param>
/// <param name="Explanation">What is different, in words for people.</param>
public sealed record Alternative(
    int Line, ComponentKind Kind, BloodGroup Group, int Quantity, SiteId Site, IReadOnlyList<string> Without, string Explanation);

// Each name in StoredAs is the storage format: logs hold it for good. Rename a record, never its stored name.
public abstract record OrderEvent
{
    private protected OrderEvent()
    {
    }
}

/// <param name="Hospital">Who asked.</param>
/// <param name="Supplier">Who is to serve it: the hospital itself for a patient who is served from its own stock.</param>
/// <param name="RecipientGroup">The recipient's group when the order was placed; null for a patient whose group was not established.</param>
/// <param name="Urgency">Routine where it is not said.</param>
/// <param name="Slot">The supplier's van that is to bring it; null: as soon as it can be.</param>
/// <param name="DueAt">When it is to leave the supplier, or to come by its slot, by what the region promises.</param>
/// <param name="Form">The form it was placed by.</param>
/// <param name="PlacedAt">Since when it waits.</param>
/// <param name="WaitUntil">What is short is looked for until then.</param>
[StoredAs("order-placed.v1")]
public sealed record OrderPlaced(
    OrderId Order,
    OrderPurpose Purpose,
    SiteId Hospital,
    SiteId Supplier,
    IReadOnlyList<OrderLine> Lines,
    DateTimeOffset NeededBy,
    RecipientId? Recipient = null,
    BloodGroup? RecipientGroup = null,
    OrderUrgency? Urgency = null,
    DateTimeOffset? Slot = null,
    DateTimeOffset? DueAt = null,
    OrderFormId? Form = null,
    DateTimeOffset? PlacedAt = null,
    DateTimeOffset? WaitUntil = null) : OrderEvent;

/// <summary>The hospital wants something else: the whole will anew, so that this one event tells it all.</summary>
/// <param name="Attempt">Which asking of Inventory it is; the first was with the placing.</param>
/// <param name="Lines">All lines, with quantity 0 where one is wanted no more.</param>
/// <param name="Ended">Units that ended before they could serve, where the process asks for others by itself; null where the hospital amended.</param>
[StoredAs("order-amended.v1")]
public sealed record OrderAmended(
    OrderId Order,
    int Attempt,
    OrderPurpose Purpose,
    SiteId Hospital,
    SiteId Supplier,
    IReadOnlyList<OrderLine> Lines,
    DateTimeOffset NeededBy,
    OrderUrgency Urgency,
    RecipientId? Recipient = null,
    BloodGroup? RecipientGroup = null,
    DateTimeOffset? Slot = null,
    DateTimeOffset? DueAt = null,
    DateTimeOffset? PlacedAt = null,
    DateTimeOffset? WaitUntil = null,
    IReadOnlyList<UnitNumber>? Ended = null) : OrderEvent;

/// <summary>The hospital takes what was offered instead; in one commit with the amendment that says what it wants now.</summary>
/// <param name="Line">The line that lacked.</param>
/// <param name="Substitute">The new line.</param>
/// <param name="Without">Requirements that are given up with it.</param>
[StoredAs("order-alternative-accepted.v1")]
public sealed record OrderAlternativeAccepted(
    OrderId Order, int Line, int Substitute, ComponentKind Kind, BloodGroup Group, SiteId Site, int Quantity, IReadOnlyList<string> Without) : OrderEvent;

/// <summary>The hospital wants nothing of what was offered for a line.</summary>
[StoredAs("order-alternative-refused.v1")]
public sealed record OrderAlternativeRefused(OrderId Order, int Line, string Reason) : OrderEvent;

/// <summary>Units are set aside. Says again what Dispatch must know, so that this one event tells it all.</summary>
/// <param name="Units">Those that are set aside with this answer; others may have been before.</param>
/// <param name="Shortfalls">Empty when the order is wholly reserved.</param>
/// <param name="LapsesAt">When the reservation ends by itself.</param>
/// <param name="Attempt">Which asking it answers; the first where it is not said.</param>
/// <param name="Alternatives">What could be had instead of what is short.</param>
/// <param name="WaitsUntil">Until when what is short is looked for; null where nothing is waited for.</param>
/// <param name="ReservedAt">When Inventory decided it.</param>
/// <param name="Urgency">The order's, at the time.</param>
/// <param name="DeliverAt">The order's slot, at the time.</param>
/// <param name="Told">Of two answers the higher was decided later; null in events older than this member.</param>
[StoredAs("order-reserved.v1")]
public sealed record OrderReserved(
    OrderId Order,
    OrderPurpose Purpose,
    SiteId Hospital,
    SiteId Supplier,
    IReadOnlyList<ReservedUnit> Units,
    IReadOnlyList<Shortfall> Shortfalls,
    DateTimeOffset NeededBy,
    DateTimeOffset LapsesAt,
    int? Attempt = null,
    IReadOnlyList<Alternative>? Alternatives = null,
    DateTimeOffset? WaitsUntil = null,
    DateTimeOffset? ReservedAt = null,
    OrderUrgency? Urgency = null,
    DateTimeOffset? DeliverAt = null,
    long? Told = null) : OrderEvent;

/// <summary>Nothing could be set aside yet: it is looked for on.</summary>
/// <param name="ToldAt">When Inventory decided it.</param>
/// <param name="ExpectedAt">When units that would do are expected; null where nothing of the kind is known.</param>
/// <param name="Told">Of two answers the higher was decided later; null in events older than this member.</param>
[StoredAs("order-delayed.v1")]
public sealed record OrderDelayed(
    OrderId Order,
    int Attempt,
    IReadOnlyList<Shortfall> Shortfalls,
    IReadOnlyList<Alternative> Alternatives,
    DateTimeOffset WaitsUntil,
    DateTimeOffset ToldAt,
    DateTimeOffset? ExpectedAt = null,
    long? Told = null) : OrderEvent;

/// <summary>What is short will not come; what was set aside stays, and the order ends when that is settled.</summary>
/// <param name="Told">Of two answers the higher was decided later; null in events older than this member.</param>
[StoredAs("order-shortfall-closed.v1")]
public sealed record OrderShortfallClosed(
    OrderId Order,
    int Attempt,
    string Reason,
    IReadOnlyList<Shortfall> Shortfalls,
    DateTimeOffset ToldAt,
    DateTimeOffset? ExpectedAt = null,
    IReadOnlyList<Alternative>? Alternatives = null,
    long? Told = null) : OrderEvent;

/// <summary>Units were set aside for an order that had ended meanwhile: they are to be given back.</summary>
[StoredAs("order-reservation-refused.v1")]
public sealed record OrderReservationRefused(OrderId Order, IReadOnlyList<UnitNumber> Units, string Reason) : OrderEvent;

/// <summary>Nothing could be reserved, or the supplier's staff will not serve it; ends the order.</summary>
/// <param name="Attempt">Which asking it answers; the first where it is not said.</param>
/// <param name="ExpectedAt">When units that would do are expected; null where nothing of the kind is known.</param>
/// <param name="Alternatives">What could be had instead.</param>
/// <param name="DeclinedBy">The supplier whose staff declined; null where Inventory found nothing.</param>
[StoredAs("order-declined.v1")]
public sealed record OrderDeclined(
    OrderId Order,
    string Reason,
    IReadOnlyList<Shortfall> Shortfalls,
    int? Attempt = null,
    DateTimeOffset? ExpectedAt = null,
    IReadOnlyList<Alternative>? Alternatives = null,
    SiteId? DeclinedBy = null) : OrderEvent;

/// <summary>The units are no longer set aside for this order.</summary>
/// <param name="LapsedAt">When that was; before every reservation where it is not said.</param>
[StoredAs("order-reservation-lapsed.v1")]
public sealed record OrderReservationLapsed(
    OrderId Order, IReadOnlyList<UnitNumber> Units, string Reason, DateTimeOffset? LapsedAt = null) : OrderEvent;

[StoredAs("order-dispatched.v1")]
public sealed record OrderDispatched(
    OrderId Order, ConsignmentNumber Consignment, IReadOnlyList<UnitNumber> Units, DateTimeOffset ExpectedAt) : OrderEvent;

/// <param name="Received">There, whether it was expected or not.</param>
/// <param name="Missing">Expected and not there.</param>
/// <param name="Damaged">There, and not to be used as they came; null where none is.</param>
[StoredAs("order-received.v1")]
public sealed record OrderReceived(
    OrderId Order,
    ConsignmentNumber Consignment,
    IReadOnlyList<UnitNumber> Received,
    IReadOnlyList<UnitNumber> Missing,
    IReadOnlyList<UnitNumber>? Damaged = null) : OrderEvent;

/// <summary>A unit was handed out for the order's patient.</summary>
/// <param name="IssuedAt">When; before every return where it is not said.</param>
[StoredAs("order-unit-issued.v1")]
public sealed record OrderUnitIssued(OrderId Order, UnitNumber Unit, DateTimeOffset? IssuedAt = null) : OrderEvent;

/// <summary>A unit that was handed out came back unused; it is set aside for the order no more.</summary>
/// <param name="Usable">Back in time; otherwise it stands held.</param>
[StoredAs("order-unit-returned.v1")]
public sealed record OrderUnitReturned(OrderId Order, UnitNumber Unit, bool Usable, DateTimeOffset ReturnedAt) : OrderEvent;

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
