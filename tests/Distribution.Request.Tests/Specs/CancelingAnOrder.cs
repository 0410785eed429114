using Distribution.Testing;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Specs;

public sealed class CancelingAnOrder
{
    private static readonly CancelOrder Cancel = new("not needed");

    [Fact]
    public void An_order_is_canceled_before_anything_is_reserved() =>
        Spec.For<Order>().Given(Placed).When(state => OrderDecider.Cancel(state, Cancel)).Then(Canceled);

    [Fact]
    public void An_order_is_canceled_while_its_units_are_set_aside() =>
        Spec.For<Order>().Given(Placed, Reserved).When(state => OrderDecider.Cancel(state, Cancel)).Then(Canceled);

    [Fact]
    public void Canceling_again_changes_nothing_and_the_first_reason_stays() =>
        Spec.For<Order>().Given(Placed, Canceled).When(state => OrderDecider.Cancel(state, new CancelOrder("other"))).ThenNothing();

    [Fact]
    public void What_is_on_the_road_cannot_be_canceled() =>
        Spec.For<Order>().Given(Placed, Reserved, Dispatched).When(state => OrderDecider.Cancel(state, Cancel)).ThenRejected("already-dispatched");

    [Fact]
    public void What_has_arrived_cannot_be_canceled_though_its_departure_is_not_yet_known() =>
        Spec.For<Order>().Given(Placed, Received).When(state => OrderDecider.Cancel(state, Cancel)).ThenRejected("already-dispatched");

    [Fact]
    public void What_has_been_handed_out_for_the_patient_cannot_be_canceled() =>
        Spec.For<Order>().Given(PlacedForPatient, ReservedForPatient, new OrderUnitIssued(TheOrder, Unit(1)))
            .When(state => OrderDecider.Cancel(state, Cancel)).ThenRejected("already-issued");

    [Fact]
    public void What_has_been_transfused_cannot_be_canceled_though_its_issue_is_not_yet_known() =>
        Spec.For<Order>().Given(PlacedForPatient, ReservedForPatient, new OrderUnitEnded(TheOrder, Unit(1), UnitFate.Transfused))
            .When(state => OrderDecider.Cancel(state, Cancel)).ThenRejected("already-issued");

    [Fact]
    public void An_order_that_was_met_cannot_be_canceled() =>
        Spec.For<Order>().Given(Placed, Reserved, Dispatched, Received, Met).When(state => OrderDecider.Cancel(state, Cancel)).ThenRejected("already-ended");

    [Fact]
    public void A_reason_is_required_and_said_together_with_the_rest() =>
        Spec.For<Order>().Given(Placed, Reserved, Dispatched).When(state => OrderDecider.Cancel(state, new CancelOrder(" "))).ThenRejected("reason-required", "already-dispatched");

    [Fact]
    public void A_reason_is_no_essay() =>
        Spec.For<Order>().Given(Placed).When(state => OrderDecider.Cancel(state, new CancelOrder(new string('x', 201)))).ThenRejected("reason-too-long");

    [Fact]
    public void An_order_that_was_never_placed_cannot_be_canceled() =>
        Spec.For<Order>().When(state => OrderDecider.Cancel(state, Cancel)).ThenRejected("unknown-order");
}
