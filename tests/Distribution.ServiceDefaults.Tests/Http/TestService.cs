using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.ServiceDefaults.Hosting;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Distribution.ServiceDefaults.Tests.Http;

/// <summary>A service with nothing but the HTTP conventions and the security, on a port of its own.</summary>
internal sealed class TestService : IAsyncDisposable
{
    public static readonly SiteId Site = SiteId.Parse("HN-XP", null);

    private readonly WebApplication _app;

    private TestService(WebApplication app, string keyFile, CapturedLog log)
    {
        (_app, KeyFile, Log) = (app, keyFile, log);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(Roles.BloodBank));
    }

    public static PolicyPack Policy { get; } =
        PolicyPack.LoadFile(Path.Combine(TestNodes.RepositoryRoot, "infra/policies/vn-26-2013.json"));

    /// <summary>Signed in as blood bank staff of <see cref="Site"/>.</summary>
    public HttpClient Client { get; }

    public string KeyFile { get; }

    public CapturedLog Log { get; }

    public static async Task<TestService> StartAsync(
        Action<WebApplication> map, TimeProvider? time = null, Action<IServiceCollection>? configure = null, PolicyBook? policies = null)
    {
        var keyFile = Path.Combine(Directory.CreateTempSubdirectory("distribution-").FullName, "key.json");
        DevelopmentTokens.CreateKeyFile(keyFile);
        var log = new CapturedLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddPolicyBook(_ => policies ?? new PolicyBook(Policy));
        builder.Services.AddStaffAuthorization(_ => SigningKey.LoadPublic(keyFile));
        builder.Services.AddHttpConventions("test");
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseHttpConventions();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        map(app);
        await app.StartAsync();
        return new TestService(app, keyFile, log);
    }

    public string Token(params string[] roles) =>
        DevelopmentTokens.Create(KeyFile, "A9999-N01", roles, Site, TimeSpan.FromMinutes(5));

    public async Task<Answer> SendAsync(
        HttpMethod method, string path, string? json = null, string? token = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Answer.ReadAsync(await Client.SendAsync(request));
    }

    public Task<Answer> PostAsync(string path, string json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, json, null, [("Idempotency-Key", "k-1"), .. headers]);

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, null, headers);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(KeyFile)!, recursive: true);
    }
}

/// <summary>An answer with its JSON read.</summary>
internal sealed record Answer(int Status, string? ContentType, JsonObject? Body, HttpResponseHeaders Headers)
{
    public string? Code => (string?)Body?["code"];

    public string? Field => (string?)Body?["field"];

    public string? Title => (string?)Body?["title"];

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            return new Answer(
                (int)response.StatusCode,
                response.Content.Headers.ContentType?.MediaType,
                text.StartsWith('{') ? JsonSerializer.Deserialize<JsonObject>(text) : null,
                response.Headers);
        }
    }
}

/// <summary>Everything that is logged, messages, values and scopes alike.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            lines.Enqueue($"scope {category}: {state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs) : "";
            lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {values} {exception}");
        }
    }
}
