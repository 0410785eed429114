using Microsoft.Extensions.Configuration;

namespace Distribution.ServiceDefaults.Hosting;

/// <summary>What a host reads and what it serves, in one place: docker-compose.yml and the scripts are tested against it.</summary>
public static class HostConfiguration
{
    public const string BrokerKey = "RABBITMQ:URI";
    public const string SigningKeyFileKey = "Auth:SigningKeyFile";
    public const string PolicyFileKey = "Policy:File";
    public const string RegionFileKey = "Region:File";
    public const string AppRoleKey = "Migrate:AppRole";
    public const string TelemetryEndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    public const string TelemetryProtocolKey = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>The process answers.</summary>
    public const string LivePath = "/health/live";

    /// <summary>The database and the broker are reachable and nothing has stopped with an alarm.</summary>
    public const string ReadyPath = "/health/ready";

    public const string MetricsPath = "/metrics";

    public const string OpenApiPath = "/openapi/v1.json";

    /// <summary>Every key a host reads; <c>{service}</c> stands for the service's name in lower case. As environment variables <c>:</c> is <c>__</c>.</summary>
    public static IReadOnlyList<string> Keys { get; } =
    [
        "ConnectionStrings:{service}",
        "ConnectionStrings:{service}_owner",
        BrokerKey,
        SigningKeyFileKey,
        PolicyFileKey,
        RegionFileKey,
        AppRoleKey,
        TelemetryEndpointKey,
        TelemetryProtocolKey,
    ];

    /// <summary>The service's database, as the role that may read and write but not alter.</summary>
    /// <exception cref="HostConfigurationException">Missing.</exception>
    public static string ConnectionString(this IConfiguration configuration, string service) =>
        configuration.Require($"ConnectionStrings:{service}");

    /// <summary>The service's database, as the role that owns the schema: for <c>migrate</c> only.</summary>
    /// <exception cref="HostConfigurationException">Missing.</exception>
    public static string OwnerConnectionString(this IConfiguration configuration, string service) =>
        configuration.Require($"ConnectionStrings:{service}_owner");

    /// <exception cref="HostConfigurationException">Missing, or not an address of a broker.</exception>
    public static Uri Broker(this IConfiguration configuration)
    {
        var text = configuration.Require(BrokerKey);
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps"
            ? uri
            : throw new HostConfigurationException($"{BrokerKey} is not an amqp:// address.");
    }

    /// <summary>The value of a key that a host cannot do without.</summary>
    /// <exception cref="HostConfigurationException">Missing.</exception>
    public static string Require(this IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } value
            ? value
            : throw new HostConfigurationException(
                $"The configuration key {key} is missing. Set the environment variable {key.Replace(":", "__", StringComparison.Ordinal)}.");

    /// <summary>The file a key names, or the one that ships beside the host.</summary>
    internal static string FileOrDefault(this IConfiguration configuration, string key, params string[] parts) =>
        configuration[key] is { Length: > 0 } path ? path : Path.Combine([AppContext.BaseDirectory, .. parts]);
}

/// <summary>The host cannot start as it is configured; the message says what to set.</summary>
public sealed class HostConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
