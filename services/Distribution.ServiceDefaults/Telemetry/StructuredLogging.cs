using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Distribution.ServiceDefaults.Telemetry;

public static class StructuredLogging
{
    /// <summary>One JSON object a line, with scopes, in UTC. No component of ours logs a body, a token or a parameter value.</summary>
    public static ILoggingBuilder AddStructuredConsole(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddJsonConsole(options =>
        {
            options.IncludeScopes = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            // Vietnamese stays readable.
            options.JsonWriterOptions = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        });
        // These write query strings and, when asked for more, values of parameters; ours say what matters.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("System.Net.Http", LogLevel.Warning);
        logging.AddFilter("Npgsql", LogLevel.Warning);
        logging.AddFilter("MassTransit", LogLevel.Warning);
        return logging;
    }
}
