using Npgsql;
using NpgsqlTypes;

namespace Distribution.EventStore.Postgres;

/// <summary>The prepared call of <c>append_commits</c> on one connection: one round trip, one transaction.</summary>
internal sealed class AppendCommand
{
    private readonly NpgsqlCommand _command;

    private AppendCommand(NpgsqlCommand command) => _command = command;

    public static async Task<AppendCommand> PrepareAsync(NpgsqlConnection connection)
    {
        NpgsqlDbType[] types =
        [
            NpgsqlDbType.Varchar, NpgsqlDbType.Varchar,
            NpgsqlDbType.Integer, NpgsqlDbType.Varchar, NpgsqlDbType.Bigint, NpgsqlDbType.Integer,
            NpgsqlDbType.Integer, NpgsqlDbType.Varchar, NpgsqlDbType.Bigint, NpgsqlDbType.Uuid, NpgsqlDbType.Varchar,
            NpgsqlDbType.Jsonb, NpgsqlDbType.Jsonb, NpgsqlDbType.Varchar, NpgsqlDbType.Varchar, NpgsqlDbType.Varchar,
            NpgsqlDbType.Integer, NpgsqlDbType.Varchar, NpgsqlDbType.Varchar, NpgsqlDbType.TimestampTz,
        ];
        var command = new NpgsqlCommand(
            $"select * from append_commits({string.Join(", ", types.Select((_, i) => $"${i + 1}"))})", connection);
        foreach (var type in types)
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type, Value = Empty(type) });
        await command.PrepareAsync();
        return new AppendCommand(command);
    }

    /// <summary>Preparing asks for a value of the right type.</summary>
    private static Array Empty(NpgsqlDbType type) => type switch
    {
        NpgsqlDbType.Integer => Array.Empty<int>(),
        NpgsqlDbType.Bigint => Array.Empty<long>(),
        NpgsqlDbType.Uuid => Array.Empty<Guid>(),
        NpgsqlDbType.TimestampTz => Array.Empty<DateTime>(),
        _ => Array.Empty<string>(),
    };

    public async Task<CommitResult[]> ExecuteAsync(List<CommitCombiner.Pending> batch)
    {
        Fill(batch);
        var results = new CommitResult[batch.Count];
        var conflicts = 0;
        var repeats = 0;
        var appended = 0;
        await using var reader = await _command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var index = reader.GetInt32(0) - 1;
            var commit = batch[index].Commit;
            switch (reader.GetInt16(1))
            {
                case 0:
                    appended += commit.Events.Length;
                    // A commit without events stands where its transaction stands.
                    results[index] = new CommitResult.Committed(new LogPosition(
                        reader.GetFieldValue<ulong>(2), await reader.IsDBNullAsync(3) ? 0 : reader.GetInt64(3)));
                    break;
                case 1:
                    conflicts++;
                    results[index] = new CommitResult.Conflict(reader.GetString(4), reader.GetInt64(5), reader.GetInt64(6));
                    break;
                default:
                    repeats++;
                    var fingerprint = await reader.IsDBNullAsync(8) ? null : reader.GetString(8);
                    results[index] = new CommitResult.AlreadyHandled(
                        new LogPosition(reader.GetFieldValue<ulong>(7), 0), fingerprint == commit.Commit.Fingerprint);
                    break;
            }
        }

        StoreMetrics.Appended.Add(appended);
        if (conflicts > 0)
            StoreMetrics.Conflicts.Add(conflicts);
        if (repeats > 0)
            StoreMetrics.Repeats.Add(repeats);
        return results;
    }

    private void Fill(List<CommitCombiner.Pending> batch)
    {
        var streams = 0;
        var events = 0;
        var deadlines = 0;
        foreach (var pending in batch)
        {
            streams += pending.Commit.Commit.Appends.Count;
            events += pending.Commit.Events.Length;
            deadlines += pending.Commit.Commit.Deadlines.Count;
        }

        var (keys, fingerprints) = (new string?[batch.Count], new string?[batch.Count]);
        var (streamCommit, streamId, streamExpected, streamCount) = (new int[streams], new string[streams], new long[streams], new int[streams]);
        var (eventCommit, eventStream, eventVersion, eventId, eventType) = (new int[events], new string[events], new long[events], new Guid[events], new string[events]);
        var (eventData, eventHeaders) = (new string[events], new string[events]);
        var (eventUser, eventCorrelation, eventCausation) = (new string?[events], new string?[events], new string?[events]);
        var (deadlineCommit, deadlineName, deadlineStream, deadlineDue) = (new int[deadlines], new string[deadlines], new string[deadlines], new DateTime[deadlines]);
        var (s, e, d) = (0, 0, 0);
        for (var i = 0; i < batch.Count; i++)
        {
            var prepared = batch[i].Commit;
            var commit = prepared.Commit;
            (keys[i], fingerprints[i]) = (commit.Key, commit.Fingerprint);
            foreach (var append in commit.Appends)
            {
                (streamCommit[s], streamId[s], streamExpected[s], streamCount[s]) = (i + 1, append.StreamId, append.ExpectedVersion, append.Events.Count);
                s++;
            }

            foreach (var @event in prepared.Events)
            {
                (eventCommit[e], eventStream[e], eventVersion[e], eventId[e], eventType[e]) = (i + 1, @event.StreamId, @event.Version, Guid.CreateVersion7(), @event.Type);
                (eventData[e], eventHeaders[e]) = (@event.Data, @event.Headers);
                (eventUser[e], eventCorrelation[e], eventCausation[e]) = (commit.Metadata.Actor, commit.Metadata.CorrelationId, commit.Metadata.CausationId);
                e++;
            }

            foreach (var deadline in commit.Deadlines)
            {
                (deadlineCommit[d], deadlineName[d], deadlineStream[d], deadlineDue[d]) = (i + 1, deadline.Name, deadline.StreamId, deadline.DueAt.UtcDateTime);
                d++;
            }
        }

        object[] values =
        [
            keys, fingerprints, streamCommit, streamId, streamExpected, streamCount,
            eventCommit, eventStream, eventVersion, eventId, eventType, eventData, eventHeaders, eventUser, eventCorrelation, eventCausation,
            deadlineCommit, deadlineName, deadlineStream, deadlineDue,
        ];
        for (var i = 0; i < values.Length; i++)
            _command.Parameters[i].Value = values[i];
    }
}
