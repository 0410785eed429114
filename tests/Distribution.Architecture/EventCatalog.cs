using System.Text.RegularExpressions;

namespace Distribution.Architecture;

/// <summary>docs/event-catalog.md: a section per service and one for the contracts, each with one table.</summary>
internal static partial class EventCatalog
{
    /// <summary>The rows under a heading; empty where there is no such heading.</summary>
    public static IReadOnlyList<Row> Section(string heading) =>
    [
        .. File.ReadLines(House.PathTo("docs/event-catalog.md"))
            .SkipWhile(line => line != $"## {heading}")
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Select(line => FirstCell().Match(line))
            .Where(match => match.Success)
            .Select(match => new Row(match.Groups["name"].Value, [.. match.Value.Trim('|').Split('|').Select(cell => cell.Trim())])),
    ];

    /// <summary>What stands between backticks.</summary>
    public static IEnumerable<string> Quoted(string cell) => Backticks().Matches(cell).Select(match => match.Groups["text"].Value);

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \|.*\|$", RegexOptions.ExplicitCapture)]
    private static partial Regex FirstCell();

    [GeneratedRegex("`(?<text>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Backticks();

    internal sealed record Row(string Name, IReadOnlyList<string> Cells);
}
