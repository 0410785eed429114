using Npgsql;

namespace Distribution.EventStore.Postgres;

/// <summary>
/// At most one holder of a name among all instances of a service: a session's advisory lock.
/// A holder that loses its connection is told through <see cref="Lost"/>; what it still writes after that is caught by
/// the checkpoint, which only moves on from where it was.
/// </summary>
public sealed class LeaderLock : IAsyncDisposable
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    private readonly NpgsqlConnection _connection;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    private LeaderLock(NpgsqlConnection connection)
    {
        _connection = connection;
        Lost = _lost.Token;
        _watching = WatchAsync();
    }

    /// <summary>Canceled when the lock may be somebody else's.</summary>
    public CancellationToken Lost { get; }

    /// <summary>The lock, or null where another instance holds it.</summary>
    public static async Task<LeaderLock?> TryAcquireAsync(NpgsqlDataSource dataSource, string name, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended($1, 0))", connection);
            command.Parameters.AddWithValue(name);
            if (await command.ExecuteScalarAsync(cancellationToken) is true)
                return new LeaderLock(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>The lock, as soon as it can be had.</summary>
    public static async Task<LeaderLock> AcquireAsync(NpgsqlDataSource dataSource, string name, TimeProvider clock, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TryAcquireAsync(dataSource, name, cancellationToken) is { } held)
                return held;
            await Task.Delay(TimeSpan.FromMilliseconds(500), clock, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        try
        {
            // A pooled session would keep the lock.
            await using var command = new NpgsqlCommand("select pg_advisory_unlock_all()", _connection);
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception exception) when (DatabaseFault.IsPassing(exception) || exception is NpgsqlException or InvalidOperationException)
        {
            // The session is gone, and its locks with it. InvalidOperationException is how a connection that the server
            // closed says so: it once stopped a whole host when the database was restarted.
        }

        await _connection.DisposeAsync();
        _lost.Dispose();
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(Heartbeat);
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await using var command = new NpgsqlCommand("select 1", _connection);
                await command.ExecuteNonQueryAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception)
        {
            // Whatever it was: nobody can vouch for the lock any more.
            await _lost.CancelAsync();
        }
    }
}
