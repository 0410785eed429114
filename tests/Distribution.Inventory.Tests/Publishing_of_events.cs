using Distribution.Contracts;
using Distribution.Contracts.Inventory.V1;
using Distribution.EventStore;
using Distribution.Inventory.Service.Publishing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests;

public sealed class Publishing_of_events
{
    private static readonly InventoryContracts Map = new();

    public static TheoryData<string> Names => Events_are_approved.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void tells_of_every_event_or_lists_it_as_private(string storedName)
    {
        var example = Events_are_approved.Example(storedName);

        var messages = Map.ToMessages(Stored(example));

        messages.Count.ShouldBe(Map.NotPublished.Contains(example.GetType()) ? 0 : 1);
        foreach (var message in messages)
            Routes.All.Single(route => route.Contract == message.GetType()).Publisher.ShouldBe(Routes.Inventory);
    }

    [Fact]
    public void names_the_version_of_the_unit_with_a_hold() =>
        Map.ToMessages(Stored(new UnitHeld("lookback", Order))).ShouldHaveSingleItem()
            .ShouldBeOfType<Contracts.Inventory.V1.UnitHeld>()
            .ShouldBe(new Contracts.Inventory.V1.UnitHeld(Number(), "lookback", Order, 7, new Attribution(Nurse, Centre, Now, "vn-26-2013.1", "correlation")));

    [Fact]
    public void stops_at_an_event_that_nobody_decided_about() =>
        Should.Throw<InvalidOperationException>(() => Map.ToMessages(Stored("a stranger")));

    [Fact]
    public void tells_the_fate_with_the_order_that_loses_the_unit() =>
        Map.ToMessages(Stored(new UnitExpired(Now, Order))).ShouldHaveSingleItem().ShouldBeOfType<UnitFateRecorded>().Order.ShouldBe(Order);

    private static StoredEvent Stored(object data) => new(
        new LogPosition(1, 1), Guid.CreateVersion7(), $"unit-{Number()}", 7, "name", data,
        new EventMetadata { Actor = Nurse, Site = Centre.ToString(), OccurredAt = Now, Policy = "vn-26-2013.1", CorrelationId = "correlation" }, Now);
}
