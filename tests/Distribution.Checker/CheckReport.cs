using Distribution.EventStore;

namespace Distribution.Checker;

/// <param name="Service">Whose log it stands in, as in <see cref="Services"/>.</param>
public sealed record LoggedEvent(string Service, StoredEvent Stored);

/// <param name="Invariant">Which one is broken, such as <c>I1</c>.</param>
/// <param name="StreamId">The history in which it shows.</param>
/// <param name="Explanation">What is wrong, for people.</param>
public sealed record Violation(string Invariant, string StreamId, string Explanation)
{
    public override string ToString() => $"{Invariant} {StreamId}: {Explanation}";
}

/// <param name="Events">How many were read.</param>
/// <param name="Units">How many units have a history.</param>
/// <param name="Violations">Empty when all is well.</param>
/// <param name="Checked">A line for each invariant, with what it looked at and how often: a check of nothing is no check.</param>
public sealed record CheckReport(int Events, int Units, IReadOnlyList<Violation> Violations, IReadOnlyList<string> Checked)
{
    public override string ToString() => string.Join('\n', [$"{Events} events, {Units} units", .. Checked, .. Violations.Select(violation => violation.ToString())]);
}
