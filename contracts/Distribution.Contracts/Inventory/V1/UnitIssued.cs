using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Contracts.Inventory.V1;

/// <summary>Two people handed the unit out for a patient.</summary>
public sealed record UnitIssued(UnitNumber Unit, OrderId Order, RecipientId Recipient, string VerifiedBy, Attribution By);
