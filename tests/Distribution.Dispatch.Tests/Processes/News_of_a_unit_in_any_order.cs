using Distribution.Blood.Deciding;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Processes;

/// <summary>Messages on one unit come late, twice and swapped; what stops it at the end is the same.</summary>
public sealed class News_of_a_unit_in_any_order
{
    private static readonly Func<Gate, Decision<GateEvent>> Held = gate => GateDecider.Block(gate, First, "donor-recall", 3);
    private static readonly Func<Gate, Decision<GateEvent>> Unheld = gate => GateDecider.Unblock(gate, First, "donor-recall", 5);
    private static readonly Func<Gate, Decision<GateEvent>> HeldAgain = gate => GateDecider.Block(gate, First, "donor-recall", 8);
    private static readonly Func<Gate, Decision<GateEvent>> Lapsed = gate => GateDecider.EndReservation(gate, First, Order, "lapsed");
    private static readonly Func<Gate, Decision<GateEvent>> Discarded = gate => GateDecider.End(gate, First, UnitEnd.Discarded);
    private static readonly Func<Gate, Decision<GateEvent>> OnAList = gate => GateDecider.Plan(gate, First, Number, Order);

    public static TheoryData<string> Orders() => [.. Permutations("hue"), "hheuue", "euheuh"];

    [Theory]
    [MemberData(nameof(Orders))]
    public void Ends_with_the_newest_hold(string order) =>
        Told(order).StopsFor(Number, Order, First).Select(stop => stop.Code).ShouldBe(["unit-held"]);

    [Theory]
    [InlineData("hu")]
    [InlineData("uh")]
    [InlineData("huhu")]
    [InlineData("uuhh")]
    public void Ends_free_when_the_hold_has_ended(string order) => Told(order).StopsFor(Number, Order, First).ShouldBeEmpty();

    [Theory]
    [InlineData("lp")]
    [InlineData("pl")]
    [InlineData("plpl")]
    public void Ends_without_a_reservation_whether_the_lapse_or_the_list_came_first(string order) =>
        Told(order).StopsFor(Number, Order, First).Select(stop => stop.Code).ShouldBe(["reservation-ended"]);

    [Theory]
    [InlineData("1a2")]
    [InlineData("12a")]
    [InlineData("21a")]
    [InlineData("2a1")]
    [InlineData("a12")]
    [InlineData("a21")]
    [InlineData("a2a1a")]
    public void May_leave_on_the_plan_that_is_newer_than_the_lapse_and_not_on_the_older_one(string order)
    {
        Told(order).StopsFor(OtherNumber, Order, First).ShouldBeEmpty();
        Told(order).StopsFor(Number, Order, First).Select(stop => stop.Code).ShouldBe(["reservation-ended"]);
    }

    [Theory]
    [InlineData("1a2b")]
    [InlineData("ba21")]
    [InlineData("2ba1")]
    public void Ends_without_a_reservation_when_the_newer_one_lapsed_too(string order) =>
        Told(order).StopsFor(OtherNumber, Order, First).Select(stop => stop.Code).ShouldBe(["reservation-ended"]);

    [Theory]
    [InlineData("dhu")]
    [InlineData("hud")]
    [InlineData("udh")]
    [InlineData("ddhu")]
    public void Never_comes_back_from_its_end(string order) =>
        Told(order).StopsFor(Number, Order, First).Select(stop => stop.Code).ShouldBe(["unit-ended"]);

    [Fact]
    public void Leaves_a_consignment_alone_that_is_on_the_road()
    {
        var onTheRoad = Spec.For<Consignment>().Given([.. AllPacked, Dispatched]);
        var gates = OpenGates.ToDictionary(gate => gate.Key, _ => Told("dl"));
        onTheRoad.When(state => ConsignmentDecider.HandOver(state, Carrier, gates, LeadTime, AtCentre())).ThenNothing();
        onTheRoad.When(state => ReceivingDecider.CheckIn(state, First, Policy, AtHospital())).Then(new ConsignmentEvent.UnitCheckedIn(First, Expected: true));
    }

    private static Gate Told(string order) => order.Aggregate(Gate.Initial, (gate, news) => Aggregate.Fold(gate, (news switch
    {
        'h' => Held,
        'u' => Unheld,
        'e' => HeldAgain,
        'l' => Lapsed,
        'd' => Discarded,
        'p' => OnAList,
        '1' => gate => GateDecider.Plan(gate, First, Number, Order, Morning),
        'a' => gate => GateDecider.EndReservation(gate, First, Order, "lapsed", Morning.AddHours(1)),
        '2' => gate => GateDecider.Plan(gate, First, OtherNumber, Order, Morning.AddHours(2)),
        'b' => gate => GateDecider.EndReservation(gate, First, Order, "order-amended", Morning.AddHours(3)),
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "No such news."),
    })(gate).Events));

    private static IEnumerable<string> Permutations(string letters) => letters.Length <= 1
        ? [letters]
        : letters.SelectMany(first => Permutations(letters.Replace(first.ToString(), "", StringComparison.Ordinal)).Select(rest => first + rest));
}

/// <summary>What happens at both ends of the road, in orders that nobody planned.</summary>
public sealed class A_consignment_in_any_order
{
    [Fact]
    public void Is_received_without_arrival_having_been_scanned() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched, new ConsignmentEvent.UnitCheckedIn(First, true)])
            .When(state => ReceivingDecider.CompleteReceipt(state, AtHospital()))
            .ThenState(state => state.Status.ShouldBe(ConsignmentStatus.Received));

    [Fact]
    public void Is_received_before_anything_was_packed_in_the_books() =>
        Spec.For<Consignment>().Given(Planned, new ConsignmentEvent.ConsignmentArrived(Number), new ConsignmentEvent.UnitCheckedIn(First, true))
            .When(state => ReceivingDecider.CompleteReceipt(state, AtHospital()))
            .Then(
                new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [First], [], [], null),
                new ConsignmentEvent.DiscrepancyRaised(Number, Order, First, DiscrepancyKind.Unsent));

    [Fact]
    public void Is_not_reopened_by_an_arrival_scanned_after_the_receipt() =>
        Spec.For<Consignment>()
            .Given([.. AllPacked, Dispatched, new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [First, Second, Third], [], [], Morning)])
            .When(state => ReceivingDecider.Arrive(state, Box(1, 1), AtHospital())).ThenNothing();
}
