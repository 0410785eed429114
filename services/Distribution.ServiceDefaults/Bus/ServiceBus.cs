using MassTransit;
using MassTransit.UsageTracking;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.ServiceDefaults.Bus;

/// <summary>A service's connection to the others: one queue, named as the service.</summary>
public static class ServiceBus
{
    /// <summary>Messages handed over ahead; quorum queues collapse below some hundred (performance.md, 3).</summary>
    public const ushort Prefetch = 128;

    /// <summary>Messages worked on at a time; order is not kept between them.</summary>
    public const int Concurrency = 32;

    /// <summary>
    /// Puts the service on the bus. The host starts although the broker is away and is not ready until it is there.
    /// A message that cannot be handled goes back to the queue and, past <see cref="Topology.DeliveryLimit"/>, to the dead letters.
    /// </summary>
    /// <param name="services">Where to register.</param>
    /// <param name="serviceName">One of <see cref="Contracts.Routes.Services"/>; also the name of the queue.</param>
    /// <param name="broker">As in <c>amqp://user:password@host:port/vhost</c>.</param>
    /// <param name="consumers">The consumer types of the service; none for one that only publishes.</param>
    public static IServiceCollection AddServiceBus(
        this IServiceCollection services, string serviceName, Uri broker, IReadOnlyList<Type> consumers)
    {
        // MassTransit keeps the logs of the first host of an asynchronous flow for every later one, closed or not.
        LogContext.Current = null!;

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
            new BrokerGate(broker, serviceName, provider.GetRequiredService<ILogger<BrokerGate>>()));
        services.AddSingleton(new DeadLetters(broker, serviceName));
        services.AddSingleton(provider => new QueueDepthSampler(
            provider.GetRequiredService<BrokerGate>(), serviceName,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<QueueDepthSampler>>()));
        services.AddHostedService(provider => provider.GetRequiredService<QueueDepthSampler>());

        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            foreach (var consumer in consumers)
                bus.AddConsumer(consumer);
            bus.UsingRabbitMq((context, configurator) => Configure(context, configurator, serviceName, broker, consumers));
        });
        // The option alone does not hold: an environment variable overrules it.
        services.RemoveAll<IUsageTracker>();

        // WaitUntilStarted would fail the host when the broker is late; BusStart waits and then goes on.
        services.Configure<MassTransitHostOptions>(options =>
        {
            options.WaitUntilStarted = false;
            options.StopTimeout = TimeSpan.FromSeconds(15);
            options.ConsumerStopTimeout = TimeSpan.FromSeconds(10);
        });
        services.AddHostedService<BusStart>();
        services.AddHostedService<DeadConnectionSweep>();
        return services;
    }

    private static void Configure(
        IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator configurator, string serviceName, Uri broker, IReadOnlyList<Type> consumers)
    {
        var gate = context.GetRequiredService<BrokerGate>();
        var stopping = context.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;

        configurator.Host(broker, host =>
        {
            host.PublisherConfirmation = true;
            host.ConnectionName(serviceName);
            // Also how long it takes to be rid of a connection that died.
            host.ContinuationTimeout(TimeSpan.FromSeconds(10));
            host.OnRefreshConnectionFactory = _ => gate.PassAsync(stopping);
        });
        configurator.ConfigureJsonSerializerOptions(MessageJson.From);
        if (consumers.Count == 0)
            return;

        configurator.ReceiveEndpoint(serviceName, endpoint =>
        {
            foreach (var (name, value) in Topology.QueueArgumentsOf(serviceName))
                endpoint.SetQueueArgument(name, value);
            endpoint.ConfigureConsumeTopology = false;
            endpoint.PrefetchCount = Prefetch;
            endpoint.ConcurrentMessageLimit = Concurrency;

            // Back to the queue, where the broker counts: MassTransit's own error and skipped queues would be a second
            // place to look, and its fault messages a second publisher beside the relay.
            endpoint.PublishFaults = false;
            endpoint.RethrowFaultedMessages();
            endpoint.ThrowOnSkippedMessages();

            endpoint.ConnectConsumerConfigurationObserver(new HoldMessagesDuringOutage(stopping));
            foreach (var consumer in consumers)
                endpoint.ConfigureConsumer(context, consumer);
        });
    }
}

/// <summary>Holds the start up until the bus is there, so that a started service takes messages; but not for ever.</summary>
internal sealed class BusStart(IBusControl bus, TimeProvider time, ILogger<BusStart> logger) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var elapsed = new CancellationTokenSource(Patience, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, elapsed.Token);
        try
        {
            await bus.WaitForHealthStatus(BusHealthStatus.Healthy, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning("The bus is not there after {Patience}; the service starts without it and is not ready.", Patience);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
