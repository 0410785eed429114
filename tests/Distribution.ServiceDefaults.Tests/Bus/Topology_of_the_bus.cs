using Distribution.Contracts;
using Distribution.Contracts.Request.V1;
using Distribution.ServiceDefaults.Bus;
using Distribution.Testing;
using MassTransit;
using RabbitMQ.Client;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Bus;

public sealed class Topology_of_the_bus(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_message_published_before_its_consumer_ever_started_is_delivered_later()
    {
        await using (var request = await BusHost.StartAsync(Routes.Request, broker.Uri))
            await request.Bus.Publish(Given.Message("early"), context => context.Mandatory = true);

        await using var inventory = await BusHost.StartAsync(Routes.Inventory, broker.Uri, [typeof(TakeReleaseReservation)]);

        await Expect.BecomesAsync(() => inventory.Received.Count("early"), 1);
    }

    [Fact]
    public async Task Every_contract_reaches_the_queue_of_each_subscriber_and_no_other()
    {
        await using var other = await FreshAsync();
        foreach (var route in Routes.All)
        {
            await other.Channel.BasicPublishAsync(
                Topology.ExchangeOf(route.Contract), routingKey: "", mandatory: route.Subscribers.Count > 0, new BasicProperties(), body: new byte[1]);
            foreach (var service in Routes.Services)
            {
                await Expect.BecomesAsync(() => other.Channel.MessageCountAsync(service), route.Subscribers.Contains(service) ? 1u : 0u);
                await other.Channel.QueuePurgeAsync(service);
            }
        }
    }

    [Fact]
    public void Exchanges_are_named_as_MassTransit_names_them() =>
        Topology.ExchangeOf(typeof(ReleaseReservation)).ShouldBe("Distribution.Contracts.Request.V1:ReleaseReservation");

    [Fact]
    public async Task Laying_it_down_again_under_a_running_service_is_harmless()
    {
        await using var inventory = await BusHost.StartAsync(Routes.Inventory, broker.Uri, [typeof(TakeReleaseReservation)]);
        await using var connection = await broker.ConnectAsync();

        await Topology.DeclareAsync(connection);
        await Topology.DeclareAsync(connection);

        await inventory.Bus.Publish(Given.Message("again"), context => context.Mandatory = true);
        await Expect.BecomesAsync(() => inventory.Received.Count("again"), 1);
    }

    [Fact]
    public async Task A_mandatory_message_that_no_queue_takes_fails_at_its_publisher()
    {
        await using var other = await FreshAsync();
        await using var request = await BusHost.StartAsync(Routes.Request, other.Uri);
        await other.Channel.QueueDeleteAsync(Routes.Inventory);

        await Should.ThrowAsync<MessageReturnedException>(
            () => request.Bus.Publish(Given.Message("nowhere"), context => context.Mandatory = true));
    }

    [Fact]
    public async Task MassTransit_adds_no_exchange_or_queue_of_its_own_for_a_contract()
    {
        await using var inventory = await BusHost.StartAsync(Routes.Inventory, broker.Uri, [typeof(TakeReleaseReservation)]);

        foreach (var queue in new[] { "inventory_error", "inventory_skipped" })
            (await broker.DepthAsync(queue)).ShouldBeNull();
    }

    private static async Task<Fresh> FreshAsync()
    {
        var fixture = new BrokerFixture();
        await fixture.InitializeAsync();
        var connection = await fixture.ConnectAsync();
        await Topology.DeclareAsync(connection);
        var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        return new Fresh(fixture, connection, channel);
    }

    /// <summary>A virtual host for a test that takes it apart.</summary>
    private sealed record Fresh(BrokerFixture Fixture, IConnection Connection, IChannel Channel) : IAsyncDisposable
    {
        public Uri Uri => Fixture.Uri;

        public async ValueTask DisposeAsync()
        {
            await Channel.DisposeAsync();
            await Connection.DisposeAsync();
            await Fixture.DisposeAsync();
        }
    }
}
