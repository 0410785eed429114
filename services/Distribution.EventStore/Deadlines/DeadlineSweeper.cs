using Distribution.EventStore.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Distribution.EventStore.Deadlines;

/// <summary>Takes deadlines of one name when they fall due. The state decides whether there is still anything to do.</summary>
public interface IDeadlineHandler
{
    string Name { get; }

    /// <summary>May be called more than once for the same deadline; commits under <see cref="DeadlineKey.Of"/>.</summary>
    Task HandleAsync(Deadline deadline, CancellationToken cancellationToken);
}

public static class DeadlineKey
{
    /// <summary>The inbox key of a deadline.</summary>
    public static string Of(Deadline deadline) => $"deadline:{deadline.Name}:{deadline.StreamId}:{deadline.DueAt.UtcDateTime:O}";
}

/// <summary>Hands due deadlines to their handlers, on one instance at a time; a row goes when its handler has returned.</summary>
public sealed class DeadlineSweeper(
    IEnumerable<IDeadlineHandler> handlers, NpgsqlDataSource dataSource, TimeProvider clock, ILogger<DeadlineSweeper> logger)
    : BackgroundService
{
    private const int PageSize = 200;
    private const int AtOnce = 8;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, IDeadlineHandler> _handlers = handlers.ToDictionary(handler => handler.Name, StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var leader = await LeaderLock.AcquireAsync(dataSource, "deadlines", clock, stoppingToken);
                using var leading = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, leader.Lost);
                while (true)
                {
                    if (await SweepAsync(leading.Token) < PageSize)
                        await Task.Delay(Interval, clock, leading.Token);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (OperationCanceledException)
            {
                logger.LogInformation("Deadlines are swept by another instance from here on.");
            }
            catch (Exception exception)
            {
                // Deadlines wait as rows; a sweeper that ended would leave expired units in stock.
                if (DatabaseFault.IsPassing(exception))
                    logger.LogWarning("Sweeping deadlines was interrupted: {Reason}", exception.Message);
                else
                    logger.LogError(exception, "Sweeping deadlines failed and begins again.");
                await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Handles what is due now; returns how many rows were looked at.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var due = new List<Deadline>();
        await using (var command = dataSource.CreateCommand(
            "select name, stream_id, due_at from deadlines where coalesce(retry_at, due_at) <= $1 order by coalesce(retry_at, due_at) limit $2"))
        {
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PageSize });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                due.Add(new Deadline(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2)));
        }

        await Parallel.ForEachAsync(
            due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (deadline, token) => await HandleAsync(deadline, token));
        return due.Count;
    }

    private async Task HandleAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            var handler = _handlers.GetValueOrDefault(deadline.Name)
                ?? throw new InvalidOperationException($"Nobody handles deadlines named '{deadline.Name}'.");
            await handler.HandleAsync(deadline, cancellationToken);
            await ExecuteAsync("delete from deadlines where name = $1 and stream_id = $2 and due_at = $3", deadline, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !DatabaseFault.IsPassing(exception))
        {
            // It stays on the board and comes up again; the others go on.
            logger.LogError(exception, "Deadline {Deadline} of {Stream} failed.", deadline.Name, deadline.StreamId);
            await ExecuteAsync(
                "update deadlines set attempts = attempts + 1, last_error = $4, retry_at = $5 where name = $1 and stream_id = $2 and due_at = $3",
                deadline,
                cancellationToken,
                new NpgsqlParameter<string> { TypedValue = exception.Message },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow().AddSeconds(30) });
        }
    }

    private async Task ExecuteAsync(string sql, Deadline deadline, CancellationToken cancellationToken, params NpgsqlParameter[] more)
    {
        await using var command = dataSource.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = deadline.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = deadline.StreamId });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = deadline.DueAt });
        foreach (var parameter in more)
            command.Parameters.Add(parameter);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
