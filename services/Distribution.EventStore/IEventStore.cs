namespace Distribution.EventStore;

/// <summary>
/// One service's log. Every implementation passes the contract suite in tests/Distribution.EventStore.Tests/Contract.
/// </summary>
public interface IEventStore
{
    /// <summary>Writes all or nothing. Returns only when durable.</summary>
    Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken = default);

    /// <summary>A stream's events after <paramref name="afterVersion"/>, oldest first.</summary>
    Task<StreamSlice> ReadStreamAsync(string streamId, long afterVersion = 0, CancellationToken cancellationToken = default);

    /// <summary>Several streams in one round trip, in the order asked for.</summary>
    Task<IReadOnlyList<StreamSlice>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken = default);

    /// <summary>
    /// The log after a place, in order, and only what no open transaction can still come before: nothing is ever skipped.
    /// </summary>
    Task<LogPage> ReadLogAsync(LogPosition after, int maximum, CancellationToken cancellationToken = default);

    /// <summary>The place of the newest committed event, whether or not it may be read yet.</summary>
    Task<LogPosition> HeadAsync(CancellationToken cancellationToken = default);

    Task<InboxEntry?> FindHandledAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Every stream, whole and in order of stream id: for replay and audit.</summary>
    IAsyncEnumerable<StreamSlice> ReadAllStreamsAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// New streams in bulk, in chunks that are each all or nothing. Fails on a stream that exists.
    /// No inbox: for a first load.
    /// </summary>
    Task<long> ImportAsync(IAsyncEnumerable<ImportedStream> streams, CancellationToken cancellationToken = default);
}

/// <summary>A whole new stream with the times and people it had where it comes from.</summary>
/// <param name="Deadlines">What waits for the stream, as if its last commit had set it.</param>
public sealed record ImportedStream(string StreamId, IReadOnlyList<ImportedEvent> Events, params IReadOnlyList<Deadline> Deadlines);

public sealed record ImportedEvent(object Data, EventMetadata Metadata);
