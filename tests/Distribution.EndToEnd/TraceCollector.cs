using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Distribution.EndToEnd;

/// <summary>Takes OTLP over HTTP and remembers what came: enough to find a trace id beside a service's name.</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly ConcurrentBag<byte[]> _received = [];
    private readonly WebApplication _app;

    public TraceCollector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapPost("/v1/{signal}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            _received.Add(body.ToArray());
            return Results.Ok();
        });
        _app.StartAsync().GetAwaiter().GetResult();
        Endpoint = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public Uri Endpoint { get; }

    /// <summary>An export of this service held a span of this trace.</summary>
    public bool Saw(string traceId, string service)
    {
        var id = Convert.FromHexString(traceId);
        var name = Encoding.UTF8.GetBytes(service);
        return _received.Any(body => body.AsSpan().IndexOf(id) >= 0 && body.AsSpan().IndexOf(name) >= 0);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
