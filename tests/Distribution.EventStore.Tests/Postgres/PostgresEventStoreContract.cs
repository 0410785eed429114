using System.Collections.Concurrent;
using System.Diagnostics;
using Distribution.EventStore.Postgres;
using Distribution.EventStore.Tests.Contract;
using Distribution.Testing;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Shouldly;
using Xunit;

namespace Distribution.EventStore.Tests.Postgres;

/// <summary>Our store against the contract, and what only it promises.</summary>
public sealed class PostgresEventStoreContract(DatabaseFixture database) : EventStoreContract, IClassFixture<DatabaseFixture>, IAsyncDisposable
{
    private readonly List<PostgresEventStore> _opened = [];

    protected override IEventStore Open() => OpenPostgres();

    private PostgresEventStore OpenPostgres()
    {
        var store = new PostgresEventStore(database.Application, Types);
        _opened.Add(store);
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task What_waits_for_an_imported_stream_falls_due()
    {
        var store = OpenPostgres();
        var (stream, other) = (NewStream(), NewStream());
        var due = new DateTimeOffset(2020, 1, 2, 3, 4, 0, TimeSpan.Zero);
        await store.ImportAsync(new[]
        {
            new ImportedStream(stream, [new ImportedEvent(new BagFilled("waits", 1), Metadata())], new Deadline("imported", stream, due)),
            new ImportedStream(other, [new ImportedEvent(new BagFilled("does not", 1), Metadata())]),
        }.ToAsyncEnumerable());

        await using var command = database.Application.CreateCommand("select stream_id, due_at from deadlines where name = 'imported'");
        await using var reader = await command.ExecuteReaderAsync();
        (await reader.ReadAsync()).ShouldBeTrue();
        (reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1)).ShouldBe((stream, due));
        (await reader.ReadAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_reader_waits_for_a_transaction_that_commits_late_and_then_sees_it_in_order()
    {
        var store = OpenPostgres();
        var start = await store.HeadAsync();
        var (late, early) = (NewStream(), NewStream());
        await using var open = await AppendWithoutCommittingAsync(late);
        await store.CommitAsync(Commit(early, 0, null, new BagFilled("committed first", 2)));

        var meanwhile = await store.ReadLogAsync(start, 100);
        meanwhile.Events.ShouldBeEmpty();
        meanwhile.MoreWaiting.ShouldBeTrue();

        await open.CommitAsync();
        var afterwards = await Eventually.GetAsync(() => store.ReadLogAsync(start, 100), page => page.Events.Count == 2, "both events are readable");
        afterwards.Events.Select(stored => stored.StreamId).ShouldBe([late, early]);
    }

    [Fact]
    public async Task Without_the_horizon_a_reader_loses_the_late_event_for_good()
    {
        // Shows that the test above can fail: the same reader, its horizon taken out, passes over the open transaction.
        var store = OpenPostgres();
        var start = await store.HeadAsync();
        var (late, early) = (NewStream(), NewStream());
        await using var open = await AppendWithoutCommittingAsync(late);
        await store.CommitAsync(Commit(early, 0, null, new BagFilled("committed first", 2)));

        var meanwhile = await store.ReadLogAsync(start, 100, underHorizon: false, CancellationToken.None);
        meanwhile.Events.Select(stored => stored.StreamId).ShouldBe([early]);
        await open.CommitAsync();

        var afterwards = await store.ReadLogAsync(meanwhile.Events[^1].Position, 100, underHorizon: false, CancellationToken.None);
        afterwards.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_writers_and_late_transactions_leave_no_event_unseen()
    {
        var writer = OpenPostgres();
        var reader = OpenPostgres();
        var start = await writer.HeadAsync();
        var late = Enumerable.Range(0, 5).Select(_ => NewStream()).ToArray();
        var prompt = Enumerable.Range(0, 300).Select(_ => NewStream()).ToArray();
        using var done = new CancellationTokenSource();
        var reading = Task.Run(() => ReadUntilAsync(reader, start, done.Token));

        var lateWriters = late.Select(async stream =>
        {
            await using var open = await AppendWithoutCommittingAsync(stream);
            // Held open until at least fifty others have been written behind it.
            var before = (await writer.HeadAsync()).Sequence;
            await Eventually.BecomesTrueAsync(async () => (await writer.HeadAsync()).Sequence >= before + 50, "others have written");
            await open.CommitAsync();
        });
        await Task.WhenAll([.. lateWriters, .. prompt.Chunk(5).Select(async some =>
        {
            foreach (var stream in some)
            {
                await writer.CommitAsync(Commit(stream, 0, null, new BagFilled("prompt", 1)));
                await Task.Yield();
            }
        })]);
        await done.CancelAsync();

        (await reading).Select(stored => stored.StreamId).ShouldBe([.. late, .. prompt], ignoreOrder: true);
    }

    [Fact]
    public async Task The_application_role_can_add_to_history_and_not_change_it()
    {
        var store = OpenPostgres();
        await store.CommitAsync(Commit(NewStream(), 0, null, new BagFilled("a", 1)));
        foreach (var sql in new[]
        {
            "update mt_events set data = '{}'", "delete from mt_events", "truncate mt_events", "delete from inbox", "update inbox set key = 'x'",
            "update mt_streams set version = 0", "delete from mt_streams", "select setval('mt_events_sequence', 1)",
        })
        {
            await using var command = database.Application.CreateCommand(sql);
            var refused = await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
            refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, sql);
        }

        // Nor can the owner, short of taking the trigger away.
        await using var byOwner = database.Owner.CreateCommand("update mt_events set data = '{}'");
        (await Should.ThrowAsync<PostgresException>(() => byOwner.ExecuteNonQueryAsync())).MessageText.ShouldContain("never changed");
    }

    [Fact]
    public async Task A_row_that_Marten_would_write_is_complete_and_read()
    {
        // The columns that Marten fills, and no other.
        var store = OpenPostgres();
        var stream = NewStream();
        await using var command = database.Application.CreateCommand(
            """
            with head as (insert into mt_streams (id, type, version, timestamp, created, tenant_id) values ($1, 'bag', 1, now(), now(), '*DEFAULT*'))
            insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, is_archived)
            values (nextval('mt_events_sequence'), gen_random_uuid(), $1, 1, '{"text":"by Marten","number":3}', 'bag-filled.v1', now(), '*DEFAULT*', null, false)
            """);
        command.Parameters.AddWithValue(stream);
        await command.ExecuteNonQueryAsync();

        (await store.ReadStreamAsync(stream)).Events.ShouldHaveSingleItem().Data.ShouldBe(new BagFilled("by Marten", 3));
        (await store.CommitAsync(Commit(stream, 1, null, new BagEmptied("by us")))).ShouldBeOfType<CommitResult.Committed>();
    }

    [Fact]
    public async Task Commits_that_arrive_while_one_is_in_flight_go_together_and_are_answered_each()
    {
        var store = OpenPostgres();
        var streams = Enumerable.Range(0, 200).Select(_ => NewStream()).ToArray();
        var results = await Task.WhenAll(streams.Select((stream, i) =>
            store.CommitAsync(Commit(stream, i % 50 == 0 ? 3 : 0, null, new BagFilled("a", i)))));

        results.OfType<CommitResult.Conflict>().Count().ShouldBe(4);
        var positions = results.OfType<CommitResult.Committed>().Select(result => result.Position).ToArray();
        positions.Length.ShouldBe(196);
        positions.Select(position => position.TransactionId).Distinct().Count().ShouldBeLessThan(50);
        positions.Select(position => position.Sequence).Distinct().Count().ShouldBe(196);
    }

    [Fact]
    public async Task What_is_written_for_everybody_is_not_part_of_the_first_callers_trace()
    {
        var spans = new ConcurrentQueue<ActivityTraceId>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity => spans.Enqueue(activity.TraceId),
        };
        ActivitySource.AddActivityListener(listener);
        var store = OpenPostgres();

        using var caller = new Activity("caller").Start();
        await store.CommitAsync(Commit(NewStream(), 0, null, new BagFilled("a", 1)));

        Activity.Current.ShouldBe(caller);
        spans.ShouldNotBeEmpty();
        spans.ShouldNotContain(caller.TraceId);
    }

    [Fact]
    public async Task A_checkpoint_is_saved_without_waiting_for_the_disk_and_without_a_warning()
    {
        await using (var watch = database.Owner.CreateCommand(
            """
            create table saved (synchronous_commit text);
            grant insert on saved to public;
            create function note_saving() returns trigger language plpgsql as $$ begin insert into saved values (current_setting('synchronous_commit')); return new; end $$;
            create trigger watch_saving before insert on mt_event_progression for each row execute function note_saving();
            """))
        {
            await watch.ExecuteNonQueryAsync();
        }

        using var log = new NoticeLog();
        var builder = new NpgsqlDataSourceBuilder(database.ApplicationConnectionString);
        builder.UseLoggerFactory(log);
        await using var dataSource = builder.Build();
        await using var store = new PostgresEventStore(dataSource, Types);
        await store.SaveAsync("watched", new LogPosition(1, 1));

        await using var command = database.Owner.CreateCommand("select string_agg(synchronous_commit, ',') from saved");
        (await command.ExecuteScalarAsync()).ShouldBe("off");
        log.Notices.ShouldBeEmpty();
        await using var remove = database.Owner.CreateCommand("drop trigger watch_saving on mt_event_progression");
        await remove.ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task One_commit_that_the_database_refuses_does_not_take_its_neighbors_with_it()
    {
        var store = OpenPostgres();
        var good = Enumerable.Range(0, 20).Select(_ => NewStream()).ToArray();
        // A NUL character is valid JSON and not valid jsonb.
        var bad = store.CommitAsync(Commit(NewStream(), 0, null, new BagFilled("\0", 0)));
        var results = await Task.WhenAll(good.Select(stream => store.CommitAsync(Commit(stream, 0, null, new BagFilled("fine", 1)))));

        await Should.ThrowAsync<PostgresException>(() => bad);
        results.ShouldAllBe(result => result is CommitResult.Committed);
    }

    [Fact]
    public async Task A_process_killed_between_commit_and_acknowledgement_asks_again_and_nothing_is_doubled()
    {
        var address = new NpgsqlConnectionStringBuilder(database.ApplicationConnectionString);
        await using var wire = new BrokerProxy(address.Host!, address.Port);
        (address.Host, address.Port) = ("127.0.0.1", wire.Port);
        await using var dataSource = NpgsqlDataSource.Create(address.ConnectionString);
        await using var cutOff = new PostgresEventStore(dataSource, Types);
        // So that the connection is there and prepared.
        await cutOff.CommitAsync(Commit(NewStream(), 0, null, new BagFilled("first", 0)));
        var stream = NewStream();
        var commit = Commit(stream, 0, "message " + stream, new BagFilled("a", 1));

        wire.StopAnswers();
        var unanswered = cutOff.CommitAsync(commit);
        var store = OpenPostgres();
        await Eventually.BecomesTrueAsync(async () => (await store.ReadStreamAsync(stream)).Version == 1, "it is committed");
        unanswered.IsCompleted.ShouldBeFalse();
        wire.Cut();
        await Should.ThrowAsync<NpgsqlException>(() => unanswered);

        wire.Mend();
        (await cutOff.CommitAsync(commit)).ShouldBeOfType<CommitResult.AlreadyHandled>().SameFingerprint.ShouldBeTrue();
        (await store.ReadStreamAsync(stream)).Version.ShouldBe(1);
    }

    [Fact]
    public async Task Deadlines_are_written_with_the_commit_and_not_without_it()
    {
        var store = OpenPostgres();
        var (kept, lost) = (NewStream(), NewStream());
        var due = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await store.CommitAsync(Commit(kept, 0, null, new BagFilled("a", 1)) with { Deadlines = [new Deadline("look-again", kept, due)] });
        await store.CommitAsync(Commit(lost, 5, null, new BagFilled("a", 1)) with { Deadlines = [new Deadline("look-again", lost, due)] });

        await using var command = database.Application.CreateCommand("select stream_id from deadlines where stream_id = any ($1)");
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar, Value = new[] { kept, lost } });
        (await command.ExecuteScalarAsync()).ShouldBe(kept);
    }

    [Fact]
    public async Task An_event_of_an_unknown_name_stops_the_reader()
    {
        var store = OpenPostgres();
        var stream = NewStream();
        await using var command = database.Application.CreateCommand(
            "with head as (insert into mt_streams (id, version) values ($1, 1)) insert into mt_events (id, stream_id, version, data, type) values (gen_random_uuid(), $1, 1, '{}', 'from-the-future.v9')");
        command.Parameters.AddWithValue(stream);
        await command.ExecuteNonQueryAsync();
        try
        {
            (await Should.ThrowAsync<UnreadableEventException>(() => store.ReadStreamAsync(stream))).Message.ShouldContain("from-the-future.v9");
        }
        finally
        {
            await using var remove = database.Owner.CreateCommand(
                "alter table mt_events disable trigger events_are_immutable; delete from mt_events where type = 'from-the-future.v9'; alter table mt_events enable trigger events_are_immutable");
            await remove.ExecuteNonQueryAsync();
        }
    }

    /// <summary>As a slow instance would: its transaction has its id and its rows, and is still open.</summary>
    private async Task<OpenTransaction> AppendWithoutCommittingAsync(string stream)
    {
        var connection = await database.Application.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(
            """
            with head as (insert into mt_streams (id, version) values ($1, 1))
            insert into mt_events (id, stream_id, version, data, type) values (gen_random_uuid(), $1, 1, '{"text":"late","number":1}', 'bag-filled.v1')
            """,
            connection,
            transaction);
        command.Parameters.AddWithValue(stream);
        await command.ExecuteNonQueryAsync();
        return new OpenTransaction(connection, transaction);
    }

    /// <summary>What the server told beside its answers.</summary>
    private sealed class NoticeLog : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Notices { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception) is var text && text.Contains("notice", StringComparison.OrdinalIgnoreCase))
                Notices.Enqueue(text);
        }

        public void Dispose()
        {
        }
    }

    private sealed class OpenTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public Task CommitAsync() => transaction.CommitAsync();

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
