using System.Net.Sockets;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using RabbitMQ.Client.Exceptions;

namespace Distribution.ServiceDefaults.Resilience;

/// <summary>Every retry there is, by name. Nothing retries on its own beside these.</summary>
public static class Pipelines
{
    /// <summary>
    /// A transient fault of the database seen by a caller who waits: a few quick tries within some five seconds, and an
    /// answer after ten even when the database gives none.
    /// Safe for commits because each carries its inbox key.
    /// </summary>
    public static ResiliencePipeline Database { get; } = Retry("database", IsTransientDatabaseFault, 8, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), atMost: TimeSpan.FromSeconds(10));

    /// <summary>
    /// The same seen by a consumer: the message is kept until the database is back, because an outage is not its fault
    /// and would otherwise send a whole queue to the dead letters. Ends with the host.
    /// </summary>
    public static ResiliencePipeline DatabaseOutage { get; } = Retry("database-outage", IsTransientDatabaseFault, int.MaxValue, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));

    /// <summary>The broker is away: the relay keeps its place in the log and tries again until it is back.</summary>
    public static ResiliencePipeline Broker { get; } = Retry("broker", IsTransientBrokerFault, int.MaxValue, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));

    /// <summary>A lost race between commits: decided again on the new state. Many, because of 64 who race 63 lose each round.</summary>
    public static ResiliencePipeline Conflict { get; } = Retry("conflict", exception => exception is CommitConflictException, 200, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50));

    /// <summary>A call to another service over HTTP.</summary>
    public static ResiliencePipeline Http { get; } = Retry("http", exception => exception is HttpRequestException or TimeoutException, 3, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));

    // What the caller's patience cut short may go well for a consumer, which has more of it.
    public static bool IsTransientDatabaseFault(Exception exception) =>
        DatabaseFault.IsPassing(exception) || exception is TimeoutRejectedException;

    public static bool IsTransientBrokerFault(Exception exception) =>
        exception is AlreadyClosedException or BrokerUnreachableException or OperationInterruptedException or IOException or SocketException or TimeoutException
            or MassTransit.RabbitMqConnectionException or MassTransit.ConnectionException
            // Refused by the queue, or taken by none; and a channel that was disposed of under a publish.
            or PublishException or MassTransit.MessageReturnedException or ObjectDisposedException;

    private static ResiliencePipeline Retry(string name, Func<Exception, bool> handles, int attempts, TimeSpan first, TimeSpan longest, TimeSpan? atMost = null)
    {
        var builder = new ResiliencePipelineBuilder { Name = name };
        if (atMost is { } limit)
            builder.AddTimeout(limit);
        return builder
            .AddRetry(new RetryStrategyOptions
            {
                Name = name,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } exception && handles(exception)),
                MaxRetryAttempts = attempts,
                BackoffType = DelayBackoffType.Exponential,
                Delay = first,
                MaxDelay = longest,
                UseJitter = true,
            })
            .Build();
    }
}
