using System.Globalization;

namespace Distribution.Checker;

/// <summary>What the checks have seen and what they found wrong.</summary>
internal sealed class Findings
{
    /// <summary>Those that a log can show; the others are of hosts and read models.</summary>
    private static readonly string[] Invariants = ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I14"];

    private readonly Dictionary<string, SortedDictionary<string, int>> _seen =
        Invariants.ToDictionary(invariant => invariant, _ => new SortedDictionary<string, int>(StringComparer.Ordinal), StringComparer.Ordinal);

    public List<Violation> Violations { get; } = [];

    public IReadOnlyList<string> Checked =>
    [
        .. Invariants.Select(invariant => _seen[invariant] is { Count: > 0 } seen
            ? $"{invariant}: {string.Join(", ", seen.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Value} {pair.Key}")))}"
            : $"{invariant}: nothing"),
    ];

    public void Saw(string invariant, string what, int times = 1)
    {
        if (times > 0)
            _seen[invariant][what] = _seen[invariant].GetValueOrDefault(what) + times;
    }

    public void Violate(string invariant, string streamId, string explanation) => Violations.Add(new Violation(invariant, streamId, explanation));

    /// <summary>Counts that the rule was looked at, and whether it held.</summary>
    public void Require(bool holds, string invariant, string what, string streamId, string explanation)
    {
        Saw(invariant, what);
        if (!holds)
            Violate(invariant, streamId, explanation);
    }
}
