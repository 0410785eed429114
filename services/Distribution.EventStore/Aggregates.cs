using Distribution.Blood.Deciding;

namespace Distribution.EventStore;

/// <summary>A state with the version it was folded up to.</summary>
public sealed record Loaded<TState>(string StreamId, TState State, long Version)
{
    /// <summary>The append that rests on having seen this version.</summary>
    public StreamAppend Append(IReadOnlyList<object> events) => new(StreamId, Version, events);
}

public static class AggregateReading
{
    public static async Task<Loaded<TState>> LoadAsync<TState>(
        this IEventStore store, string id, CancellationToken cancellationToken = default)
        where TState : IAggregate<TState>
    {
        var slice = await store.ReadStreamAsync(Aggregate.StreamId<TState>(id), 0, cancellationToken);
        return slice.Fold<TState>();
    }

    public static async Task<IReadOnlyList<Loaded<TState>>> LoadAsync<TState>(
        this IEventStore store, IReadOnlyList<string> ids, CancellationToken cancellationToken = default)
        where TState : IAggregate<TState>
    {
        var slices = await store.ReadStreamsAsync([.. ids.Select(Aggregate.StreamId<TState>)], cancellationToken);
        return [.. slices.Select(Fold<TState>)];
    }

    public static Loaded<TState> Fold<TState>(this StreamSlice slice)
        where TState : IAggregate<TState> =>
        new(slice.StreamId, Aggregate.Fold<TState>(slice.Events.Select(stored => stored.Data)), slice.Version);
}
