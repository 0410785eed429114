using System.Net.Sockets;
using Npgsql;

namespace Distribution.EventStore;

/// <summary>The one answer to "is the database away, or did it refuse?".</summary>
public static class DatabaseFault
{
    /// <summary>
    /// True for a fault that goes by itself: the server is away, restarting, out of a resource, or two transactions were
    /// in each other's way. Worth trying again. False for an answer that will be the same next time: that one needs a person.
    /// </summary>
    public static bool IsPassing(Exception exception) => exception switch
    {
        // 57Pxx: shut down, crashed, starting up. 53xxx: out of connections, memory or disk.
        PostgresException postgres => postgres.IsTransient
            || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || postgres.SqlState.StartsWith("53", StringComparison.Ordinal),
        NpgsqlException npgsql => npgsql.IsTransient,
        TimeoutException or SocketException or IOException => true,
        _ => false,
    };
}
