using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.Transports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Distribution.ServiceDefaults.Bus;

/// <summary>
/// Makes MassTransit let go of a connection that is closed. It learns of the loss from an event of RabbitMQ.Client only,
/// and version 7.1.2 may never raise that: its handlers run one after the other, and the one of a channel waits for the
/// semaphore of the publishers, which is disposed of meanwhile (rabbitmq-dotnet-client 1930). The dead connection would
/// then be kept for good, by publishers and consumers alike.
/// </summary>
internal sealed class DeadConnectionSweep(IBusInstance bus, TimeProvider time, ILogger<DeadConnectionSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (bus.HostConfiguration is not IRabbitMqHostConfiguration host)
            return;

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await host.ConnectionContextSupervisor.Send(new Look(), stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogDebug("There is no connection to the broker: {Reason}", exception.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed class Look : IPipe<ConnectionContext>
    {
        // A fault under a connection is what makes MassTransit open another one at the next use.
        public Task Send(ConnectionContext context) => context.Connection.IsOpen
            ? Task.CompletedTask
            : throw new RabbitMqConnectionException($"The connection is closed: {context.Connection.CloseReason}");

        public void Probe(ProbeContext context) => context.CreateFilterScope("dead-connection-sweep");
    }
}
