using Distribution.Blood.BloodGroups;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Telling_of_a_unit
{
    [Fact]
    public void opens_its_history_with_the_collection_facts() => Spec.For<Unit>()
        .When(state => UnitDecider.Prepare(state, Facts()))
        .Then(Prepared())
        .ThenState(state =>
        {
            state.Custody.ShouldBe(Custody.At(Centre));
            state.IsAvailable(Now).ShouldBeFalse("It is in quarantine.");
        });

    [Fact]
    public void twice_changes_nothing() => Spec.For<Unit>()
        .Given(Prepared())
        .When(state => UnitDecider.Prepare(state, Facts()))
        .ThenNothing();

    [Fact]
    public void in_another_way_leaves_a_discrepancy() => Spec.For<Unit>()
        .Given(Prepared())
        .When(state => UnitDecider.Prepare(state, Facts() with { VolumeMl = 200 }))
        .ThenState(state => state.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("facts-differ"))
        .ThenState(state => state.Facts!.VolumeMl.ShouldBe(250));

    [Fact]
    public void by_its_release_first_opens_the_history_too() => Spec.For<Unit>()
        .When(state => UnitDecider.Release(state, Facts(), OPositive, "A9990-R02"))
        .Then(Prepared(), Released())
        .ThenState(state => state.IsAvailable(Now).ShouldBeTrue());

    [Fact]
    public void of_its_release_twice_changes_nothing() => Spec.For<Unit>()
        .Given(InStock())
        .When(state => UnitDecider.Release(state, Facts(), OPositive, "A9990-R02"))
        .ThenNothing();

    [Fact]
    public void of_two_groups_stops_its_use() => Spec.For<Unit>()
        .Given(InStock())
        .When(state => UnitDecider.Release(state, Facts(), BloodGroup.Parse("A+"), "A9990-R02"))
        .Then(Discrepancy("group-differs", "Released as O+, then told to be A+."), new UnitHeld("group-differs", null, Centre))
        .ThenState(state => state.Group.ShouldBe(OPositive));

    [Fact]
    public void of_its_discard_ends_it_whatever_state_it_was_in() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitHeld("lookback", null), ReservedForStock())
        .When(state => UnitDecider.DiscardAtCentre(state, Facts(), "marker-reactive", AtCentre))
        .Then(new UnitDiscarded("marker-reactive", Order))
        .ThenState(state => state.Reservation.ShouldBeNull());

    [Fact]
    public void of_its_discard_while_it_is_on_the_road_leaves_a_discrepancy() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(), Dispatched())
        .When(state => UnitDecider.DiscardAtCentre(state, Facts(), "broken", AtCentre))
        .ThenState(state => state.Fate!.Kind.ShouldBe(FateKind.Discarded))
        .ThenState(state => state.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("discarded-elsewhere"));

    [Fact]
    public void of_its_preparation_after_its_end_writes_down_what_it_was_and_changes_no_fate() => Spec.For<Unit>()
        .Given(new UnitTransfused(null, null, Now, 240))
        .When(state => UnitDecider.Release(state, Facts(), OPositive, "A9990-R02"))
        .Then(Prepared(), Discrepancy("released-after-end", "The unit was transfused before it was released as O+."))
        .ThenState(state => state.Fate!.Kind.ShouldBe(FateKind.Transfused))
        .ThenState(state => state.Facts.ShouldBe(Facts()))
        .ThenState(state => state.Custody.ShouldBe(Custody.Unknown));

    [Fact]
    public void of_its_release_after_its_end_leaves_a_discrepancy_and_nothing_else() => Spec.For<Unit>()
        .Given(Prepared(), new UnitDiscarded("broken", null))
        .When(state => UnitDecider.Release(state, Facts(), OPositive, "A9990-R02"))
        .Then(Discrepancy("released-after-end", "The unit was discarded before it was released as O+."));

    [Fact]
    public void met_before_it_was_heard_of_leaves_it_where_it_was_met() => Spec.For<Unit>()
        .When(state => CustodyDecider.RecordReceipt(state, Journey, expected: false, Now))
        .ThenState(state => state.Discrepancies.Select(discrepancy => discrepancy.Code).ShouldBe(["unknown-unit", "unexpected"]))
        .ThenState(state => UnitDecider.Reserve(state, ForStock(), AtCentre).Rejections.ShouldHaveSingleItem().Code.ShouldBe("unknown-unit"))
        .ThenState(state => Unit.Evolve(state, Prepared()).Custody.ShouldBe(Custody.At(Hospital)));
}
