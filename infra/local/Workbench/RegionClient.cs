using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Resilience;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Workbench;

/// <summary>A person at work: their code, where they stand and what they may do.</summary>
public sealed record Staff(string Code, SiteId Site, IReadOnlyList<string> Roles);

/// <summary>A service's answer.</summary>
public sealed record Answer(int Status, JsonElement Body)
{
    public bool IsDone => Status is >= 200 and < 300;

    /// <summary>The problem's code, or null.</summary>
    public string? Code => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("code", out var code) ? code.GetString() : null;
}

/// <summary>Refused, and the caller had not expected that.</summary>
public sealed class RefusedException(string request, Answer answer) : Exception($"{request} was answered {answer.Status}: {answer.Body}")
{
    public Answer Answer { get; } = answer;
}

/// <summary>The four services' HTTP APIs, as the people of the region use them.</summary>
/// <param name="addresses">By service name; where one service has several instances they are taken in turn.</param>
public sealed class RegionClient(IReadOnlyDictionary<string, IReadOnlyList<Uri>> addresses, string keyFile) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ConcurrentDictionary<Staff, string> _tokens = new();
    private int _turn;

    /// <summary>A command under a key of its own, unless given: the same key again is the same command.</summary>
    public async Task<Answer> TryAsync(
        string service, Staff who, string path, object body, DateTimeOffset? occurredAt = null, string? key = null, string? traceParent = null, CancellationToken cancellationToken = default) =>
        await PostAsync(service, who, path, () => JsonContent.Create(body, options: EventTypes.Json), occurredAt, key, traceParent, cancellationToken);

    /// <summary>A file, such as an analyser's, under a key of its own.</summary>
    public async Task<Answer> TryUploadAsync(
        string service, Staff who, string path, string text, string mediaType, DateTimeOffset? occurredAt = null, CancellationToken cancellationToken = default) =>
        await PostAsync(service, who, path, () => new StringContent(text, Encoding.UTF8, mediaType), occurredAt, null, null, cancellationToken);

    private async Task<Answer> PostAsync(
        string service, Staff who, string path, Func<HttpContent> content, DateTimeOffset? occurredAt, string? key, string? traceParent, CancellationToken cancellationToken)
    {
        key ??= Guid.CreateVersion7().ToString("N");
        return await Pipelines.Http.ExecuteAsync(
            async token =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address(service), path)) { Content = content() };
                request.Headers.Authorization = Bearer(who);
                request.Headers.Add("Idempotency-Key", key);
                if (occurredAt is { } at)
                    request.Headers.Add("Occurred-At", at.ToString("O", CultureInfo.InvariantCulture));
                if (traceParent is not null)
                    request.Headers.Add("traceparent", traceParent);
                return await SendAsync(request, token);
            },
            cancellationToken);
    }

    /// <exception cref="RefusedException">It was refused.</exception>
    public async Task<JsonElement> DoAsync(
        string service, Staff who, string path, object body, DateTimeOffset? occurredAt = null, string? key = null, string? traceParent = null, CancellationToken cancellationToken = default)
    {
        var answer = await TryAsync(service, who, path, body, occurredAt, key, traceParent, cancellationToken);
        return answer.IsDone ? answer.Body : throw new RefusedException($"POST {service} {path}", answer);
    }

    public async Task<Answer> TryGetAsync(string service, Staff who, string path, CancellationToken cancellationToken = default) =>
        await Pipelines.Http.ExecuteAsync(
            async token =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address(service), path));
                request.Headers.Authorization = Bearer(who);
                return await SendAsync(request, token);
            },
            cancellationToken);

    /// <exception cref="RefusedException">It was refused.</exception>
    public async Task<JsonElement> GetAsync(string service, Staff who, string path, CancellationToken cancellationToken = default)
    {
        var answer = await TryGetAsync(service, who, path, cancellationToken);
        return answer.IsDone ? answer.Body : throw new RefusedException($"GET {service} {path}", answer);
    }

    /// <summary>A page or a paper as it is sent.</summary>
    /// <exception cref="HttpRequestException">It was refused.</exception>
    public async Task<string> GetTextAsync(string service, Staff who, string path, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address(service), path));
        request.Headers.Authorization = Bearer(who);
        using var response = await _http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private Uri Address(string service)
    {
        var instances = addresses[service];
        return instances[(int)((uint)Interlocked.Increment(ref _turn) % instances.Count)];
    }

    private AuthenticationHeaderValue Bearer(Staff who) => new(
        "Bearer", _tokens.GetOrAdd(who, static (staff, file) => DevelopmentTokens.Create(file, staff.Code, staff.Roles, staff.Site, TimeSpan.FromHours(8)), keyFile));

    private async ValueTask<Answer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await _http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        using var document = text.Length > 0 && response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) is true ? JsonDocument.Parse(text) : null;
        return new Answer((int)response.StatusCode, document?.RootElement.Clone() ?? default);
    }
}
