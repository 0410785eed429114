using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Contracts.Inventory.V1;

/// <summary>What is short will not be set aside: nothing could be found, or not in time. What was set aside before stays.</summary>
/// <param name="Reason">A code, such as <c>no-compatible-stock</c>.</param>
/// <param name="Attempt">Which asking of the order it answers; the first where it is not said.</param>
/// <param name="ExpectedAt">When units that would do are expected to become free or to arrive; null where nothing of the kind is known.</param>
/// <param name="Alternatives">What could be had instead.</param>
/// <param name="Told">Of two answers to one order the higher was decided later, whatever their times say; null in messages older than this member.</param>
public sealed record ReservationDeclined(
    OrderId Order, SiteId Supplier, string Reason, IReadOnlyList<Shortfall> Shortfalls, Attribution By,
    int? Attempt = null, DateTimeOffset? ExpectedAt = null, IReadOnlyList<Alternative>? Alternatives = null, long? Told = null);
