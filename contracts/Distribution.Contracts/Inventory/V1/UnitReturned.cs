using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Contracts.Inventory.V1;

/// <summary>A unit that was handed out for a patient came back unused: it serves that order no more.</summary>
/// <param name="Usable">Back in time; otherwise it stands held.</param>
public sealed record UnitReturned(UnitNumber Unit, OrderId Order, RecipientId Recipient, bool Usable, Attribution By);
