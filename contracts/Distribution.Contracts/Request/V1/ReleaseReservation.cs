using Distribution.Blood.Identifiers;

namespace Distribution.Contracts.Request.V1;

/// <summary>Command to Inventory: the order no longer needs what was set aside for it.</summary>
public sealed record ReleaseReservation(OrderId Order, string Reason, Attribution By);
