using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.EventStore.Postgres;
using Distribution.ServiceDefaults.Identity;
using Distribution.ServiceDefaults.Security;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Distribution.Testing;

/// <summary>One service in this process on a database and a virtual host of its own; the other services are not there.</summary>
/// <param name="service">Lower case, as in the routes.</param>
public abstract class ServiceFixture<TProgram>(string service) : DatabaseFixture
    where TProgram : class
{
    private readonly BrokerFixture _broker = new();
    private readonly string _keyFile = Path.Combine(Path.GetTempPath(), $"distribution-{Guid.CreateVersion7():N}.json");
    private WebApplicationFactory<TProgram>? _factory;

    public IServiceProvider Services => Factory.Services;

    public IEventStore Store => Services.GetRequiredService<IEventStore>();

    public Uri Broker => _broker.Uri;

    protected override IEnumerable<SqlScript> Scripts => Migrator.Embedded(typeof(IdentityVault).Assembly);

    /// <summary>Stands in for the system's clock where set before the first use.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>What a test puts in place of the service's own.</summary>
    protected virtual void Configure(IServiceCollection services)
    {
    }

    private WebApplicationFactory<TProgram> Factory => _factory ?? throw new InvalidOperationException("Not initialized.");

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await _broker.InitializeAsync();
        DevelopmentTokens.CreateKeyFile(_keyFile);
        _factory = new WebApplicationFactory<TProgram>().WithWebHostBuilder(host =>
        {
            host.UseSetting($"ConnectionStrings:{service}", ApplicationConnectionString);
            host.UseSetting("RABBITMQ:URI", _broker.Uri.ToString());
            host.UseSetting("Auth:SigningKeyFile", _keyFile);
            host.ConfigureTestServices(services =>
            {
                if (Clock is { } clock)
                    services.AddSingleton(clock);
                Configure(services);
            });
        });
        _ = _factory.Server;
    }

    public override async Task DisposeAsync()
    {
        if (_factory is not null)
            await _factory.DisposeAsync();
        await _broker.DisposeAsync();
        await base.DisposeAsync();
        File.Delete(_keyFile);
    }

    /// <summary>A client with a token of these roles at this site.</summary>
    public HttpClient Client(string staff, SiteId site, params string[] roles)
    {
        var client = Factory.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", DevelopmentTokens.Create(_keyFile, staff, roles, site, TimeSpan.FromHours(1)));
        return client;
    }

    public HttpClient Anonymous() => Factory.CreateClient();
}

public static class CommandRequests
{
    /// <summary>Posts a command with an idempotency key (a new one unless given) and the headers a command may have.</summary>
    public static async Task<HttpResponseMessage> CommandAsync(
        this HttpClient client, string path, object body, string? key = null, DateTimeOffset? occurredAt = null, long? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: EventTypes.Json) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.CreateVersion7().ToString("N"));
        if (occurredAt is { } at)
            request.Headers.Add("Occurred-At", at.ToString("O"));
        if (ifMatch is { } version)
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        return await client.SendAsync(request);
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
