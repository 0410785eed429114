using System.Collections.Concurrent;
using Distribution.Blood.Deciding;
using Shouldly;
using Xunit;

namespace Distribution.EventStore.Tests.Contract;

[StoredAs("bag-filled.v1")]
public sealed record BagFilled(string Text, int Number);

[StoredAs("bag-emptied.v1")]
public sealed record BagEmptied(string? Why);

[StoredAs("bag-labeled.v1")]
public sealed record BagLabeled(DateTimeOffset LabeledAt) : IHappenedAt
{
    DateTimeOffset IHappenedAt.HappenedAt => LabeledAt;
}

/// <summary>What every event store must do. An implementation derives from this and says how one is opened.</summary>
public abstract class EventStoreContract
{
    protected internal static EventTypes Types { get; } = EventTypes.From(typeof(BagFilled).Assembly);

    /// <summary>Another handle on the same data, as another instance of the service would have.</summary>
    protected abstract IEventStore Open();

    protected internal static Commit Commit(string stream, long expected, string? key = null, params object[] events) => new()
    {
        Key = key,
        Metadata = Metadata(),
        Appends = [new StreamAppend(stream, expected, events)],
    };

    protected static EventMetadata Metadata() => new()
    {
        Actor = "A9999-N01",
        Site = "HN-BM",
        OccurredAt = new DateTimeOffset(2026, 11, 20, 7, 30, 0, TimeSpan.FromHours(7)),
        Reason = "Tết",
        Policy = "vn-26-2013.1",
        CorrelationId = "c",
        CausationId = "m",
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };

    protected internal static string NewStream() => $"bag-{Guid.CreateVersion7():N}";

    [Fact]
    public async Task What_was_written_is_read_back_whole_with_who_when_where_and_why()
    {
        var store = Open();
        var stream = NewStream();
        (await store.CommitAsync(Commit(stream, 0, null, new BagFilled("Máu toàn phần", 1), new BagEmptied(null)))).ShouldBeOfType<CommitResult.Committed>();

        var slice = await store.ReadStreamAsync(stream);

        slice.Version.ShouldBe(2);
        slice.Events.Select(stored => stored.Data).ShouldBe([new BagFilled("Máu toàn phần", 1), new BagEmptied(null)]);
        slice.Events.Select(stored => stored.Version).ShouldBe([1, 2]);
        slice.Events[0].Type.ShouldBe("bag-filled.v1");
        slice.Events[0].Metadata.ShouldBe(Metadata());
        slice.Events[0].RecordedAt.ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task An_event_that_knows_when_it_happened_keeps_its_time_beside_others()
    {
        var store = Open();
        var stream = NewStream();
        var earlier = Metadata().OccurredAt.AddHours(-5);
        await store.CommitAsync(Commit(stream, 0, null, new BagLabeled(earlier), new BagFilled("a", 1)));
        (await store.ReadStreamAsync(stream)).Events.Select(stored => stored.Metadata.OccurredAt).ShouldBe([earlier, Metadata().OccurredAt]);
    }

    [Fact]
    public async Task Of_two_writers_on_one_version_one_wins_and_the_loser_burns_no_number()
    {
        var (first, second) = (Open(), Open());
        var stream = NewStream();
        await first.CommitAsync(Commit(stream, 0, null, new BagFilled("a", 0)));

        for (var version = 1; version <= 20; version++)
        {
            var before = (await first.HeadAsync()).Sequence;
            var results = await Task.WhenAll(
                first.CommitAsync(Commit(stream, version, null, new BagFilled("one", version))),
                second.CommitAsync(Commit(stream, version, null, new BagFilled("two", version))));

            results.OfType<CommitResult.Committed>().Count().ShouldBe(1);
            var lost = results.OfType<CommitResult.Conflict>().ShouldHaveSingleItem();
            lost.ShouldBe(new CommitResult.Conflict(stream, version, version + 1));
            (await first.HeadAsync()).Sequence.ShouldBe(before + 1);
        }
    }

    [Fact]
    public async Task Of_two_writers_that_open_one_stream_one_wins_and_the_loser_burns_no_number()
    {
        var (first, second) = (Open(), Open());
        for (var round = 0; round < 20; round++)
        {
            var stream = NewStream();
            var other = NewStream();
            var before = (await first.HeadAsync()).Sequence;
            var results = await Task.WhenAll(
                first.CommitAsync(Commit(stream, 0, null, new BagFilled("one", round))),
                second.CommitAsync(new Commit { Key = $"k{stream}", Metadata = Metadata(), Appends = [new StreamAppend(other, 0, [new BagFilled("two", round)]), new StreamAppend(stream, 0, [new BagFilled("two", round)])] }));

            results.OfType<CommitResult.Conflict>().Count().ShouldBe(1);
            var written = (await first.ReadStreamAsync(stream)).Version + (await first.ReadStreamAsync(other)).Version;
            written.ShouldBe(results[0] is CommitResult.Committed ? 1 : 2);
            (await first.HeadAsync()).Sequence.ShouldBe(before + written);
            (await first.FindHandledAsync($"k{stream}") is not null).ShouldBe(results[1] is CommitResult.Committed);
        }
    }

    [Fact]
    public async Task A_commit_on_several_streams_is_all_or_nothing()
    {
        var store = Open();
        var (known, fresh) = (NewStream(), NewStream());
        await store.CommitAsync(Commit(known, 0, null, new BagFilled("a", 1)));

        var refused = await store.CommitAsync(new Commit
        {
            Key = "all-or-nothing" + fresh,
            Metadata = Metadata(),
            Appends = [new StreamAppend(fresh, 0, [new BagFilled("b", 1)]), new StreamAppend(known, 7, [new BagEmptied("x")])],
        });

        refused.ShouldBe(new CommitResult.Conflict(known, 7, 1));
        (await store.ReadStreamAsync(fresh)).Version.ShouldBe(0);
        (await store.ReadStreamAsync(known)).Version.ShouldBe(1);
        (await store.FindHandledAsync("all-or-nothing" + fresh)).ShouldBeNull();

        (await store.CommitAsync(new Commit
        {
            Metadata = Metadata(),
            Appends = [new StreamAppend(fresh, 0, [new BagFilled("b", 1)]), new StreamAppend(known, 1, [new BagEmptied("x")])],
        })).ShouldBeOfType<CommitResult.Committed>();
        (await store.ReadStreamsAsync([known, fresh, NewStream()])).Select(slice => slice.Version).ShouldBe([2, 1, 0]);
    }

    [Fact]
    public async Task A_stream_that_a_decision_rested_on_can_be_checked_without_being_written()
    {
        var store = Open();
        var (gate, bag) = (NewStream(), NewStream());
        await store.CommitAsync(Commit(gate, 0, null, new BagFilled("open", 1)));
        await store.CommitAsync(Commit(gate, 1, null, new BagEmptied("shut")));

        (await store.CommitAsync(new Commit { Metadata = Metadata(), Appends = [new StreamAppend(bag, 0, [new BagFilled("x", 1)]), new StreamAppend(gate, 1, [])] }))
            .ShouldBe(new CommitResult.Conflict(gate, 1, 2));
        (await store.CommitAsync(new Commit { Metadata = Metadata(), Appends = [new StreamAppend(bag, 0, [new BagFilled("x", 1)]), new StreamAppend(gate, 2, [])] }))
            .ShouldBeOfType<CommitResult.Committed>();
        (await store.ReadStreamAsync(gate)).Version.ShouldBe(2);
    }

    [Fact]
    public async Task A_repeated_key_changes_nothing_even_when_the_stream_has_moved_on()
    {
        var store = Open();
        var stream = NewStream();
        var commit = Commit(stream, 0, "message " + stream, new BagFilled("a", 1));
        var first = (await store.CommitAsync(commit)).ShouldBeOfType<CommitResult.Committed>();
        await store.CommitAsync(Commit(stream, 1, null, new BagEmptied(null)));

        var again = (await store.CommitAsync(commit)).ShouldBeOfType<CommitResult.AlreadyHandled>();

        again.Position.ShouldBeGreaterThanOrEqualTo(first.Position);
        again.SameFingerprint.ShouldBeTrue();
        (await store.ReadStreamAsync(stream)).Version.ShouldBe(2);
    }

    [Fact]
    public async Task A_key_delivered_to_many_at_once_is_handled_once()
    {
        var stores = new[] { Open(), Open() };
        var stream = NewStream();
        var results = await Task.WhenAll(Enumerable.Range(0, 32).Select(i =>
            stores[i % 2].CommitAsync(Commit($"{stream}{i}", 0, "message " + stream, new BagFilled("a", i)))));

        results.OfType<CommitResult.Committed>().Count().ShouldBe(1);
        results.OfType<CommitResult.AlreadyHandled>().Count().ShouldBe(31);
        var slices = await stores[0].ReadStreamsAsync([.. Enumerable.Range(0, 32).Select(i => $"{stream}{i}")]);
        slices.Sum(slice => slice.Version).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_used_for_something_else_is_noticed()
    {
        var store = Open();
        var stream = NewStream();
        await store.CommitAsync(Commit(stream, 0, "k" + stream, new BagFilled("a", 1)) with { Fingerprint = "one" });
        var other = await store.CommitAsync(Commit(NewStream(), 0, "k" + stream, new BagFilled("b", 2)) with { Fingerprint = "two" });
        other.ShouldBeOfType<CommitResult.AlreadyHandled>().SameFingerprint.ShouldBeFalse();
    }

    [Fact]
    public async Task A_message_that_changes_nothing_is_remembered_as_handled()
    {
        var store = Open();
        var key = "nothing " + NewStream();
        (await store.CommitAsync(new Commit { Key = key, Metadata = Metadata(), Appends = [] })).ShouldBeOfType<CommitResult.Committed>();
        (await store.FindHandledAsync(key)).ShouldNotBeNull();
        (await store.CommitAsync(Commit(NewStream(), 0, key, new BagFilled("a", 1)))).ShouldBeOfType<CommitResult.AlreadyHandled>();
    }

    [Fact]
    public async Task Sixty_four_writers_and_a_reader_that_sees_every_event_once_in_order()
    {
        const int Writers = 64;
        const int Each = 30;
        var stores = new[] { Open(), Open(), Open() };
        var streams = Enumerable.Range(0, 16).Select(_ => NewStream()).ToArray();
        var start = await stores[0].HeadAsync();
        var acknowledged = new ConcurrentBag<(string Stream, string Text)>();
        using var done = new CancellationTokenSource();
        var reading = ReadUntilAsync(stores[2], start, done.Token);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var store = stores[writer % 2];
            for (var i = 0; i < Each; i++)
            {
                var stream = streams[(writer + i) % streams.Length];
                while (true)
                {
                    var slice = await store.ReadStreamAsync(stream);
                    var text = $"{writer}/{i}";
                    if (await store.CommitAsync(Commit(stream, slice.Version, null, new BagFilled(text, i))) is CommitResult.Committed)
                    {
                        acknowledged.Add((stream, text));
                        break;
                    }
                }
            }
        })));
        await done.CancelAsync();
        var seen = await reading;

        seen.Select(stored => (stored.StreamId, ((BagFilled)stored.Data).Text)).ShouldBe(acknowledged, ignoreOrder: true);
        seen.Select(stored => stored.Position).ShouldBeInOrder();
        foreach (var perStream in seen.GroupBy(stored => stored.StreamId))
            perStream.Select(stored => stored.Version).ShouldBe(Enumerable.Range(1, perStream.Count()).Select(version => (long)version));
        // A thousand conflicts and more, and still no number is missing.
        seen.Select(stored => stored.Position.Sequence).Order().ShouldBe(Enumerable.Range(0, Writers * Each).Select(i => start.Sequence + 1 + i));
    }

    [Fact]
    public async Task Imported_streams_read_like_written_ones()
    {
        var store = Open();
        var streams = Enumerable.Range(0, 50).Select(_ => NewStream()).ToArray();
        var written = await store.ImportAsync(streams.Select(stream =>
            new ImportedStream(stream, [new ImportedEvent(new BagFilled(stream, 1), Metadata()), new ImportedEvent(new BagEmptied("old"), Metadata())])).ToAsyncEnumerable());

        written.ShouldBe(100);
        var slice = await store.ReadStreamAsync(streams[7]);
        slice.Events.Select(stored => stored.Data).ShouldBe([new BagFilled(streams[7], 1), new BagEmptied("old")]);
        slice.Events[1].Metadata.ShouldBe(Metadata());
        (await store.CommitAsync(Commit(streams[7], 2, null, new BagFilled("goes on", 3)))).ShouldBeOfType<CommitResult.Committed>();
        await Should.ThrowAsync<Exception>(() => store.ImportAsync(new[] { new ImportedStream(streams[8], [new ImportedEvent(new BagEmptied(null), Metadata())]) }.ToAsyncEnumerable()));
        (await store.ReadStreamAsync(streams[8])).Version.ShouldBe(2);
    }

    [Fact]
    public async Task All_streams_are_replayed_whole()
    {
        var store = Open();
        var streams = Enumerable.Range(0, 5).Select(_ => NewStream()).ToArray();
        foreach (var stream in streams)
            await store.CommitAsync(Commit(stream, 0, null, new BagFilled("a", 1), new BagEmptied(null)));

        var replayed = new Dictionary<string, StreamSlice>();
        await foreach (var slice in store.ReadAllStreamsAsync())
            replayed.Add(slice.StreamId, slice);

        foreach (var stream in streams)
            replayed[stream].Events.Select(stored => stored.Version).ShouldBe([1, 2]);
    }

    /// <summary>Reads the log from a place until told to stop and nothing is left.</summary>
    protected static async Task<List<StoredEvent>> ReadUntilAsync(IEventStore store, LogPosition from, CancellationToken done)
    {
        var seen = new List<StoredEvent>();
        while (true)
        {
            var finishing = done.IsCancellationRequested;
            var page = await store.ReadLogAsync(from, 100, CancellationToken.None);
            seen.AddRange(page.Events);
            if (page.Events.Count > 0)
                from = page.Events[^1].Position;
            else if (finishing && !page.MoreWaiting)
                return seen;
        }
    }
}
