using Distribution.EventStore;

namespace Distribution.Checker;

/// <summary>An event with the type that is being looked at.</summary>
internal sealed record Entry<T>(StoredEvent Stored, T Data)
{
    public string StreamId => Stored.StreamId;

    public EventMetadata By => Stored.Metadata;

    /// <summary>The instant that safety rules judge by: neither a back-dated nor a late recorded act makes an expired unit fresh.</summary>
    public DateTimeOffset Latest => Stored.RecordedAt > Stored.Metadata.OccurredAt ? Stored.RecordedAt : Stored.Metadata.OccurredAt;
}

/// <summary>The events in the orders in which the checks want them.</summary>
internal sealed class Logs
{
    private readonly Dictionary<Type, List<StoredEvent>> _byType = [];

    public Logs(IEnumerable<LoggedEvent> events)
    {
        // By sequence number and not by position: numbers are drawn while the rows of the streams are locked, so they give the
        // order between commits that looked at each other's streams. A transaction's id may be older than its wait for a lock.
        InOrder = [.. events.DistinctBy(logged => logged.Stored.Id).OrderBy(logged => logged.Service, StringComparer.Ordinal).ThenBy(logged => logged.Stored.Position.Sequence)];
        foreach (var logged in InOrder)
        {
            var type = logged.Stored.Data.GetType();
            if (!_byType.TryGetValue(type, out var list))
                _byType[type] = list = [];
            list.Add(logged.Stored);
        }
    }

    /// <summary>When the last event was recorded: what was due long before has been looked at.</summary>
    public DateTimeOffset? End => InOrder.Count > 0 ? InOrder.Max(logged => logged.Stored.RecordedAt) : null;

    /// <summary>How long a deadline may be overdue before somebody must have looked at it; far more than the sweeper's pause.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Each event once, service by service, as they were written.</summary>
    public IReadOnlyList<LoggedEvent> InOrder { get; }

    public IEnumerable<Entry<T>> Of<T>() =>
        _byType.TryGetValue(typeof(T), out var list) ? list.Select(stored => new Entry<T>(stored, (T)stored.Data)) : [];

    /// <summary>A service's events of one family, as they were written.</summary>
    public IEnumerable<Entry<T>> Family<T>(string service)
    {
        foreach (var logged in InOrder)
        {
            if (logged.Service == service && logged.Stored.Data is T data)
                yield return new Entry<T>(logged.Stored, data);
        }
    }

    /// <summary>
    /// What a service wrote at once, in the order in which it was written. Commits that were written together come together;
    /// they never touch the same history.
    /// </summary>
    public IEnumerable<IReadOnlyList<StoredEvent>> Commits(string service) => InOrder
        .Where(logged => logged.Service == service)
        .GroupBy(logged => logged.Stored.Position.TransactionId, logged => logged.Stored)
        .Select(commit => commit.ToList());

    /// <summary>The histories of one family, each in order of version.</summary>
    public IEnumerable<IReadOnlyList<Entry<T>>> Histories<T>(string service) =>
        Family<T>(service)
            .GroupBy(entry => entry.StreamId, StringComparer.Ordinal)
            .Select(stream => stream.OrderBy(entry => entry.Stored.Version).ToList());
}
