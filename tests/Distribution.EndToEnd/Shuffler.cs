using System.Threading.Channels;
using Distribution.Contracts;
using Distribution.ServiceDefaults.Bus;
using Distribution.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Distribution.EndToEnd;

/// <summary>
/// Stands between every exchange and every service's queue: gathers what comes, and passes it on three times and in
/// reverse order whenever there is a lull.
/// </summary>
internal sealed class Shuffler : IAsyncDisposable
{
    private static readonly TimeSpan Lull = TimeSpan.FromMilliseconds(120);

    private readonly IConnection _connection;
    private readonly List<Task> _passing = [];
    private readonly CancellationTokenSource _end = new();

    private Shuffler(IConnection connection) => _connection = connection;

    public int Passed { get; private set; }

    /// <summary>The longest run of messages that was turned round.</summary>
    public int LongestRun { get; private set; }

    public static async Task<Shuffler> StartAsync(BrokerFixture broker)
    {
        var shuffler = new Shuffler(await broker.ConnectAsync());
        await using (var channel = await shuffler._connection.CreateChannelAsync())
        {
            foreach (var service in Routes.Services)
                await channel.QueueDeclareAsync(Tap(service), true, false, false);
            foreach (var route in Routes.All)
            {
                foreach (var subscriber in route.Subscribers)
                {
                    // The new way first, so that nothing is lost between the two.
                    await channel.QueueBindAsync(Tap(subscriber), Topology.ExchangeOf(route.Contract), "");
                    await channel.ExchangeUnbindAsync(subscriber, Topology.ExchangeOf(route.Contract), "");
                }
            }
        }

        foreach (var service in Routes.Services)
            shuffler._passing.Add(await shuffler.PassAsync(service));
        return shuffler;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_passing);
        await _connection.DisposeAsync();
        _end.Dispose();
    }

    private static string Tap(string service) => $"tap.{service}";

    private async Task<Task> PassAsync(string service)
    {
        var channel = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var arrived = Channel.CreateUnbounded<(ReadOnlyMemory<byte> Body, BasicProperties Properties)>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
            await arrived.Writer.WriteAsync((delivery.Body.ToArray(), new BasicProperties(delivery.BasicProperties)));
        await channel.BasicConsumeAsync(Tap(service), autoAck: true, consumer);
        return Task.Run(async () =>
        {
            await using (channel)
            {
                try
                {
                    while (await arrived.Reader.WaitToReadAsync(_end.Token))
                    {
                        var run = await GatherAsync(arrived.Reader);
                        run.Reverse();
                        LongestRun = Math.Max(LongestRun, run.Count);
                        foreach (var (body, properties) in Enumerable.Repeat(run, 3).SelectMany(messages => messages))
                        {
                            await channel.BasicPublishAsync("", service, true, properties, body, _end.Token);
                            Passed++;
                        }
                    }
                }
                catch (OperationCanceledException)
                {
                    // Disposed.
                }
            }
        });
    }

    private async Task<List<(ReadOnlyMemory<byte> Body, BasicProperties Properties)>> GatherAsync(
        ChannelReader<(ReadOnlyMemory<byte> Body, BasicProperties Properties)> arrived)
    {
        var run = new List<(ReadOnlyMemory<byte>, BasicProperties)>();
        while (true)
        {
            while (arrived.TryRead(out var message))
                run.Add(message);
            using var lull = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
            lull.CancelAfter(Lull);
            try
            {
                await arrived.WaitToReadAsync(lull.Token);
            }
            catch (OperationCanceledException) when (!_end.IsCancellationRequested)
            {
                return run;
            }
        }
    }
}
