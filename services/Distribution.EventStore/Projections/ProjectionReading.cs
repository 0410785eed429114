using Npgsql;

namespace Distribution.EventStore.Projections;

/// <summary>Read your own writes: waits until a projection, wherever it runs, has folded a position.</summary>
public sealed class ProjectionReading(NpgsqlDataSource dataSource, ICheckpoints checkpoints, ILogSignal signal, TimeProvider clock)
{
    /// <returns>False when it had not come that far in time.</returns>
    public async Task<bool> WaitForAsync(string projection, LogPosition position, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var deadline = clock.GetTimestamp();
        using var waiter = signal.Subscribe();
        while (true)
        {
            if (await PositionAsync(projection, cancellationToken) >= position)
                return true;
            if (clock.GetElapsedTime(deadline) > timeout)
                return false;
            // Folding is not signaled, only appending is; a fold follows within milliseconds.
            await waiter.WaitAsync(TimeSpan.FromMilliseconds(3), cancellationToken);
        }
    }

    /// <summary>How far the live build has come.</summary>
    public async Task<LogPosition> PositionAsync(string projection, CancellationToken cancellationToken) =>
        await ProjectionBuild.FindLiveAsync(dataSource, projection, cancellationToken) is { } live
            ? await checkpoints.LoadAsync($"projection:{live.Build}", cancellationToken)
            : LogPosition.Start;
}
