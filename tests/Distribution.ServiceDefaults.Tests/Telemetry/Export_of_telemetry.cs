using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using System.Threading.Channels;
using Distribution.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Telemetry;

public sealed class Export_of_telemetry
{
    [Fact]
    public async Task Sends_spans_and_metrics_to_the_collector_that_is_named()
    {
        var received = Channel.CreateUnbounded<(string Path, string Body)>();
        await using var collector = await StartCollectorAsync(received.Writer);
        using var source = new ActivitySource("Distribution.TestExport");
        using var meter = new Meter("Distribution.TestExport");
        using var export = new TelemetryExport(Configuration(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")), "inventory");

        await export.StartAsync(CancellationToken.None);
        source.StartActivity("reserve-units").ShouldNotBeNull().Dispose();
        meter.CreateCounter<int>("test.exported.units").Add(1);
        await export.StopAsync(CancellationToken.None);

        received.Writer.Complete();
        var all = await received.Reader.ReadAllAsync().ToListAsync();
        var traces = all.Where(request => request.Path == "/v1/traces").Select(request => request.Body).ShouldHaveSingleItem();
        traces.ShouldContain("reserve-units");
        traces.ShouldContain("inventory");
        all.ShouldContain(request => request.Path == "/v1/metrics" && request.Body.Contains("test.exported.units"));
    }

    [Fact]
    public async Task Is_off_when_no_collector_is_named()
    {
        using var source = new ActivitySource("Distribution.TestSilence");
        using var export = new TelemetryExport(Configuration(), "inventory");

        await export.StartAsync(CancellationToken.None);

        source.StartActivity("nobody listens").ShouldBeNull();
        await export.StopAsync(CancellationToken.None);
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(pair => pair.Key, pair => (string?)pair.Value)).Build();

    private static async Task<WebApplication> StartCollectorAsync(ChannelWriter<(string Path, string Body)> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/v1/{signal}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            await received.WriteAsync((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
            return Results.Ok();
        });
        await app.StartAsync();
        return app;
    }
}
