using Distribution.Blood.Components;

namespace Distribution.Blood.Policies;

/// <summary>Who may give, how much and how often.</summary>
public sealed record DonorRules
{
    /// <summary>Years.</summary>
    public required int MinimumAge { get; init; }

    /// <summary>Years.</summary>
    public required int MaximumAge { get; init; }

    /// <summary>Kilograms.</summary>
    public required decimal MinimumWeightOfWomenKg { get; init; }

    /// <summary>Kilograms.</summary>
    public required decimal MinimumWeightOfMenKg { get; init; }

    /// <summary>The most that may be taken, by kind of collection and the donor's weight. What no band covers may not be taken.</summary>
    public required IReadOnlyList<VolumeBand> Volumes { get; init; }

    /// <summary>From one donation of the kind to the next of whatever kind: the kind last given decides.</summary>
    public required IReadOnlyDictionary<CollectionKind, TimeSpan> Intervals { get; init; }

    /// <summary>Kinds that may be given several times within a span, instead of after an interval.</summary>
    public IReadOnlyList<FrequencyLimit> Frequencies { get; init; } = [];

    /// <summary>Why somebody may not give for a while or for good.</summary>
    public required IReadOnlyList<DeferralRule> Deferrals { get; init; }

    public DeferralRule? FindDeferral(string reason) =>
        Deferrals.FirstOrDefault(rule => string.Equals(rule.Reason, reason, StringComparison.Ordinal));
}

/// <summary>What may be taken of donors from a weight on.</summary>
/// <param name="FromKg">Kilograms, inclusive; the band with the highest weight not above the donor's applies.</param>
/// <param name="MaximumMl">Milliliters.</param>
/// <param name="MaximumMlPerKg">Milliliters per kilogram of the donor's weight; null: no such limit.</param>
public sealed record VolumeBand(CollectionKind Collection, decimal FromKg, int MaximumMl, decimal? MaximumMlPerKg = null);

/// <param name="Times">At most so often.</param>
/// <param name="Within">In any span of this length.</param>
public sealed record FrequencyLimit(CollectionKind Collection, int Times, TimeSpan Within);

/// <param name="Reason">A code, such as <c>tattoo</c>.</param>
/// <param name="Name">For people, in the jurisdiction's language.</param>
/// <param name="Duration">From the day of the cause on; null: for good.</param>
public sealed record DeferralRule(string Reason, string Name, TimeSpan? Duration);
