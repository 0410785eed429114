namespace Distribution.Checker.Tests;

/// <summary>One small thing told wrongly.</summary>
/// <param name="Name">What went wrong.</param>
/// <param name="Invariant">The one that must notice, and no other.</param>
/// <param name="Says">Part of what it says.</param>
/// <param name="Tell">The logs that result.</param>
internal sealed record Mutant(string Name, string Invariant, string Says, Func<Tale, IEnumerable<LoggedEvent>> Tell)
{
    /// <summary>False where the rule must be noticed before the messages have arrived.</summary>
    public bool Settled { get; init; } = true;

    /// <summary>Others that cannot but notice as well.</summary>
    public IReadOnlyList<string> Also { get; init; } = [];

    /// <summary>What is told wrongly.</summary>
    public Func<Tale> From { get; init; } = Journey.Tell;

    /// <summary>What the mutant makes of it.</summary>
    public IEnumerable<LoggedEvent> Logs() => Tell(From());

    public static Mutant Of(string name, string invariant, string says, Func<Tale, Tale> change) =>
        new(name, invariant, says, tale => change(tale).Build());

    /// <summary>Tampers with what is written rather than with what happened.</summary>
    public static Mutant Stored(string name, string says, Action<List<LoggedEvent>> change) => new(name, "I9", says, tale =>
    {
        var logs = tale.Build();
        change(logs);
        return logs;
    });
}
