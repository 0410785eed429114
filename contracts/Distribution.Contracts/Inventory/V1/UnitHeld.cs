using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Contracts.Inventory.V1;

/// <summary>Use of the unit is stopped, wherever it is.</summary>
/// <param name="HoldReason">A code; a unit can be held for several reasons at once.</param>
/// <param name="Order">The order it is reserved for, if any.</param>
/// <param name="UnitVersion">Version of the unit's stream: of two messages on one unit the higher tells the newer truth.</param>
public sealed record UnitHeld(UnitNumber Unit, string HoldReason, OrderId? Order, long UnitVersion, Attribution By);

/// <summary>One reason to hold the unit has ended.</summary>
/// <param name="StillHeld">Other reasons remain.</param>
/// <param name="UnitVersion">Version of the unit's stream: of two messages on one unit the higher tells the newer truth.</param>
public sealed record UnitReleasedFromHold(UnitNumber Unit, string HoldReason, bool StillHeld, OrderId? Order, long UnitVersion, Attribution By);
