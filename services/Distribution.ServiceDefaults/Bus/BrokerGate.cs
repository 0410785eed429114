using Distribution.ServiceDefaults.Resilience;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Distribution.ServiceDefaults.Bus;

/// <summary>
/// Nothing goes to the broker before this has let it through: the broker is there and the topology is down.
/// MassTransit asks it before each connection, so a broker that comes back empty is set up again before it is used,
/// and an outage is waited out by our pipeline rather than by MassTransit's back-off of up to 30 s.
/// </summary>
internal sealed class BrokerGate(Uri broker, string service, ILogger<BrokerGate> logger)
{
    // No recovery by the client: whoever holds a connection opens another one.
    private readonly ConnectionFactory _factory = new()
    {
        Uri = broker,
        AutomaticRecoveryEnabled = false,
        RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>How long the broker may take to answer one request.</summary>
    public TimeSpan AnswersWithin
    {
        get => _factory.ContinuationTimeout;
        init => _factory.ContinuationTimeout = value;
    }

    /// <summary>A connection of one's own, for what MassTransit does not do.</summary>
    public Task<IConnection> ConnectAsync(string purpose, CancellationToken cancellationToken) =>
        _factory.CreateConnectionAsync($"{service} {purpose}", cancellationToken);

    /// <summary>Returns once the topology is down, however long that takes.</summary>
    public async Task PassAsync(CancellationToken cancellationToken) =>
        await Pipelines.Broker.ExecuteAsync(
            async token =>
            {
                try
                {
                    await DeclareAsync(token);
                }
                catch (Exception exception) when (Pipelines.IsTransientBrokerFault(exception))
                {
                    logger.LogWarning("The broker at {Host}:{Port} cannot be set up yet: {Reason}", broker.Host, broker.Port, exception.Message);
                    throw;
                }
            },
            cancellationToken);

    public async Task DeclareAsync(CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync("topology", cancellationToken);
        await DeclareAsync(connection, cancellationToken);
    }

    /// <exception cref="TimeoutException">The broker does not answer.</exception>
    public static async Task DeclareAsync(IConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await Topology.DeclareAsync(connection, cancellationToken);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The client's own patience has ended. MassTransit would take it for a stop and never receive again.
            throw new TimeoutException("The broker does not answer.", exception);
        }
    }
}
