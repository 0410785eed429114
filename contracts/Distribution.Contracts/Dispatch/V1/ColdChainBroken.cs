using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Contracts.Dispatch.V1;

/// <summary>A box was too warm or too cold on the road, or too long under way: what was in it is not to be used before somebody has judged it.</summary>
/// <param name="Box">From 1.</param>
/// <param name="Units">What was in the box that its temperature is not good for.</param>
/// <param name="Reason">In words for people, with the figures.</param>
/// <param name="From">Since when it was out of limits.</param>
/// <param name="Until">Until when.</param>
public sealed record ColdChainBroken(
    ConsignmentNumber Consignment,
    OrderId Order,
    int Box,
    IReadOnlyList<UnitNumber> Units,
    string Reason,
    DateTimeOffset From,
    DateTimeOffset Until,
    Attribution By);
