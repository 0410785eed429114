using Distribution.ServiceDefaults.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Distribution.ServiceDefaults.Telemetry;

/// <summary>
/// Sends traces and metrics to the collector that <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names; without it there is no
/// exporter and nothing leaves the process.
/// </summary>
internal sealed class TelemetryExport(IConfiguration configuration, string serviceName) : IHostedService, IDisposable
{
    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration[HostConfiguration.TelemetryEndpointKey] is not { Length: > 0 } text)
            return Task.CompletedTask;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint))
            throw new HostConfigurationException($"{HostConfiguration.TelemetryEndpointKey} is not an address.");

        var resource = ResourceBuilder.CreateDefault().AddService(serviceName);
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource("Microsoft.AspNetCore", "System.Net.Http", "MassTransit", "Npgsql", "Distribution.*")
            .AddOtlpExporter(options => Configure(options, endpoint, "v1/traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter("Microsoft.AspNetCore.*", "System.Net.Http", "System.Runtime", "MassTransit", "Npgsql", "Distribution.*")
            .AddOtlpExporter(options => Configure(options, endpoint, "v1/metrics"))
            .Build();
        return Task.CompletedTask;
    }

    // Disposing flushes what is waiting, so the last requests before a stop are seen too.
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(Dispose, cancellationToken);

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
        _traces = null;
        _metrics = null;
    }

    private void Configure(OtlpExporterOptions options, Uri endpoint, string path)
    {
        var overHttp = configuration[HostConfiguration.TelemetryProtocolKey] is "http/protobuf";
        options.Protocol = overHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        // The exporter adds the signal's path by itself only to an endpoint that it read from the environment.
        options.Endpoint = overHttp ? new Uri($"{endpoint.ToString().TrimEnd('/')}/{path}") : endpoint;
    }
}
