using Distribution.Blood.Deciding;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Resilience;

namespace Distribution.ServiceDefaults.Commands;

/// <summary>
/// Load, decide, commit. A lost race is decided again on what is true now; a repeat of a handled key changes nothing.
/// </summary>
public sealed class CommandRunner(IEventStore store)
{
    /// <summary>A command on one aggregate.</summary>
    /// <param name="context">Who, when, where, and the key.</param>
    /// <param name="id">The aggregate's id, without its category.</param>
    /// <param name="decide">Pure; may run more than once.</param>
    /// <param name="deadlines">What to look at again, given the events that were decided.</param>
    public Task<Outcome> RunAsync<TState, TEvent>(
        CommandContext context,
        string id,
        Func<TState, Decision<TEvent>> decide,
        Func<IReadOnlyList<TEvent>, IEnumerable<Deadline>>? deadlines = null,
        CancellationToken cancellationToken = default)
        where TState : IAggregate<TState>
        where TEvent : class =>
        RunAsync(
            context,
            async token =>
            {
                var loaded = await store.LoadAsync<TState>(id, token);
                if (context.ExpectedVersion is { } expected && expected != loaded.Version)
                    return Plan.Stale(loaded.StreamId, expected, loaded.Version);
                var decision = decide(loaded.State);
                return decision.IsRejected
                    ? Plan.Refuse(decision.Rejections)
                    : Plan.Write(
                        decision.Events.Count > 0 ? [loaded.Append(decision.Events)] : [],
                        [.. deadlines?.Invoke(decision.Events) ?? []]);
            },
            cancellationToken);

    /// <summary>A command on any number of aggregates of this service, all or nothing.</summary>
    /// <param name="plan">Loads what it needs and decides; runs again when somebody was first.</param>
    public async Task<Outcome> RunAsync(
        CommandContext context, Func<CancellationToken, Task<Plan>> plan, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Pipelines.Database.ExecuteAsync(
                token => Pipelines.Conflict.ExecuteAsync(inner => AttemptAsync(context, plan, inner), token),
                cancellationToken);
        }
        catch (CommitConflictException conflict)
        {
            return new Outcome.Stale(conflict.StreamId, conflict.Expected, conflict.Actual);
        }
    }

    private async ValueTask<Outcome> AttemptAsync(
        CommandContext context, Func<CancellationToken, Task<Plan>> plan, CancellationToken cancellationToken)
    {
        // Asked before deciding, because a repeat would otherwise be judged by the state that the first one made.
        if (await store.FindHandledAsync(context.Key, cancellationToken) is { } handled)
            return Repeat(handled.Position, handled.Fingerprint == context.Fingerprint);

        var planned = await plan(cancellationToken);
        if (planned.StaleAt is { } stale)
            return stale;
        if (planned.Rejections.Count > 0)
            return new Outcome.Refused(planned.Rejections);

        var result = await store.CommitAsync(
            new Commit
            {
                Key = context.Key,
                Fingerprint = context.Fingerprint,
                Metadata = context.ToMetadata(),
                Appends = planned.Appends,
                Deadlines = planned.Deadlines,
            },
            cancellationToken);
        return result switch
        {
            CommitResult.Committed committed => new Outcome.Done(committed.Position, Repeated: false),
            CommitResult.AlreadyHandled again => Repeat(again.Position, again.SameFingerprint),
            CommitResult.Conflict lost => throw new CommitConflictException(lost.StreamId, lost.Expected, lost.Actual),
            _ => throw new InvalidOperationException($"Unknown result {result}."),
        };
    }

    private static Outcome Repeat(LogPosition position, bool sameContent) => sameContent
        ? new Outcome.Done(position, Repeated: true)
        : new Outcome.Refused([new Rejection(
            "idempotency-key-reused", "This idempotency key was used for another command; nothing was changed.", "Idempotency-Key")]);
}

/// <summary>Somebody committed first; decide again.</summary>
public sealed class CommitConflictException(string streamId, long expected, long actual)
    : Exception($"{streamId} is at version {actual}, not {expected}.")
{
    public string StreamId { get; } = streamId;

    public long Expected { get; } = expected;

    public long Actual { get; } = actual;
}
