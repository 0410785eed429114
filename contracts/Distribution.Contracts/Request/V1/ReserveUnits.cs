using Distribution.Blood.BloodGroups;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Contracts.Request.V1;

/// <summary>Command to Inventory: set units aside for this order, all or what can be had.</summary>
/// <param name="Attempt">From 1; a later attempt asks for what was still short.</param>
public sealed record ReserveUnits(
    OrderId Order,
    int Attempt,
    OrderPurpose Purpose,
    SiteId Supplier,
    SiteId Destination,
    IReadOnlyList<OrderLine> Lines,
    ReservationRecipient? Recipient,
    Attribution By);

/// <summary>For whom, when the order is for a patient.</summary>
public sealed record ReservationRecipient(RecipientId Recipient, BloodGroup Group);
