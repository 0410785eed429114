using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Ending_a_unit
{
    [Fact]
    public void by_transfusion_names_the_patient_it_was_issued_for() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => BenchDecider.RecordTransfusion(state, new Transfusion(Now, 240), AtHospital))
        .Then(new UnitTransfused(Order, Recipient, Now, 240));

    [Fact]
    public void by_transfusion_without_issue_names_the_order_that_loses_it_and_no_patient() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(ReservedForPatient())
        .When(state => BenchDecider.RecordTransfusion(state, new Transfusion(Now, 240), AtHospital))
        .Then(new UnitTransfused(Order, null, Now, 240), Discrepancy("not-issued", "Transfused at HN-XP without having been issued."));

    [Fact]
    public void by_transfusion_keeps_when_it_ended_and_on_which_ward() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => BenchDecider.RecordTransfusion(state, new Transfusion(Now, 240, Now.AddHours(2), "W3"), AtHospital))
        .Then(new UnitTransfused(Order, Recipient, Now, 240, Now.AddHours(2), "W3"));

    [Theory]
    [InlineData(275, true)]
    [InlineData(276, false)]
    public void by_transfusion_of_a_tenth_more_than_there_was_is_a_slip_of_the_pen(int volumeMl, bool isTaken) => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => BenchDecider.RecordTransfusion(state, new Transfusion(Now, volumeMl), AtHospital))
        .Decision.Rejections.Select(reason => reason.Code).ShouldBe(isTaken ? [] : ["volume-exceeds-unit"]);

    [Fact]
    public void by_transfusion_told_twice_is_told_once() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .Given(new UnitTransfused(Order, Recipient, Now, 240))
        .When(state => BenchDecider.RecordTransfusion(state, new Transfusion(Now, 240), AtHospital))
        .ThenNothing();

    [Fact]
    public void by_a_transfusion_that_nothing_allowed_is_recorded_with_every_contradiction() => Spec.For<Unit>()
        .Given(Prepared(Facts(expiresAt: Now.AddHours(-1))), new UnitHeld("lookback", null))
        .When(state => BenchDecider.RecordTransfusion(state, new Transfusion(Now, null), AtHospital))
        .ThenState(state => state.Fate!.Kind.ShouldBe(FateKind.Transfused))
        .ThenState(state => state.Discrepancies.Select(discrepancy => discrepancy.Code)
            .ShouldBe(["not-issued", "not-released", "transfused-on-hold", "transfused-after-expiry", "transfused-elsewhere"]));

    [Fact]
    public void by_a_transfusion_after_another_end_is_a_discrepancy_only() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .Given(new UnitLost("not found", Order))
        .When(state => BenchDecider.RecordTransfusion(state, new Transfusion(Now, 240), AtHospital))
        .Then(Discrepancy("transfused-after-end", $"The unit was given up as lost and was transfused at HN-XP from 2026-03-02T08:00:00Z to {Recipient} on order {Order}, 240 mL."));

    [Fact]
    public void by_a_transfusion_of_what_nobody_told_of_is_recorded() => Spec.For<Unit>()
        .When(state => BenchDecider.RecordTransfusion(state, new Transfusion(Now, 240), AtHospital))
        .Then(new UnitTransfused(null, null, Now, 240), Discrepancy("unknown-unit", "We had not been told that this unit was prepared."));

    [Fact]
    public void by_expiry_names_the_order_that_loses_it() => Spec.For<Unit>()
        .Given(InStock(expiresAt: Now))
        .Given(ReservedForStock())
        .When(state => UnitDecider.Expire(state, AtCentre))
        .Then(new UnitExpired(Now, Order));

    [Fact]
    public void by_expiry_waits_while_it_is_out_with_a_patient() => Spec.For<Unit>()
        .Given(OutWithAPatient(expiresAt: Now))
        .When(state => UnitDecider.Expire(state, AtHospital))
        .ThenNothing();

    [Fact]
    public void by_expiry_before_its_time_does_nothing() => Spec.For<Unit>()
        .Given(InStock(expiresAt: Now.AddSeconds(1)))
        .When(state => UnitDecider.Expire(state, AtCentre))
        .ThenNothing();

    [Fact]
    public void by_discarding_takes_it_from_its_order() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock())
        .When(state => UnitDecider.Discard(state, "leaking", AtCentre))
        .Then(new UnitDiscarded("leaking", Order));

    [Fact]
    public void by_discarding_is_refused_elsewhere() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(), Dispatched())
        .When(state => UnitDecider.Discard(state, "leaking", AtHospital))
        .ThenRejected("not-here");

    [Fact]
    public void by_discarding_what_nobody_told_of_is_recorded_where_it_was_found() => Spec.For<Unit>()
        .Given(new UnitFound(Hospital))
        .When(state => UnitDecider.Discard(state, "recalled", AtHospital))
        .Then(new UnitDiscarded("recalled", null), Discrepancy("unknown-unit", "We had not been told that this unit was prepared."));

    [Fact]
    public void as_lost_is_for_any_site_where_nobody_is_known_to_have_had_it() => Spec.For<Unit>()
        .Given(new UnitHeld(CaseId.ToString(), null, Centre, null, CaseId))
        .When(state => UnitDecider.Lose(state, "never seen", AtHospital))
        .Then(new UnitLost("never seen", null), Discrepancy("unknown-unit", "We had not been told that this unit was prepared."));

    [Fact]
    public void by_discarding_twice_changes_nothing() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitDiscarded("leaking", null))
        .When(state => UnitDecider.Discard(state, "leaking", AtCentre))
        .ThenNothing();

    [Fact]
    public void as_lost_is_for_either_end_of_the_road() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(), Dispatched(), new UnitMissing(Journey.Consignment, Order, Centre, Hospital), new UnitReservationEnded(Order, "missing"))
        .When(state => UnitDecider.Lose(state, "box never came", AtHospital))
        .Then(new UnitLost("box never came", null));

    [Fact]
    public void as_lost_after_another_end_is_refused() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitDiscarded("leaking", null))
        .When(state => UnitDecider.Lose(state, "box never came", AtCentre))
        .ThenRejected("ended");
}
