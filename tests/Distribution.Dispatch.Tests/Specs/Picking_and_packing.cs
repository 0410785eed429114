using Distribution.Blood.Isbt128;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Specs;

public sealed class Picking_a_unit
{
    [Fact]
    public void Is_noted() =>
        Spec.For<Consignment>().Given(Planned)
            .When(state => ConsignmentDecider.Pick(state, First, Gate.Initial, AtCentre()))
            .Then(new ConsignmentEvent.UnitPicked(First));

    [Fact]
    public void Changes_nothing_when_it_is_scanned_again() =>
        Spec.For<Consignment>().Given(Planned, new ConsignmentEvent.UnitPicked(First))
            .When(state => ConsignmentDecider.Pick(state, First, Gate.Initial, AtCentre())).ThenNothing();

    [Fact]
    public void Tells_of_a_hold_that_came_after_the_first_scan() =>
        Spec.For<Consignment>().Given(Planned, new ConsignmentEvent.UnitPicked(First))
            .When(state => ConsignmentDecider.Pick(state, First, Knowing(new GateEvent.UnitBlocked(First, "donor-recall", 4)), AtCentre()))
            .ThenRejected("unit-held");

    [Fact]
    public void Is_refused_for_a_unit_of_another_consignment() =>
        Spec.For<Consignment>().Given(Planned)
            .When(state => ConsignmentDecider.Pick(state, Stranger, Gate.Initial, AtCentre()))
            .ThenRejected("not-on-consignment")
            .Decision.Rejections[0].Field.ShouldBe("scan");

    [Fact]
    public void Is_refused_with_every_reason_at_once() =>
        Spec.For<Consignment>().Given(Planned)
            .When(state => ConsignmentDecider.Pick(
                state,
                Second,
                Knowing(
                    new GateEvent.UnitBlocked(Second, "donor-recall", 4),
                    new GateEvent.UnitBlocked(Second, "temperature", 5),
                    new GateEvent.ReservationEnded(Second, Order, "lapsed"),
                    new GateEvent.UnitEnded(Second, UnitEnd.Discarded)),
                By(Elsewhere, Packer, Morning.AddDays(3))))
            .ThenRejected("wrong-site", "unit-held", "unit-held", "reservation-ended", "unit-ended", "unit-expired");
}

public sealed class Packing_a_unit
{
    [Fact]
    public void Puts_it_into_the_box_whose_label_was_scanned() =>
        Spec.For<Consignment>().Given(Planned)
            .When(state => ConsignmentDecider.Pack(state, Box(2, 3), First, Gate.Initial, Policy, AtCentre()))
            .Then(Packed(First, 2, 3));

    [Fact]
    public void Changes_nothing_when_it_is_scanned_into_the_same_box_again() =>
        Spec.For<Consignment>().Given(Planned, Packed(First, 2, 3))
            .When(state => ConsignmentDecider.Pack(state, Box(2, 3), First, Gate.Initial, Policy, AtCentre())).ThenNothing();

    [Fact]
    public void Moves_it_when_it_is_scanned_into_another_box() =>
        Spec.For<Consignment>().Given(Planned, Packed(First, 2, 3))
            .When(state => ConsignmentDecider.Pack(state, Box(1, 3), First, Gate.Initial, Policy, AtCentre()))
            .Then(Packed(First, 1, 3))
            .ThenState(state => state.Packed[First].ShouldBe(new Place(1, 3)));

    [Fact]
    public void Takes_back_that_it_was_left_out() =>
        Spec.For<Consignment>().Given(Planned, new ConsignmentEvent.UnitLeftOut(First, "not-found"))
            .When(state => ConsignmentDecider.Pack(state, Box(1, 1), First, Gate.Initial, Policy, AtCentre()))
            .ThenState(state => state.LeftOut.ShouldBeEmpty());

    [Theory]
    [InlineData("A999026000080101")] // another consignment's
    [InlineData("A999026000070001")] // the papers
    public void Is_refused_into_a_box_that_is_not_one_of_this_consignment(string symbol) =>
        Spec.For<Consignment>().Given(Planned)
            .When(state => ConsignmentDecider.Pack(state, BoxNumber.Parse(symbol, null), First, Gate.Initial, Policy, AtCentre()))
            .ThenRejected("wrong-box")
            .Decision.Rejections[0].Field.ShouldBe("boxScan");

    [Fact]
    public void Is_refused_while_a_hold_stands() =>
        Spec.For<Consignment>().Given(Planned)
            .When(state => ConsignmentDecider.Pack(state, Box(1, 1), First, Knowing(new GateEvent.UnitBlocked(First, "donor-recall", 4)), Policy, AtCentre()))
            .ThenRejected("unit-held");

    [Fact]
    public void Is_allowed_once_every_hold_has_ended() =>
        Spec.For<Consignment>().Given(Planned)
            .When(state => ConsignmentDecider.Pack(
                state,
                Box(1, 1),
                First,
                Knowing(new GateEvent.UnitBlocked(First, "donor-recall", 4), new GateEvent.UnitUnblocked(First, "donor-recall", 6)),
                Policy,
                AtCentre()))
            .Then(Packed(First));

    [Fact]
    public void Is_not_stopped_by_the_end_of_another_orders_reservation() =>
        Spec.For<Consignment>().Given(Planned)
            .When(state => ConsignmentDecider.Pack(state, Box(1, 1), First, Knowing(new GateEvent.ReservationEnded(First, OtherOrder, "lapsed")), Policy, AtCentre()))
            .Then(Packed(First));

    [Fact]
    public void Is_refused_from_the_instant_it_expires()
    {
        var expiry = Morning.AddDays(3);
        Spec.For<Consignment>().Given(Planned)
            .When(state => ConsignmentDecider.Pack(state, Box(1, 1), Second, Gate.Initial, Policy, AtCentre(expiry))).ThenRejected("unit-expired");
        Spec.For<Consignment>().Given(Planned)
            .When(state => ConsignmentDecider.Pack(state, Box(1, 1), Second, Gate.Initial, Policy, AtCentre(expiry.AddTicks(-1)))).Then(Packed(Second));
    }

    [Fact]
    public void Does_not_make_an_expired_unit_fresh_by_being_back_dated() =>
        Spec.For<Consignment>().Given(Planned)
            .When(state => ConsignmentDecider.Pack(state, Box(1, 1), Second, Gate.Initial, Policy, AtCentre() with { Now = Morning.AddDays(3) }))
            .ThenRejected("unit-expired");

    [Fact]
    public void Is_refused_after_the_hand_over() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => ConsignmentDecider.Pack(state, Box(1, 1), First, Gate.Initial, Policy, AtCentre())).ThenRejected("already-dispatched");

    [Fact]
    public void Is_refused_at_another_site() =>
        Spec.For<Consignment>().Given(Planned)
            .When(state => ConsignmentDecider.Pack(state, Box(1, 1), First, Gate.Initial, Policy, AtHospital())).ThenRejected("wrong-site");
}

public sealed class Leaving_a_unit_out
{
    [Fact]
    public void Is_noted_with_its_reason() =>
        Spec.For<Consignment>().Given(Planned)
            .When(state => ConsignmentDecider.LeaveOut(state, First, "bag-damaged", AtCentre()))
            .Then(new ConsignmentEvent.UnitLeftOut(First, "bag-damaged"));

    [Fact]
    public void Takes_it_out_of_its_box() =>
        Spec.For<Consignment>().Given(Planned, Packed(First))
            .When(state => ConsignmentDecider.LeaveOut(state, First, "bag-damaged", AtCentre()))
            .ThenState(state => state.Packed.ShouldBeEmpty());

    [Fact]
    public void Keeps_the_first_reason() =>
        Spec.For<Consignment>().Given(Planned, new ConsignmentEvent.UnitLeftOut(First, "bag-damaged"))
            .When(state => ConsignmentDecider.LeaveOut(state, First, "not-found", AtCentre())).ThenNothing();

    [Fact]
    public void Needs_a_unit_of_the_list_and_a_reason() =>
        Spec.For<Consignment>().Given(Planned)
            .When(state => ConsignmentDecider.LeaveOut(state, Stranger, " ", AtCentre())).ThenRejected("not-on-consignment", "reason-required");

    [Fact]
    public void Leaves_nothing_to_send_when_every_unit_is_left_out() =>
        Spec.For<Consignment>()
            .Given(Planned, new ConsignmentEvent.UnitLeftOut(First, "x"), new ConsignmentEvent.UnitLeftOut(Second, "x"), new ConsignmentEvent.UnitLeftOut(Third, "x"))
            .State().Status.ShouldBe(ConsignmentStatus.LeftOut);
}
