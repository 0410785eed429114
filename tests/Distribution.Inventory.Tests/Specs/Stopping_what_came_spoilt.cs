using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Stopping_what_came_spoilt
{
    [Fact]
    public void holds_what_was_in_a_box_out_of_its_limits_wherever_it_is() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => CustodyDecider.HoldForColdChain(state, Journey.Consignment, "12 °C", AtCentre))
        .Then(new UnitHeld("cold-chain", Order, Centre, Nurse));

    [Fact]
    public void of_what_has_ended_is_a_contradiction() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .Given(new UnitTransfused(Order, Recipient, Now, 240))
        .When(state => CustodyDecider.HoldForColdChain(state, Journey.Consignment, "12 °C", AtCentre))
        .Then(Discrepancy("cold-chain-after-end", $"The unit was transfused, and the box of {Journey.Consignment} that it had been in was out of its limits: 12 °C"));

    [Fact]
    public void twice_is_once() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitHeld("cold-chain", null, Centre, Nurse))
        .When(state => CustodyDecider.HoldForColdChain(state, Journey.Consignment, "12 °C", AtCentre))
        .ThenNothing();

    [Theory]
    [InlineData("cold-chain")]
    [InlineData("damaged-bag-leaking")]
    public void is_ended_by_a_second_person_only(string reason)
    {
        var held = Spec.For<Unit>().Given(InStock()).Given(new UnitHeld(reason, null, Centre, Nurse));

        held.When(state => UnitDecider.EndHold(state, reason, null, AtCentre)).ThenRejected("second-person-required");
        held.When(state => UnitDecider.EndHold(state, reason, SecondNurse, AtCentre)).Then(new UnitHoldEnded(reason, false, null, SecondNurse));
    }

    [Fact]
    public void holds_what_came_damaged_where_it_came() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(), Dispatched())
        .When(state => CustodyDecider.RecordReceipt(state, Journey, true, Now, "bag-leaking", Nurse))
        .Then(Received(Now), new UnitReservationEnded(Order, "received"), new UnitHeld("damaged-bag-leaking", null, Hospital, Nurse));

    [Fact]
    public void holds_what_is_found_damaged_after_its_receipt_and_for_each_reason() => Spec.For<Unit>()
        .Given(InStock())
        .Given(Dispatched(), Received(Now), new UnitHeld("damaged-film", null, Hospital, Nurse))
        .When(state => CustodyDecider.RecordReceipt(state, Journey, true, Now, "clots", Nurse))
        .Then(new UnitHeld("damaged-clots", null, Hospital, Nurse));

    [Fact]
    public void holds_what_is_told_damaged_before_its_receipt_is_and_moves_nothing() => Spec.For<Unit>()
        .Given(InStock())
        .Given(Dispatched())
        .When(state => CustodyDecider.RecordDamage(state, Journey, "clots", Nurse))
        .Then(new UnitHeld("damaged-clots", null, Hospital, Nurse))
        .ThenState(state => state.Custody.Kind.ShouldBe(CustodyKind.InTransit));

    [Fact]
    public void is_no_hold_but_a_contradiction_where_it_has_ended() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .Given(new UnitTransfused(Order, Recipient, Now, 240))
        .When(state => CustodyDecider.RecordDamage(state, Journey, "clots", Nurse))
        .Then(Discrepancy("damaged-after-end", $"The unit was transfused and was found damaged at {Journey.To} on {Journey.Consignment}: clots."));
}
