using System.Reflection;
using Distribution.Blood.Deciding;
using Distribution.Contracts;
using Distribution.Dispatches.Service.Board;
using Distribution.Dispatches.Service.Publishing;
using Distribution.EventStore;
using Distribution.Testing;
using Npgsql;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Specs.Example;
using V1 = Distribution.Contracts.Dispatch.V1;

namespace Distribution.Dispatches.Tests;

public sealed class Events_of_dispatch
{
    private static readonly EventTypes Types = EventTypes.From(typeof(Consignment).Assembly);

    private static IReadOnlyList<(object Full, object Minimal)> Samples { get; } =
    [
        Same(new NumberingEvent.ConsignmentNumberAssigned(Number)),
        Same(new GateEvent.UnitPlanned(First, Number, Order)),
        Same(new GateEvent.UnitBlocked(First, "donor-recall", 4)),
        Same(new GateEvent.UnitUnblocked(First, "donor-recall", 6)),
        Same(new GateEvent.ReservationEnded(First, Order, "lapsed")),
        Same(new GateEvent.UnitDeparted(First, Number, Order)),
        Same(new GateEvent.UnitLanded(First, Number)),
        Same(new GateEvent.UnitEnded(First, UnitEnd.Discarded)),
        Same(Planned),
        Same(new ConsignmentEvent.UnitPicked(First)),
        Same(Packed(First, 2, 3)),
        Same(new ConsignmentEvent.UnitLeftOut(First, "bag-damaged")),
        Same(Dispatched),
        Same(new ConsignmentEvent.ConsignmentArrived(Number)),
        Same(new ConsignmentEvent.UnitCheckedIn(First, Expected: true)),
        (
            new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [First], [Second], [Stranger], Morning),
            new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [], [], [], null)),
        Same(new ConsignmentEvent.DiscrepancyRaised(Number, Order, Second, DiscrepancyKind.Missing)),
        Same(new ConsignmentEvent.DiscrepancyResolved(Second, "found")),
    ];

    public static TheoryData<string> Names() => [.. Types.ByName.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Are_stored_as_approved_and_read_back(string name)
    {
        var (full, minimal) = Samples.Single(sample => Types.NameOf(sample.Full.GetType()) == name);
        Approve.Event(name, full, minimal);
        EventTypes.Serialize(Types.Deserialize(name, EventTypes.Serialize(full))).ShouldBe(EventTypes.Serialize(full));
        EventTypes.Serialize(Types.Deserialize(name, EventTypes.Serialize(minimal))).ShouldBe(EventTypes.Serialize(minimal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Are_published_or_listed_as_private_and_never_both(string name)
    {
        var map = new DispatchContracts();
        var stored = Stored(Samples.Single(sample => Types.NameOf(sample.Full.GetType()) == name).Full);
        var messages = map.ToMessages(stored);
        (messages.Count == 0).ShouldBe(map.NotPublished.Contains(stored.Data.GetType()));
        messages.ShouldAllBe(message => Routes.All.Single(route => route.Contract == message.GetType()).Publisher == Routes.Dispatch);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Are_known_to_the_board(string name)
    {
        using var batch = new NpgsqlBatch();
        Should.NotThrow(() => new ConsignmentBoard().Project(Stored(Samples.Single(sample => Types.NameOf(sample.Full.GetType()) == name).Full), batch));
    }

    [Fact]
    public void Of_every_family_are_folded_by_their_aggregate()
    {
        foreach (var (full, _) in Samples)
        {
            Should.NotThrow<object>(() => full switch
            {
                NumberingEvent => Numbering.Evolve(Numbering.Initial, full),
                GateEvent => Gate.Evolve(Gate.Initial, full),
                _ => Consignment.Evolve(Consignment.Initial, full),
            });
        }

        Should.Throw<InvalidOperationException>(() => Consignment.Evolve(Consignment.Initial, new GateEvent.UnitBlocked(First, "x", 1)));
        Should.Throw<InvalidOperationException>(() => Gate.Evolve(Gate.Initial, Planned));
        Should.Throw<InvalidOperationException>(() => Numbering.Evolve(Numbering.Initial, Planned));
    }

    [Fact]
    public void Tell_the_others_who_did_it_where_and_when()
    {
        var message = new DispatchContracts().ToMessages(Stored(Dispatched)).ShouldHaveSingleItem().ShouldBeOfType<V1.ConsignmentDispatched>();
        message.Units.ShouldBe([First, Second, Third]);
        message.HandedOverTo.ShouldBe(Carrier);
        message.By.ShouldBe(new Attribution(Packer, Centre, Morning, "vn-26-2013.1", "correlation-1"));
    }

    [Fact]
    public void Stop_the_relay_when_nobody_has_said_whether_they_are_private() =>
        Should.Throw<InvalidOperationException>(() => new DispatchContracts().ToMessages(Stored("a stranger")));

    [Fact]
    public void Have_a_stored_name_each() =>
        typeof(Consignment).Assembly.GetTypes()
            .Where(type => type.IsSealed && (type.IsSubclassOf(typeof(ConsignmentEvent)) || type.IsSubclassOf(typeof(GateEvent)) || type.IsSubclassOf(typeof(NumberingEvent))))
            .ShouldAllBe(type => type.GetCustomAttribute<StoredAsAttribute>() != null);

    private static (object Full, object Minimal) Same(object @event) => (@event, @event);

    private static StoredEvent Stored(object data) => new(
        new LogPosition(7, 1),
        Guid.Empty,
        $"consignment-{Number}",
        1,
        data is string ? "stranger.v1" : Types.NameOf(data.GetType()),
        data,
        new EventMetadata { Actor = Packer, Site = Centre.ToString(), OccurredAt = Morning, Policy = "vn-26-2013.1", CorrelationId = "correlation-1" },
        Morning);
}
