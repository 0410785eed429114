using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Contracts.Inventory.V1;

/// <summary>Nothing could be reserved for the order.</summary>
/// <param name="Reason">A code, such as <c>no-compatible-stock</c>.</param>
public sealed record ReservationDeclined(
    OrderId Order, SiteId Supplier, string Reason, IReadOnlyList<Shortfall> Shortfalls, Attribution By);
