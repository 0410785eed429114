using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.EventStore.Postgres;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Identity;
using Distribution.ServiceDefaults.Relay;
using Distribution.ServiceDefaults.Security;
using Distribution.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Distribution.ServiceDefaults.Hosting;

/// <summary>Everything that the four services' hosts have in common: registered, mapped and run by three calls.</summary>
public static class ServiceHost
{
    /// <summary>Commands are small; what is larger is a mistake or an attack.</summary>
    private const long LargestBody = 1024 * 1024;

    // "migrate" does without the broker and the service's own connection; a host that serves never gets this far without.
    private static readonly Uri NoBroker = new("amqp://not-configured");

    /// <summary>
    /// Store, bus, relay, projections, deadlines, policy and region, authentication, HTTP conventions, telemetry, health.
    /// Nothing connects, and no missing configuration is noticed, before <see cref="RunServiceAsync"/>.
    /// </summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, ServiceDescription description)
    {
        // Spans by the semantic conventions: ASP.NET Core leaves them to an instrumentation package by default.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        builder.Logging.AddStructuredConsole();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        });

        var services = builder.Services;
        var configuration = builder.Configuration;
        services.AddSingleton(description);
        services.TryAddSingleton(TimeProvider.System);
        services.AddPolicyBook(_ => Load(
            configuration.FileOrDefault(HostConfiguration.PolicyFileKey, "policies", "vn-26-2013.json"), "policy pack", PolicyBook.LoadFile));
        services.AddSingleton(_ => Load(
            configuration.FileOrDefault(HostConfiguration.RegionFileKey, "regions", "hanoi.json"), "region", Region.LoadFile));

        // Listens from the first hosted service on, so that the others' measurements are heard.
        services.AddSingleton<MetricsText>();
        services.AddHostedService(provider => provider.GetRequiredService<MetricsText>());
        services.AddSingleton<IHostedService>(provider => new TelemetryExport(configuration, description.Name));

        services.AddEventStore(new EventStoreOptions
        {
            ConnectionString = configuration[$"ConnectionStrings:{description.Name}"] ?? "",
            EventTypes = description.EventTypes,
            Projections = description.Projections,
            DeadlineHandlers = description.DeadlineHandlers,
        });
        services.AddSingleton<CommandRunner>();
        services.AddSingleton<ReadModels>();
        services.AddServiceBus(
            description.Name, configuration[HostConfiguration.BrokerKey] is null ? NoBroker : configuration.Broker(), description.Consumers);
        services.AddRelay(description.Contracts);
        if (description.KeepsIdentities)
            services.AddSingleton<IdentityVault>();

        services.AddStaffAuthorization(_ => SigningKey.LoadPublic(configuration.Require(HostConfiguration.SigningKeyFileKey)));
        services.AddHttpConventions(description.Name);
        services.AddServiceHealth();
        services.AddHostedService<ProjectionMetrics>();
        return builder;
    }

    /// <summary>Problem details, authentication, health, metrics, the API's description, the policy and the operator's endpoints.</summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        app.UseHttpConventions();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapServiceHealth();
        app.MapGet(HostConfiguration.MetricsPath, (MetricsText metrics) => Results.Text(metrics.Write(), MetricsText.ContentType))
            .AllowAnonymous()
            .ExcludeFromDescription();
        app.MapOpenApi(HostConfiguration.OpenApiPath.Replace("v1", "{documentName}", StringComparison.Ordinal)).AllowAnonymous();
        app.MapDeadLetters();
        app.MapOperations();
        app.MapPolicy();
        return app;
    }

    /// <summary><c>migrate</c> applies the schema with the owner's connection and ends; anything else serves until stopped.</summary>
    /// <returns>The exit code: 1 when the configuration does not allow a start; what is missing stands on standard error.</returns>
    public static async Task<int> RunServiceAsync(this WebApplication app, string[] args)
    {
        try
        {
            await RunOrThrowAsync(app, args);
            return 0;
        }
        catch (HostConfigurationException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    /// <exception cref="HostConfigurationException">The configuration does not allow a start.</exception>
    internal static async Task RunOrThrowAsync(WebApplication app, string[] args)
    {
        await using var _ = app;
        if (args is ["migrate", ..])
        {
            await MigrateAsync(app.Services.GetRequiredService<ServiceDescription>(), app.Configuration);
            return;
        }

        CheckStart(app);
        await app.RunAsync();
    }

    private static void CheckStart(WebApplication app)
    {
        var service = app.Services.GetRequiredService<ServiceDescription>();
        app.Configuration.ConnectionString(service.Name);
        app.Configuration.Broker();
        app.Services.GetRequiredService<IOptionsMonitor<BearerOptions>>().Get(BearerAuthentication.SchemeName);
        app.Services.GetRequiredService<PolicyBook>();
        app.Services.GetRequiredService<Region>();
    }

    private static async Task MigrateAsync(ServiceDescription service, IConfiguration configuration)
    {
        await using var owner = NpgsqlDataSource.Create(configuration.OwnerConnectionString(service.Name));
        var applied = await Migrator.ApplyAsync(
            owner,
            configuration.Require(HostConfiguration.AppRoleKey),
            service.KeepsIdentities ? Migrator.Embedded(typeof(IdentityVault).Assembly) : []);
        Console.WriteLine(applied.Count == 0 ? "The schema is up to date." : $"Applied: {string.Join(", ", applied)}");
    }

    private static T Load<T>(string path, string what, Func<string, T> load)
    {
        try
        {
            return load(path);
        }
        catch (Exception exception) when (exception is PolicyException or RegionException or IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            throw new HostConfigurationException($"The {what} {path} is refused: {exception.Message}", exception);
        }
    }
}
