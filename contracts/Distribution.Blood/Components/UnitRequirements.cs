using Distribution.Blood.Antigens;

namespace Distribution.Blood.Components;

/// <summary>What a unit must be besides component and group. What is not known of a unit counts as not met.</summary>
/// <param name="WithoutAntigens">Known to lack each of these.</param>
/// <param name="FresherThanDays">Collected less than so many times 24 hours before it is needed; null: any age.</param>
public sealed record UnitRequirements(bool Irradiated, bool CmvNegative, bool Washed, AntigenSet WithoutAntigens, int? FresherThanDays)
{
    public static UnitRequirements None { get; } = new(false, false, false, AntigenSet.None, null);

    /// <summary>Both at once: the stricter of each.</summary>
    public UnitRequirements And(UnitRequirements? other) => other is null
        ? this
        : new UnitRequirements(
            Irradiated || other.Irradiated,
            CmvNegative || other.CmvNegative,
            Washed || other.Washed,
            WithoutAntigens | other.WithoutAntigens,
            (FresherThanDays, other.FresherThanDays) is ({ } mine, { } others) ? Math.Min(mine, others) : FresherThanDays ?? other.FresherThanDays);
}
