using Distribution.Blood.Policies;

namespace Distribution.Donations.Service.Donations;

/// <summary>The figures that an answer rests on and that nobody has read in their source.</summary>
internal static class Unverified
{
    public static string Marker(string name) => $"marker {name}";

    /// <param name="pack">The version that decided.</param>
    /// <param name="paths">JSON paths; or what <see cref="Marker"/> gives, for all figures of a marker.</param>
    public static IReadOnlyList<Figure> At(PolicyPack pack, params IReadOnlyList<string> paths) =>
    [
        .. paths.Select(path => Resolve(pack, path)).SelectMany(pack.FiguresAt).Where(figure => !figure.Verified)
            .Select(figure => new Figure(figure.Path, figure.Value, figure.Source)).Distinct(),
    ];

    private static string Resolve(PolicyPack pack, string path)
    {
        for (var index = 0; index < pack.Markers.Count; index++)
        {
            if (path == Marker(pack.Markers[index].Name))
                return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"$.markers[{index}]");
        }

        return path;
    }

    public sealed record Figure(string Path, string Value, string Source);
}
