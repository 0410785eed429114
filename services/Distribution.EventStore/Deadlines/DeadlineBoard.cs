using Npgsql;

namespace Distribution.EventStore.Deadlines;

/// <summary>A deadline whose handler failed and that comes up again.</summary>
/// <param name="Name">Which handler takes it.</param>
/// <param name="StreamId">What it is about.</param>
/// <param name="DueAt">When it fell due.</param>
/// <param name="Attempts">How often it has failed.</param>
/// <param name="LastError">Why it failed last.</param>
/// <param name="RetryAt">When it comes up again.</param>
public sealed record FailedDeadline(string Name, string StreamId, DateTimeOffset DueAt, int Attempts, string? LastError, DateTimeOffset? RetryAt);

/// <summary>How the deadlines stand, whichever instance sweeps them.</summary>
public sealed class DeadlineBoard(NpgsqlDataSource dataSource)
{
    /// <summary>Those that failed and still wait, the longest due first.</summary>
    public async Task<IReadOnlyList<FailedDeadline>> ListFailedAsync(int maximum, CancellationToken cancellationToken = default)
    {
        await using var command = dataSource.CreateCommand(
            """
            select name, stream_id, due_at, attempts, last_error, retry_at from deadlines
            where attempts > 0 order by due_at, name, stream_id limit $1
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = maximum });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var failed = new List<FailedDeadline>();
        while (await reader.ReadAsync(cancellationToken))
        {
            failed.Add(new FailedDeadline(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetFieldValue<DateTimeOffset>(2),
                reader.GetInt32(3),
                await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetString(4),
                await reader.IsDBNullAsync(5, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(5)));
        }

        return failed;
    }

    /// <summary>How many failed and still wait, and since when the oldest of all has been due or will be; null where none waits.</summary>
    internal async Task<(long Failed, DateTimeOffset? OldestDue)> CountAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            select (select count(*) from deadlines where attempts > 0),
                least((select min(due_at) from deadlines where attempts > 0), (select min(coalesce(retry_at, due_at)) from deadlines))
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(1));
    }
}
