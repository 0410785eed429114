namespace Distribution.Blood.Deciding;

/// <summary>A state that is nothing but the fold of its stream's events.</summary>
public interface IAggregate<TSelf>
    where TSelf : IAggregate<TSelf>
{
    /// <summary>The stream category, the part before the first hyphen of every stream id: lower case, no hyphen.</summary>
    static abstract string Category { get; }

    /// <summary>The state before the first event.</summary>
    static abstract TSelf Initial { get; }

    /// <summary>Pure, total over this aggregate's events; throws on an event of another family.</summary>
    static abstract TSelf Evolve(TSelf state, object @event);
}

public static class Aggregate
{
    public static string StreamId<TState>(string id)
        where TState : IAggregate<TState> => $"{TState.Category}-{id}";

    public static TState Fold<TState>(TState state, IEnumerable<object> events)
        where TState : IAggregate<TState> => events.Aggregate(state, TState.Evolve);

    public static TState Fold<TState>(IEnumerable<object> events)
        where TState : IAggregate<TState> => Fold(TState.Initial, events);
}
