using Distribution.Blood.Policies;

namespace Distribution.Donations.Service.Policies;

/// <summary>A figure that an answer rests on and that nobody has read in its source yet.</summary>
internal sealed record UnverifiedFigure(string Path, string Value, string Source);

internal static class Unverified
{
    /// <summary>Shown beside every decision that rests on such figures.</summary>
    public static IReadOnlyList<UnverifiedFigure> Of(IEnumerable<PolicyFigure> figures) =>
        [.. figures.Where(figure => !figure.Verified).Select(figure => new UnverifiedFigure(figure.Path, figure.Value, figure.Source))];
}
