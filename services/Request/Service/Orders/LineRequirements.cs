namespace Distribution.Requests.Service.Orders;

/// <summary>What the units of a line must be besides component and group.</summary>
/// <param name="WithoutAntigens">Names such as <c>K</c> or <c>Fya</c>.</param>
/// <param name="FresherThanDays">Collected less than so many days before it is needed.</param>
internal sealed record LineRequirementsBody(
    bool? Irradiated = null, bool? CmvNegative = null, bool? Washed = null, IReadOnlyList<string>? WithoutAntigens = null, int? FresherThanDays = null)
{
    public WantedRequirements ToWanted() =>
        new(Irradiated ?? false, CmvNegative ?? false, Washed ?? false, WithoutAntigens ?? [], FresherThanDays);
}
