using System.Diagnostics;
using Npgsql;

namespace Distribution.EventStore.Postgres;

/// <summary>
/// While one append is in flight, arriving commits wait and go together in the next; each caller is answered only after
/// its own commit is durable. When nothing is in flight a commit goes at once, on its caller's thread.
/// </summary>
internal sealed class CommitCombiner(NpgsqlDataSource dataSource, Action committed, int maximumBatch = 500) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private LinkedList<Pending> _waiting = new();
    private bool _writing;
    private NpgsqlConnection? _connection;
    private AppendCommand? _command;

    public Task<CommitResult> CommitAsync(PreparedCommit commit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var pending = new Pending(commit);
        lock (_gate)
        {
            _waiting.AddLast(pending);
            if (_writing)
                return pending.Answer.Task;
            _writing = true;
        }

        _ = WriteWaitingAsync();
        return pending.Answer.Task;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
    }

    private async Task WriteWaitingAsync()
    {
        // It writes for everybody who comes by; what it does is not part of the first caller's trace.
        Activity.Current = null;
        while (true)
        {
            List<Pending> batch;
            lock (_gate)
            {
                batch = TakeBatch();
                if (batch.Count == 0)
                {
                    _writing = false;
                    return;
                }
            }

            await WriteAsync(batch);
        }
    }

    /// <summary>As many as fit, none of which shares a stream or key with another: those wait for the next.</summary>
    private List<Pending> TakeBatch()
    {
        var batch = new List<Pending>(Math.Min(_waiting.Count, maximumBatch));
        if (_waiting.Count == 1)
        {
            batch.Add(_waiting.First!.Value);
            _waiting = new LinkedList<Pending>();
            return batch;
        }

        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var node = _waiting.First; node is not null && batch.Count < maximumBatch;)
        {
            var next = node.Next;
            if (node.Value.Commit.IsApartFrom(taken))
            {
                batch.Add(node.Value);
                _waiting.Remove(node);
            }

            // Also what waits marks its streams, so that later commits on them do not overtake it.
            node.Value.Commit.Mark(taken);
            node = next;
        }

        return batch;
    }

    private async Task WriteAsync(List<Pending> batch)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            var results = await ExecuteAsync(batch);
            StoreMetrics.BatchTime.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
            StoreMetrics.BatchSize.Record(batch.Count);
            // Before the answers: a reader woken by an answer finds the log's readers already told.
            committed();
            for (var i = 0; i < batch.Count; i++)
                batch[i].Answer.SetResult(results[i]);
        }
        catch (PostgresException exception) when (batch.Count > 1 && !exception.IsTransient)
        {
            // One commit that the database refuses must not take the others with it.
            foreach (var pending in batch)
                await WriteAsync([pending]);
        }
        catch (Exception exception)
        {
            // A commit that was refused leaves the connection as it was.
            if (!IsRefusal(exception))
                await ForgetConnectionAsync();
            foreach (var pending in batch)
                pending.Answer.SetException(exception);
        }
    }

    private async Task<CommitResult[]> ExecuteAsync(List<Pending> batch)
    {
        if (_connection is null || _command is null)
        {
            _connection = await dataSource.OpenConnectionAsync();
            _command = await AppendCommand.PrepareAsync(_connection);
        }

        return await _command.ExecuteAsync(batch);
    }

    /// <summary>Not so where the prepared call itself is out of date: it would be refused for ever.</summary>
    private bool IsRefusal(Exception exception) =>
        exception is PostgresException { SqlState: not (PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.InvalidSqlStatementName) }
        && _connection is { FullState: System.Data.ConnectionState.Open };

    private async Task ForgetConnectionAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            _command = null;
            await connection.DisposeAsync();
        }
    }

    internal sealed record Pending(PreparedCommit Commit)
    {
        public TaskCompletionSource<CommitResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
