using Distribution.EventStore.Deadlines;
using Distribution.EventStore.Postgres;
using Distribution.EventStore.Projections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Distribution.EventStore;

/// <summary>What a host says to have a log.</summary>
public sealed record EventStoreOptions
{
    /// <summary>Connects as the role that may add events and not change them.</summary>
    public required string ConnectionString { get; init; }

    public required EventTypes EventTypes { get; init; }

    /// <summary>Classes deriving from <see cref="Projection"/>.</summary>
    public IReadOnlyList<Type> Projections { get; init; } = [];

    /// <summary>Classes implementing <see cref="IDeadlineHandler"/>.</summary>
    public IReadOnlyList<Type> DeadlineHandlers { get; init; } = [];
}

public static partial class EventStoreRegistration
{
    /// <summary>The store, its readers' signal, the projections with their runners, and the deadline sweeper.</summary>
    public static IServiceCollection AddEventStore(this IServiceCollection services, EventStoreOptions options)
    {
        services.AddSingleton(options.EventTypes);
        services.AddSingleton(provider =>
        {
            var builder = new NpgsqlDataSourceBuilder(options.ConnectionString);
            builder.UseLoggerFactory(provider.GetService<ILoggerFactory>());
            builder.ConnectionStringBuilder.MaxAutoPrepare = 50;
            // Values bound to statements are never logged: they may name people.
            builder.EnableParameterLogging(false);
            return builder.Build();
        });
        // The first to start: nobody may read a log that is not in this cluster's order.
        services.AddHostedService<TransactionCounterCheck>();
        services.AddSingleton<LogSignal>();
        services.AddSingleton<ILogSignal>(provider => provider.GetRequiredService<LogSignal>());
        services.AddHostedService(provider => provider.GetRequiredService<LogSignal>());
        services.AddSingleton(provider => new PostgresEventStore(
            provider.GetRequiredService<NpgsqlDataSource>(), options.EventTypes, provider.GetRequiredService<LogSignal>().Signal));
        services.AddSingleton<IEventStore>(provider => provider.GetRequiredService<PostgresEventStore>());
        services.AddSingleton<ICheckpoints>(provider => provider.GetRequiredService<PostgresEventStore>());
        UseMarten(services, options);
        services.AddSingleton<ProjectionReading>();
        services.AddSingleton<DeadlineBoard>();
        foreach (var projection in options.Projections)
        {
            services.AddSingleton(projection);
            services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ProjectionRunner>(provider, (Projection)provider.GetRequiredService(projection)));
        }

        // One hosted service for all of them: AddHostedService would take the first for the others.
        services.AddSingleton<IHostedService>(provider => new ProjectionHost([.. provider.GetServices<ProjectionRunner>()]));
        foreach (var handler in options.DeadlineHandlers)
            services.AddSingleton(typeof(IDeadlineHandler), handler);
        if (options.DeadlineHandlers.Count > 0)
            services.AddHostedService<DeadlineSweeper>();
        return services;
    }

    /// <summary>Puts the adapter over Marten in the place of our store where it is compiled in (<c>-p:EventStore=Marten</c>).</summary>
    static partial void UseMarten(IServiceCollection services, EventStoreOptions options);

    private sealed class ProjectionHost(IReadOnlyList<ProjectionRunner> runners) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.WhenAll(runners.Select(runner => runner.StartAsync(cancellationToken)));

        public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(runners.Select(runner => runner.StopAsync(cancellationToken)));
    }
}
