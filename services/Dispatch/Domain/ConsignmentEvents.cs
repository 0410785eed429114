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
    /// <param name="Urgency">Routine where it is not said.</param>
    /// <param name="DeliverAt">The delivery slot that the destination chose; null where it goes as soon as it can.</param>
    [StoredAs("consignment-planned.v1")]
    public sealed record ConsignmentPlanned(
        ConsignmentNumber Consignment,
        OrderId Order,
        SiteId From,
        SiteId To,
        IReadOnlyList<PlannedUnit> Units,
        DateTimeOffset NeededBy,
        DateTimeOffset ReservedUntil,
        ConsignmentUrgency? Urgency = null,
        DateTimeOffset? DeliverAt = null) : ConsignmentEvent;

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
    /// <param name="Damaged">Found unfit at the door since the last such event; null where none was.</param>
    [StoredAs("consignment-received.v1")]
    public sealed record ConsignmentReceived(
        ConsignmentNumber Consignment,
        OrderId Order,
        SiteId From,
        SiteId To,
        IReadOnlyList<UnitNumber> Received,
        IReadOnlyList<UnitNumber> Missing,
        IReadOnlyList<UnitNumber> Unexpected,
        DateTimeOffset? DispatchedAt,
        IReadOnlyList<DamagedUnit>? Damaged = null) : ConsignmentEvent;

    [StoredAs("discrepancy-raised.v1")]
    public sealed record DiscrepancyRaised(ConsignmentNumber Consignment, OrderId Order, UnitNumber Unit, DiscrepancyKind Kind) : ConsignmentEvent;

    /// <summary>One end of the road says how it came about; it is resolved when the other end says the same.</summary>
    /// <param name="Note">In words for people.</param>
    /// <param name="ProposedBy">Staff code.</param>
    [StoredAs("discrepancy-resolution-proposed.v1")]
    public sealed record ResolutionProposed(
        UnitNumber Unit, ConsignmentEnd End, DiscrepancyResolution Code, string ProposedBy, string? Note = null) : ConsignmentEvent;

    /// <param name="Resolution">In words for people; <c>found</c> where the unit was scanned after all.</param>
    /// <param name="Code">What both ends said; null where nobody had to be asked.</param>
    /// <param name="ProposedBy">Staff code of who said so at the other end, before.</param>
    [StoredAs("discrepancy-resolved.v1")]
    public sealed record DiscrepancyResolved(
        UnitNumber Unit, string Resolution, DiscrepancyResolution? Code = null, string? ProposedBy = null) : ConsignmentEvent;

    /// <summary>Nothing goes into the box or out of it any more, unless it is opened.</summary>
    /// <param name="Logger">The number of the temperature logger inside.</param>
    /// <param name="Coolant">What keeps it cold, as the site codes it.</param>
    [StoredAs("box-closed.v1")]
    public sealed record BoxClosed(int Box, string? Logger = null, string? Coolant = null) : ConsignmentEvent;

    [StoredAs("box-opened.v1")]
    public sealed record BoxOpened(int Box, string Reason) : ConsignmentEvent;

    /// <summary>A box's own symbol was scanned at the destination.</summary>
    /// <param name="Boxes">How many the box's label says there are.</param>
    [StoredAs("box-arrived.v1")]
    public sealed record BoxArrived(int Box, int Boxes) : ConsignmentEvent;

    /// <summary>It should have arrived some time ago, and nothing of it has been scanned at the destination.</summary>
    [StoredAs("consignment-overdue.v1")]
    public sealed record ConsignmentOverdue(DateTimeOffset ExpectedAt) : ConsignmentEvent;

    /// <summary>Its papers or one of its boxes were scanned where it does not belong.</summary>
    /// <param name="Site">Where it turned up.</param>
    /// <param name="Box">0 for the papers.</param>
    [StoredAs("consignment-misdelivered.v1")]
    public sealed record ConsignmentMisdelivered(SiteId Site, int Box) : ConsignmentEvent;

    /// <summary>A unit of it was scanned where it does not belong.</summary>
    /// <param name="Site">Where it turned up.</param>
    [StoredAs("unit-misdelivered.v1")]
    public sealed record UnitMisdelivered(UnitNumber Unit, SiteId Site) : ConsignmentEvent;

    /// <summary>Looked at on receipt, and nothing is wrong with it.</summary>
    /// <param name="Celsius">Of the bag, where it was measured.</param>
    [StoredAs("unit-inspected.v1")]
    public sealed record UnitInspected(UnitNumber Unit, double? Celsius = null) : ConsignmentEvent;

    /// <summary>Looked at on receipt, and it must not be used as it came.</summary>
    /// <param name="Celsius">Of the bag, where it was measured.</param>
    [StoredAs("unit-found-damaged.v1")]
    public sealed record UnitFoundDamaged(UnitNumber Unit, DamageReason Reason, double? Celsius = null) : ConsignmentEvent;

    /// <summary>A temperature logger's file, as a whole.</summary>
    /// <param name="From">Of the first reading.</param>
    /// <param name="Until">Of the last reading.</param>
    /// <param name="Seconds">Of each reading, how long after the first one.</param>
    /// <param name="Celsius">Of each reading.</param>
    /// <param name="Digest">SHA-256 of the file, in hexadecimal digits.</param>
    /// <param name="Excursions">What the policy does not bear with; empty where all was well.</param>
    /// <param name="Logger">Its number; null where neither the file nor the closing of the box tells it.</param>
    [StoredAs("box-temperature-read.v1")]
    public sealed record BoxTemperatureRead(
        int Box,
        DateTimeOffset From,
        DateTimeOffset Until,
        IReadOnlyList<int> Seconds,
        IReadOnlyList<double> Celsius,
        double MinimumCelsius,
        double MaximumCelsius,
        string Digest,
        IReadOnlyList<TemperatureExcursion> Excursions,
        string? Logger = null) : ConsignmentEvent;

    /// <summary>A box's temperature as somebody measured it when it was opened at the destination.</summary>
    [StoredAs("door-temperature-taken.v1")]
    public sealed record DoorTemperatureTaken(int Box, double Celsius) : ConsignmentEvent;

    /// <summary>What was in a box is not to be used before somebody has judged it.</summary>
    /// <param name="Reason">In words for people, with the figures.</param>
    [StoredAs("cold-chain-broken.v1")]
    public sealed record ColdChainBroken(
        ConsignmentNumber Consignment,
        OrderId Order,
        int Box,
        IReadOnlyList<UnitNumber> Units,
        string Reason,
        DateTimeOffset From,
        DateTimeOffset Until) : ConsignmentEvent;
}

/// <summary>A line of the pick list.</summary>
/// <param name="Line">The order's line number, from 1.</param>
public sealed record PlannedUnit(UnitNumber Unit, int Line, ComponentKind Kind, BloodGroup Group, DateTimeOffset ExpiresAt);

/// <summary>How pressing the order is.</summary>
[JsonConverter(typeof(KebabEnumConverter<ConsignmentUrgency>))]
public enum ConsignmentUrgency
{
    Standing = 10,
    Routine = 20,
    Urgent = 30,
    Emergency = 40,
}

/// <summary>What arrived is not what was sent.</summary>
[JsonConverter(typeof(KebabEnumConverter<DiscrepancyKind>))]
public enum DiscrepancyKind
{
    Missing = 10,
    Unexpected = 20,

    /// <summary>It came, and not as it should.</summary>
    Damaged = 30,

    /// <summary>Meant for the destination, and it came without a hand-over in the books: sent physically, not electronically.</summary>
    Unsent = 40,
}

/// <summary>The two ends of the road.</summary>
[JsonConverter(typeof(KebabEnumConverter<ConsignmentEnd>))]
public enum ConsignmentEnd
{
    Sender = 10,
    Destination = 20,
}

/// <summary>How a discrepancy came about and where the unit is.</summary>
[JsonConverter(typeof(KebabEnumConverter<DiscrepancyResolution>))]
public enum DiscrepancyResolution
{
    /// <summary>It never left.</summary>
    FoundAtSender = 10,
    FoundAtDestination = 20,
    SentByMistake = 30,

    /// <summary>Not meant for the destination, and it stays there.</summary>
    KeptAtDestination = 40,
    Returned = 50,
    Lost = 60,
    Destroyed = 70,

    /// <summary>Nothing was amiss but the counting.</summary>
    CountedWrong = 80,
}

/// <summary>Why a unit must not be used as it came: what Circular 26/2013/TT-BYT Art. 41 turns away, and the road.</summary>
[JsonConverter(typeof(KebabEnumConverter<DamageReason>))]
public enum DamageReason
{
    BagLeaking = 10,
    Discolored = 20,
    Clots = 30,
    Hemolyzed = 40,
    LabelUnreadable = 50,
    Film = 60,

    /// <summary>Its layers are not as they should be.</summary>
    Layered = 65,
    TooWarm = 70,
    TooCold = 80,
}

public sealed record DamagedUnit(UnitNumber Unit, DamageReason Reason);

/// <summary>One stretch of time in which a box was no place for some of its units.</summary>
/// <param name="WorstCelsius">Null where the time on the road itself was too long, or nobody knows what the unit bears.</param>
public sealed record TemperatureExcursion(DateTimeOffset From, DateTimeOffset Until, double? WorstCelsius, IReadOnlyList<UnitNumber> Units);
