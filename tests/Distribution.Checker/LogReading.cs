using System.Runtime.CompilerServices;
using Distribution.EventStore;
using Distribution.EventStore.Postgres;
using Npgsql;

namespace Distribution.Checker;

/// <summary>The only file here that reads anything.</summary>
public static class LogReading
{
    /// <summary>A service's whole log, by one statement: what it holds at one instant.</summary>
    public static async IAsyncEnumerable<LoggedEvent> ReadAsync(
        string service, NpgsqlDataSource dataSource, EventTypes types, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var store = new PostgresEventStore(dataSource, types);
        await foreach (var stream in store.ReadAllStreamsAsync(cancellationToken))
        {
            foreach (var stored in stream.Events)
                yield return new LoggedEvent(service, stored);
        }
    }

    /// <summary>The logs of several services, by name, one after the other.</summary>
    public static async Task<IReadOnlyList<LoggedEvent>> ReadAsync(
        IReadOnlyDictionary<string, NpgsqlDataSource> dataSources, CancellationToken cancellationToken = default)
    {
        var logs = new List<LoggedEvent>();
        foreach (var (service, dataSource) in dataSources)
        {
            await foreach (var logged in ReadAsync(service, dataSource, Services.All[service], cancellationToken))
                logs.Add(logged);
        }

        return logs;
    }
}
