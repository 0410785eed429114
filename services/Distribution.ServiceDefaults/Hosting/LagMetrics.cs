using System.Diagnostics.Metrics;
using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Relay;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.ServiceDefaults.Hosting;

/// <summary>
/// How far the readers of the log are behind its head and how much waits in the queue: meter <c>Distribution.Service</c>.
/// Shown by the instance that does the reading.
/// </summary>
internal sealed class LagMetrics : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly IEventStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<LagMetrics> _log;
    private long _head;

    public LagMetrics(
        IMeterFactory meters, IEventStore store, IEnumerable<ProjectionRunner> projections, RelayStatus relay, QueueDepthSampler depth,
        TimeProvider time, ILogger<LagMetrics> log)
    {
        (_store, _time, _log) = (store, time, log);
        var meter = meters.Create("Distribution.Service");
        ProjectionRunner[] runners = [.. projections];
        meter.CreateObservableGauge(
            "distribution.relay.lag",
            () => relay.IsLeader ? [new Measurement<long>(Behind(relay.Position))] : Array.Empty<Measurement<long>>(),
            "{event}",
            "Events that the relay has not published yet.");
        meter.CreateObservableGauge(
            "distribution.relay.alarm",
            () => relay.Alarm is null ? 0 : 1,
            "{alarm}",
            "1 while the relay stands still at an event that it cannot publish.");
        meter.CreateObservableGauge(
            "distribution.projection.lag",
            () => runners.Where(runner => runner.Status.IsLeader)
                .Select(runner => new Measurement<long>(Behind(runner.Status.Position), Tag("projection", runner.Status.Name))),
            "{event}",
            "Events that the projection has not folded yet.");
        meter.CreateObservableGauge(
            "distribution.projection.alarm",
            () => runners.Select(runner => new Measurement<int>(runner.Status.Alarm is null ? 0 : 1, Tag("projection", runner.Status.Name))),
            "{alarm}",
            "1 while the projection stands still at an event that it cannot fold.");
        meter.CreateObservableGauge(
            "distribution.queue.messages",
            () => (Measurement<long>[])[new(depth.Queue, Tag("queue", "main")), new(depth.Dead, Tag("queue", "dead"))],
            "{message}",
            "Messages in the service's queue and among its dead letters.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        do
        {
            try
            {
                Volatile.Write(ref _head, (await _store.HeadAsync(stoppingToken)).Sequence);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                _log.LogDebug("The head of the log is not known: {Exception}", exception.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private long Behind(LogPosition position) => Math.Max(0, Volatile.Read(ref _head) - position.Sequence);

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
