using Distribution.Blood.Isbt128;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Specs;

public sealed class The_temperature_of_a_box
{
    private static readonly UnitNumber Platelets = UnitNumber.Parse("A999026000004D0301V00", null);
    private static readonly UnitNumber Unknown = UnitNumber.Parse("A999026000005D9999V00", null);

    private static readonly ConsignmentEvent Mixed = new ConsignmentEvent.ConsignmentPlanned(
        Number, Order, Centre, Hospital, [Listed(First, 9), Listed(Second, 3), Listed(Platelets, 3), Listed(Unknown, 4)], Morning.AddHours(8), ReservedUntil);

    [Fact]
    public void Is_one_for_all_that_is_in_it()
    {
        Spec.For<Consignment>().Given(Mixed, Packed(First))
            .When(state => ConsignmentDecider.Pack(state, Box(1, 1), Platelets, Gate.Initial, Policy, AtCentre()))
            .ThenRejected("box-temperature")
            .Decision.Rejections[0].Field.ShouldBe("boxScan");
        Spec.For<Consignment>().Given(Mixed, Packed(Platelets))
            .When(state => ConsignmentDecider.Pack(state, Box(1, 1), First, Gate.Initial, Policy, AtCentre())).ThenRejected("box-temperature");
        Spec.For<Consignment>().Given(Mixed, Packed(First))
            .When(state => ConsignmentDecider.Pack(state, Box(1, 1), Second, Gate.Initial, Policy, AtCentre())).Then(Packed(Second));
    }

    [Fact]
    public void Is_chosen_anew_when_the_only_unit_of_another_kind_moves_out() =>
        Spec.For<Consignment>().Given(Mixed, Packed(First, 1, 2), Packed(First, 2, 2))
            .When(state => ConsignmentDecider.Pack(state, Box(1, 2), Platelets, Gate.Initial, Policy, AtCentre())).Then(Packed(Platelets, 1, 2));

    [Fact]
    public void Is_nobodys_to_share_where_nobody_knows_what_a_unit_bears()
    {
        Spec.For<Consignment>().Given(Mixed)
            .When(state => ConsignmentDecider.Pack(state, Box(1, 1), Unknown, Gate.Initial, Policy, AtCentre())).Then(Packed(Unknown));
        Spec.For<Consignment>().Given(Mixed, Packed(First))
            .When(state => ConsignmentDecider.Pack(state, Box(1, 1), Unknown, Gate.Initial, Policy, AtCentre())).ThenRejected("box-temperature");
        Spec.For<Consignment>().Given(Mixed, Packed(Unknown))
            .When(state => ConsignmentDecider.Pack(state, Box(1, 1), First, Gate.Initial, Policy, AtCentre())).ThenRejected("box-temperature");
    }
}

public sealed class Closing_a_box
{
    private static readonly ConsignmentEvent Closed = new ConsignmentEvent.BoxClosed(1, "TL-1", "ICE-4");

    [Fact]
    public void Names_the_logger_inside() =>
        Spec.For<Consignment>().Given(Planned, Packed(First))
            .When(state => ConsignmentDecider.CloseBox(state, 1, "TL-1", "ICE-4", AtCentre())).Then(Closed);

    [Fact]
    public void Happens_once_and_can_be_corrected()
    {
        Spec.For<Consignment>().Given(Planned, Packed(First), Closed)
            .When(state => ConsignmentDecider.CloseBox(state, 1, "TL-1", "ICE-4", AtCentre())).ThenNothing();
        Spec.For<Consignment>().Given(Planned, Packed(First), Closed)
            .When(state => ConsignmentDecider.CloseBox(state, 1, "TL-2", "ICE-4", AtCentre())).Then(new ConsignmentEvent.BoxClosed(1, "TL-2", "ICE-4"));
    }

    [Fact]
    public void Is_refused_for_a_box_with_nothing_in_it() =>
        Spec.For<Consignment>().Given(Planned, Packed(First))
            .When(state => ConsignmentDecider.CloseBox(state, 2, null, null, AtCentre())).ThenRejected("unknown-box");

    [Fact]
    public void Is_refused_with_a_logger_that_is_in_another_box() =>
        Spec.For<Consignment>().Given(Planned, Packed(First, 1, 2), Packed(Second, 2, 2), Closed)
            .When(state => ConsignmentDecider.CloseBox(state, 2, "TL-1", null, AtCentre())).ThenRejected("logger-in-use");

    [Fact]
    public void Lets_nothing_in_or_out()
    {
        var closed = Spec.For<Consignment>().Given(Planned, Packed(First, 1, 2), Closed);
        closed.When(state => ConsignmentDecider.Pack(state, Box(1, 2), Second, Gate.Initial, Policy, AtCentre())).ThenRejected("box-closed");
        closed.When(state => ConsignmentDecider.Pack(state, Box(2, 2), First, Gate.Initial, Policy, AtCentre())).ThenRejected("box-closed");
        closed.When(state => ConsignmentDecider.LeaveOut(state, First, "held", AtCentre())).ThenRejected("box-closed");
        closed.When(state => ConsignmentDecider.Pack(state, Box(1, 2), First, Gate.Initial, Policy, AtCentre())).ThenNothing();
    }

    [Fact]
    public void Is_taken_back_with_a_reason()
    {
        Spec.For<Consignment>().Given(Planned, Packed(First), Closed)
            .When(state => ConsignmentDecider.OpenBox(state, 1, "one to add", AtCentre()))
            .Then(new ConsignmentEvent.BoxOpened(1, "one to add"))
            .ThenState(state => state.Closed.ShouldBeEmpty());
        Spec.For<Consignment>().Given(Planned, Packed(First), Closed)
            .When(state => ConsignmentDecider.OpenBox(state, 1, " ", AtCentre())).ThenRejected("reason-required");
        Spec.For<Consignment>().Given(Planned, Packed(First))
            .When(state => ConsignmentDecider.OpenBox(state, 1, "x", AtCentre())).ThenNothing();
    }

    [Fact]
    public void Holds_for_all_boxes_or_for_none()
    {
        var packed = Spec.For<Consignment>().Given(Planned, Packed(First, 1, 2), Packed(Second, 1, 2), Packed(Third, 2, 2), Closed);
        packed.When(state => ConsignmentDecider.HandOver(state, Carrier, OpenGates, LeadTime, AtCentre())).ThenRejected("box-open");
        packed.Given(new ConsignmentEvent.BoxClosed(2)).When(state => ConsignmentDecider.HandOver(state, Carrier, OpenGates, LeadTime, AtCentre()))
            .ThenState(state => state.Status.ShouldBe(ConsignmentStatus.Dispatched));
    }

    [Fact]
    public void Ends_with_the_hand_over() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => ConsignmentDecider.CloseBox(state, 1, null, null, AtCentre())).ThenRejected("already-dispatched");
}
