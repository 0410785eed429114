using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Distribution.EventStore.Postgres;

/// <summary>
/// The log is ordered by transaction ids, and those are the cluster's. A logical restore into another cluster brings
/// events whose ids that cluster has yet to give out: they would never be read, and new ones would sort before the
/// checkpoints, both without a word (docs/adr/0003).
/// </summary>
public static class TransactionCounter
{
    /// <exception cref="InvalidOperationException">The log holds events of transactions that this cluster has not had.</exception>
    public static async Task CheckAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await CheckAsync(connection, cancellationToken);
    }

    internal static async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select exists (select from mt_events where transaction_id >= pg_snapshot_xmax(pg_current_snapshot()))", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is true)
        {
            throw new InvalidOperationException(
                "The log holds events of transactions that this database cluster has not had yet: it was restored logically from another cluster. "
                + "Restore physically, or raise the transaction counter with pg_resetwal before first use (docs/adr/0003-event-store.md).");
        }
    }
}

/// <summary>Stops the host before any reader starts.</summary>
internal sealed class TransactionCounterCheck(NpgsqlDataSource dataSource, ILogger<TransactionCounterCheck> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await TransactionCounter.CheckAsync(dataSource, cancellationToken);
        }
        catch (Exception exception) when (DatabaseFault.IsPassing(exception) || exception is NpgsqlException)
        {
            // A host starts without its database and waits for it; whoever comes to lead a projection asks again.
            logger.LogWarning("Whether the log belongs to this database cluster could not be asked: {Reason}", exception.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
