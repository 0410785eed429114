using System.Diagnostics;
using Distribution.Blood.Deciding;
using Distribution.EventStore;

namespace Distribution.ServiceDefaults.Commands;

/// <summary>What comes with a command besides its content, whether it came by HTTP, by message or by a deadline.</summary>
/// <param name="Key">Inbox key: doing it twice is doing it once.</param>
/// <param name="Fingerprint">Digest of the content where the caller chose the key.</param>
/// <param name="ExpectedVersion">From If-Match: the version the caller decided on; null when the caller did not say.</param>
public sealed record CommandContext(
    string Key,
    Provenance Provenance,
    string? Policy,
    string? Reason = null,
    string? CorrelationId = null,
    string? CausationId = null,
    string? Fingerprint = null,
    long? ExpectedVersion = null)
{
    public EventMetadata ToMetadata() => new()
    {
        Actor = Provenance.Actor,
        Site = Provenance.Site.ToString(),
        OccurredAt = Provenance.OccurredAt,
        Reason = Reason,
        Policy = Policy,
        CorrelationId = CorrelationId ?? Key,
        CausationId = CausationId,
        TraceParent = Activity.Current?.Id,
    };
}

/// <summary>What became of a command.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>It holds, durably.</summary>
    /// <param name="Position">Where in the log its events end: a query can wait for it.</param>
    /// <param name="Repeated">It had been done before; this time changed nothing.</param>
    public sealed record Done(LogPosition Position, bool Repeated) : Outcome;

    /// <summary>Refused, with every reason; nothing was written.</summary>
    public sealed record Refused(IReadOnlyList<Rejection> Reasons) : Outcome;

    /// <summary>The caller decided on a version that is no longer current; nothing was written.</summary>
    public sealed record Stale(string StreamId, long Expected, long Actual) : Outcome;
}

/// <summary>What a command wants written: the outcome of loading and deciding, before committing.</summary>
public sealed record Plan
{
    private Plan()
    {
    }

    public IReadOnlyList<StreamAppend> Appends { get; private init; } = [];

    public IReadOnlyList<Deadline> Deadlines { get; private init; } = [];

    public IReadOnlyList<Rejection> Rejections { get; private init; } = [];

    public static Plan Write(IReadOnlyList<StreamAppend> appends, params IReadOnlyList<Deadline> deadlines) =>
        new() { Appends = appends, Deadlines = deadlines };

    internal Outcome.Stale? StaleAt { get; private init; }

    /// <summary>The caller decided on a version that is no longer current; nothing is written.</summary>
    /// <param name="streamId">Which stream, with its category.</param>
    /// <param name="expected">The version the caller decided on.</param>
    /// <param name="actual">The version now.</param>
    public static Plan Stale(string streamId, long expected, long actual) =>
        new() { StaleAt = new Outcome.Stale(streamId, expected, actual) };

    public static Plan Refuse(params IReadOnlyList<Rejection> reasons) => new() { Rejections = reasons };
}
