using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Distribution.EventStore.Postgres;

/// <summary>One LISTEN connection a process, and a short cut for what this process committed itself.</summary>
public sealed class LogSignal(NpgsqlDataSource dataSource, TimeProvider clock, ILogger<LogSignal> logger) : BackgroundService, ILogSignal
{
    private readonly ConcurrentDictionary<LogWaiter, bool> _waiters = new();

    public LogWaiter Subscribe()
    {
        var waiter = new LogWaiter(gone => _waiters.TryRemove(gone, out _));
        _waiters[waiter] = true;
        return waiter;
    }

    internal void Signal()
    {
        foreach (var waiter in _waiters.Keys)
            waiter.Signal();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interrupted = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await dataSource.OpenConnectionAsync(stoppingToken);
                connection.Notification += (_, _) => Signal();
                await using (var listen = new NpgsqlCommand("listen events_appended", connection))
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                // What was committed while nobody listened.
                interrupted = false;
                Signal();
                while (true)
                    await connection.WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Readers still look by themselves now and then. Whatever it was, an end here would stop the whole host.
                if (!interrupted && DatabaseFault.IsPassing(exception))
                    logger.LogWarning("Listening for appended events was interrupted: {Reason}", exception.Message);
                else if (!interrupted)
                    logger.LogError(exception, "Listening for appended events failed and begins again.");
                interrupted = true;
                await Task.Delay(TimeSpan.FromMilliseconds(500), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
