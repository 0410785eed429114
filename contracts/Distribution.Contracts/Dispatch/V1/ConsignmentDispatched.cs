using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

namespace Distribution.Contracts.Dispatch.V1;

/// <summary>The consignment is on the road; its units belong to this leg and to nothing else.</summary>
/// <param name="HandedOverTo">The carrier's staff code.</param>
public sealed record ConsignmentDispatched(
    ConsignmentNumber Consignment,
    OrderId Order,
    SiteId From,
    SiteId To,
    IReadOnlyList<UnitNumber> Units,
    DateTimeOffset ExpectedAt,
    string HandedOverTo,
    Attribution By);
