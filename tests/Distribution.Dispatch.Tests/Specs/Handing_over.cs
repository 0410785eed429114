using Distribution.Blood.Isbt128;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Specs;

public sealed class Handing_a_consignment_over
{
    [Fact]
    public void Puts_what_was_packed_on_the_road() =>
        Spec.For<Consignment>().Given(AllPacked)
            .When(state => ConsignmentDecider.HandOver(state, Carrier, OpenGates, LeadTime, AtCentre())).Then(Dispatched);

    [Fact]
    public void Sends_only_what_is_in_a_box() =>
        Spec.For<Consignment>().Given(Planned, Packed(First), new ConsignmentEvent.UnitLeftOut(Second, "not-found"), Packed(Third))
            .When(state => ConsignmentDecider.HandOver(state, Carrier, OpenGates, LeadTime, AtCentre()))
            .ThenState(state => state.HandedOver!.Units.ShouldBe([First, Third]));

    [Fact]
    public void Waits_for_every_unit_to_be_packed_or_left_out() =>
        Spec.For<Consignment>().Given(Planned, Packed(First))
            .When(state => ConsignmentDecider.HandOver(state, Carrier, OpenGates, LeadTime, AtCentre()))
            .ThenRejected("unit-not-packed", "unit-not-packed");

    [Fact]
    public void Is_refused_with_nothing_in_the_boxes() =>
        Spec.For<Consignment>()
            .Given(Planned, new ConsignmentEvent.UnitLeftOut(First, "x"), new ConsignmentEvent.UnitLeftOut(Second, "x"), new ConsignmentEvent.UnitLeftOut(Third, "x"))
            .When(state => ConsignmentDecider.HandOver(state, Carrier, OpenGates, LeadTime, AtCentre())).ThenRejected("nothing-packed");

    [Fact]
    public void Takes_two_people() =>
        Spec.For<Consignment>().Given(AllPacked)
            .When(state => ConsignmentDecider.HandOver(state, Packer, OpenGates, LeadTime, AtCentre()))
            .ThenRejected("second-person-required")
            .Decision.Rejections[0].Field.ShouldBe("carrierScan");

    [Fact]
    public void Is_refused_once_the_reservation_is_over_and_not_an_instant_before()
    {
        Spec.For<Consignment>().Given(AllPacked)
            .When(state => ConsignmentDecider.HandOver(state, Carrier, OpenGates, LeadTime, AtCentre(ReservedUntil.AddTicks(1)))).ThenRejected("reservation-over");
        Spec.For<Consignment>().Given(AllPacked)
            .When(state => ConsignmentDecider.HandOver(state, Carrier, OpenGates, LeadTime, AtCentre(ReservedUntil)))
            .ThenState(state => state.Status.ShouldBe(ConsignmentStatus.Dispatched));
    }

    [Fact]
    public void Is_judged_by_server_time_when_it_is_back_dated() =>
        Spec.For<Consignment>().Given(AllPacked)
            .When(state => ConsignmentDecider.HandOver(state, Carrier, OpenGates, LeadTime, AtCentre() with { Now = ReservedUntil.AddHours(1) }))
            .ThenRejected("reservation-over");

    [Fact]
    public void Is_refused_for_a_unit_that_has_left_for_another_order_until_it_is_checked_in()
    {
        GateEvent departed = new GateEvent.UnitDeparted(First, OtherNumber, OtherOrder);

        Spec.For<Consignment>().Given(AllPacked)
            .When(state => ConsignmentDecider.HandOver(state, Carrier, WithFirst(departed), LeadTime, AtCentre())).ThenRejected("unit-departed");
        Spec.For<Consignment>().Given(AllPacked)
            .When(state => ConsignmentDecider.HandOver(state, Carrier, WithFirst(departed, new GateEvent.UnitLanded(First, OtherNumber)), LeadTime, AtCentre()))
            .Then(Dispatched);

        static Dictionary<UnitNumber, Gate> WithFirst(params GateEvent[] events) => new(OpenGates) { [First] = Knowing(events) };
    }

    [Fact]
    public void Is_stopped_by_whatever_came_up_since_packing() =>
        Spec.For<Consignment>().Given(AllPacked)
            .When(state => ConsignmentDecider.HandOver(
                state,
                Carrier,
                new Dictionary<UnitNumber, Gate>
                {
                    [First] = Knowing(new GateEvent.UnitBlocked(First, "donor-recall", 4)),
                    [Second] = Knowing(new GateEvent.ReservationEnded(Second, Order, "canceled")),
                    [Third] = Knowing(new GateEvent.UnitEnded(Third, UnitEnd.Lost)),
                },
                LeadTime,
                AtCentre()))
            .ThenRejected("unit-held", "reservation-ended", "unit-ended");

    [Fact]
    public void Is_stopped_by_a_unit_that_expired_in_its_box() =>
        Spec.For<Consignment>().Given([.. AllPacked])
            .When(state => ConsignmentDecider.HandOver(state with { ReservedUntil = Morning.AddDays(9) }, Carrier, OpenGates, LeadTime, AtCentre(Morning.AddDays(4))))
            .ThenRejected("unit-expired");

    [Fact]
    public void Is_not_stopped_by_a_unit_that_was_left_out() =>
        Spec.For<Consignment>().Given(Planned, Packed(First), Packed(Second), new ConsignmentEvent.UnitLeftOut(Third, "held"))
            .When(state => ConsignmentDecider.HandOver(
                state,
                Carrier,
                new Dictionary<UnitNumber, Gate>(OpenGates) { [Third] = Knowing(new GateEvent.UnitBlocked(Third, "donor-recall", 4)) },
                LeadTime,
                AtCentre()))
            .ThenState(state => state.Status.ShouldBe(ConsignmentStatus.Dispatched));

    [Fact]
    public void Is_refused_where_the_labels_do_not_agree_on_the_number_of_boxes() =>
        Spec.For<Consignment>().Given(Planned, Packed(First, 1, 2), Packed(Second, 2, 2), Packed(Third, 3, 3))
            .When(state => ConsignmentDecider.HandOver(state, Carrier, OpenGates, LeadTime, AtCentre())).ThenRejected("box-count-differs");

    [Fact]
    public void Is_refused_where_no_lane_leads() =>
        Spec.For<Consignment>().Given(AllPacked)
            .When(state => ConsignmentDecider.HandOver(state, Carrier, OpenGates, null, AtCentre())).ThenRejected("no-lane");

    [Fact]
    public void Happens_once_to_the_same_carrier() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => ConsignmentDecider.HandOver(state, Carrier, OpenGates, LeadTime, AtCentre())).ThenNothing();

    [Fact]
    public void Cannot_be_repeated_to_another_carrier() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => ConsignmentDecider.HandOver(state, "A9990-C08", OpenGates, LeadTime, AtCentre())).ThenRejected("already-dispatched");

    [Fact]
    public void Is_refused_once_the_boxes_stand_at_the_destination() =>
        Spec.For<Consignment>().Given([.. AllPacked, new ConsignmentEvent.ConsignmentArrived(Number)])
            .When(state => ConsignmentDecider.HandOver(state, Carrier, OpenGates, LeadTime, AtCentre())).ThenRejected("already-arrived");

    [Fact]
    public void Is_refused_at_another_site() =>
        Spec.For<Consignment>().Given(AllPacked)
            .When(state => ConsignmentDecider.HandOver(state, Carrier, OpenGates, LeadTime, AtHospital())).ThenRejected("wrong-site");
}
