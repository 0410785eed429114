using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using RabbitMQ.Client;
using Xunit;

namespace Distribution.Testing;

/// <summary>A virtual host of its own on the test broker, gone afterwards.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    private readonly Uri _server = TestNodes.RabbitMq;
    private readonly HttpClient _management = ManagementClient(TestNodes.RabbitMqManagement);
    private readonly string _virtualHost = $"test-{Guid.NewGuid():N}";

    /// <summary>Address of the virtual host.</summary>
    public Uri Uri => Through(_server.Host, _server.Port);

    public string Host => _server.Host;

    public int Port => _server.Port;

    /// <summary>The same virtual host by another address, such as that of a <see cref="BrokerProxy"/>.</summary>
    public Uri Through(string host, int port) => new UriBuilder(_server) { Host = host, Port = port, Path = _virtualHost }.Uri;

    public async Task InitializeAsync()
    {
        using var made = await _management.PutAsJsonAsync($"api/vhosts/{_virtualHost}", new { });
        made.EnsureSuccessStatusCode();
        var user = Uri.UnescapeDataString(_server.UserInfo.Split(':')[0]);
        using var permitted = await _management.PutAsJsonAsync(
            $"api/permissions/{_virtualHost}/{Uri.EscapeDataString(user)}", new { configure = ".*", write = ".*", read = ".*" });
        permitted.EnsureSuccessStatusCode();
    }

    public async Task DisposeAsync()
    {
        using var gone = await _management.DeleteAsync($"api/vhosts/{_virtualHost}");
        _management.Dispose();
    }

    public Task<IConnection> ConnectAsync() =>
        new ConnectionFactory { Uri = Uri, AutomaticRecoveryEnabled = false }.CreateConnectionAsync("test");

    /// <summary>Messages ready in a queue; null where there is no such queue.</summary>
    public async Task<long?> DepthAsync(string queue)
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return await channel.MessageCountAsync(queue);
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return null;
        }
    }

    private static HttpClient ManagementClient(Uri address)
    {
        var client = new HttpClient { BaseAddress = new UriBuilder(address) { UserName = "", Password = "", Path = "/" }.Uri };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
        return client;
    }
}
