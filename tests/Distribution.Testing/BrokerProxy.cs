using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Distribution.Testing;

/// <summary>A wire to the broker that can be cut, stopped up and mended, to see what a service does meanwhile.</summary>
public sealed class BrokerProxy : IAsyncDisposable
{
    private readonly string _host;
    private readonly int _port;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly Task _accepting;
    private volatile bool _cut;
    private volatile TaskCompletionSource _flowing = Flowing();

    /// <param name="host">Where the broker is.</param>
    /// <param name="port">Its AMQP port.</param>
    /// <param name="cut">Begin cut: the broker is not there yet.</param>
    public BrokerProxy(string host, int port, bool cut = false)
    {
        (_host, _port, _cut) = (host, port, cut);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Closes every connection and takes no new one.</summary>
    public void Cut()
    {
        _cut = true;
        foreach (var client in _open.Keys)
            client.Dispose();
    }

    /// <summary>The broker's answers are kept back from now on; what goes to it still goes.</summary>
    public void StopAnswers() => _flowing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Mend()
    {
        _cut = false;
        _flowing.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Cut();
        Mend();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private static TaskCompletionSource Flowing()
    {
        var flowing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        flowing.SetResult();
        return flowing;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_end.IsCancellationRequested)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                if (_cut)
                    client.Dispose();
                else
                    _ = ForwardAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using var broker = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        _open[client] = true;
        _open[broker] = true;
        try
        {
            await broker.ConnectAsync(_host, _port, _end.Token);
            await await Task.WhenAny(
                CopyAsync(client.GetStream(), broker.GetStream(), answers: false),
                CopyAsync(broker.GetStream(), client.GetStream(), answers: true));
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // Cut.
        }
        finally
        {
            _open.TryRemove(client, out _);
            _open.TryRemove(broker, out _);
            client.Dispose();
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool answers)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, _end.Token)) > 0)
        {
            if (answers)
                await _flowing.Task.WaitAsync(_end.Token);
            await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    }
}
