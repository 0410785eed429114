using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.EventStore.Postgres;

/// <summary>The log on PostgreSQL, in Marten's tables.</summary>
public sealed class PostgresEventStore : IEventStore, ICheckpoints, IAsyncDisposable
{
    private const string Columns = "transaction_id, seq_id, id, stream_id, version, type, data, headers, user_name, correlation_id, causation_id, timestamp";

    private readonly NpgsqlDataSource _dataSource;
    private readonly EventTypes _types;
    private readonly CommitCombiner _combiner;

    /// <param name="dataSource">Connects as the role that may add and not change.</param>
    /// <param name="types">The service's events.</param>
    /// <param name="committed">Called after each append transaction of this instance: wakes its own readers without a round trip.</param>
    public PostgresEventStore(NpgsqlDataSource dataSource, EventTypes types, Action? committed = null)
    {
        _dataSource = dataSource;
        _types = types;
        _combiner = new CommitCombiner(dataSource, committed ?? (() => { }));
    }

    public async Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken = default)
    {
        using var activity = StoreMetrics.Activities.StartActivity("append");
        var result = await _combiner.CommitAsync(PreparedCommit.From(commit, _types), cancellationToken);
        activity?.SetTag("distribution.append.outcome", result.GetType().Name);
        return result switch
        {
            CommitResult.Committed { Position: { Sequence: 0 } place } committed => committed with { Position = await EndOfAsync(place.TransactionId, cancellationToken) },
            CommitResult.AlreadyHandled { Position: var place } again => again with { Position = await EndOfAsync(place.TransactionId, cancellationToken) },
            _ => result,
        };
    }

    public async Task<StreamSlice> ReadStreamAsync(string streamId, long afterVersion = 0, CancellationToken cancellationToken = default)
    {
        await using var command = _dataSource.CreateCommand(
            $"select {Columns} from mt_events where stream_id = $1 and version > $2 order by version");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = streamId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = afterVersion });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var events = new List<StoredEvent>();
        while (await reader.ReadAsync(cancellationToken))
            events.Add(Read(reader));
        return new StreamSlice(streamId, events.Count > 0 ? events[^1].Version : afterVersion, events);
    }

    public async Task<IReadOnlyList<StreamSlice>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken = default)
    {
        if (streamIds.Count == 0)
            return [];
        await using var command = _dataSource.CreateCommand(
            $"select {Columns} from mt_events where stream_id = any ($1) order by stream_id, version");
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar, Value = streamIds.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = streamIds.Distinct(StringComparer.Ordinal).ToDictionary(id => id, _ => new List<StoredEvent>(), StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            var stored = Read(reader);
            found[stored.StreamId].Add(stored);
        }

        return [.. streamIds.Select(id => new StreamSlice(id, found[id].Count, found[id]))];
    }

    public Task<LogPage> ReadLogAsync(LogPosition after, int maximum, CancellationToken cancellationToken = default) =>
        ReadLogAsync(after, maximum, underHorizon: true, cancellationToken);

    public async Task<LogPosition> HeadAsync(CancellationToken cancellationToken = default)
    {
        await using var command = _dataSource.CreateCommand(
            "select transaction_id, seq_id from mt_events order by transaction_id desc, seq_id desc limit 1");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new LogPosition(reader.GetFieldValue<ulong>(0), reader.GetInt64(1))
            : LogPosition.Start;
    }

    public async Task<InboxEntry?> FindHandledAsync(string key, CancellationToken cancellationToken = default)
    {
        ulong transaction;
        string? fingerprint;
        DateTimeOffset handledAt;
        await using (var command = _dataSource.CreateCommand("select transaction_id, fingerprint, handled_at from inbox where key = $1"))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
                return null;
            transaction = reader.GetFieldValue<ulong>(0);
            fingerprint = await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetString(1);
            handledAt = reader.GetFieldValue<DateTimeOffset>(2);
        }

        return new InboxEntry(key, fingerprint, await EndOfAsync(transaction, cancellationToken), handledAt);
    }

    public async IAsyncEnumerable<StreamSlice> ReadAllStreamsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"select {Columns} from mt_events order by stream_id, version", connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var current = new List<StoredEvent>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var stored = Read(reader);
            if (current.Count > 0 && current[0].StreamId != stored.StreamId)
            {
                yield return new StreamSlice(current[0].StreamId, current[^1].Version, current);
                current = [];
            }

            current.Add(stored);
        }

        if (current.Count > 0)
            yield return new StreamSlice(current[0].StreamId, current[^1].Version, current);
    }

    public Task<long> ImportAsync(IAsyncEnumerable<ImportedStream> streams, CancellationToken cancellationToken = default) =>
        BulkImport.RunAsync(_dataSource, _types, streams, cancellationToken);

    public async Task<LogPosition> LoadAsync(string reader, CancellationToken cancellationToken = default)
    {
        await using var command = _dataSource.CreateCommand("select transaction_id, last_seq_id from mt_event_progression where name = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = reader });
        await using var found = await command.ExecuteReaderAsync(cancellationToken);
        return await found.ReadAsync(cancellationToken)
            ? new LogPosition(found.GetFieldValue<ulong>(0), found.GetInt64(1))
            : LogPosition.Start;
    }

    public async Task SaveAsync(string reader, LogPosition position, CancellationToken cancellationToken = default)
    {
        // A batch is one transaction without being a block, in which alone "set local" may stand.
        await using var batch = _dataSource.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select set_config('synchronous_commit', 'off', true)"));
        batch.BatchCommands.Add(Checkpoint(reader, position));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _combiner.DisposeAsync();

    internal static NpgsqlBatchCommand Checkpoint(string reader, LogPosition position)
    {
        var command = new NpgsqlBatchCommand(
            """
            insert into mt_event_progression (name, transaction_id, last_seq_id) values ($1, $2, $3)
            on conflict (name) do update set transaction_id = excluded.transaction_id, last_seq_id = excluded.last_seq_id, last_updated = transaction_timestamp()
            where (mt_event_progression.transaction_id, mt_event_progression.last_seq_id) < (excluded.transaction_id, excluded.last_seq_id)
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = reader });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Xid8, Value = position.TransactionId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position.Sequence });
        return command;
    }

    /// <param name="underHorizon">False only in the test that shows what is lost without it.</param>
    internal async Task<LogPage> ReadLogAsync(LogPosition after, int maximum, bool underHorizon, CancellationToken cancellationToken)
    {
        // The horizon is asked for as a column rather than a condition: a reader that finds committed events above it
        // knows that an older transaction is still open and looks again soon, where it would otherwise sleep.
        await using var command = _dataSource.CreateCommand(
            $"""
            select {Columns}, transaction_id < pg_snapshot_xmin(pg_current_snapshot()) as settled
            from mt_events where (transaction_id, seq_id) > ($1, $2)
            order by transaction_id, seq_id limit $3
            """);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Xid8, Value = after.TransactionId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after.Sequence });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = maximum });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var events = new List<StoredEvent>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (underHorizon && !reader.GetBoolean(12))
                return new LogPage(events, MoreWaiting: true);
            events.Add(Read(reader));
        }

        return new LogPage(events, MoreWaiting: events.Count == maximum);
    }

    private StoredEvent Read(NpgsqlDataReader reader)
    {
        var recordedAt = reader.GetFieldValue<DateTimeOffset>(11);
        var type = reader.GetString(5);
        var stream = reader.GetString(3);
        var position = new LogPosition(reader.GetFieldValue<ulong>(0), reader.GetInt64(1));
        object data;
        try
        {
            data = _types.Deserialize(type, reader.GetFieldValue<byte[]>(6));
        }
        catch (UnreadableEventException exception)
        {
            throw new UnreadableEventException($"{type} at {position} of {stream}: {exception.Message}", exception);
        }

        return new StoredEvent(
            position,
            reader.GetGuid(2),
            stream,
            reader.GetInt64(4),
            type,
            data,
            StoredMetadata.Read(
                reader.IsDBNull(7) ? null : reader.GetFieldValue<byte[]>(7),
                reader.IsDBNull(8) ? null : reader.GetString(8),
                reader.IsDBNull(9) ? null : reader.GetString(9),
                reader.IsDBNull(10) ? null : reader.GetString(10),
                recordedAt),
            recordedAt);
    }

    /// <summary>The last event of a transaction or, where it has none, of the log: what a reader must have seen to have seen it.</summary>
    internal async Task<LogPosition> EndOfAsync(ulong transaction, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(
            "select transaction_id, seq_id from mt_events where transaction_id <= $1 order by transaction_id desc, seq_id desc limit 1");
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Xid8, Value = transaction });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new LogPosition(reader.GetFieldValue<ulong>(0), reader.GetInt64(1))
            : LogPosition.Start;
    }
}
