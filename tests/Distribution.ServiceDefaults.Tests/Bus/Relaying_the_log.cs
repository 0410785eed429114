using System.Collections.Concurrent;
using System.Diagnostics;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.Contracts;
using Distribution.Contracts.Request.V1;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Relay;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Bus;

[StoredAs("relay-test-noted.v1")]
internal sealed record Noted(string Text);

[StoredAs("relay-test-kept-private.v1")]
internal sealed record KeptPrivate;

[StoredAs("relay-test-order-met.v1")]
internal sealed record Met;

[StoredAs("relay-test-told-twice.v1")]
internal sealed record ToldTwice(string Text);

[StoredAs("relay-test-forgotten.v1")]
internal sealed record Forgotten;

internal sealed class TestMap : IContractMap
{
    private int _asked;

    public int Asked => Volatile.Read(ref _asked);

    public bool KnowsForgotten { get; set; }

    public IReadOnlyCollection<Type> NotPublished => [typeof(KeptPrivate)];

    public IReadOnlyList<object> ToMessages(StoredEvent stored)
    {
        Interlocked.Increment(ref _asked);
        return stored.Data switch
        {
            Noted noted => [Given.Message(noted.Text)],
            ToldTwice twice => [Given.Message(twice.Text + " a"), Given.Message(twice.Text + " b")],
            Met => [new OrderMet(OrderId.From("met"), SiteId.Parse("HN-XP", null), Given.Message("").By)],
            Forgotten when KnowsForgotten => [Given.Message("forgotten")],
            var other when NotPublished.Contains(other.GetType()) => [],
            var other => throw new InvalidOperationException($"{other.GetType().Name} is neither mapped nor kept private."),
        };
    }
}

public sealed class Relaying_the_log : IAsyncLifetime
{
    private readonly BrokerFixture _broker = new();
    private readonly DatabaseFixture _database = new();

    public Task InitializeAsync() => Task.WhenAll(_broker.InitializeAsync(), _database.InitializeAsync());

    public Task DisposeAsync() => Task.WhenAll(_broker.DisposeAsync(), _database.DisposeAsync());

    [Fact]
    public async Task What_is_committed_is_published_with_its_correlation_and_trace()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Distribution.Relay" or "MassTransit",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        await using var inventory = await InventoryAsync();
        await using var request = await RequestAsync();

        await CommitAsync(request, [new Noted("told")], metadata => metadata with { TraceParent = $"00-{Trace}-b7ad6b7169203331-01", CorrelationId = "act-7" });

        await Expect.BecomesAsync(() => inventory.Received.Count("told"), 1);
        var delivery = inventory.Received.All.Single();
        delivery.Correlation.ShouldBe("act-7");
        delivery.TraceId.ShouldBe(Trace);
        var status = request.Services.GetRequiredService<RelayStatus>();
        await Expect.BecomesAsync(() => status.Lag, TimeSpan.Zero);
        status.Running.ShouldBeTrue();
        status.IsLeader.ShouldBeTrue();
        await Expect.BecomesAsync(() => status.Position, await Store(request).HeadAsync());
    }

    [Fact]
    public async Task A_message_published_again_is_the_same_message()
    {
        await using var inventory = await InventoryAsync();
        await using (var request = await RequestAsync())
        {
            await CommitAsync(request, [new Noted("once"), new ToldTwice("twice")]);
            await Expect.BecomesAsync(() => inventory.Received.All.Count, 3);
        }

        await ExecuteAsync("delete from mt_event_progression where name = 'relay'");
        await using var again = await RequestAsync();

        await Expect.BecomesAsync(() => inventory.Received.All.Count, 6);
        var ids = inventory.Received.All.GroupBy(delivery => delivery.Reason).ToDictionary(group => group.Key, group => group.Select(delivery => delivery.MessageId).Distinct().ToList());
        ids.Values.ShouldAllBe(same => same.Count == 1);
        ids.Values.Select(same => same[0]).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task After_a_restart_it_goes_on_where_it_was()
    {
        await using var inventory = await InventoryAsync();
        await using (var request = await RequestAsync())
        {
            await CommitAsync(request, [new Noted("before")]);
            await Expect.BecomesAsync(() => inventory.Received.Count("before"), 1);
        }

        await using var again = await RequestAsync();
        await CommitAsync(again, [new Noted("after")]);

        await Expect.BecomesAsync(() => inventory.Received.Count("after"), 1);
        inventory.Received.Count("before").ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_is_lost_when_the_connection_to_the_broker_drops()
    {
        await using var wire = new BrokerProxy(_broker.Host, _broker.Port);
        await using var inventory = await InventoryAsync();
        await using var request = await RequestAsync(wire);

        for (var batch = 0; batch < 20; batch++)
        {
            await CommitAsync(request, [.. Enumerable.Range(0, 50).Select(i => new Noted($"{batch}-{i}"))]);
            if (batch % 8 == 4)
            {
                wire.Cut();
                wire.Mend();
            }
        }

        await Expect.BecomesAsync(() => inventory.Received.All.Select(delivery => delivery.Reason).Distinct().Count(), 1000);
        inventory.Received.All.Select(delivery => delivery.MessageId).Distinct().Count().ShouldBe(1000);
    }

    [Fact]
    public async Task It_stops_reading_at_256_messages_without_a_confirm()
    {
        await using var wire = new BrokerProxy(_broker.Host, _broker.Port);
        await using var inventory = await InventoryAsync();
        await using var request = await RequestAsync(wire);
        await CommitAsync(request, [new Noted("first")]);
        await Expect.BecomesAsync(() => inventory.Received.All.Count, 1);
        var position = request.Services.GetRequiredService<RelayStatus>().Position;

        wire.StopAnswers();
        await CommitAsync(request, [.. Enumerable.Range(0, 600).Select(i => new Noted($"{i}"))]);

        // What is on its way arrives although no confirm comes back; the checkpoint waits for the confirms.
        await Expect.BecomesAsync(() => inventory.Received.All.Count, 257);
        request.Services.GetRequiredService<TestMap>().Asked.ShouldBe(258);
        request.Services.GetRequiredService<RelayStatus>().Position.ShouldBe(position);
        request.Services.GetRequiredService<RelayStatus>().Lag.ShouldBeGreaterThan(TimeSpan.Zero);
        wire.Mend();
        await Expect.BecomesAsync(() => inventory.Received.All.Select(delivery => delivery.Reason).Distinct().Count(), 601);
    }

    [Fact]
    public async Task Of_two_instances_one_leads_and_the_other_takes_over()
    {
        await using var inventory = await InventoryAsync();
        var one = await RequestAsync();
        await using var two = await RequestAsync();
        var (first, second) = (one.Services.GetRequiredService<RelayStatus>(), two.Services.GetRequiredService<RelayStatus>());
        await Expect.BecomesAsync(() => first.IsLeader ^ second.IsLeader, true);
        first.IsLeader.ShouldBeTrue();
        await CommitAsync(two, [new Noted("by the first")]);
        await Expect.BecomesAsync(() => inventory.Received.Count("by the first"), 1);
        two.Services.GetRequiredService<TestMap>().Asked.ShouldBe(0);

        await one.DisposeAsync();

        await Expect.BecomesAsync(() => second.IsLeader, true);
        await CommitAsync(two, [new Noted("by the second")]);
        await Expect.BecomesAsync(() => inventory.Received.Count("by the second"), 1);
        inventory.Received.Count("by the first").ShouldBe(1);
    }

    [Fact]
    public async Task An_event_that_it_cannot_map_stops_it_with_an_alarm_until_it_can()
    {
        await using var inventory = await InventoryAsync();
        await using var request = await RequestAsync();
        var health = request.Services.GetRequiredService<HealthCheckService>();

        await CommitAsync(request, [new Noted("before"), new Forgotten(), new Noted("after")]);

        var status = request.Services.GetRequiredService<RelayStatus>();
        await Expect.BecomesAsync(() => status.Alarm is not null, true);
        status.Alarm.ShouldNotBeNull().ShouldContain("relay-test-forgotten.v1");
        (await health.CheckHealthAsync()).Entries["relay"].Status.ShouldBe(HealthStatus.Unhealthy);
        await Expect.BecomesAsync(() => inventory.Received.Count("before"), 1);
        inventory.Received.Count("after").ShouldBe(0);

        request.Services.GetRequiredService<TestMap>().KnowsForgotten = true;

        await Expect.BecomesAsync(() => inventory.Received.Count("after"), 1);
        inventory.Received.Count("forgotten").ShouldBe(1);
        inventory.Received.Count("before").ShouldBe(1);
        await Expect.BecomesAsync(() => status.Alarm, null);
        await Expect.BecomesAsync(async () => (await health.CheckHealthAsync()).Entries["relay"].Status, HealthStatus.Healthy);
    }

    [Fact]
    public async Task The_alarm_ends_although_nothing_came_after_what_stopped_it()
    {
        await using var inventory = await InventoryAsync();
        await using var request = await RequestAsync();
        var status = request.Services.GetRequiredService<RelayStatus>();
        await CommitAsync(request, [new Noted("before")]);
        await Expect.BecomesAsync(() => inventory.Received.Count("before"), 1);
        // The checkpoint cannot be saved for a while, by a fault that does not go by itself.
        await ExecuteAsync("alter table mt_event_progression rename to away");

        await CommitAsync(request, [new Noted("last")]);

        await Expect.BecomesAsync(() => status.Alarm is not null, true);
        status.IsLeader.ShouldBeFalse();
        await ExecuteAsync("alter table away rename to mt_event_progression");
        await Expect.BecomesAsync(() => status.Alarm, null);
        await Expect.BecomesAsync(async () => await request.Services.GetRequiredService<ICheckpoints>().LoadAsync("relay"), await Store(request).HeadAsync());
    }

    [Fact]
    public async Task Its_lag_shows_while_somebody_elses_open_transaction_blocks_it()
    {
        await using var request = await RequestAsync();
        var status = request.Services.GetRequiredService<RelayStatus>();
        await Expect.BecomesAsync(() => status.IsLeader, true);
        await using (var blocking = await _database.Owner.OpenConnectionAsync())
        {
            await using var transaction = await blocking.BeginTransactionAsync();
            await using var write = new Npgsql.NpgsqlCommand("select pg_current_xact_id()", blocking, transaction);
            await write.ExecuteScalarAsync();
            await CommitAsync(request, [new KeptPrivate()]);

            await Expect.BecomesAsync(() => status.Lag > TimeSpan.Zero, true);
        }

        await Expect.BecomesAsync(() => status.Lag, TimeSpan.Zero);
    }

    [Fact]
    public async Task An_event_that_it_cannot_read_stops_it_after_what_stands_before_and_a_newer_instance_goes_on()
    {
        // An instance that takes what it finds for an older shape of something it does not have.
        var older = EventTypes.From(typeof(Noted).Assembly, new Upcaster("relay-test-forgotten.v1", "relay-test-unknown.v1", data => data));
        await using var inventory = await InventoryAsync();
        await using var request = await RequestAsync(types: older);

        await CommitAsync(request, [new Noted("before"), new Forgotten(), new Noted("after")]);

        await Expect.BecomesAsync(() => inventory.Received.Count("before"), 1);
        var status = request.Services.GetRequiredService<RelayStatus>();
        await Expect.BecomesAsync(() => status.Alarm is not null, true);
        inventory.Received.Count("after").ShouldBe(0);
        await using var newer = await RequestAsync(knowsForgotten: true);
        await Expect.BecomesAsync(() => inventory.Received.Count("after"), 1);
        inventory.Received.Count("before").ShouldBe(1);
        await Expect.BecomesAsync(() => status.Alarm, null);
    }

    [Fact]
    public async Task Private_events_and_contracts_that_nobody_takes_do_not_hold_it_up()
    {
        await using var inventory = await InventoryAsync();
        await using var request = await RequestAsync();

        await CommitAsync(request, [new KeptPrivate(), new Met(), new KeptPrivate(), new Noted("behind"), new KeptPrivate()]);

        await Expect.BecomesAsync(() => inventory.Received.Count("behind"), 1);
        await Expect.BecomesAsync(async () => await request.Services.GetRequiredService<ICheckpoints>().LoadAsync("relay"), await Store(request).HeadAsync());
    }

    [Fact]
    public async Task A_queue_that_somebody_removed_is_laid_down_again_and_nothing_is_lost()
    {
        await using var request = await RequestAsync();
        await Expect.BecomesAsync(() => request.Services.GetRequiredService<RelayStatus>().IsLeader, true);
        await using (var connection = await _broker.ConnectAsync())
        {
            await using var channel = await connection.CreateChannelAsync();
            await channel.QueueDeleteAsync("inventory");
        }

        await CommitAsync(request, [new Noted("kept")]);

        await Expect.BecomesAsync(() => _broker.DepthAsync("inventory"), 1L);
    }

    private Task<BusHost> InventoryAsync() => BusHost.StartAsync(Routes.Inventory, _broker.Uri, [typeof(TakeReleaseReservation)]);

    private Task<BusHost> RequestAsync(BrokerProxy? wire = null, EventTypes? types = null, bool knowsForgotten = false) => BusHost.StartAsync(
        Routes.Request,
        wire is null ? _broker.Uri : _broker.Through("127.0.0.1", wire.Port),
        more: services =>
        {
            services.AddEventStore(new EventStoreOptions
            {
                ConnectionString = _database.ApplicationConnectionString,
                EventTypes = types ?? EventTypes.From(typeof(Noted).Assembly),
            });
            services.AddSingleton(new RelayPace(TryAgainAfter: TimeSpan.FromMilliseconds(200)));
            services.AddRelay<TestMap>();
            services.AddSingleton(new TestMap { KnowsForgotten = knowsForgotten });
            services.AddSingleton<IContractMap>(provider => provider.GetRequiredService<TestMap>());
        });

    private static IEventStore Store(BusHost host) => host.Services.GetRequiredService<IEventStore>();

    private static async Task CommitAsync(BusHost host, IReadOnlyList<object> events, Func<EventMetadata, EventMetadata>? with = null)
    {
        var metadata = new EventMetadata { Actor = "A9999-N01", Site = "HN-XP", OccurredAt = Given.At };
        var result = await Store(host).CommitAsync(new Commit
        {
            Metadata = with?.Invoke(metadata) ?? metadata,
            Appends = [new StreamAppend($"note-{Guid.NewGuid():N}", 0, events)],
        });
        result.ShouldBeOfType<CommitResult.Committed>();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
