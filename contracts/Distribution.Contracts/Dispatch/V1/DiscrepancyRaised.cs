using System.Text.Json.Serialization;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;

namespace Distribution.Contracts.Dispatch.V1;

/// <summary>What arrived is not what was sent; stands on a board until somebody resolves it.</summary>
public sealed record DiscrepancyRaised(
    ConsignmentNumber Consignment, OrderId Order, UnitNumber Unit, DiscrepancyKind Kind, Attribution By);

[JsonConverter(typeof(KebabEnumConverter<DiscrepancyKind>))]
public enum DiscrepancyKind
{
    Missing = 10,
    Unexpected = 20,
}
