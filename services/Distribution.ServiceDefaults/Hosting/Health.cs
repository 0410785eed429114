using System.Text.Json;
using Distribution.EventStore;
using Distribution.EventStore.Deadlines;
using Distribution.EventStore.Projections;
using Distribution.ServiceDefaults.Bus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Distribution.ServiceDefaults.Hosting;

internal static class Health
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The bus and the relay register their own checks.</summary>
    public static IServiceCollection AddServiceHealth(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<DatabaseHealth>("database", timeout: Patience)
            .AddCheck<ProjectionHealth>("projections")
            .AddCheck<DeadLetterHealth>("dead-letters")
            .AddCheck<DeadlineHealth>("deadlines", timeout: Patience);
        return services;
    }

    public static void MapServiceHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks(HostConfiguration.LivePath, new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync })
            .AllowAnonymous();
        endpoints.MapHealthChecks(HostConfiguration.ReadyPath, new HealthCheckOptions { ResponseWriter = WriteAsync })
            .AllowAnonymous();
    }

    // Descriptions are our own sentences; an exception's text could name the database's address and role.
    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var body = new
        {
            Status = Word(report.Status),
            Checks = report.Entries.ToDictionary(
                entry => entry.Key,
                entry => new { Status = Word(entry.Value.Status), Description = entry.Value.Exception is null ? entry.Value.Description : "Failed." },
                StringComparer.Ordinal),
        };
        return context.Response.WriteAsJsonAsync(body, EventTypes.Json, context.RequestAborted);
    }

    private static string Word(HealthStatus status) => JsonNamingPolicy.KebabCaseLower.ConvertName(status.ToString());

    private sealed class DatabaseHealth(NpgsqlDataSource database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await using var command = database.CreateCommand("select 1");
                await command.ExecuteScalarAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException or TimeoutException)
            {
                return HealthCheckResult.Unhealthy("The database is not reachable.");
            }
        }
    }

    private sealed class ProjectionHealth(IEnumerable<ProjectionRunner> runners) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var stopped = runners.Where(runner => runner.Status.Alarm is not null).Select(runner => runner.Status.Name).ToList();
            return Task.FromResult(stopped.Count == 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"Standing still at an event that they cannot fold: {string.Join(", ", stopped)}."));
        }
    }

    private sealed class DeadlineHealth(DeadlineBoard board) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                return (await board.ListFailedAsync(1, cancellationToken)).Count == 0
                    ? HealthCheckResult.Healthy()
                    : HealthCheckResult.Degraded("Deadlines have failed and wait to be tried again.");
            }
            catch (Exception exception) when (DatabaseFault.IsPassing(exception) || exception is OperationCanceledException)
            {
                // The database's own check says so.
                return HealthCheckResult.Degraded("The deadlines cannot be read.");
            }
        }
    }

    // Work goes on without them, so the service stays in use; but somebody has to look.
    private sealed class DeadLetterHealth(QueueDepthSampler depth) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(depth.Dead <= 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded($"{depth.Dead} dead letters wait for an operator."));
    }
}
