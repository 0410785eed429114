using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.Contracts.Inventory.V1;

namespace Distribution.Contracts.Request.V1;

/// <summary>Command to Dispatch: bring these reserved units to the hospital.</summary>
/// <param name="DeliverAt">The delivery slot that the hospital chose; null where it goes as soon as it can.</param>
/// <param name="Urgency">Routine where it is not said.</param>
/// <param name="ReservedUntil">Not to be handed over after this: the units may by then be somebody else's.</param>
public sealed record PrepareConsignment(
    OrderId Order,
    SiteId From,
    SiteId To,
    IReadOnlyList<ReservedUnit> Units,
    DateTimeOffset NeededBy,
    DateTimeOffset ReservedUntil,
    Attribution By,
    OrderUrgency? Urgency = null,
    DateTimeOffset? DeliverAt = null);
