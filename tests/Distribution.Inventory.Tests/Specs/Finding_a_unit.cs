using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Finding_a_unit
{
    [Fact]
    public void that_was_missing_ends_that_without_contradiction() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(), Dispatched(), new UnitMissing(Journey.Consignment, Order, Centre, Hospital), new UnitReservationEnded(Order, "missing"))
        .When(state => CustodyDecider.RecordFinding(state, At(Elsewhere, Now)))
        .Then(new UnitFound(Elsewhere))
        .ThenState(state => state.Custody.ShouldBe(Custody.At(Elsewhere)))
        .ThenState(state => state.IsAvailable(Now).ShouldBeTrue());

    [Fact]
    public void that_should_stand_elsewhere_leaves_a_discrepancy() => Spec.For<Unit>()
        .Given(InStock())
        .When(state => CustodyDecider.RecordFinding(state, AtHospital))
        .Then(new UnitFound(Hospital), Discrepancy("found-elsewhere", "Found at HN-XP while at HN-BM."))
        .ThenState(state => state.Custody.ShouldBe(Custody.At(Hospital)));

    [Fact]
    public void where_it_should_be_changes_nothing() => Spec.For<Unit>()
        .Given(InStock())
        .When(state => CustodyDecider.RecordFinding(state, AtCentre))
        .ThenNothing();

    [Fact]
    public void that_has_ended_leaves_it_ended() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitLost("not found", null))
        .When(state => CustodyDecider.RecordFinding(state, AtCentre))
        .Then(Discrepancy("found-after-end", "The unit was given up as lost and was found at HN-BM."));

    [Fact]
    public void that_nobody_told_of_is_recorded_where_it_was_met() => Spec.For<Unit>()
        .When(state => CustodyDecider.RecordFinding(state, AtHospital))
        .Then(new UnitFound(Hospital), Discrepancy("unknown-unit", "We had not been told that this unit was prepared."))
        .ThenState(state => state.Custody.ShouldBe(Custody.At(Hospital)));
}
