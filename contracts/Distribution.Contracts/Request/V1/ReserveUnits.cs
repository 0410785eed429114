using Distribution.Blood.BloodGroups;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Contracts.Request.V1;

/// <summary>
/// Command to Inventory: set units aside for this order, all or what can be had; what is short is waited for. A later attempt
/// says anew all that the order wants: what was set aside and is wanted no more is given back, what is lacking is looked for.
/// </summary>
/// <param name="Attempt">From 1, one higher with each amendment of the order; of two the higher tells the newer will.</param>
/// <param name="Urgency">Routine where it is not said.</param>
/// <param name="NeededBy">Until then the units must keep; the reservation's own time where it is not said.</param>
/// <param name="PlacedAt">Since when the order waits; now where it is not said.</param>
/// <param name="WaitUntil">What is short is looked for until then; not at all where it is not said.</param>
/// <param name="RecipientOfUnknownGroup">For a patient whose group is not established, instead of <paramref name="Recipient"/>: only what the policy gives in an emergency may serve.</param>
public sealed record ReserveUnits(
    OrderId Order,
    int Attempt,
    OrderPurpose Purpose,
    SiteId Supplier,
    SiteId Destination,
    IReadOnlyList<OrderLine> Lines,
    ReservationRecipient? Recipient,
    Attribution By,
    OrderUrgency? Urgency = null,
    DateTimeOffset? NeededBy = null,
    DateTimeOffset? PlacedAt = null,
    DateTimeOffset? WaitUntil = null,
    RecipientId? RecipientOfUnknownGroup = null);

/// <summary>For whom, when the order is for a patient.</summary>
public sealed record ReservationRecipient(RecipientId Recipient, BloodGroup Group);
