using System.Threading.Channels;
using Distribution.EventStore;
using Distribution.EventStore.Postgres;
using Distribution.Inventory;
using Npgsql;

namespace Distribution.Benchmarks;

/// <summary>The peer of commands: the same SQL with the same durability, a transaction for each command, on 48 connections.</summary>
internal sealed class OneTransactionPerCommand : IAsyncDisposable
{
    private const int Connections = 48;

    private static readonly EventTypes Types = EventTypes.From(typeof(UnitEvent).Assembly);

    private readonly NpgsqlDataSource _dataSource;
    private readonly Channel<(NpgsqlConnection Connection, AppendCommand Command)> _idle =
        Channel.CreateUnbounded<(NpgsqlConnection, AppendCommand)>();

    private int _opened;

    public OneTransactionPerCommand(string connectionString) =>
        _dataSource = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = Connections }.ConnectionString);

    public async Task<CommitResult> CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        var prepared = PreparedCommit.From(commit, Types);
        var session = await TakeAsync();
        try
        {
            return (await session.Command.ExecuteAsync([new CommitCombiner.Pending(prepared)]))[0];
        }
        finally
        {
            _idle.Writer.TryWrite(session);
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_idle.Reader.TryRead(out var session))
            await session.Connection.DisposeAsync();
        await _dataSource.DisposeAsync();
    }

    private async Task<(NpgsqlConnection Connection, AppendCommand Command)> TakeAsync()
    {
        if (_idle.Reader.TryRead(out var session))
            return session;
        if (Interlocked.Increment(ref _opened) <= Connections)
        {
            var connection = await _dataSource.OpenConnectionAsync();
            return (connection, await AppendCommand.PrepareAsync(connection));
        }

        return await _idle.Reader.ReadAsync();
    }
}
