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
        (
            new CaptureEvent.LineUnplaced(Hospital, "D1", 7, "check-in", First.ToString(), "unknown-consignment", "There is no such consignment.", Number.ToString()),
            new CaptureEvent.LineUnplaced(Hospital, "D1", 7, "check-in", First.ToString(), "unknown-consignment", "There is no such consignment.")),
        Same(new CaptureEvent.LineSettled(Hospital, "D1", 7, "scanned the wrong papers")),
        (new GateEvent.UnitPlanned(First, Number, Order, Morning), new GateEvent.UnitPlanned(First, Number, Order)),
        Same(new GateEvent.UnitBlocked(First, "donor-recall", 4)),
        Same(new GateEvent.UnitUnblocked(First, "donor-recall", 6)),
        (new GateEvent.ReservationEnded(First, Order, "lapsed", Morning), new GateEvent.ReservationEnded(First, Order, "lapsed")),
        Same(new GateEvent.UnitDeparted(First, Number, Order)),
        Same(new GateEvent.UnitLanded(First, Number)),
        Same(new GateEvent.UnitEnded(First, UnitEnd.Discarded)),
        ((ConsignmentEvent.ConsignmentPlanned)Planned with { Urgency = ConsignmentUrgency.Urgent, DeliverAt = Morning.AddHours(7) }, Planned),
        Same(new ConsignmentEvent.UnitPicked(First)),
        Same(Packed(First, 2, 3)),
        Same(new ConsignmentEvent.UnitLeftOut(First, "bag-damaged")),
        Same(Dispatched),
        Same(new ConsignmentEvent.ConsignmentArrived(Number)),
        Same(new ConsignmentEvent.UnitCheckedIn(First, Expected: true)),
        (
            new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [First], [Second], [Stranger], Morning, [new DamagedUnit(First, DamageReason.BagLeaking)]),
            new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [], [], [], null)),
        Same(new ConsignmentEvent.DiscrepancyRaised(Number, Order, Second, DiscrepancyKind.Missing)),
        (
            new ConsignmentEvent.DiscrepancyResolved(Second, "lost; nowhere to be found", DiscrepancyResolution.Lost, Packer),
            new ConsignmentEvent.DiscrepancyResolved(Second, "found")),
        (
            new ConsignmentEvent.ResolutionProposed(Second, ConsignmentEnd.Sender, DiscrepancyResolution.Lost, Packer, "nowhere to be found"),
            new ConsignmentEvent.ResolutionProposed(Second, ConsignmentEnd.Sender, DiscrepancyResolution.Lost, Packer)),
        (new ConsignmentEvent.BoxClosed(2, "TL-0017", "ICE-4"), new ConsignmentEvent.BoxClosed(2)),
        Same(new ConsignmentEvent.BoxOpened(2, "wrong coolant")),
        Same(new ConsignmentEvent.BoxArrived(2, 3)),
        Same(new ConsignmentEvent.ConsignmentOverdue(Morning)),
        Same(new ConsignmentEvent.ConsignmentMisdelivered(Elsewhere, 1)),
        Same(new ConsignmentEvent.UnitMisdelivered(First, Elsewhere)),
        (new ConsignmentEvent.UnitInspected(First, 5.5), new ConsignmentEvent.UnitInspected(First)),
        (new ConsignmentEvent.UnitFoundDamaged(First, DamageReason.TooWarm, 12.5), new ConsignmentEvent.UnitFoundDamaged(First, DamageReason.Clots)),
        (
            new ConsignmentEvent.BoxTemperatureRead(
                2, Morning, Morning.AddMinutes(10), [0, 600], [4.5, 10.5], 4.5, 10.5, new string('a', 64),
                [new TemperatureExcursion(Morning.AddMinutes(10), Morning.AddMinutes(10), 10.5, [First])], "TL-0017"),
            new ConsignmentEvent.BoxTemperatureRead(2, Morning, Morning, [0], [4.5], 4.5, 4.5, new string('a', 64), [])),
        Same(new ConsignmentEvent.DoorTemperatureTaken(2, 4.5)),
        Same(new ConsignmentEvent.ColdChainBroken(
            Number, Order, 2, [First], "10.5 °C at worst", Morning, Morning.AddMinutes(10))),
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
                CaptureEvent => Capture.Evolve(Capture.Initial, full),
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
    public void Tell_the_others_what_came_damaged_and_what_was_no_place_for_blood()
    {
        var map = new DispatchContracts();
        var received = map.ToMessages(Stored(Samples.Select(sample => sample.Full).OfType<ConsignmentEvent.ConsignmentReceived>().Single()))
            .ShouldHaveSingleItem().ShouldBeOfType<V1.ConsignmentReceived>();
        received.Damaged.ShouldBe([new V1.DamagedUnit(First, "bag-leaking")]);

        var broken = map.ToMessages(Stored(Samples.Select(sample => sample.Full).OfType<ConsignmentEvent.ColdChainBroken>().Single()))
            .ShouldHaveSingleItem().ShouldBeOfType<V1.ColdChainBroken>();
        (broken.Box, broken.From, broken.Until).ShouldBe((2, Morning, Morning.AddMinutes(10)));
        broken.Units.ShouldBe([First]);

        map.ToMessages(Stored(new ConsignmentEvent.DiscrepancyRaised(Number, Order, First, DiscrepancyKind.Damaged))).ShouldBeEmpty("the receipt tells of it");
    }

    [Fact]
    public void Stop_the_relay_when_nobody_has_said_whether_they_are_private() =>
        Should.Throw<InvalidOperationException>(() => new DispatchContracts().ToMessages(Stored("a stranger")));

    [Fact]
    public void Have_a_stored_name_each() =>
        typeof(Consignment).Assembly.GetTypes()
            .Where(type => type.IsSealed && (type.IsSubclassOf(typeof(ConsignmentEvent)) || type.IsSubclassOf(typeof(GateEvent)) || type.IsSubclassOf(typeof(CaptureEvent)) || type.IsSubclassOf(typeof(NumberingEvent))))
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
