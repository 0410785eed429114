namespace Distribution.Requests.Service.Orders;

/// <summary>What Inventory says of what is short, in the order's words.</summary>
internal static class InventoryAnswers
{
    public static IReadOnlyList<Shortfall> ToDomain(this IReadOnlyList<Contracts.Inventory.V1.Shortfall> shortfalls) =>
        [.. shortfalls.Select(shortfall => new Shortfall(shortfall.Line, shortfall.Missing, shortfall.Explanation))];

    public static IReadOnlyList<Alternative> ToDomain(this IReadOnlyList<Contracts.Inventory.V1.Alternative> alternatives) =>
        [.. alternatives.Select(offer => new Alternative(offer.Line, offer.Kind, offer.Group, offer.Quantity, offer.Site, offer.Without, offer.Explanation))];
}
