using System.Diagnostics.Metrics;
using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.ServiceDefaults.Hosting;

/// <summary>
/// How far the projections are behind the head of the log: meter <c>Distribution.Projections</c>. Shown by the instance
/// that does the folding; the relay and the queue tell of themselves.
/// </summary>
internal sealed class ProjectionMetrics : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly IEventStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<ProjectionMetrics> _log;
    private long _head;

    public ProjectionMetrics(
        IMeterFactory meters, IEventStore store, IEnumerable<ProjectionRunner> projections,
        TimeProvider time, ILogger<ProjectionMetrics> log)
    {
        (_store, _time, _log) = (store, time, log);
        var meter = meters.Create("Distribution.Projections");
        ProjectionRunner[] runners = [.. projections];
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
