namespace Distribution.EventStore;

/// <summary>One event as it stands in the log.</summary>
/// <param name="Position">Its place in the log.</param>
/// <param name="Id">Unique for good; message ids are derived from it.</param>
/// <param name="StreamId">Category, hyphen, id.</param>
/// <param name="Version">1-based and contiguous within the stream.</param>
/// <param name="Type">The stored name, such as <c>unit-reserved.v1</c>.</param>
/// <param name="Data">The event itself, upcast to today's shape.</param>
/// <param name="Metadata">Who, when, where, why.</param>
/// <param name="RecordedAt">Database time of the append.</param>
public sealed record StoredEvent(
    LogPosition Position,
    Guid Id,
    string StreamId,
    long Version,
    string Type,
    object Data,
    EventMetadata Metadata,
    DateTimeOffset RecordedAt);

/// <summary>A page of the log in order.</summary>
/// <param name="Events">At most as many as asked for.</param>
/// <param name="MoreWaiting">
/// Committed events exist behind the last one that may not be read yet, because an older transaction is still open,
/// or because the page was full: read again soon, without waiting to be woken.
/// </param>
public sealed record LogPage(IReadOnlyList<StoredEvent> Events, bool MoreWaiting);

/// <summary>A stream's events and the version they end at; version 0 where there is no such stream.</summary>
public sealed record StreamSlice(string StreamId, long Version, IReadOnlyList<StoredEvent> Events);
