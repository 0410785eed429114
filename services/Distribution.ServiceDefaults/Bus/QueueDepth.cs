using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.ServiceDefaults.Bus;

/// <summary>How many messages wait for the service, and how many it could not handle; looked at every 5 s.</summary>
public sealed class QueueDepthSampler : BackgroundService
{
    /// <summary>The meter of the gauge <c>distribution.bus.queue.depth</c>.</summary>
    public const string MeterName = "Distribution.Bus";

    private readonly BrokerGate _gate;
    private readonly string _service;
    private readonly TimeProvider _time;
    private readonly ILogger<QueueDepthSampler> _logger;
    private readonly Meter _meter = new(MeterName);
    private long _queue = -1;
    private long _dead = -1;

    internal QueueDepthSampler(BrokerGate gate, string service, TimeProvider time, ILogger<QueueDepthSampler> logger)
    {
        (_gate, _service, _time, _logger) = (gate, service, time, logger);
        _meter.CreateObservableGauge("distribution.bus.queue.depth", Measure, "{message}", "Messages ready in the service's queue and its dead letters.");
    }

    internal TimeSpan Every { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Waiting for the service, not counting what it has in hand; -1 while the broker cannot be asked.</summary>
    public long Queue => Volatile.Read(ref _queue);

    /// <summary>Dead letters; -1 while the broker cannot be asked.</summary>
    public long Dead => Volatile.Read(ref _dead);

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SampleAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Whatever it is: not being measured is no reason for a service to end.
                Volatile.Write(ref _queue, -1);
                Volatile.Write(ref _dead, -1);
                _logger.LogDebug("The queues cannot be measured: {Reason}", exception.Message);
                await Task.Delay(Every, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task SampleAsync(CancellationToken stoppingToken)
    {
        await using var connection = await _gate.ConnectAsync("queue depth", stoppingToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stoppingToken);
        while (true)
        {
            Volatile.Write(ref _queue, await channel.MessageCountAsync(_service, stoppingToken));
            Volatile.Write(ref _dead, await channel.MessageCountAsync(Topology.DeadQueueOf(_service), stoppingToken));
            await Task.Delay(Every, _time, stoppingToken);
        }
    }

    private IEnumerable<Measurement<long>> Measure()
    {
        if (Queue >= 0)
            yield return new Measurement<long>(Queue, new KeyValuePair<string, object?>("queue", _service));
        if (Dead >= 0)
            yield return new Measurement<long>(Dead, new KeyValuePair<string, object?>("queue", Topology.DeadQueueOf(_service)));
    }
}
