using System.Text.Json.Serialization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Json;
using Distribution.Blood.Network;

namespace Distribution.Contracts.Request.V1;

/// <summary>A hospital asked for units.</summary>
/// <param name="Supplier">The site that is to serve it; the hospital itself for a patient served from its own stock.</param>
public sealed record OrderPlaced(
    OrderId Order,
    OrderPurpose Purpose,
    SiteId Hospital,
    SiteId Supplier,
    IReadOnlyList<OrderLine> Lines,
    DateTimeOffset NeededBy,
    Attribution By);

[JsonConverter(typeof(KebabEnumConverter<OrderPurpose>))]
public enum OrderPurpose
{
    /// <summary>To fill the hospital's own stock.</summary>
    Stock = 10,

    /// <summary>For one named patient.</summary>
    Patient = 20,
}

/// <param name="Line">From 1.</param>
/// <param name="Group">The group wanted (stock) or the patient's own (patient): compatible units may serve the latter.</param>
public sealed record OrderLine(int Line, ComponentKind Kind, BloodGroup Group, int Quantity);
