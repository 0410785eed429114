using System.Text.Json.Serialization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Json;
using Distribution.Blood.Network;

namespace Distribution.Requests;

[JsonConverter(typeof(KebabEnumConverter<OrderFormKind>))]
public enum OrderFormKind
{
    /// <summary>An order that is not sent yet; gone when it is placed.</summary>
    Draft = 10,

    /// <summary>To be ordered again and again, by hand.</summary>
    Template = 20,

    /// <summary>Places itself by its schedule.</summary>
    Standing = 30,
}

[JsonConverter(typeof(KebabEnumConverter<Weekday>))]
public enum Weekday
{
    Monday = 1,
    Tuesday = 2,
    Wednesday = 3,
    Thursday = 4,
    Friday = 5,
    Saturday = 6,
    Sunday = 7,
}

/// <param name="Quantity">Null while nobody has decided.</param>
/// <param name="Group">Left out for a patient, and while nobody has decided.</param>
public sealed record OrderFormLine(ComponentKind Kind, int? Quantity = null, BloodGroup? Group = null, UnitRequirements? Requirements = null);

/// <summary>What will be ordered; judged when it is placed.</summary>
/// <param name="FromSupplier">For a patient: not from the own stock.</param>
/// <param name="Urgency">Routine where it is not said; of no use to a standing order, which is standing.</param>
/// <param name="Notes">For the hospital's own people.</param>
public sealed record OrderFormContent(
    OrderPurpose Purpose,
    IReadOnlyList<OrderFormLine> Lines,
    bool FromSupplier,
    OrderUrgency? Urgency = null,
    RecipientId? Recipient = null,
    string? Notes = null);

/// <summary>When a standing order places itself, in the region's time zone.</summary>
/// <param name="Days">Each once.</param>
/// <param name="PlaceAt">Local time.</param>
/// <param name="NeededAfterHours">Needed so many hours after it is placed; null: by the first van that can bring it.</param>
public sealed record StandingSchedule(IReadOnlyList<Weekday> Days, TimeOnly PlaceAt, int? NeededAfterHours = null);

/// <param name="Code">A refusal's code, or <c>occurrence-missed</c>.</param>
public sealed record SkipReason(string Code, string Message, string? Field = null);

// Each name in StoredAs is the storage format: logs hold it for good. Rename a record, never its stored name.
public abstract record OrderFormEvent
{
    private protected OrderFormEvent()
    {
    }
}

/// <summary>The whole form, the first time and after every change.</summary>
/// <param name="Site">The hospital whose form it is.</param>
/// <param name="Schedule">Of a standing order.</param>
/// <param name="Next">When it next places itself.</param>
[StoredAs("order-form-saved.v1")]
public sealed record OrderFormSaved(
    OrderFormId Form,
    OrderFormKind Kind,
    string Name,
    SiteId Site,
    OrderFormContent Content,
    DateTimeOffset SavedAt,
    StandingSchedule? Schedule = null,
    DateTimeOffset? Next = null) : OrderFormEvent;

/// <summary>Nobody needs it any more.</summary>
/// <param name="Order">The order that a draft has become.</param>
[StoredAs("order-form-discarded.v1")]
public sealed record OrderFormDiscarded(OrderFormId Form, OrderId? Order = null) : OrderFormEvent;

/// <summary>The standing order placed itself; in one commit with the order.</summary>
/// <param name="Occurrence">When it was to.</param>
/// <param name="Next">When it next places itself.</param>
[StoredAs("standing-order-placed.v1")]
public sealed record StandingOrderPlaced(OrderFormId Form, DateTimeOffset Occurrence, OrderId Order, DateTimeOffset? Next = null) : OrderFormEvent;

/// <summary>The standing order was to place itself and did not; it stands on the board.</summary>
[StoredAs("standing-order-skipped.v1")]
public sealed record StandingOrderSkipped(
    OrderFormId Form, DateTimeOffset Occurrence, IReadOnlyList<SkipReason> Reasons, DateTimeOffset? Next = null) : OrderFormEvent;

[StoredAs("standing-order-paused.v1")]
public sealed record StandingOrderPaused(OrderFormId Form, string Reason) : OrderFormEvent;

/// <param name="ResumedAt">What fell in the pause is not made up for.</param>
[StoredAs("standing-order-resumed.v1")]
public sealed record StandingOrderResumed(OrderFormId Form, DateTimeOffset ResumedAt, DateTimeOffset? Next = null) : OrderFormEvent;
