namespace Distribution.EventStore;

/// <summary>New events for one stream, and the version that the writer saw.</summary>
/// <param name="StreamId">Category, hyphen, id.</param>
/// <param name="ExpectedVersion">
/// The version read before the decision; 0 for a stream that must not exist. There is no "any": the order of the log
/// within a stream rests on every writer having read before its transaction began (docs/adr/0003).
/// </param>
/// <param name="Events">
/// May be empty: then the version is only checked (a decision that rested on this stream). A stream that does not exist has
/// no row to hold, so a decision that rests on its absence must write to it.
/// </param>
public sealed record StreamAppend(string StreamId, long ExpectedVersion, IReadOnlyList<object> Events);

/// <summary>Something to look at again at an instant; guarded by state when it falls due, never canceled.</summary>
/// <param name="Name">Which handler takes it, such as <c>unit-expiry</c>.</param>
/// <param name="StreamId">What it is about.</param>
/// <param name="DueAt">When; may lie in the past, then it falls due at once.</param>
public sealed record Deadline(string Name, string StreamId, DateTimeOffset DueAt);

/// <summary>The unit of writing: all or nothing.</summary>
public sealed record Commit
{
    /// <summary>The inbox key: the id of the message or command handled. A repeat changes nothing. Null only where a repeat is impossible or harmless.</summary>
    public string? Key { get; init; }

    /// <summary>A digest of what the key stood for, so that a key reused for something else is noticed.</summary>
    public string? Fingerprint { get; init; }

    public required EventMetadata Metadata { get; init; }

    /// <summary>No stream twice.</summary>
    public required IReadOnlyList<StreamAppend> Appends { get; init; }

    public IReadOnlyList<Deadline> Deadlines { get; init; } = [];
}

public abstract record CommitResult
{
    private CommitResult()
    {
    }

    /// <summary>Durable. The position is that of its last event (of the transaction where it has none).</summary>
    public sealed record Committed(LogPosition Position) : CommitResult;

    /// <summary>Somebody was first; nothing was written and no sequence number burned.</summary>
    public sealed record Conflict(string StreamId, long Expected, long Actual) : CommitResult;

    /// <summary>This key was handled before; nothing was written.</summary>
    /// <param name="Position">Where its events ended.</param>
    /// <param name="SameFingerprint">False: the key was used for something else.</param>
    public sealed record AlreadyHandled(LogPosition Position, bool SameFingerprint) : CommitResult;
}

/// <summary>A handled key, as the inbox remembers it.</summary>
public sealed record InboxEntry(string Key, string? Fingerprint, LogPosition Position, DateTimeOffset HandledAt);
