using System.Text;
using Distribution.Blood.Deciding;
using Distribution.EventStore;
using Shouldly;

namespace Distribution.Testing;

/// <summary>Given what happened, when this is asked for, then that follows: a decider's behavior without any I/O.</summary>
public static class Spec
{
    public static Spec<TState> For<TState>()
        where TState : IAggregate<TState> => new([]);
}

/// <summary>The history that a decision is asked upon.</summary>
public sealed class Spec<TState>
    where TState : IAggregate<TState>
{
    private readonly IReadOnlyList<object> _history;

    internal Spec(IReadOnlyList<object> history) => _history = history;

    public Spec<TState> Given(params IReadOnlyList<object> events) => new([.. _history, .. events]);

    /// <summary>Decides twice and compares, because a decider that gives two answers to one question is not pure.</summary>
    public SpecOutcome<TState, TEvent> When<TEvent>(Func<TState, Decision<TEvent>> decide)
        where TEvent : class
    {
        var state = State();
        var first = decide(state);
        SpecText.Of(decide(State())).ShouldBe(SpecText.Of(first), "The same question was answered in two ways.");
        return new SpecOutcome<TState, TEvent>(state, first);
    }

    /// <summary>The fold alone: what the history says.</summary>
    public TState State() => Aggregate.Fold<TState>(_history);
}

/// <summary>What was decided.</summary>
public sealed class SpecOutcome<TState, TEvent>
    where TState : IAggregate<TState>
    where TEvent : class
{
    internal SpecOutcome(TState before, Decision<TEvent> decision)
    {
        Decision = decision;
        // Folded here so that no spec passes on an event that its own aggregate cannot fold.
        After = Aggregate.Fold(before, decision.Events);
    }

    public Decision<TEvent> Decision { get; }

    /// <summary>The state after what was decided.</summary>
    public TState After { get; }

    /// <summary>Exactly these events, in this order; compared as they would be stored.</summary>
    public SpecOutcome<TState, TEvent> Then(params IReadOnlyList<TEvent> events)
    {
        Accepted();
        SpecText.Of(Decision.Events).ShouldBe(SpecText.Of(events));
        return this;
    }

    /// <summary>Exactly these codes, in any order; a code once for every reason that carries it.</summary>
    public SpecOutcome<TState, TEvent> ThenRejected(params IReadOnlyList<string> codes)
    {
        Decision.IsRejected.ShouldBeTrue($"It was accepted:\n{SpecText.Of(Decision.Events)}");
        Decision.Rejections.Select(reason => reason.Code).Order(StringComparer.Ordinal)
            .ShouldBe(codes.Order(StringComparer.Ordinal), $"Refused with: {SpecText.Of(Decision)}");
        return this;
    }

    /// <summary>Accepted, and nothing changes: it has been done before.</summary>
    public SpecOutcome<TState, TEvent> ThenNothing()
    {
        Accepted();
        SpecText.Of(Decision.Events).ShouldBeEmpty();
        return this;
    }

    /// <summary>What holds after what was decided.</summary>
    public SpecOutcome<TState, TEvent> ThenState(Action<TState> assert)
    {
        Accepted();
        assert(After);
        return this;
    }

    private void Accepted() => Decision.IsRejected.ShouldBeFalse(SpecText.Of(Decision));
}

internal static class SpecText
{
    public static string Of<TEvent>(Decision<TEvent> decision)
        where TEvent : class => decision.IsRejected
            ? string.Join('\n', decision.Rejections.Select(reason => $"{reason.Code} ({reason.Field ?? "-"}): {reason.Message}"))
            : Of(decision.Events);

    public static string Of(IReadOnlyList<object> events) =>
        string.Join('\n', events.Select(@event => $"{@event.GetType().Name} {Encoding.UTF8.GetString(EventTypes.Serialize(@event))}"));
}
