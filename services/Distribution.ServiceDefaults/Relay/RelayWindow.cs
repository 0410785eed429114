using Distribution.EventStore;

namespace Distribution.ServiceDefaults.Relay;

/// <summary>
/// What has been read from the log and is not yet confirmed. Confirms come in any order; the confirmed place is the
/// highest below which everything is confirmed.
/// </summary>
internal sealed class RelayWindow(LogPosition start, int size) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<Entry> _entries = new();
    private readonly SemaphoreSlim _slots = new(size, size);
    private readonly SemaphoreSlim _moved = new(0, 1);
    private LogPosition _confirmed = start;
    private Entry? _last;

    public LogPosition Confirmed
    {
        get
        {
            lock (_gate)
                return _confirmed;
        }
    }

    /// <summary>When the oldest event that is not confirmed was recorded; null when all are.</summary>
    public DateTimeOffset? Oldest
    {
        get
        {
            lock (_gate)
                return _entries.TryPeek(out var entry) ? entry.RecordedAt : null;
        }
    }

    public int InFlight => size - _slots.CurrentCount;

    /// <summary>Waits for room for one more unconfirmed message.</summary>
    public Task EnterAsync(CancellationToken cancellationToken) => _slots.WaitAsync(cancellationToken);

    /// <summary>The next event of the log, with how many messages it gives.</summary>
    public Entry Add(LogPosition position, DateTimeOffset recordedAt, int messages)
    {
        lock (_gate)
        {
            // What gives no message needs no confirm: it moves with the one before, so that a long run of such events
            // behind a slow confirm takes no memory.
            if (messages == 0 && _last is { } last && _entries.Count > 0)
            {
                last.Position = position;
                return last;
            }

            var entry = new Entry(position, recordedAt, messages);
            _entries.Enqueue(entry);
            _last = entry;
            Advance();
            return entry;
        }
    }

    /// <summary>One message of the event is safe with the broker.</summary>
    public void Confirm(Entry entry)
    {
        lock (_gate)
        {
            entry.Unconfirmed--;
            Advance();
        }

        _slots.Release();
    }

    /// <summary>Waits until the confirmed place may have moved.</summary>
    public Task MovedAsync(CancellationToken cancellationToken) => _moved.WaitAsync(cancellationToken);

    public void Dispose()
    {
        _slots.Dispose();
        _moved.Dispose();
    }

    private void Advance()
    {
        var moved = false;
        while (_entries.TryPeek(out var entry) && entry.Unconfirmed == 0)
        {
            _confirmed = entry.Position;
            _entries.Dequeue();
            moved = true;
        }

        if (moved && _moved.CurrentCount == 0)
            _moved.Release();
    }

    public sealed class Entry(LogPosition position, DateTimeOffset recordedAt, int unconfirmed)
    {
        public LogPosition Position { get; set; } = position;

        public DateTimeOffset RecordedAt { get; } = recordedAt;

        public int Unconfirmed { get; set; } = unconfirmed;
    }
}
