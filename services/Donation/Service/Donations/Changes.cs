using Distribution.Blood.Deciding;
using Distribution.EventStore;

namespace Distribution.Donations.Service.Donations;

/// <summary>
/// The streams that one command reads and what it will write to them: a decision sees what the ones before it
/// decided, and no stream is appended to twice.
/// </summary>
internal sealed class Changes(IEventStore store)
{
    private readonly Dictionary<string, Stream> _streams = new(StringComparer.Ordinal);

    /// <summary>Every stream that is to be written, and those whose version the decisions rest on.</summary>
    public IReadOnlyList<StreamAppend> Appends =>
        [.. _streams.Values.Where(stream => stream.IsChecked || stream.Events.Count > 0).Select(stream => new StreamAppend(stream.Id, stream.Version, stream.Events))];

    public bool IsEmpty => _streams.Values.All(stream => stream.Events.Count == 0);

    public async Task<TState> StateAsync<TState>(string id, CancellationToken cancellationToken)
        where TState : class, IAggregate<TState> => (await StatesAsync<TState>([id], cancellationToken))[0];

    /// <summary>Several in one round trip, in the order asked for.</summary>
    public async Task<IReadOnlyList<TState>> StatesAsync<TState>(IReadOnlyList<string> ids, CancellationToken cancellationToken)
        where TState : class, IAggregate<TState>
    {
        string[] missing = [.. ids.Distinct(StringComparer.Ordinal).Where(id => !_streams.ContainsKey(Aggregate.StreamId<TState>(id)))];
        if (missing.Length > 0)
        {
            foreach (var loaded in await store.LoadAsync<TState>(missing, cancellationToken))
                _streams.Add(loaded.StreamId, new Stream(loaded.StreamId, loaded.Version, loaded.State));
        }

        return [.. ids.Select(id => (TState)_streams[Aggregate.StreamId<TState>(id)].State)];
    }

    public long VersionOf<TState>(string id)
        where TState : class, IAggregate<TState> => _streams[Aggregate.StreamId<TState>(id)].Version;

    /// <summary>The stream must have been read. Adding nothing is allowed.</summary>
    public TState Add<TState>(string id, IReadOnlyList<object> events)
        where TState : class, IAggregate<TState>
    {
        var stream = _streams[Aggregate.StreamId<TState>(id)];
        stream.Events.AddRange(events);
        stream.State = Aggregate.Fold((TState)stream.State, events);
        return (TState)stream.State;
    }

    /// <summary>Nothing may come between reading the stream and the commit, though nothing may be written to it.</summary>
    public void Check<TState>(string id)
        where TState : class, IAggregate<TState>
    {
        var stream = _streams[Aggregate.StreamId<TState>(id)];
        stream.IsChecked = stream.Version > 0;
    }

    private sealed class Stream(string id, long version, object state)
    {
        public string Id => id;

        public long Version => version;

        public object State { get; set; } = state;

        public List<object> Events { get; } = [];

        public bool IsChecked { get; set; }
    }
}
