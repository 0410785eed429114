using System.Globalization;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.Dispatches;
using Distribution.EventStore;
using Distribution.Inventory;

namespace Distribution.Checker.Tests;

/// <summary>An event before it has a version, a place and an id. Events of one commit share its number.</summary>
internal sealed record Draft(string Service, string Stream, object Data, string Actor, SiteId Site, DateTimeOffset At, int Commit, string? Cause)
{
    public DateTimeOffset RecordedAt { get; init; } = At;

    public string? Reason { get; init; }
}

/// <summary>What was written in all services, in order; can be told differently before it is numbered.</summary>
internal sealed class Tale
{
    private static readonly Guid Scope = new("0a3f6f0e-6a0d-5c53-9d0e-3b0b7f5b9d11");
    private int _commits;

    public List<Draft> Drafts { get; } = [];

    /// <summary>Passes a minute with every commit.</summary>
    public DateTimeOffset Now { get; private set; } = new(2026, 3, 2, 8, 0, 0, TimeSpan.FromHours(7));

    public void Pass(TimeSpan time) => Now += time;

    /// <summary>What a person did.</summary>
    public void Act(string service, SiteId site, string actor, params IReadOnlyList<(string Stream, object Data)> events) =>
        Write(service, site, actor, null, events);

    /// <summary>What a message brought.</summary>
    public void Hear(string service, SiteId site, string actor, params IReadOnlyList<(string Stream, object Data)> events) =>
        Write(service, site, actor, NameBasedGuid.Create(Scope, string.Create(CultureInfo.InvariantCulture, $"message {_commits}")).ToString("D"), events);

    public Tale Drop<T>(Func<Draft, T, bool>? which = null)
    {
        var dropped = Drafts.RemoveAll(draft => draft.Data is T data && which?.Invoke(draft, data) != false);
        return dropped > 0 ? this : throw new InvalidOperationException($"There is no such {typeof(T).Name} to drop.");
    }

    public Tale Change<T>(Func<Draft, T, bool> which, Func<Draft, T, Draft> change)
    {
        var index = Find(which);
        Drafts[index] = change(Drafts[index], (T)Drafts[index].Data);
        return this;
    }

    public Tale Change<T>(Func<Draft, T, bool> which, Func<T, object> change) =>
        Change(which, (draft, data) => draft with { Data = change(data) });

    /// <summary>Tells one event right after the commit of another, in a commit of its own.</summary>
    public Tale Move<TMoved, TMark>(Func<Draft, TMoved, bool> which, Func<Draft, TMark, bool> after)
    {
        var index = Find(which);
        var moved = Drafts[index];
        Drafts.RemoveAt(index);
        Drafts.Insert(EndOfCommit(Find(after)), moved with { Commit = ++_commits, Cause = null });
        return this;
    }

    public Tale MoveCommitOf<TMoved, TMark>(Func<Draft, TMoved, bool> which, Func<Draft, TMark, bool> after)
    {
        var commit = Drafts[Find(which)].Commit;
        var moved = Drafts.FindAll(draft => draft.Commit == commit);
        Drafts.RemoveAll(moved.Contains);
        _commits++;
        Drafts.InsertRange(EndOfCommit(Find(after)), moved.Select(draft => draft with { Commit = _commits }));
        return this;
    }

    /// <summary>Tells an event more, right after another, by the same people and in its commit.</summary>
    public Tale InsertAfter<T>(Func<Draft, T, bool> which, string stream, object data)
    {
        var index = Find(which);
        Drafts.Insert(index + 1, Drafts[index] with { Stream = stream, Data = data });
        return this;
    }

    public int Find<T>(Func<Draft, T, bool> which)
    {
        var index = Drafts.FindIndex(draft => draft.Data is T data && which(draft, data));
        return index >= 0 ? index : throw new InvalidOperationException($"There is no such {typeof(T).Name}.");
    }

    public List<LoggedEvent> Build()
    {
        // Two services may tell of the same patient under the same name.
        var versions = new Dictionary<(string Service, string Stream), long>();
        var commits = Drafts.Select(draft => draft.Commit).Distinct().Index().ToDictionary(pair => pair.Item, pair => (ulong)pair.Index + 700);
        var logs = new List<LoggedEvent>();
        foreach (var (index, draft) in Drafts.Index())
        {
            var key = (draft.Service, draft.Stream);
            var version = versions[key] = versions.GetValueOrDefault(key) + 1;
            logs.Add(new LoggedEvent(draft.Service, new StoredEvent(
                new LogPosition(commits[draft.Commit], index + 1),
                NameBasedGuid.Create(Scope, index.ToString(CultureInfo.InvariantCulture)),
                draft.Stream,
                version,
                Services.All[draft.Service].NameOf(draft.Data.GetType()),
                Numbered(draft.Data, logs),
                new EventMetadata { Actor = draft.Actor, Site = draft.Site.ToString(), OccurredAt = draft.At, Reason = draft.Reason, CausationId = draft.Cause },
                draft.RecordedAt)));
        }

        return logs;
    }

    /// <summary>A gate's news carries the version that the unit has by then.</summary>
    private static object Numbered(object data, List<LoggedEvent> before) => data switch
    {
        GateEvent.UnitBlocked blocked => blocked with
        {
            UnitVersion = before.LastOrDefault(logged => logged.Stored.StreamId == $"unit-{blocked.Unit}" && logged.Stored.Data is UnitHeld)?.Stored.Version ?? 0,
        },
        GateEvent.UnitUnblocked unblocked => unblocked with
        {
            UnitVersion = before.LastOrDefault(logged => logged.Stored.StreamId == $"unit-{unblocked.Unit}" && logged.Stored.Data is UnitHoldEnded)?.Stored.Version ?? 0,
        },
        _ => data,
    };

    private int EndOfCommit(int index) => Drafts.FindLastIndex(draft => draft.Commit == Drafts[index].Commit) + 1;

    private void Write(string service, SiteId site, string actor, string? cause, IReadOnlyList<(string Stream, object Data)> events)
    {
        _commits++;
        Drafts.AddRange(events.Select(@event => new Draft(service, @event.Stream, @event.Data, actor, site, Now, _commits, cause)));
        Pass(TimeSpan.FromMinutes(1));
    }
}
