using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

namespace Distribution.Contracts.Inventory.V1;

/// <summary>Units are set aside for an order, all in one commit; what could not be had is said line by line.</summary>
/// <param name="Supplier">Where the units stand.</param>
/// <param name="Shortfalls">Empty when the order is wholly reserved.</param>
/// <param name="LapsesAt">When the reservation ends by itself unless the units have left or been issued.</param>
public sealed record UnitsReserved(
    OrderId Order,
    SiteId Supplier,
    SiteId Destination,
    IReadOnlyList<ReservedUnit> Units,
    IReadOnlyList<Shortfall> Shortfalls,
    DateTimeOffset LapsesAt,
    Attribution By);

/// <param name="Line">The order's line number, from 1.</param>
public sealed record ReservedUnit(UnitNumber Unit, int Line, ComponentKind Kind, BloodGroup Group, DateTimeOffset ExpiresAt);

/// <param name="Line">The order's line number, from 1.</param>
/// <param name="Missing">How many units of that line could not be had.</param>
public sealed record Shortfall(int Line, int Missing);
