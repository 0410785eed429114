using Distribution.EventStore.Postgres;
using JasperFx;
using JasperFx.Events;
using Marten;
using Marten.Exceptions;
using Marten.Services;
using Npgsql;
using NpgsqlTypes;
using Weasel.Core;

namespace Distribution.EventStore.Marten;

/// <summary>
/// The log written by Marten itself, in the same tables and beside <see cref="PostgresEventStore"/> if need be.
/// Marten appends the events; the inbox, the deadlines and the versions are settled before by <c>append_commits</c> in the
/// same transaction, so that the role's rights stay as narrow as they are. Read by our own SQL: an event as Marten
/// returns it does not say which transaction wrote it, and its daemon knows no horizon (docs/adr/0003).
/// </summary>
public sealed class MartenEventStore : IEventStore, ICheckpoints, IAsyncDisposable
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly NpgsqlDataSource _readOnly;
    private readonly EventTypes _types;
    private readonly Action _committed;
    private readonly PostgresEventStore _reading;
    private readonly DocumentStore _marten;

    /// <param name="dataSource">Connects as the role that may add and not change.</param>
    /// <param name="connectionString">The same place and role, for the connections that Marten opens by itself.</param>
    /// <param name="types">The service's events.</param>
    /// <param name="committed">Called after each append transaction of this instance: wakes its own readers without a round trip.</param>
    public MartenEventStore(NpgsqlDataSource dataSource, string connectionString, EventTypes types, Action? committed = null)
    {
        _dataSource = dataSource;
        _types = types;
        _committed = committed ?? (() => { });
        _reading = new PostgresEventStore(dataSource, types);
        _readOnly = ReadOnly(connectionString);
        _marten = DocumentStore.For(options =>
        {
            options.Connection(_readOnly);
            options.AutoCreateSchemaObjects = AutoCreate.None;
            options.UseSystemTextJsonForSerialization(EventTypes.Json, EnumStorage.AsInteger, Casing.CamelCase);
            options.Events.StreamIdentity = StreamIdentity.AsString;
            // The quick modes call a function of Marten's that these tables do without.
            options.Events.AppendMode = EventAppendMode.Rich;
            options.Events.MetadataConfig.EnableAll();
            options.Events.MetadataConfig.UserNameEnabled = true;
            foreach (var (name, type) in types.ByName)
                options.Events.MapEventType(type, name);
        });
    }

    internal IDocumentStore Marten => _marten;

    public async Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken = default)
    {
        using var activity = StoreMetrics.Activities.StartActivity("append");
        var result = await WriteAsync(commit, cancellationToken);
        activity?.SetTag("distribution.append.outcome", result.GetType().Name);
        if (result is CommitResult.Committed)
            _committed();
        return result switch
        {
            CommitResult.Committed { Position: { Sequence: 0 } place } committed => committed with { Position = await _reading.EndOfAsync(place.TransactionId, cancellationToken) },
            CommitResult.AlreadyHandled { Position: var place } again => again with { Position = await _reading.EndOfAsync(place.TransactionId, cancellationToken) },
            _ => result,
        };
    }

    public Task<StreamSlice> ReadStreamAsync(string streamId, long afterVersion = 0, CancellationToken cancellationToken = default) =>
        _reading.ReadStreamAsync(streamId, afterVersion, cancellationToken);

    public Task<IReadOnlyList<StreamSlice>> ReadStreamsAsync(IReadOnlyList<string> streamIds, CancellationToken cancellationToken = default) =>
        _reading.ReadStreamsAsync(streamIds, cancellationToken);

    public Task<LogPage> ReadLogAsync(LogPosition after, int maximum, CancellationToken cancellationToken = default) =>
        _reading.ReadLogAsync(after, maximum, cancellationToken);

    public Task<LogPosition> HeadAsync(CancellationToken cancellationToken = default) => _reading.HeadAsync(cancellationToken);

    public Task<InboxEntry?> FindHandledAsync(string key, CancellationToken cancellationToken = default) =>
        _reading.FindHandledAsync(key, cancellationToken);

    public IAsyncEnumerable<StreamSlice> ReadAllStreamsAsync(CancellationToken cancellationToken = default) =>
        _reading.ReadAllStreamsAsync(cancellationToken);

    public Task<long> ImportAsync(IAsyncEnumerable<ImportedStream> streams, CancellationToken cancellationToken = default) =>
        _reading.ImportAsync(streams, cancellationToken);

    public Task<LogPosition> LoadAsync(string reader, CancellationToken cancellationToken = default) =>
        _reading.LoadAsync(reader, cancellationToken);

    public Task SaveAsync(string reader, LogPosition position, CancellationToken cancellationToken = default) =>
        _reading.SaveAsync(reader, position, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _marten.DisposeAsync();
        await _readOnly.DisposeAsync();
        await _reading.DisposeAsync();
    }

    /// <summary>
    /// For what Marten does outside our transactions. After an append that failed it fills the unused numbers with
    /// tombstones; in these tables they would be events that no reader knows, and stop every one of them.
    /// </summary>
    private static NpgsqlDataSource ReadOnly(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        var asked = builder.ConnectionStringBuilder.Options;
        builder.ConnectionStringBuilder.Options = $"{asked} -c default_transaction_read_only=on".Trim();
        builder.EnableParameterLogging(false);
        return builder.Build();
    }

    private async Task<CommitResult> WriteAsync(Commit commit, CancellationToken cancellationToken)
    {
        // Versions and key only; the events are Marten's part.
        var check = PreparedCommit.From(commit with { Appends = [.. commit.Appends.Select(append => append with { Events = [] })] }, _types);
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var recordedAt = await AwaitOpenersAsync(connection, commit, cancellationToken);
        var append = await AppendCommand.PrepareAsync(connection);
        var result = (await append.ExecuteAsync([new CommitCombiner.Pending(check)]))[0];
        // A transaction that is not committed is rolled back when it is disposed.
        if (result is not CommitResult.Committed { Position.TransactionId: var transactionId })
            return result;

        long sequence = 0;
        if (commit.Appends.Any(stream => stream.Events.Count > 0))
        {
            try
            {
                sequence = await AppendAsync(transaction, commit, recordedAt, cancellationToken);
            }
            catch (Exception exception) when (OpenedMeanwhile(exception) is { } opened)
            {
                await transaction.RollbackAsync(CancellationToken.None);
                StoreMetrics.Conflicts.Add(1);
                return new CommitResult.Conflict(opened, 0, (await ReadStreamAsync(opened, 0, cancellationToken)).Version);
            }

            await using var notify = new NpgsqlCommand("select pg_notify('events_appended', '')", connection);
            await notify.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(CancellationToken.None);
        return new CommitResult.Committed(new LogPosition(transactionId, sequence));
    }

    /// <summary>
    /// A stream that does not exist has no row to lock, and Marten draws its numbers before it writes: whoever opens one
    /// waits here, so that the loser is found out before it has drawn any.
    /// </summary>
    /// <returns>Database time.</returns>
    private static async Task<DateTimeOffset> AwaitOpenersAsync(NpgsqlConnection connection, Commit commit, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select clock_timestamp(), count(pg_advisory_xact_lock(place))
            from (select distinct hashtextextended(id, 1) as place from unnest($1) id order by place) opened
            """,
            connection);
        var opened = commit.Appends.Where(append => append.ExpectedVersion == 0).Select(append => append.StreamId).ToArray();
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar, Value = opened });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetFieldValue<DateTimeOffset>(0);
    }

    /// <summary>
    /// The stream that another kind of writer, which does not wait where <see cref="AwaitOpenersAsync"/> does, opened under
    /// our hands: seen by Marten when it looks for the stream, or by the database when it adds it. A stream that exists
    /// cannot move on: its row is locked.
    /// </summary>
    private static string? OpenedMeanwhile(Exception exception) => exception switch
    {
        ExistingStreamIdCollisionException collision => collision.Id.ToString(),
        EventStreamUnexpectedMaxEventIdException unexpected => unexpected.Id.ToString(),
        _ => null,
    };

    /// <returns>The number of the last event.</returns>
    private async Task<long> AppendAsync(NpgsqlTransaction transaction, Commit commit, DateTimeOffset recordedAt, CancellationToken cancellationToken)
    {
        await using var session = _marten.LightweightSession(SessionOptions.ForTransaction(transaction));
        session.CorrelationId = commit.Metadata.CorrelationId;
        session.CausationId = commit.Metadata.CausationId;
        session.LastModifiedBy = commit.Metadata.Actor;
        foreach (var (name, value) in StoredMetadata.HeadersOf(commit.Metadata))
            session.SetHeader(name, value);

        var events = new List<IEvent>();
        foreach (var append in commit.Appends.Where(append => append.Events.Count > 0))
        {
            foreach (var data in append.Events)
                _ = _types.NameOf(data.GetType());
            // Marten expects the version after the append.
            events.AddRange(session.Events.Append(append.StreamId, append.ExpectedVersion + append.Events.Count, append.Events).Events);
        }

        foreach (var @event in events)
        {
            @event.Id = Guid.CreateVersion7();
            @event.Timestamp = recordedAt;
        }

        await session.SaveChangesAsync(cancellationToken);
        StoreMetrics.Appended.Add(events.Count);
        return events.Max(@event => @event.Sequence);
    }
}
