using Distribution.EventStore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Distribution.ServiceDefaults.Relay;

/// <summary>How this instance's relay does.</summary>
public sealed class RelayStatus(TimeProvider time)
{
    private Func<DateTimeOffset?>? _oldest;
    private string? _alarm;
    private DateTimeOffset _alarmSince;

    public bool Running { get; internal set; }

    /// <summary>Only one instance of a service relays; the others stand by.</summary>
    public bool IsLeader { get; internal set; }

    /// <summary>Everything up to here is confirmed by the broker.</summary>
    public LogPosition Position { get; internal set; }

    /// <summary>Age of the oldest event that this instance has read and the broker has not confirmed; zero when there is none.</summary>
    public TimeSpan Lag
    {
        get
        {
            var since = _oldest?.Invoke() ?? (Alarm is null ? null : _alarmSince);
            // The two times come from two clocks.
            return since is { } start && time.GetUtcNow() - start is { Ticks: > 0 } lag ? lag : TimeSpan.Zero;
        }
    }

    /// <summary>Why the relay stands still; null while it does not.</summary>
    public string? Alarm => Volatile.Read(ref _alarm);

    internal void Watch(Func<DateTimeOffset?>? oldest) => _oldest = oldest;

    internal void Raise(string alarm)
    {
        if (Alarm is null)
            _alarmSince = time.GetUtcNow();
        Volatile.Write(ref _alarm, alarm);
    }

    internal void Clear() => Volatile.Write(ref _alarm, null);
}

/// <summary>Unhealthy while the relay stands before an event it cannot publish.</summary>
internal sealed class RelayHealth(RelayStatus status) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(status.Alarm is not null
            // Anybody may ask for health; the alarm itself, which names a stream, is for operators.
            ? HealthCheckResult.Unhealthy("The relay stands before an event that it cannot publish.")
            : HealthCheckResult.Healthy(status.IsLeader ? $"at {status.Position}" : "standing by"));
}
