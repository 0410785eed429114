using Distribution.EventStore.Marten;
using Distribution.EventStore.Postgres;
using Distribution.EventStore.Tests.Contract;
using Distribution.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Distribution.EventStore.Tests.Marten;

/// <summary>
/// Marten and our store on the same tables. Apart from the contract, whose database has no gap in its numbers: where the
/// two open one stream, or the database refuses an append, Marten has drawn numbers that are not used.
/// </summary>
public sealed class Marten_beside_our_store(DatabaseFixture database) : IClassFixture<DatabaseFixture>, IAsyncDisposable
{
    private readonly PostgresEventStore _ours = new(database.Application, EventStoreContract.Types);
    private readonly MartenEventStore _martens = new(database.Application, database.ApplicationConnectionString, EventStoreContract.Types);

    public async ValueTask DisposeAsync()
    {
        await _ours.DisposeAsync();
        await _martens.DisposeAsync();
    }

    [Fact]
    public async Task Marten_reads_what_our_store_wrote()
    {
        var stream = EventStoreContract.NewStream();
        await _ours.CommitAsync(EventStoreContract.Commit(stream, 0, null, new BagFilled("Máu toàn phần", 1), new BagEmptied(null)));

        await using var session = _martens.Marten.QuerySession();
        var events = await session.Events.FetchStreamAsync(stream);

        events.Select(stored => stored.Data).ShouldBe([new BagFilled("Máu toàn phần", 1), new BagEmptied(null)]);
        events[0].UserName.ShouldBe("A9999-N01");
        events[0].CorrelationId.ShouldBe("c");
        events[0].CausationId.ShouldBe("m");
        events[0].GetHeader("site")!.ToString().ShouldBe("HN-BM");
    }

    [Fact]
    public async Task Both_store_the_same_json()
    {
        var (ours, martens) = (EventStoreContract.NewStream(), EventStoreContract.NewStream());
        await _ours.CommitAsync(EventStoreContract.Commit(ours, 0, null, new BagFilled("Máu", 1), new BagEmptied(null)));
        await _martens.CommitAsync(EventStoreContract.Commit(martens, 0, null, new BagFilled("Máu", 1), new BagEmptied(null)));

        (await StoredAsync(martens)).ShouldBe(await StoredAsync(ours));
    }

    [Fact]
    public async Task Both_write_side_by_side_and_lose_no_update()
    {
        var start = await _ours.HeadAsync();
        var streams = new List<string>();
        for (var round = 0; round < 20; round++)
        {
            // Round by round a stream that neither has seen: both open it, then both go on with it.
            var stream = EventStoreContract.NewStream();
            streams.Add(stream);
            for (var version = 0; version < 3; version++)
            {
                var results = await Task.WhenAll(
                    _ours.CommitAsync(EventStoreContract.Commit(stream, version, $"ours {stream} {version}", new BagFilled("ours", version))),
                    _martens.CommitAsync(EventStoreContract.Commit(stream, version, $"martens {stream} {version}", new BagFilled("martens", version))));

                results.OfType<CommitResult.Committed>().Count().ShouldBe(1);
                results.OfType<CommitResult.Conflict>().ShouldHaveSingleItem().ShouldBe(new CommitResult.Conflict(stream, version, version + 1));
                (await _ours.FindHandledAsync($"ours {stream} {version}") is not null).ShouldBe(results[0] is CommitResult.Committed);
                (await _ours.FindHandledAsync($"martens {stream} {version}") is not null).ShouldBe(results[1] is CommitResult.Committed);
            }
        }

        // Seen once each and in order, by whomever it was written.
        var page = await _martens.ReadLogAsync(start, 1000);
        page.Events.Select(stored => (stored.StreamId, stored.Version)).ShouldBe(streams.SelectMany(stream => new[] { (stream, 1L), (stream, 2L), (stream, 3L) }));
    }

    [Fact]
    public async Task An_append_that_the_database_refuses_leaves_nothing_in_the_log()
    {
        var stream = EventStoreContract.NewStream();
        // A NUL character is valid JSON and not valid jsonb: Marten has drawn its numbers by then.
        await Should.ThrowAsync<Exception>(() => _martens.CommitAsync(EventStoreContract.Commit(stream, 0, "refused " + stream, new BagFilled("\0", 0))));

        (await _martens.ReadStreamAsync(stream)).Version.ShouldBe(0);
        (await _martens.FindHandledAsync("refused " + stream)).ShouldBeNull();
        // Marten tries before it throws to fill the unused numbers with tombstones.
        await using var command = database.Application.CreateCommand("select count(*) from mt_events where type = 'tombstone'");
        (await command.ExecuteScalarAsync()).ShouldBe(0L);
    }

    [Fact]
    public async Task Deadlines_are_written_with_the_commit_and_not_without_it()
    {
        var (kept, lost) = (EventStoreContract.NewStream(), EventStoreContract.NewStream());
        var due = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await _martens.CommitAsync(EventStoreContract.Commit(kept, 0, null, new BagFilled("a", 1)) with { Deadlines = [new Deadline("look-again", kept, due)] });
        await _martens.CommitAsync(EventStoreContract.Commit(lost, 5, null, new BagFilled("a", 1)) with { Deadlines = [new Deadline("look-again", lost, due)] });

        await using var command = database.Application.CreateCommand("select string_agg(stream_id, ' ') from deadlines where stream_id in ($1, $2)");
        command.Parameters.AddWithValue(kept);
        command.Parameters.AddWithValue(lost);
        (await command.ExecuteScalarAsync()).ShouldBe(kept);
    }

    [Fact]
    public async Task An_event_without_a_stored_name_is_refused()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => _martens.CommitAsync(EventStoreContract.Commit(EventStoreContract.NewStream(), 0, null, "no event")));
    }

    private async Task<List<(string Type, string Data, string Headers)>> StoredAsync(string stream)
    {
        await using var command = database.Application.CreateCommand("select type, data::text, headers::text from mt_events where stream_id = $1 order by version");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream });
        await using var reader = await command.ExecuteReaderAsync();
        var stored = new List<(string Type, string Data, string Headers)>();
        while (await reader.ReadAsync())
            stored.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return stored;
    }
}
