using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Specs;

public sealed class Arriving
{
    [Fact]
    public void Is_noted_when_a_symbol_of_the_consignment_is_scanned() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => ReceivingDecider.Arrive(state, Box(0, 1), AtHospital())).Then(new ConsignmentEvent.ConsignmentArrived(Number));

    [Fact]
    public void Is_noted_though_nobody_handed_it_over() =>
        Spec.For<Consignment>().Given(AllPacked)
            .When(state => ReceivingDecider.Arrive(state, Box(1, 1), AtHospital())).Then(new ConsignmentEvent.ConsignmentArrived(Number));

    [Fact]
    public void Happens_once() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched, new ConsignmentEvent.ConsignmentArrived(Number)])
            .When(state => ReceivingDecider.Arrive(state, Box(1, 1), AtHospital())).ThenNothing();

    [Fact]
    public void Is_refused_with_another_consignments_symbol() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => ReceivingDecider.Arrive(state, new(OtherNumber, 1, 1), AtHospital())).ThenRejected("wrong-box");

    [Fact]
    public void Can_only_be_told_by_the_destination() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => ReceivingDecider.Arrive(state, Box(1, 1), AtCentre())).ThenRejected("wrong-site");
}

public sealed class Checking_a_unit_in
{
    [Fact]
    public void Tells_whether_it_was_expected()
    {
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => ReceivingDecider.CheckIn(state, First, Policy, AtHospital())).Then(new ConsignmentEvent.UnitCheckedIn(First, Expected: true));
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => ReceivingDecider.CheckIn(state, Stranger, Policy, AtHospital())).Then(new ConsignmentEvent.UnitCheckedIn(Stranger, Expected: false));
    }

    [Fact]
    public void Does_not_expect_what_was_left_out() =>
        Spec.For<Consignment>().Given(Planned, Packed(First), new ConsignmentEvent.UnitLeftOut(Second, "not-found"))
            .When(state => ReceivingDecider.CheckIn(state, Second, Policy, AtHospital())).Then(new ConsignmentEvent.UnitCheckedIn(Second, Expected: false));

    [Fact]
    public void Is_recorded_though_nobody_handed_it_over() =>
        Spec.For<Consignment>().Given(AllPacked)
            .When(state => ReceivingDecider.CheckIn(state, First, Policy, AtHospital())).Then(new ConsignmentEvent.UnitCheckedIn(First, Expected: true));

    [Fact]
    public void Happens_once() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched, new ConsignmentEvent.UnitCheckedIn(First, true)])
            .When(state => ReceivingDecider.CheckIn(state, First, Policy, AtHospital())).ThenNothing();

    [Fact]
    public void Tells_of_a_missing_unit_that_turns_up_after_the_receipt_and_closes_its_discrepancy() =>
        Spec.For<Consignment>()
            .Given([
                .. AllPacked, Dispatched,
                new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [], [First, Second, Third], [], Morning.AddHours(1)),
                new ConsignmentEvent.DiscrepancyRaised(Number, Order, Second, DiscrepancyKind.Missing)])
            .When(state => ReceivingDecider.CheckIn(state, Second, Policy, AtHospital()))
            .Then(
                new ConsignmentEvent.UnitCheckedIn(Second, true),
                new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [Second], [], [], Morning.AddHours(1)),
                new ConsignmentEvent.DiscrepancyResolved(Second, "found"));

    [Fact]
    public void Raises_a_unit_that_nobody_expected_after_the_receipt() =>
        Spec.For<Consignment>()
            .Given([.. AllPacked, Dispatched, new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [], [], [], Morning.AddHours(1))])
            .When(state => ReceivingDecider.CheckIn(state, Stranger, Policy, AtHospital()))
            .Then(
                new ConsignmentEvent.UnitCheckedIn(Stranger, false),
                new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [], [], [Stranger], Morning.AddHours(1)),
                new ConsignmentEvent.DiscrepancyRaised(Number, Order, Stranger, DiscrepancyKind.Unexpected));

    [Fact]
    public void Is_refused_at_another_site() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => ReceivingDecider.CheckIn(state, First, Policy, AtCentre())).ThenRejected("wrong-site");
}

public sealed class Completing_a_receipt
{
    private static readonly DateTimeOffset? HandedOver = Morning.AddHours(1);

    [Fact]
    public void Tells_what_came_what_is_missing_and_what_nobody_expected() =>
        Spec.For<Consignment>()
            .Given([.. AllPacked, Dispatched, new ConsignmentEvent.UnitCheckedIn(First, true), new ConsignmentEvent.UnitCheckedIn(Third, true), new ConsignmentEvent.UnitCheckedIn(Stranger, false)])
            .When(state => ReceivingDecider.CompleteReceipt(state, AtHospital()))
            .Then(
                new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [First, Third], [Second], [Stranger], HandedOver),
                new ConsignmentEvent.DiscrepancyRaised(Number, Order, Second, DiscrepancyKind.Missing),
                new ConsignmentEvent.DiscrepancyRaised(Number, Order, Stranger, DiscrepancyKind.Unexpected));

    [Fact]
    public void Raises_nothing_when_all_is_as_sent() =>
        Spec.For<Consignment>()
            .Given([.. AllPacked, Dispatched, new ConsignmentEvent.UnitCheckedIn(First, true), new ConsignmentEvent.UnitCheckedIn(Second, true), new ConsignmentEvent.UnitCheckedIn(Third, true)])
            .When(state => ReceivingDecider.CompleteReceipt(state, AtHospital()))
            .Then(new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [First, Second, Third], [], [], HandedOver));

    [Fact]
    public void Happens_once() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched, new ConsignmentEvent.UnitCheckedIn(First, true), Received([First], [Second, Third])])
            .When(state => ReceivingDecider.CompleteReceipt(state, AtHospital())).ThenNothing();

    [Fact]
    public void Records_a_consignment_that_was_never_handed_over_and_keeps_what_was_packed_and_did_not_come_on_its_own_board() =>
        Spec.For<Consignment>().Given([.. AllPacked, new ConsignmentEvent.UnitCheckedIn(First, true)])
            .When(state => ReceivingDecider.CompleteReceipt(state, AtHospital()))
            .Then(
                new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [First], [], [], null),
                new ConsignmentEvent.DiscrepancyRaised(Number, Order, Second, DiscrepancyKind.Missing),
                new ConsignmentEvent.DiscrepancyRaised(Number, Order, Third, DiscrepancyKind.Missing),
                new ConsignmentEvent.DiscrepancyRaised(Number, Order, First, DiscrepancyKind.Unsent))
            .ThenState(state => state.Balance.ShouldBe(3));

    [Fact]
    public void Finds_what_was_packed_and_came_later_without_a_hand_over() =>
        Spec.For<Consignment>()
            .Given([
                .. AllPacked, new ConsignmentEvent.UnitCheckedIn(First, true),
                new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [First], [], [], null),
                new ConsignmentEvent.DiscrepancyRaised(Number, Order, Second, DiscrepancyKind.Missing)])
            .When(state => ReceivingDecider.CheckIn(state, Second, Policy, AtHospital()))
            .Then(
                new ConsignmentEvent.UnitCheckedIn(Second, true),
                new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, [Second], [], [], null),
                new ConsignmentEvent.DiscrepancyResolved(Second, "found"),
                new ConsignmentEvent.DiscrepancyRaised(Number, Order, Second, DiscrepancyKind.Unsent));

    [Fact]
    public void Tells_only_of_the_missing_unit_that_turned_up_afterwards_and_closes_its_discrepancy() =>
        Spec.For<Consignment>()
            .Given([
                .. AllPacked, Dispatched, new ConsignmentEvent.UnitCheckedIn(First, true), Received([First], [Second, Third]),
                new ConsignmentEvent.DiscrepancyRaised(Number, Order, Second, DiscrepancyKind.Missing),
                new ConsignmentEvent.DiscrepancyRaised(Number, Order, Third, DiscrepancyKind.Missing),
                new ConsignmentEvent.UnitCheckedIn(Second, true)])
            .When(state => ReceivingDecider.CompleteReceipt(state, AtHospital()))
            .Then(
                Received([Second], []),
                new ConsignmentEvent.DiscrepancyResolved(Second, "found"));

    [Fact]
    public void Is_refused_while_there_is_nothing_to_receive() =>
        Spec.For<Consignment>().Given(AllPacked)
            .When(state => ReceivingDecider.CompleteReceipt(state, AtHospital())).ThenRejected("nothing-to-receive");

    [Fact]
    public void Is_refused_at_another_site() =>
        Spec.For<Consignment>().Given([.. AllPacked, Dispatched])
            .When(state => ReceivingDecider.CompleteReceipt(state, AtCentre())).ThenRejected("wrong-site");

    private static ConsignmentEvent Received(Blood.Isbt128.UnitNumber[] received, Blood.Isbt128.UnitNumber[] missing) =>
        new ConsignmentEvent.ConsignmentReceived(Number, Order, Centre, Hospital, received, missing, [], HandedOver);
}
