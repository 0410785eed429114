using Npgsql;

namespace Distribution.EventStore.Projections;

/// <summary>Read your own writes: waits until a projection, wherever it runs, has folded a position.</summary>
public sealed class ProjectionReading(NpgsqlDataSource dataSource, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(3);

    /// <returns>False when it had not come that far in time.</returns>
    public async Task<bool> WaitForAsync(string projection, LogPosition position, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var asked = clock.GetTimestamp();
        while (true)
        {
            if (await PositionAsync(projection, cancellationToken) >= position)
                return true;
            if (clock.GetElapsedTime(asked) > timeout)
                return false;
            // Folding is not signaled, only appending is; a fold follows within milliseconds.
            await Task.Delay(Interval, clock, cancellationToken);
        }
    }

    /// <summary>How far the live build has come.</summary>
    public async Task<LogPosition> PositionAsync(string projection, CancellationToken cancellationToken)
    {
        // In one query: between two a swap could drop the build that the first one found.
        await using var command = dataSource.CreateCommand(
            """
            select c.transaction_id, c.last_seq_id
            from projections p join mt_event_progression c on c.name = 'projection:' || p.build
            where p.name = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = projection });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new LogPosition(reader.GetFieldValue<ulong>(0), reader.GetInt64(1))
            : LogPosition.Start;
    }
}
