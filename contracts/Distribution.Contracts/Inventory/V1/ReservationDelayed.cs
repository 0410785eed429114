using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Contracts.Inventory.V1;

/// <summary>Nothing could be set aside for this asking yet: it stays in the queue and is looked at whenever the stock changes.</summary>
/// <param name="Attempt">Which asking of the order it answers.</param>
/// <param name="Shortfalls">What is lacking, line by line.</param>
/// <param name="Alternatives">What could be had instead, if the hospital wants it.</param>
/// <param name="WaitsUntil">When the looking ends.</param>
/// <param name="ExpectedAt">When units that would do are expected to become free or to arrive; null where nothing of the kind is known.</param>
/// <param name="Told">Of two answers to one order the higher was decided later, whatever their times say; null in messages older than this member.</param>
public sealed record ReservationDelayed(
    OrderId Order,
    SiteId Supplier,
    int Attempt,
    IReadOnlyList<Shortfall> Shortfalls,
    IReadOnlyList<Alternative> Alternatives,
    DateTimeOffset WaitsUntil,
    DateTimeOffset? ExpectedAt,
    Attribution By,
    long? Told = null);
