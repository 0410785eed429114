using System.Diagnostics;
using Distribution.EventStore;
using Distribution.EventStore.Postgres;
using Npgsql;

namespace Distribution.Workbench.Volume;

/// <summary>Writes a year into the two services' databases, before the services run.</summary>
public sealed class VolumeStore(NpgsqlDataSource donation, NpgsqlDataSource inventory)
{
    private const string Relay = "relay";

    /// <summary>Both logs at once. What is imported has been told: the relays begin behind it.</summary>
    /// <returns>How many events, and how long it took.</returns>
    public async Task<(long Events, TimeSpan Took)> ImportAsync(YearImport year, CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        var written = await Task.WhenAll(
            Task.Run(() => WriteAsync(donation, Checker.Services.All["donation"], year.DonationStreams(), cancellationToken), cancellationToken),
            Task.Run(() => WriteAsync(inventory, Checker.Services.All["inventory"], year.InventoryStreams(), cancellationToken), cancellationToken));
        return (written.Sum(), Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Waits until every live projection has folded the log as it is now.</summary>
    public static async Task FoldedAsync(NpgsqlDataSource database, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            await using var command = database.CreateCommand(
                """
                select count(*) from projections p left join mt_event_progression g on g.name = 'projection:' || p.build
                where coalesce(g.last_seq_id, 0) < (select coalesce(max(seq_id), 0) from mt_events)
                """);
            if ((long)(await command.ExecuteScalarAsync(cancellationToken))! == 0)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }
    }

    private static async Task<long> WriteAsync(NpgsqlDataSource database, EventTypes types, IEnumerable<ImportedStream> streams, CancellationToken cancellationToken)
    {
        await using var store = new PostgresEventStore(database, types);
        var written = await store.ImportAsync(streams.ToAsyncEnumerable(), cancellationToken);
        await store.SaveAsync(Relay, await store.HeadAsync(cancellationToken), cancellationToken);
        return written;
    }
}
