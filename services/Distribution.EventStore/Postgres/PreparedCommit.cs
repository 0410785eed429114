using System.Text.Json;
using Distribution.Blood.Deciding;

namespace Distribution.EventStore.Postgres;

/// <summary>A commit with everything serialized, so that the one writer only ships it.</summary>
internal sealed class PreparedCommit
{
    private PreparedCommit(Commit commit, PreparedEvent[] events)
    {
        Commit = commit;
        Events = events;
    }

    public Commit Commit { get; }

    public PreparedEvent[] Events { get; }

    public static PreparedCommit From(Commit commit, EventTypes types)
    {
        var events = new List<PreparedEvent>();
        var headers = StoredMetadata.WriteHeaders(commit.Metadata);
        for (var i = 0; i < commit.Appends.Count; i++)
        {
            var append = commit.Appends[i];
            if (append.ExpectedVersion < 0)
                throw new ArgumentException($"{append.StreamId}: an expected version is 0 or more.", nameof(commit));
            for (var j = 0; j < i; j++)
            {
                if (commit.Appends[j].StreamId == append.StreamId)
                    throw new ArgumentException($"{append.StreamId} stands twice in one commit.", nameof(commit));
            }

            for (var j = 0; j < append.Events.Count; j++)
            {
                var data = append.Events[j];
                events.Add(new PreparedEvent(
                    append.StreamId,
                    append.ExpectedVersion + j + 1,
                    types.NameOf(data.GetType()),
                    JsonSerializer.Serialize(data, data.GetType(), EventTypes.Json),
                    data is IHappenedAt known ? StoredMetadata.WriteHeaders(commit.Metadata with { OccurredAt = known.HappenedAt }) : headers));
            }
        }

        return new PreparedCommit(commit, [.. events]);
    }

    public bool IsApartFrom(HashSet<string> taken)
    {
        if (Commit.Key is { } key && taken.Contains("key " + key))
            return false;
        foreach (var append in Commit.Appends)
        {
            if (taken.Contains(append.StreamId))
                return false;
        }

        return true;
    }

    public void Mark(HashSet<string> taken)
    {
        if (Commit.Key is { } key)
            taken.Add("key " + key);
        foreach (var append in Commit.Appends)
            taken.Add(append.StreamId);
    }
}

internal readonly record struct PreparedEvent(string StreamId, long Version, string Type, string Data, string Headers);
