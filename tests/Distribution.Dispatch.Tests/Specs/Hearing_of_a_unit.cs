using Distribution.Blood.Deciding;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Specs;

public sealed class Hearing_of_a_unit
{
    [Fact]
    public void Holds_it_back_for_each_reason_by_itself() =>
        Spec.For<Gate>().Given(new GateEvent.UnitBlocked(First, "donor-recall", 3))
            .When(state => GateDecider.Block(state, First, "temperature", 4))
            .Then(new GateEvent.UnitBlocked(First, "temperature", 4))
            .ThenState(state => state.HoldReasons.ShouldBe(["donor-recall", "temperature"]));

    [Fact]
    public void Notes_that_it_leaves_in_a_box_and_that_it_is_checked_in()
    {
        var consignment = Aggregate.Fold<Consignment>([.. AllPacked]);
        ConsignmentEvent[] arrival = [new ConsignmentEvent.UnitCheckedIn(First, true)];

        Spec.For<Gate>().When(state => GateDecider.Follow(state, First, consignment, [Dispatched])).Then(new GateEvent.UnitDeparted(First, Number, Order));
        Spec.For<Gate>().When(state => GateDecider.Follow(state, Stranger, consignment, [Dispatched])).ThenNothing();
        Spec.For<Gate>().Given(new GateEvent.UnitDeparted(First, Number, Order))
            .When(state => GateDecider.Follow(state, First, consignment, arrival)).Then(new GateEvent.UnitLanded(First, Number));
        Spec.For<Gate>().When(state => GateDecider.Follow(state, First, consignment, arrival)).ThenNothing();
    }

    [Fact]
    public void A_resolved_loss_lands_it_only_where_it_was_lost()
    {
        var consignment = Aggregate.Fold<Consignment>([.. AllPacked]);
        ConsignmentEvent[] resolved = [new ConsignmentEvent.DiscrepancyResolved(First, "never packed")];

        Spec.For<Gate>().Given(new GateEvent.UnitDeparted(First, Number, Order))
            .When(state => GateDecider.Follow(state, First, consignment, resolved)).Then(new GateEvent.UnitLanded(First, Number));
        Spec.For<Gate>().Given(new GateEvent.UnitDeparted(First, OtherNumber, OtherOrder))
            .When(state => GateDecider.Follow(state, First, consignment, resolved)).ThenNothing();
    }

    [Fact]
    public void Ends_only_the_reason_that_ended() =>
        Spec.For<Gate>().Given(new GateEvent.UnitBlocked(First, "donor-recall", 3), new GateEvent.UnitBlocked(First, "temperature", 4))
            .When(state => GateDecider.Unblock(state, First, "donor-recall", 5))
            .ThenState(state => state.HoldReasons.ShouldBe(["temperature"]));

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    public void Ignores_a_hold_that_is_older_than_its_end(long version) =>
        Spec.For<Gate>().Given(new GateEvent.UnitUnblocked(First, "donor-recall", 5))
            .When(state => GateDecider.Block(state, First, "donor-recall", version)).ThenNothing();

    [Fact]
    public void Ignores_an_end_that_is_older_than_a_new_hold() =>
        Spec.For<Gate>().Given(new GateEvent.UnitBlocked(First, "donor-recall", 7))
            .When(state => GateDecider.Unblock(state, First, "donor-recall", 5)).ThenNothing();

    [Fact]
    public void Remembers_the_end_of_a_hold_it_has_not_heard_of_yet() =>
        Spec.For<Gate>().Given()
            .When(state => GateDecider.Unblock(state, First, "donor-recall", 5)).Then(new GateEvent.UnitUnblocked(First, "donor-recall", 5));

    [Fact]
    public void Takes_the_end_of_a_reservation_once()
    {
        var ended = new GateEvent.ReservationEnded(First, Order, "lapsed");
        Spec.For<Gate>().Given().When(state => GateDecider.EndReservation(state, First, Order, "lapsed")).Then(ended);
        Spec.For<Gate>().Given(ended).When(state => GateDecider.EndReservation(state, First, Order, "canceled")).ThenNothing();
    }

    [Fact]
    public void Takes_the_end_of_the_unit_once()
    {
        var ended = new GateEvent.UnitEnded(First, UnitEnd.Discarded);
        Spec.For<Gate>().Given().When(state => GateDecider.End(state, First, UnitEnd.Discarded)).Then(ended);
        Spec.For<Gate>().Given(ended).When(state => GateDecider.End(state, First, UnitEnd.Lost)).ThenNothing();
    }

    [Fact]
    public void Notes_every_consignment_it_is_planned_on_once()
    {
        var planned = new GateEvent.UnitPlanned(First, Number, Order);
        Spec.For<Gate>().Given().When(state => GateDecider.Plan(state, First, Number, Order)).Then(planned);
        Spec.For<Gate>().Given(planned).When(state => GateDecider.Plan(state, First, Number, Order)).ThenNothing();
    }
}
