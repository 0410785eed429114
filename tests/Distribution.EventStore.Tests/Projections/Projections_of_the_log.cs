using System.Diagnostics.Metrics;
using Distribution.EventStore.Deadlines;
using Distribution.EventStore.Postgres;
using Distribution.EventStore.Projections;
using Distribution.EventStore.Tests.Contract;
using Distribution.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Xunit;

namespace Distribution.EventStore.Tests.Projections;

/// <summary>Folding the log into tables, on a real database.</summary>
public sealed class Projections_of_the_log : IAsyncLifetime
{
    private static readonly EventTypes Types = EventTypes.From(typeof(BagFilled).Assembly);

    private readonly DatabaseFixture _database = new();
    private readonly List<ProjectionRunner> _runners = [];
    private LogSignal _signal = null!;
    private PostgresEventStore _store = null!;
    private ProjectionReading _reading = null!;

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        _signal = new LogSignal(_database.Application, TimeProvider.System, NullLogger<LogSignal>.Instance);
        _store = new PostgresEventStore(_database.Application, Types, _signal.Signal);
        _reading = new ProjectionReading(_database.Application, TimeProvider.System);
        await _signal.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        foreach (var runner in _runners)
            await runner.StopAsync(CancellationToken.None);
        await _signal.StopAsync(CancellationToken.None);
        await _store.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_query_that_waits_for_a_position_sees_what_was_written_there()
    {
        await StartAsync(new Bags());
        for (var i = 0; i < 20; i++)
        {
            var position = await FillAsync("bag-1", i);
            (await _reading.WaitForAsync("bags", position, TimeSpan.FromSeconds(10), CancellationToken.None)).ShouldBeTrue();
            (await ContentsAsync()).ShouldBe($"(bag-1,{i + 1})");
        }

        var future = new LogPosition(ulong.MaxValue / 2, 1);
        (await _reading.WaitForAsync("bags", future, TimeSpan.FromMilliseconds(50), CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_rebuild_beside_the_live_tables_gives_the_same_rows()
    {
        var runner = await StartAsync(new Bags());
        LogPosition last = default;
        for (var i = 0; i < 30; i++)
            last = await FillAsync($"bag-{i % 7}", i / 7);
        await _reading.WaitForAsync("bags", last, TimeSpan.FromSeconds(10), CancellationToken.None);
        var live = await ContentsAsync();

        await runner.RebuildAsync();

        (await ContentsAsync()).ShouldBe(live);
        (await BuildsAsync()).ShouldBe(["p_bags_1_2"]);
        var next = await FillAsync("bag-0", 5);
        (await _reading.WaitForAsync("bags", next, TimeSpan.FromSeconds(10), CancellationToken.None)).ShouldBeTrue();
        (await ContentsAsync()).ShouldNotBe(live);
    }

    [Fact]
    public async Task A_new_version_is_built_from_the_whole_log_while_the_old_one_is_still_read()
    {
        await StartAsync(new Bags());
        var last = await FillAsync("bag-1", 0);
        await _reading.WaitForAsync("bags", last, TimeSpan.FromSeconds(10), CancellationToken.None);
        await _runners[0].StopAsync(CancellationToken.None);

        await StartAsync(new Bags(version: 2, factor: 100));

        await Eventually.BecomesTrueAsync(async () => await ContentsAsync() == "(bag-1,100)", "the second version is live");
    }

    [Fact]
    public async Task An_event_that_cannot_be_folded_stops_the_projection_with_an_alarm_and_is_not_skipped()
    {
        var bags = new Bags { Poison = "bag-bad" };
        var runner = await StartAsync(bags);
        var good = await FillAsync("bag-1", 0);
        await _reading.WaitForAsync("bags", good, TimeSpan.FromSeconds(10), CancellationToken.None);
        var bad = await FillAsync("bag-bad", 0);
        var after = await FillAsync("bag-2", 0);

        await Eventually.BecomesTrueAsync(() => Task.FromResult(runner.Status.Alarm is not null), "the alarm is raised");
        runner.Status.Alarm!.ShouldContain("bag-bad");
        (await ContentsAsync()).ShouldBe("(bag-1,1)");
        (await _reading.WaitForAsync("bags", bad, TimeSpan.FromMilliseconds(100), CancellationToken.None)).ShouldBeFalse();

        // Mended, it goes on from where it stood, with nothing lost.
        bags.Poison = null;
        await runner.StopAsync(CancellationToken.None);
        await StartAsync(bags);
        (await _reading.WaitForAsync("bags", after, TimeSpan.FromSeconds(10), CancellationToken.None)).ShouldBeTrue();
        (await ContentsAsync()).ShouldBe("(bag-1,1)(bag-2,1)(bag-bad,1)");
    }

    [Fact]
    public async Task What_stands_before_an_event_that_cannot_be_folded_is_folded_and_the_alarm_names_the_event()
    {
        var good = await FillAsync("bag-1", 0);
        var bad = await FillAsync("bag-bad", 0);
        var runner = await StartAsync(new Bags { Poison = "bag-bad" });

        (await _reading.WaitForAsync("bags", good, TimeSpan.FromSeconds(10), CancellationToken.None)).ShouldBeTrue();
        await Eventually.BecomesTrueAsync(() => Task.FromResult(runner.Status.Alarm is not null), "the alarm is raised");

        (await ContentsAsync()).ShouldBe("(bag-1,1)");
        runner.Status.Position.ShouldBe(good);
        runner.Status.Alarm!.ShouldStartWith($"bag-filled.v1 at {bad} of bag-bad: ");
    }

    [Fact]
    public async Task A_rebuild_that_fails_tells_its_caller_and_the_live_tables_are_folded_on()
    {
        var bags = new Bags();
        var runner = await StartAsync(bags);
        var last = await FillAsync("bag-1", 0);
        await _reading.WaitForAsync("bags", last, TimeSpan.FromSeconds(10), CancellationToken.None);

        bags.Poison = "bag-1";
        (await Should.ThrowAsync<UnfoldableEventException>(() => runner.RebuildAsync().WaitAsync(TimeSpan.FromSeconds(10)))).Message.ShouldContain("bag-1");

        runner.Status.Alarm.ShouldBeNull();
        var next = await FillAsync("bag-2", 0);
        (await _reading.WaitForAsync("bags", next, TimeSpan.FromSeconds(10), CancellationToken.None)).ShouldBeTrue();
        (await ContentsAsync()).ShouldBe("(bag-1,1)(bag-2,1)");
    }

    [Fact]
    public async Task A_leader_that_was_cut_off_cannot_swap_or_drop_what_its_successor_built()
    {
        var (first, second) = (ProjectionBuild.Next(new Bags(), null), ProjectionBuild.Next(new Bags(), "p_bags_1_1"));
        await first.CreateAsync(_database.Application, CancellationToken.None);
        await first.GoLiveAsync(_database.Application, null, CancellationToken.None);
        await second.CreateAsync(_database.Application, CancellationToken.None);
        await _store.SaveAsync(first.Checkpoint, new LogPosition(1, 1));
        await second.GoLiveAsync(_database.Application, first.Schema, CancellationToken.None);
        (await _store.LoadAsync(first.Checkpoint)).ShouldBe(LogPosition.Start);

        var late = ProjectionBuild.Next(new Bags(version: 2), first.Schema);
        await late.CreateAsync(_database.Application, CancellationToken.None);
        await Should.ThrowAsync<LeadershipLostException>(() => late.GoLiveAsync(_database.Application, first.Schema, CancellationToken.None));
        await Should.ThrowAsync<LeadershipLostException>(() => late.GoLiveAsync(_database.Application, null, CancellationToken.None));
        await Should.ThrowAsync<LeadershipLostException>(() => second.CreateAsync(_database.Application, CancellationToken.None));

        (await BuildsAsync()).ShouldContain(second.Schema);
        (await ContentsAsync()).ShouldBe("");
    }

    [Fact]
    public async Task An_alarm_ends_when_another_instance_leads_or_nothing_is_left_to_fold()
    {
        var broken = await StartAsync(new Bags(schema: "create table bags (bag varchar primary"), lead: false, new HurriedClock(20));
        await Eventually.BecomesTrueAsync(() => Task.FromResult(broken.Status.Alarm is not null), "the alarm is raised");

        var mended = await StartAsync(new Bags());

        await Eventually.BecomesTrueAsync(() => Task.FromResult(broken.Status.Alarm is null), "the alarm ends");
        mended.Status.Alarm.ShouldBeNull();
    }

    [Fact]
    public async Task Tables_that_the_database_refuses_raise_the_alarm()
    {
        var runner = await StartAsync(new Bags(schema: "create table bags (bag varchar primary"), lead: false);

        await Eventually.BecomesTrueAsync(() => Task.FromResult(runner.Status.Alarm is not null), "the alarm is raised");

        runner.Status.Alarm!.ShouldContain(PostgresErrorCodes.SyntaxError);
    }

    [Fact]
    public async Task Of_two_instances_one_folds_and_the_other_takes_over()
    {
        var first = await StartAsync(new Bags());
        var second = await StartAsync(new Bags(), lead: false);
        var position = await FillAsync("bag-1", 0);
        await _reading.WaitForAsync("bags", position, TimeSpan.FromSeconds(10), CancellationToken.None);
        second.Status.IsLeader.ShouldBeFalse();

        await first.StopAsync(CancellationToken.None);
        await Eventually.BecomesTrueAsync(() => Task.FromResult(second.Status.IsLeader), "the second leads");
        position = await FillAsync("bag-1", 1);
        (await _reading.WaitForAsync("bags", position, TimeSpan.FromSeconds(10), CancellationToken.None)).ShouldBeTrue();
        (await ContentsAsync()).ShouldBe("(bag-1,2)");
    }

    [Fact]
    public async Task A_leader_that_was_cut_off_cannot_move_what_another_has_taken_over()
    {
        await FillAsync("bag-1", 0);
        // A transaction of any other test on this server may hold the horizon for a moment.
        var page = await Eventually.GetAsync(() => _store.ReadLogAsync(LogPosition.Start, 10), page => page.Events.Count > 0, "the event may be read");
        var build = ProjectionBuild.Next(new Bags(), null);
        await build.CreateAsync(_database.Application, CancellationToken.None);
        await build.FoldAsync(_database.Application, page.Events, LogPosition.Start, page.Events[^1].Position, CancellationToken.None);

        await Should.ThrowAsync<LeadershipLostException>(() =>
            build.FoldAsync(_database.Application, page.Events, LogPosition.Start, page.Events[^1].Position, CancellationToken.None));
    }

    [Fact]
    public async Task A_deadline_falls_due_once_and_one_that_fails_stays_on_the_board()
    {
        var clock = new ManualClock(new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero));
        var taken = new List<Deadline>();
        var good = new Handler("good", taken.Add);
        var bad = new Handler("bad", _ => throw new InvalidOperationException("no"));
        using var sweeper = new DeadlineSweeper([good, bad], _database.Application, clock, NullLogger<DeadlineSweeper>.Instance);
        var due = clock.GetUtcNow().AddHours(1);
        await _store.CommitAsync(new Commit
        {
            Metadata = Metadata(),
            Appends = [new StreamAppend("bag-1", 0, [new BagFilled("a", 1)])],
            Deadlines = [new Deadline("good", "bag-1", due), new Deadline("good", "bag-1", due), new Deadline("bad", "bag-1", due)],
        });

        (await sweeper.SweepAsync(CancellationToken.None)).ShouldBe(0);
        clock.Advance(TimeSpan.FromHours(1));
        (await sweeper.SweepAsync(CancellationToken.None)).ShouldBe(2);
        taken.ShouldHaveSingleItem().DueAt.ShouldBe(due);
        (await sweeper.SweepAsync(CancellationToken.None)).ShouldBe(0);
        await using var command = _database.Application.CreateCommand("select name || ' ' || attempts || ' ' || last_error from deadlines");
        (await command.ExecuteScalarAsync()).ShouldBe("bad 1 no");
        clock.Advance(TimeSpan.FromMinutes(1));
        (await sweeper.SweepAsync(CancellationToken.None)).ShouldBe(1);

        (await new DeadlineBoard(_database.Application).ListFailedAsync(10)).ShouldBe(
            [new FailedDeadline("bad", "bag-1", due, 2, "no", clock.GetUtcNow().AddSeconds(30))]);
        var told = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name.StartsWith("distribution.deadlines.", StringComparison.Ordinal))
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => told[instrument.Name] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => told[instrument.Name] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        told["distribution.deadlines.failed"].ShouldBe(1);
        told["distribution.deadlines.overdue_seconds"].ShouldBe(60);
    }

    [Fact]
    public async Task A_log_restored_from_another_cluster_is_refused_before_anybody_reads_it()
    {
        await TransactionCounter.CheckAsync(_database.Application);
        await using var restore = _database.Owner.CreateCommand(
            """
            insert into mt_events (id, stream_id, version, data, type, transaction_id)
            values (gen_random_uuid(), 'bag-old', 1, '{"text":"a","number":1}', 'bag-filled.v1', '9000000000000')
            """);
        await restore.ExecuteNonQueryAsync();

        (await Should.ThrowAsync<InvalidOperationException>(() => TransactionCounter.CheckAsync(_database.Application))).Message.ShouldContain("restored");
        await Should.ThrowAsync<InvalidOperationException>(() => Migrator.ApplyAsync(_database.Owner, _database.ApplicationRole));
        var check = new TransactionCounterCheck(_database.Application, NullLogger<TransactionCounterCheck>.Instance);
        await Should.ThrowAsync<InvalidOperationException>(() => check.StartAsync(CancellationToken.None));
        var runner = await StartAsync(new Bags(), lead: false);
        await Eventually.BecomesTrueAsync(() => Task.FromResult(runner.Status.Alarm is not null), "the alarm is raised");
        (await BuildsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_schema_is_applied_once_and_refuses_a_script_that_was_changed_afterwards()
    {
        (await Migrator.ApplyAsync(_database.Owner, _database.ApplicationRole)).ShouldBeEmpty();
        var script = new SqlScript("500_extra.sql", "create table extra (id int)");
        (await Migrator.ApplyAsync(_database.Owner, _database.ApplicationRole, [script])).ShouldBe(["500_extra.sql"]);
        (await Migrator.ApplyAsync(_database.Owner, _database.ApplicationRole, [script])).ShouldBeEmpty();
        await Should.ThrowAsync<InvalidOperationException>(() =>
            Migrator.ApplyAsync(_database.Owner, _database.ApplicationRole, [script with { Sql = "create table extra (id bigint)" }]));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Migrator.ApplyAsync(_database.Owner, _database.ApplicationRole, [script])));
    }

    private async Task<ProjectionRunner> StartAsync(Projection projection, bool lead = true, TimeProvider? clock = null)
    {
        var runner = new ProjectionRunner(projection, _store, _store, _signal, _database.Application, clock ?? TimeProvider.System, NullLogger<ProjectionRunner>.Instance);
        _runners.Add(runner);
        await runner.StartAsync(CancellationToken.None);
        if (lead)
            await Eventually.BecomesTrueAsync(async () => runner.Status.IsLeader && (await BuildsAsync()).Count > 0, "the projection runs");
        return runner;
    }

    private async Task<LogPosition> FillAsync(string bag, long version) =>
        (await _store.CommitAsync(new Commit { Metadata = Metadata(), Appends = [new StreamAppend(bag, version, [new BagFilled("a", 1)])] }))
        .ShouldBeOfType<CommitResult.Committed>().Position;

    private async Task<string> ContentsAsync()
    {
        await using var command = _database.Application.CreateCommand("select coalesce(string_agg(t::text, '' order by bag), '') from read.bags t");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private async Task<List<string>> BuildsAsync()
    {
        await using var command = _database.Application.CreateCommand("select nspname from pg_namespace where nspname like 'p\\_bags%' order by 1");
        await using var reader = await command.ExecuteReaderAsync();
        var builds = new List<string>();
        while (await reader.ReadAsync())
            builds.Add(reader.GetString(0));
        return builds;
    }

    private static EventMetadata Metadata() => new() { Actor = "A9999-N01", Site = "HN-BM", OccurredAt = DateTimeOffset.UtcNow };

    private sealed class Bags(
        int version = 1, int factor = 1, string schema = "create table bags (bag varchar primary key, fillings int not null)") : Projection
    {
        public string? Poison { get; set; }

        public override string Name => "bags";

        public override int Version => version;

        public override IReadOnlyList<string> Tables => ["bags"];

        public override string Schema { get; } = schema;

        public override void Project(StoredEvent stored, NpgsqlBatch batch)
        {
            if (stored.StreamId == Poison)
                throw new InvalidOperationException($"{stored.StreamId} cannot be folded.");
            var command = new NpgsqlBatchCommand("insert into bags values ($1, $2) on conflict (bag) do update set fillings = bags.fillings + excluded.fillings");
            command.Parameters.AddWithValue(stored.StreamId);
            command.Parameters.AddWithValue(factor);
            batch.BatchCommands.Add(command);
        }
    }

    private sealed class Handler(string name, Action<Deadline> handle) : IDeadlineHandler
    {
        public string Name => name;

        public Task HandleAsync(Deadline deadline, CancellationToken cancellationToken)
        {
            handle(deadline);
            return Task.CompletedTask;
        }
    }
}
