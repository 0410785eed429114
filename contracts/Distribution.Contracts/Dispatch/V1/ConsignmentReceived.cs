using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

namespace Distribution.Contracts.Dispatch.V1;

/// <summary>The hospital has finished checking the consignment, unit by unit.</summary>
/// <param name="Received">Expected and there.</param>
/// <param name="Missing">Expected and not there: their custody is lost until they are found.</param>
/// <param name="Unexpected">There and not expected: they stand at the hospital all the same.</param>
/// <param name="Damaged">Of those that are there, the ones that must not be used as they came; null where all are sound.</param>
/// <param name="DispatchedAt">When it left; null where it came without ever having been handed over in the books.</param>
public sealed record ConsignmentReceived(
    ConsignmentNumber Consignment,
    OrderId Order,
    SiteId From,
    SiteId To,
    IReadOnlyList<UnitNumber> Received,
    IReadOnlyList<UnitNumber> Missing,
    IReadOnlyList<UnitNumber> Unexpected,
    DateTimeOffset? DispatchedAt,
    Attribution By,
    IReadOnlyList<DamagedUnit>? Damaged = null);

/// <param name="Reason">A code, such as <c>bag-leaking</c>.</param>
public sealed record DamagedUnit(UnitNumber Unit, string Reason);
