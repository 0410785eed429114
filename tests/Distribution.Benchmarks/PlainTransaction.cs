using Distribution.EventStore;
using Distribution.EventStore.Postgres;
using Distribution.Inventory;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Benchmarks;

/// <summary>
/// A second peer, told beside the first: the least SQL by which one command on one stream can be checked, remembered and
/// appended in a transaction of its own. It can do nothing else: one stream, one event.
/// </summary>
internal sealed class PlainTransaction(string ownerConnectionString) : IAsyncDisposable
{
    private static readonly EventTypes Types = EventTypes.From(typeof(UnitEvent).Assembly);

    private readonly NpgsqlDataSource _dataSource = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(ownerConnectionString) { MaxPoolSize = 48, MaxAutoPrepare = 10, AutoPrepareMinUsages = 1 }.ConnectionString);

    public async Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        var prepared = PreparedCommit.From(commit, Types);
        var append = commit.Appends[0];
        var @event = prepared.Events[0];
        await using var command = _dataSource.CreateCommand(
            """
            with head as (update mt_streams set version = version + 1, timestamp = clock_timestamp() where id = $1 and version = $2 returning id),
                handled as (insert into inbox (key) select $3 from head)
            insert into mt_events (id, stream_id, version, data, type, headers, user_name, correlation_id, causation_id)
            select $4, $1, $2 + 1, $5, $6, $7, $8, $9, $10 from head
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = append.StreamId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = append.ExpectedVersion });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = commit.Key! });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7() });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Jsonb, Value = @event.Data });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = @event.Type });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Jsonb, Value = @event.Headers });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = commit.Metadata.Actor });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = commit.Metadata.CorrelationId! });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = commit.Metadata.CausationId! });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1
            ? new CommitResult.Committed(LogPosition.Start)
            : new CommitResult.Conflict(append.StreamId, append.ExpectedVersion, append.ExpectedVersion);
    }

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();
}
