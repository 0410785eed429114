using Distribution.Contracts.Inventory.V1;
using Distribution.Testing;
using MassTransit;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Slices;

public sealed class TakenFromTheBus(RequestService service) : IClassFixture<RequestService>
{
    [Fact]
    public async Task A_message_on_the_bus_reaches_its_order()
    {
        var order = await service.PlaceAsync();
        var decline = new ReservationDeclined(order, Centre, "no-compatible-stock", [new(1, 2)], RequestService.By());
        var bus = Bus.Factory.CreateUsingRabbitMq(configurator => configurator.Host(service.Broker));
        await bus.StartAsync();
        try
        {
            await bus.Publish(decline);

            var events = await Eventually.GetAsync(() => service.EventsAsync(order), seen => seen.Count > 1, "the order is declined");

            events.ShouldBe(["order-placed.v1", "order-declined.v1"]);
        }
        finally
        {
            await bus.StopAsync();
        }
    }
}
