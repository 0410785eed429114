using System.Net.Sockets;
using System.Text;
using Distribution.Blood.Deciding;
using Distribution.Contracts;
using Distribution.Contracts.Request.V1;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Bus;
using Distribution.ServiceDefaults.Commands;
using Distribution.Testing;
using MassTransit;
using MassTransit.UsageTracking;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;
using RabbitMQ.Client;
using Shouldly;
using Xunit;

namespace Distribution.ServiceDefaults.Tests.Bus;

public sealed class Consuming_messages : IAsyncLifetime
{
    private readonly BrokerFixture _broker = new();

    public Task InitializeAsync() => _broker.InitializeAsync();

    public Task DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task Poison_is_set_aside_within_the_delivery_limit_while_the_others_go_on()
    {
        await using var inventory = await InventoryAsync();
        inventory.Received.Handle = message =>
            message.Reason == "poison" ? throw new InvalidOperationException("cannot be handled") : Task.CompletedTask;

        await inventory.Bus.Publish(Given.Message("poison"));
        for (var i = 0; i < 50; i++)
            await inventory.Bus.Publish(Given.Message($"good {i}"));

        await Expect.BecomesAsync(() => _broker.DepthAsync("inventory.dead"), 1L);
        await Expect.BecomesAsync(() => inventory.Received.All.Count(delivery => delivery.Reason != "poison"), 50);
        inventory.Received.Count("poison").ShouldBe(Topology.DeliveryLimit + 1);
        (await _broker.DepthAsync("inventory_error")).ShouldBeNull();
        (await _broker.DepthAsync("inventory")).ShouldBe(0);
    }

    [Theory]
    [InlineData("no JSON at all")]
    [InlineData("{}")]
    [InlineData("""{"messageId":"01890000-0000-7000-8000-000000000001","messageType":["urn:message:Somewhere.Else:Unknown"],"message":{}}""")]
    [InlineData("""{"messageId":"01890000-0000-7000-8000-000000000001","messageType":["urn:message:Distribution.Contracts.Request.V1:ReleaseReservation"],"message":{"reason":"no order"}}""")]
    public async Task What_cannot_be_read_ends_among_the_dead_letters(string body)
    {
        await using var inventory = await InventoryAsync();

        await PublishRawAsync(body);

        await Expect.BecomesAsync(() => _broker.DepthAsync("inventory.dead"), 1L);
        inventory.Received.All.ShouldBeEmpty();
        (await _broker.DepthAsync("inventory_skipped")).ShouldBeNull();
        (await _broker.DepthAsync("inventory_error")).ShouldBeNull();
    }

    [Fact]
    public async Task A_nullable_field_may_be_missing()
    {
        await using var inventory = await InventoryAsync();

        await PublishRawAsync(
            """
            {"messageId":"01890000-0000-7000-8000-000000000001",
             "messageType":["urn:message:Distribution.Contracts.Request.V1:ReleaseReservation"],
             "message":{"order":"0000000000000000000000000000000a","reason":"old shape",
                        "by":{"actor":"A9999-N01","site":"HN-XP","occurredAt":"2026-03-02T08:30:00Z"}}}
            """);

        await Expect.BecomesAsync(() => inventory.Received.Count("old shape"), 1);
    }

    [Fact]
    public async Task A_message_goes_out_without_nulls_and_without_indentation()
    {
        await using var request = await BusHost.StartAsync(Routes.Request, _broker.Uri);
        await request.Bus.Publish(Given.Message("shape"));
        await using var connection = await _broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();

        var body = Encoding.UTF8.GetString((await channel.BasicGetAsync("inventory", autoAck: true)).ShouldNotBeNull().Body.Span);

        body.ShouldContain("\"by\":{\"actor\":\"A9999-N01\",\"site\":\"HN-XP\",\"occurredAt\":\"2026-03-02T08:30:00+00:00\",\"correlationId\":\"act-1\"}");
    }

    [Fact]
    public async Task A_refused_message_ends_among_the_dead_letters()
    {
        await using var inventory = await InventoryAsync();
        inventory.Received.Handle = _ =>
        {
            new Outcome.Refused([new Rejection("unit-on-hold", "The unit is on hold.")]).EnsureTaken();
            return Task.CompletedTask;
        };

        await inventory.Bus.Publish(Given.Message("refused"));

        await Expect.BecomesAsync(() => _broker.DepthAsync("inventory.dead"), 1L);
    }

    [Fact]
    public void A_refusal_names_its_codes()
    {
        var refused = Should.Throw<MessageRefusedException>(
            () => new Outcome.Refused([new Rejection("unit-on-hold", "On hold."), new Rejection("unit-expired", "Expired.")]).EnsureTaken());
        refused.Codes.ShouldBe(["unit-on-hold", "unit-expired"]);
        refused.Message.ShouldContain("unit-expired");

        Should.Throw<MessageRefusedException>(() => new Outcome.Stale("unit-1", 2, 3).EnsureTaken()).Codes.ShouldBe(["stale"]);
        Should.NotThrow(() => new Outcome.Done(LogPosition.Start, Repeated: true).EnsureTaken());
    }

    [Fact]
    public async Task An_outage_of_the_database_holds_a_message_instead_of_returning_it()
    {
        await using var inventory = await InventoryAsync();
        var failures = 4;
        inventory.Received.Handle = _ => Interlocked.Decrement(ref failures) >= 0
            ? throw new NpgsqlException("away", new SocketException())
            : Task.CompletedTask;

        await inventory.Bus.Publish(Given.Message("held"));

        await Expect.BecomesAsync(() => inventory.Received.Count("held"), 5);
        inventory.Received.All.ShouldAllBe(delivery => !delivery.Redelivered);
        (await _broker.DepthAsync("inventory.dead")).ShouldBe(0);
    }

    [Fact]
    public async Task A_message_becomes_a_command_whose_key_a_repeat_shares()
    {
        await using var inventory = await InventoryAsync();
        var id = Guid.Parse("01890000-0000-7000-8000-000000000007");

        await inventory.Bus.Publish(Given.Message("twice"), context => context.MessageId = id);
        await inventory.Bus.Publish(Given.Message("twice"), context => context.MessageId = id);

        await Expect.BecomesAsync(() => inventory.Received.Count("twice"), 2);
        var commands = inventory.Received.All.Select(delivery => delivery.Command).ToList();
        commands.Select(command => command.Key).Distinct().ShouldBe([$"release-reservation:{id}"]);
        commands[0].CausationId.ShouldBe(id.ToString());
        commands[0].CorrelationId.ShouldBe("act-1");
        commands[0].Provenance.Actor.ShouldBe("A9999-N01");
        commands[0].Provenance.OccurredAt.ShouldBe(Given.At);
        commands[0].Provenance.Now.ShouldBeGreaterThan(Given.At);
    }

    [Fact]
    public async Task A_host_starts_without_the_broker_and_is_ready_once_it_is_there()
    {
        await using var wire = new BrokerProxy(_broker.Host, _broker.Port, cut: true);
        await using var inventory = await BusHost.StartAsync(
            Routes.Inventory, _broker.Through("127.0.0.1", wire.Port), [typeof(TakeReleaseReservation)],
            services => services.AddSingleton<TimeProvider>(new HurriedClock(20)));
        var health = inventory.Services.GetRequiredService<HealthCheckService>();
        (await health.CheckHealthAsync()).Status.ShouldBe(HealthStatus.Unhealthy);

        wire.Mend();

        await Expect.BecomesAsync(async () => (await health.CheckHealthAsync()).Status, HealthStatus.Healthy);
        await inventory.Bus.Publish(Given.Message("late"));
        await Expect.BecomesAsync(() => inventory.Received.Count("late"), 1);
    }

    [Fact]
    public async Task A_lost_connection_is_made_again()
    {
        await using var wire = new BrokerProxy(_broker.Host, _broker.Port);
        await using var inventory = await BusHost.StartAsync(
            Routes.Inventory, _broker.Through("127.0.0.1", wire.Port), [typeof(TakeReleaseReservation)]);

        wire.Cut();
        await using (var request = await BusHost.StartAsync(Routes.Request, _broker.Uri))
            await request.Bus.Publish(Given.Message("meanwhile"));
        wire.Mend();

        await Expect.BecomesAsync(() => inventory.Received.Count("meanwhile"), 1);
    }

    [Fact]
    public void Usage_telemetry_is_off_whatever_the_environment_says()
    {
        var services = new ServiceCollection().AddServiceBus(Routes.Inventory, _broker.Uri, []);

        using var provider = services.AddLogging().BuildServiceProvider();

        services.ShouldNotContain(service => service.ServiceType == typeof(IUsageTracker));
        provider.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled.ShouldBeFalse();
    }

    private Task<BusHost> InventoryAsync() => BusHost.StartAsync(Routes.Inventory, _broker.Uri, [typeof(TakeReleaseReservation)]);

    private async Task PublishRawAsync(string body)
    {
        await using var connection = await _broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.BasicPublishAsync(
            Topology.ExchangeOf(typeof(ReleaseReservation)), routingKey: "", mandatory: true,
            new BasicProperties { ContentType = "application/vnd.masstransit+json" }, Encoding.UTF8.GetBytes(body));
    }
}
