namespace Distribution.Blood.Network;

/// <summary>A region file was refused as a whole.</summary>
public sealed class RegionException(IReadOnlyList<string> problems)
    : Exception($"The region file is refused: {string.Join("; ", problems)}.")
{
    /// <summary>Each begins with the offending JSON path, such as <c>$.lanes[3].to</c>.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
