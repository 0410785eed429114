using System.Text.Json.Serialization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Json;
using Distribution.Blood.Network;

namespace Distribution.Contracts.Request.V1;

/// <summary>A hospital asked for units.</summary>
/// <param name="Supplier">The site that is to serve it; the hospital itself for a patient served from its own stock.</param>
/// <param name="Urgency">Routine where it is not said.</param>
public sealed record OrderPlaced(
    OrderId Order,
    OrderPurpose Purpose,
    SiteId Hospital,
    SiteId Supplier,
    IReadOnlyList<OrderLine> Lines,
    DateTimeOffset NeededBy,
    Attribution By,
    OrderUrgency? Urgency = null);

[JsonConverter(typeof(KebabEnumConverter<OrderPurpose>))]
public enum OrderPurpose
{
    /// <summary>To fill the hospital's own stock.</summary>
    Stock = 10,

    /// <summary>For one named patient.</summary>
    Patient = 20,
}

/// <summary>How pressing an order is, least first.</summary>
[JsonConverter(typeof(KebabEnumConverter<OrderUrgency>))]
public enum OrderUrgency
{
    /// <summary>Fills a shelf on its fixed day.</summary>
    Standing = 10,
    Routine = 20,
    Urgent = 30,

    /// <summary>Somebody bleeds.</summary>
    Emergency = 40,
}

/// <param name="Line">From 1.</param>
/// <param name="Group">The group wanted (stock) or the patient's own (patient): compatible units may serve the latter.</param>
/// <param name="Requirements">What the units must be besides; nothing where it is not said.</param>
public sealed record OrderLine(int Line, ComponentKind Kind, BloodGroup Group, int Quantity, UnitRequirements? Requirements = null);
