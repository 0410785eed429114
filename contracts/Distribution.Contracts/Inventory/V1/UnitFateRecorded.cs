using System.Text.Json.Serialization;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;

namespace Distribution.Contracts.Inventory.V1;

/// <summary>How the unit ended.</summary>
/// <param name="Order">The order it was reserved for or issued on, if any.</param>
/// <param name="Recipient">Who received it, when transfused.</param>
public sealed record UnitFateRecorded(
    UnitNumber Unit, Fate Fate, OrderId? Order, RecipientId? Recipient, string? Reason, Attribution By);

[JsonConverter(typeof(KebabEnumConverter<Fate>))]
public enum Fate
{
    Transfused = 10,
    Discarded = 20,
    Expired = 30,
    Lost = 40,
}
