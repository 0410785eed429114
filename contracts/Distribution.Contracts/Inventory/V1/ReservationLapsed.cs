using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Contracts.Inventory.V1;

/// <summary>The reservation's time ran out, or it was given back; the units that had not left are free again.</summary>
public sealed record ReservationLapsed(OrderId Order, IReadOnlyList<UnitNumber> Units, string Reason, Attribution By);
