using System.Globalization;
using System.Runtime.InteropServices;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;

namespace Distribution.Dispatches;

/// <summary>The temperatures that a product bears on the road, °C.</summary>
/// <param name="MinimumCelsius">Null: as cold as you like.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TransportRange(double? MinimumCelsius, double MaximumCelsius)
{
    /// <summary>Null where the policy does not know the product: then nobody knows what it bears.</summary>
    public static TransportRange? Of(PolicyPack policy, ProductCode product) => policy.FindComponent(product) is { } component
        ? new TransportRange(component.TransportMinimumCelsius, component.TransportMaximumCelsius)
        : null;

    public bool Holds(double celsius) => !IsTooCold(celsius) && !IsTooWarm(celsius);

    public bool IsTooCold(double celsius) => celsius < MinimumCelsius;

    public bool IsTooWarm(double celsius) => celsius > MaximumCelsius;

    public override string ToString() => MinimumCelsius is { } minimum
        ? string.Create(CultureInfo.InvariantCulture, $"{minimum}–{MaximumCelsius} °C")
        : string.Create(CultureInfo.InvariantCulture, $"≤ {MaximumCelsius} °C");
}
