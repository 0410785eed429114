using Distribution.Blood.Components;

namespace Distribution.Inventory.Service.Stock;

/// <summary>The texts that the stock table and its queries use.</summary>
internal static class StockTexts
{
    private static readonly Dictionary<string, ComponentKind> Kinds =
        Enum.GetValues<ComponentKind>().ToDictionary(StockProjection.Text, StringComparer.Ordinal);

    public static ComponentKind Kind(string text) => Kinds[text];

    public static bool IsKind(string text) => Kinds.ContainsKey(text);

    public static IEnumerable<string> AllKinds => Kinds.Keys;
}
