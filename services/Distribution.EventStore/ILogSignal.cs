namespace Distribution.EventStore;

/// <summary>Wakes readers of the log when something was committed, here or by another instance.</summary>
public interface ILogSignal
{
    /// <summary>A waiter misses nothing that was signaled since it was made or last returned.</summary>
    LogWaiter Subscribe();
}

public sealed class LogWaiter(Action<LogWaiter> unsubscribe) : IDisposable
{
    private readonly SemaphoreSlim _signaled = new(0, 1);

    /// <summary>Returns when something was committed since the last return, or after the timeout: the net under a lost signal.</summary>
    public async Task WaitAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        await _signaled.WaitAsync(timeout, cancellationToken);

    public void Dispose()
    {
        unsubscribe(this);
        _signaled.Dispose();
    }

    internal void Signal()
    {
        try
        {
            if (_signaled.CurrentCount == 0)
                _signaled.Release();
        }
        catch (Exception exception) when (exception is SemaphoreFullException or ObjectDisposedException)
        {
            // Two signals at once: one is enough. Disposed: nobody waits any more.
        }
    }
}
