using System.Diagnostics;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.EventStore.Postgres;
using Distribution.Inventory;
using Distribution.Testing;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Benchmarks;

/// <summary>The store against what PostgreSQL can do without it: commands, import, replay.</summary>
internal static class StoreBench
{
    private static readonly EventTypes Types = EventTypes.From(typeof(UnitEvent).Assembly);
    private static readonly DateTimeOffset Day = new(2026, 11, 20, 7, 30, 0, TimeSpan.FromHours(7));

    private static readonly EventMetadata Metadata = new()
    {
        Actor = "A9990-N01",
        Site = "HN-BM",
        OccurredAt = Day,
        Policy = "vn-26-2013.1",
        CorrelationId = "0af7651916cd43dd8448eb211c80319c",
        CausationId = "receive-component:6f0c",
    };

    public static async Task<int> RunAsync(bool quick)
    {
        var figures = new Figures("store");
        await CommandsAsync(figures, quick);
        await ImportAndReplayAsync(figures, quick);
        return figures.Print();
    }

    private static async Task CommandsAsync(Figures figures, bool quick)
    {
        var database = new DatabaseFixture();
        await database.InitializeAsync();
        try
        {
            await using var store = new PostgresEventStore(database.Application, Types);
            await using var peer = new OneTransactionPerCommand(database.ApplicationConnectionString);
            await using var plain = new PlainTransaction(database.OwnerConnectionString);
            var streams = new Streams(store);
            await streams.PrepareAsync(quick ? 4_000 : 20_000);
            var commands = quick ? 4_000 : 20_000;
            var rounds = quick ? 3 : 7;

            // One round to warm both up, not counted; the tables' statistics are then those of a running system.
            await streams.RunAsync(store.CommitAsync, 200, commands / 4);
            await streams.RunAsync(peer.CommitAsync, 200, commands / 4);
            await streams.RunAsync(plain.CommitAsync, 200, commands / 4);
            await AnalyzeAsync(database);
            figures.Ratio(
                "append-200",
                3,
                await Figures.AlternateAsync(
                    "200 in flight", rounds,
                    () => streams.RunAsync(store.CommitAsync, 200, commands),
                    () => streams.RunAsync(peer.CommitAsync, 200, commands / 2)),
                "commits/s");
            figures.Ratio(
                "append-1",
                0.9,
                await Figures.AlternateAsync(
                    "1 in flight", rounds,
                    () => streams.RunAsync(store.CommitAsync, 1, commands / 10),
                    () => streams.RunAsync(peer.CommitAsync, 1, commands / 10)),
                "commits/s");

            figures.ToldRatio(
                "append-200-plain",
                await Figures.AlternateAsync(
                    "200 in flight, least SQL", rounds,
                    () => streams.RunAsync(store.CommitAsync, 200, commands),
                    () => streams.RunAsync(plain.CommitAsync, 200, commands / 2)),
                "commits/s");
            figures.ToldRatio(
                "append-1-plain",
                await Figures.AlternateAsync(
                    "1 in flight, least SQL", rounds,
                    () => streams.RunAsync(store.CommitAsync, 1, commands / 10),
                    () => streams.RunAsync(plain.CommitAsync, 1, commands / 10)),
                "commits/s");

            var (rows, highest) = await CountAsync(database);
            if (rows != streams.Acknowledged)
                throw new InvalidOperationException($"{streams.Acknowledged} events were acknowledged and {rows} stand in the table.");
            figures.AtMost("gaps", 0, [highest - rows], "numbers", $"{rows:N0} rows, {streams.Conflicts:N0} conflicts, every acknowledged event counted");
        }
        finally
        {
            await database.DisposeAsync();
        }
    }

    private static async Task ImportAndReplayAsync(Figures figures, bool quick)
    {
        var units = quick ? 10_000 : 100_000;
        var rounds = quick ? 3 : 5;
        var rows = Serialize(units);
        var imports = new List<(double, double)>();
        var replays = new List<(double, double)>();
        for (var round = 0; round < rounds; round++)
        {
            // Fresh tables for each arm of each round: an index that has grown is another index.
            var (ours, peer) = (new DatabaseFixture(), new DatabaseFixture());
            await ours.InitializeAsync();
            await peer.InitializeAsync();
            try
            {
                await using var store = new PostgresEventStore(ours.Application, Types);
                imports.AddRange(await Figures.AlternateAsync(
                    $"import {round + 1}/{rounds}", 1,
                    async () => await RateAsync(() => store.ImportAsync(Histories(units))),
                    async () => await RateAsync(() => CopyAsync(peer.Application, rows)),
                    from: round));
                var (ourRows, _) = await CountAsync(ours);
                var (peerRows, _) = await CountAsync(peer);
                if (ourRows != peerRows)
                    throw new InvalidOperationException($"Ours holds {ourRows} rows, the peer's {peerRows}.");
                await AnalyzeAsync(ours);
                if (round == 0)
                {
                    // The compiler's share.
                    await FoldAllAsync(store);
                    await ReadAllAsync(ours.Application);
                }

                replays.AddRange(await Figures.AlternateAsync(
                    $"replay {round + 1}/{rounds}", 1,
                    () => RateAsync(() => FoldAllAsync(store)),
                    () => RateAsync(() => ReadAllAsync(ours.Application)),
                    from: round));
            }
            finally
            {
                await ours.DisposeAsync();
                await peer.DisposeAsync();
            }
        }

        figures.Ratio("import", 0.8, imports, "events/s");
        figures.Ratio("replay", 0.7, replays, "events/s");
    }

    private static async Task<double> RateAsync(Func<Task<long>> run)
    {
        var started = Stopwatch.GetTimestamp();
        var events = await run();
        return events / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<long> FoldAllAsync(PostgresEventStore store)
    {
        long events = 0;
        await foreach (var slice in store.ReadAllStreamsAsync())
        {
            var unit = slice.Fold<Unit>();
            events += unit.State.Fate is null ? throw new InvalidOperationException(slice.StreamId) : slice.Version;
        }

        return events;
    }

    /// <summary>The peer of replay: the same rows read in the same order and deserialized, and nothing made of them.</summary>
    private static async Task<long> ReadAllAsync(NpgsqlDataSource dataSource)
    {
        await using var connection = await dataSource.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            "select transaction_id, seq_id, id, stream_id, version, type, data, headers, user_name, correlation_id, causation_id, timestamp from mt_events order by stream_id, version",
            connection)
        { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync();
        long events = 0;
        while (await reader.ReadAsync())
        {
            Types.Deserialize(reader.GetString(5), reader.GetFieldValue<byte[]>(6));
            StoredMetadata.Read(reader.GetFieldValue<byte[]>(7), reader.GetString(8), reader.GetString(9), reader.GetString(10), reader.GetFieldValue<DateTimeOffset>(11));
            events++;
        }

        return events;
    }

    /// <summary>The peer of import: the same rows, serialized beforehand, by one binary COPY into each of the same tables.</summary>
    private static async Task<long> CopyAsync(NpgsqlDataSource dataSource, List<(string Stream, string Category, (string Type, string Data)[] Events)> rows)
    {
        var headers = StoredMetadata.WriteHeaders(Metadata);
        await using var connection = await dataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        long written = 0;
        await using (var events = await connection.BeginBinaryImportAsync(
            "copy mt_events (id, stream_id, version, data, type, headers, user_name, correlation_id, causation_id) from stdin (format binary)"))
        {
            foreach (var row in rows)
            {
                for (var i = 0; i < row.Events.Length; i++)
                {
                    await events.StartRowAsync();
                    await events.WriteAsync(Guid.CreateVersion7(), NpgsqlDbType.Uuid);
                    await events.WriteAsync(row.Stream, NpgsqlDbType.Varchar);
                    await events.WriteAsync(i + 1L, NpgsqlDbType.Bigint);
                    await events.WriteAsync(row.Events[i].Data, NpgsqlDbType.Jsonb);
                    await events.WriteAsync(row.Events[i].Type, NpgsqlDbType.Varchar);
                    await events.WriteAsync(headers, NpgsqlDbType.Jsonb);
                    await events.WriteAsync(Metadata.Actor, NpgsqlDbType.Varchar);
                    await events.WriteAsync(Metadata.CorrelationId!, NpgsqlDbType.Varchar);
                    await events.WriteAsync(Metadata.CausationId!, NpgsqlDbType.Varchar);
                    written++;
                }
            }

            await events.CompleteAsync();
        }

        await using (var heads = await connection.BeginBinaryImportAsync("copy mt_streams (id, type, version) from stdin (format binary)"))
        {
            foreach (var row in rows)
            {
                await heads.StartRowAsync();
                await heads.WriteAsync(row.Stream, NpgsqlDbType.Varchar);
                await heads.WriteAsync(row.Category, NpgsqlDbType.Varchar);
                await heads.WriteAsync((long)row.Events.Length, NpgsqlDbType.Bigint);
            }

            await heads.CompleteAsync();
        }

        await transaction.CommitAsync();
        return written;
    }

    private static List<(string Stream, string Category, (string Type, string Data)[] Events)> Serialize(int units) =>
    [
        .. Enumerable.Range(0, units).Select(number =>
        {
            var (unit, events) = History(number);
            return (
                Aggregate.StreamId<Unit>(unit.ToString()),
                Unit.Category,
                events.Select(@event => (Types.NameOf(@event.GetType()), System.Text.Encoding.UTF8.GetString(EventTypes.Serialize(@event)))).ToArray());
        }),
    ];

    private static async IAsyncEnumerable<ImportedStream> Histories(int units)
    {
        for (var number = 0; number < units; number++)
        {
            var (unit, events) = History(number);
            yield return new ImportedStream(Aggregate.StreamId<Unit>(unit.ToString()), [.. events.Select(@event => new ImportedEvent(@event, Metadata))]);
        }

        await Task.CompletedTask;
    }

    /// <summary>Ten events from collection to transfusion, as a red cell unit of the region has them.</summary>
    private static (UnitNumber Unit, UnitEvent[] Events) History(int number) => UnitHistory.Of(number, Day);

    private static async Task<(long Rows, long Highest)> CountAsync(DatabaseFixture database)
    {
        await using var command = database.Owner.CreateCommand("select count(*), coalesce(max(seq_id), 0) from mt_events");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static async Task AnalyzeAsync(DatabaseFixture database)
    {
        await using var command = database.Owner.CreateCommand("analyze");
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Streams that commands are aimed at, two in a hundred with a version that is no longer current.</summary>
    private sealed class Streams(IEventStore store)
    {
        private long[] _versions = [];
        private string[] _ids = [];
        private long _acknowledged;
        private long _conflicts;
        private long _key;
        private int _turn;

        public long Acknowledged => _acknowledged;

        public long Conflicts => _conflicts;

        public async Task PrepareAsync(int count)
        {
            _ids = [.. Enumerable.Range(0, count).Select(number => Aggregate.StreamId<Unit>(UnitHistory.Number(number).ToString()))];
            _versions = new long[count];
            await store.ImportAsync(Opening());
            Array.Fill(_versions, 1);
            _acknowledged += count;

            async IAsyncEnumerable<ImportedStream> Opening()
            {
                for (var i = 0; i < count; i++)
                    yield return new ImportedStream(_ids[i], [new ImportedEvent(UnitHistory.Of(i, Day).Events[0], Metadata)]);
                await Task.CompletedTask;
            }
        }

        public async Task<double> RunAsync(Func<Commit, CancellationToken, Task<CommitResult>> commit, int inFlight, int commands)
        {
            // Each client has streams of its own, so that only the stale versions conflict.
            var turn = _turn++;
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, inFlight).Select(client => Task.Run(async () =>
            {
                var random = new Random((turn * 1000) + client);
                var own = _ids.Length / inFlight;
                for (var i = 0; i < commands / inFlight; i++)
                {
                    var stream = (client * own) + random.Next(own);
                    var stale = random.Next(100) < 2;
                    var result = await commit(
                        new Commit
                        {
                            Key = $"bench:{Interlocked.Increment(ref _key)}",
                            Metadata = Metadata,
                            Appends = [new StreamAppend(_ids[stream], stale ? _versions[stream] - 1 : _versions[stream], [new UnitHeld("bench", null)])],
                        },
                        CancellationToken.None);
                    if (result is CommitResult.Committed)
                    {
                        _versions[stream]++;
                        Interlocked.Increment(ref _acknowledged);
                    }
                    else
                    {
                        Interlocked.Increment(ref _conflicts);
                        if (!stale)
                            throw new InvalidOperationException($"A current version conflicted: {result}.");
                    }
                }
            })));
            return commands / inFlight * inFlight / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
    }
}
