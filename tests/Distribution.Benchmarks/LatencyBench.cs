using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Distribution.Blood.Deciding;
using Distribution.Blood.Network;
using Distribution.Contracts;
using Distribution.Contracts.Donation.V1;
using Distribution.EventStore;
using Distribution.Inventory;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Hosting;
using Distribution.ServiceDefaults.Relay;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Distribution.Benchmarks;

/// <summary>
/// From a durable commit in one service to the durable commit of its effect in the next, through log, relay, quorum
/// queue, consumer and inbox; open loop at 200 a second. Beside it, in turn: publish to consume on the raw client.
/// </summary>
internal static class LatencyBench
{
    private const int PerSecond = 200;
    private static readonly ConcurrentDictionary<string, long> Committed = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, long> Effective = new(StringComparer.Ordinal);

    public static async Task<int> RunAsync(bool quick)
    {
        var (rounds, seconds) = quick ? (3, 5) : (5, 15);
        var (sender, receiver, broker) = (new DatabaseFixture(), new DatabaseFixture(), new BrokerFixture());
        await Task.WhenAll(sender.InitializeAsync(), receiver.InitializeAsync(), broker.InitializeAsync());
        var keys = Path.Combine(Path.GetTempPath(), $"distribution-bench-{Environment.ProcessId}.json");
        DevelopmentTokens.CreateKeyFile(keys);
        try
        {
            await using var inventory = Host(Routes.Inventory, receiver, broker, keys, [typeof(OpenUnit)], new Silent());
            await using var donation = Host(Routes.Donation, sender, broker, keys, [], new Preparing());
            await inventory.StartAsync();
            await donation.StartAsync();
            await using var raw = await RawTwin.StartAsync(broker);

            var store = donation.Services.GetRequiredService<IEventStore>();
            var number = 0;
            // The first seconds are the compiler's.
            await OursAsync(store, seconds, () => number++);
            await raw.RunAsync(seconds);

            var (ours, theirs) = (new List<double[]>(), new List<double[]>());
            for (var round = 0; round < rounds; round++)
            {
                ours.Add(await OursAsync(store, seconds, () => number++));
                theirs.Add(await raw.RunAsync(seconds));
                Console.Error.WriteLine($"latency: round {round + 1} of {rounds}, p50 {Figures.Percentile(ours[^1], 50):0.0} ms, p99 {Figures.Percentile(ours[^1], 99):0.0} ms; raw p50 {Figures.Percentile(theirs[^1], 50):0.0} ms");
            }

            // Stopped, not only dropped: what is disposed under a running service ends with an alarm.
            await donation.StopAsync();
            await inventory.StopAsync();
            var figures = new Figures("latency");
            var each = PerSecond * seconds;
            figures.AtMost("commit-to-commit-p50", 6, [.. ours.Select(times => Figures.Percentile(times, 50))], "ms", $"{rounds} × {each} at {PerSecond}/s, none lost");
            figures.AtMost("commit-to-commit-p99", 30, [.. ours.Select(times => Figures.Percentile(times, 99))], "ms");
            figures.Told("raw-publish-to-consume-p50", [.. theirs.Select(times => Figures.Percentile(times, 50))], "ms", "RabbitMQ.Client, quorum queue, confirms");
            figures.Told("raw-publish-to-consume-p99", [.. theirs.Select(times => Figures.Percentile(times, 99))], "ms");
            return figures.Print();
        }
        finally
        {
            File.Delete(keys);
            await broker.DisposeAsync();
            await sender.DisposeAsync();
            await receiver.DisposeAsync();
        }
    }

    private static async Task<double[]> OursAsync(IEventStore store, int seconds, Func<int> next)
    {
        var units = new ConcurrentBag<string>();
        await OpenLoopAsync(PerSecond * seconds, async () =>
        {
            var unit = UnitHistory.Number(next());
            units.Add(unit.ToString());
            var result = await store.CommitAsync(new Commit
            {
                Metadata = new EventMetadata { Actor = "A9990-L01", Site = "HN-BM", OccurredAt = TimeProvider.System.GetUtcNow() },
                Appends = [new StreamAppend($"unit-{unit}", 0, [UnitHistory.Prepared(unit, TimeProvider.System.GetUtcNow())])],
            });
            Committed[unit.ToString()] = Stopwatch.GetTimestamp();
            if (result is not CommitResult.Committed)
                throw new InvalidOperationException($"{result}");
        });
        await Eventually.BecomesTrueAsync(() => Task.FromResult(units.All(Effective.ContainsKey)), "every unit has arrived");
        // An effect can be durable before the sender's caller has been told: then it took no time at all.
        return [.. units.Select(unit => Math.Max(0, Stopwatch.GetElapsedTime(Committed[unit], Effective[unit]).TotalMilliseconds))];
    }

    private static async Task OpenLoopAsync(int count, Func<Task> act)
    {
        var started = Stopwatch.GetTimestamp();
        var running = new List<Task>(count);
        for (var i = 0; i < count; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / PerSecond);
            var early = due - Stopwatch.GetElapsedTime(started);
            if (early > TimeSpan.Zero)
                await Task.Delay(early);
            running.Add(act());
        }

        await Task.WhenAll(running);
    }

    private static WebApplication Host(
        string name, DatabaseFixture database, BrokerFixture broker, string keys, IReadOnlyList<Type> consumers, IContractMap contracts)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration[$"ConnectionStrings:{name}"] = database.ApplicationConnectionString;
        builder.Configuration["RABBITMQ:URI"] = broker.Uri.ToString();
        builder.Configuration["Auth:SigningKeyFile"] = keys;
        builder.Configuration["Urls"] = "http://127.0.0.1:0";
        builder.AddServiceDefaults(new ServiceDescription
        {
            Name = name,
            EventTypes = EventTypes.From(typeof(UnitEvent).Assembly),
            Contracts = contracts,
            Consumers = consumers,
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var app = builder.Build();
        app.UseServiceDefaults();
        return app;
    }

    /// <summary>The sending side: a unit's first event is published as a prepared component.</summary>
    private sealed class Preparing : IContractMap
    {
        public IReadOnlyCollection<Type> NotPublished => [];

        public IReadOnlyList<object> ToMessages(StoredEvent stored)
        {
            var prepared = (UnitPrepared)stored.Data;
            return
            [
                new ComponentPrepared(
                    prepared.Unit,
                    new ComponentFacts(prepared.Kind, prepared.CollectedAt, prepared.CollectedAtSite, prepared.PreparedAt, prepared.ExpiresAt, prepared.VolumeMl, prepared.Site),
                    new Attribution(stored.Metadata.Actor, SiteId.Parse(stored.Metadata.Site), stored.Metadata.OccurredAt, null, null)),
            ];
        }
    }

    private sealed class Silent : IContractMap
    {
        public IReadOnlyCollection<Type> NotPublished => [];

        public IReadOnlyList<object> ToMessages(StoredEvent stored) => [];
    }

    /// <summary>The receiving side, as the Inventory service does it.</summary>
    private sealed class OpenUnit(CommandRunner commands) : IConsumer<ComponentPrepared>
    {
        public async Task Consume(ConsumeContext<ComponentPrepared> context)
        {
            var unit = context.Message.Unit;
            var outcome = await commands.RunAsync<Unit, UnitEvent>(
                context.ToCommand("open-unit", context.Message.By),
                unit.ToString(),
                state => state.Facts is not null ? Decision<UnitEvent>.AlreadyDone : Decision<UnitEvent>.Accept(UnitHistory.Prepared(unit, context.Message.Component.PreparedAt)),
                cancellationToken: context.CancellationToken);
            outcome.EnsureTaken();
            Effective[unit.ToString()] = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>The same broker with nothing of ours: a durable quorum queue, confirms, a consumer that acknowledges.</summary>
    private sealed class RawTwin(IConnection connection, IChannel publishing, IChannel consuming, ConcurrentDictionary<string, TaskCompletionSource<long>> waiting) : IAsyncDisposable
    {
        private const string Queue = "raw-twin";

        public static async Task<RawTwin> StartAsync(BrokerFixture broker)
        {
            var connection = await broker.ConnectAsync();
            var publishing = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
            var consuming = await connection.CreateChannelAsync();
            await consuming.QueueDeclareAsync(Queue, true, false, false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
            await consuming.BasicQosAsync(0, 128, false);
            var waiting = new ConcurrentDictionary<string, TaskCompletionSource<long>>(StringComparer.Ordinal);
            var consumer = new AsyncEventingBasicConsumer(consuming);
            consumer.ReceivedAsync += async (_, delivery) =>
            {
                waiting[delivery.BasicProperties.MessageId!].SetResult(Stopwatch.GetTimestamp());
                await consuming.BasicAckAsync(delivery.DeliveryTag, false);
            };
            await consuming.BasicConsumeAsync(Queue, false, consumer);
            return new RawTwin(connection, publishing, consuming, waiting);
        }

        public async Task<double[]> RunAsync(int seconds)
        {
            var times = new ConcurrentBag<double>();
            var body = Encoding.UTF8.GetBytes(new string('x', 600));
            await OpenLoopAsync(PerSecond * seconds, async () =>
            {
                var id = Guid.CreateVersion7().ToString();
                var arrived = waiting[id] = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
                var started = Stopwatch.GetTimestamp();
                await publishing.BasicPublishAsync("", Queue, true, new BasicProperties { MessageId = id, Persistent = true }, body);
                times.Add(Stopwatch.GetElapsedTime(started, await arrived.Task).TotalMilliseconds);
            });
            return [.. times];
        }

        public async ValueTask DisposeAsync()
        {
            await publishing.DisposeAsync();
            await consuming.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
