using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Holding_a_unit
{
    [Fact]
    public void names_the_order_that_it_is_reserved_for() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock())
        .When(state => UnitDecider.Hold(state, "lookback", AtCentre))
        .Then(new UnitHeld("lookback", Order, Centre, Nurse));

    [Fact]
    public void keeps_where_it_is_and_whom_it_is_for() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(), Dispatched())
        .When(state => UnitDecider.Hold(state, "lookback", AtCentre))
        .ThenState(state =>
        {
            state.Custody.ShouldBe(Custody.OnTheRoad(Journey.Consignment, Order, Centre, Hospital));
            state.Reservation!.Order.ShouldBe(Order);
        });

    [Fact]
    public void twice_for_one_reason_is_one_hold() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitHeld("lookback", null))
        .When(state => UnitDecider.Hold(state, "lookback", AtCentre))
        .ThenNothing();

    [Fact]
    public void for_two_reasons_needs_both_to_end()
    {
        var held = Spec.For<Unit>().Given(InStock()).Given(new UnitHeld("lookback", null), new UnitHeld("out-of-storage", null));

        held.When(state => UnitDecider.EndHold(state, "lookback", null, AtCentre))
            .Then(new UnitHoldEnded("lookback", StillHeld: true, null))
            .ThenState(state => state.IsAvailable(Now).ShouldBeFalse());
        held.Given(new UnitHoldEnded("lookback", true, null))
            .When(state => UnitDecider.EndHold(state, "out-of-storage", SecondNurse, AtCentre))
            .Then(new UnitHoldEnded("out-of-storage", StillHeld: false, null, SecondNurse))
            .ThenState(state => state.IsAvailable(Now).ShouldBeTrue());
    }

    [Fact]
    public void that_is_not_held_for_the_reason_ends_nothing() => Spec.For<Unit>()
        .Given(InStock())
        .When(state => UnitDecider.EndHold(state, "lookback", null, AtCentre))
        .ThenNothing();

    [Fact]
    public void of_which_two_groups_are_told_is_ended_by_nobodys_hand() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitHeld(UnitDecider.GroupDiffers, null, Centre))
        .When(state => UnitDecider.EndHold(state, UnitDecider.GroupDiffers, SecondNurse, AtCentre))
        .ThenRejected("hold-of-a-group");

    [Fact]
    public void reaches_what_was_made_of_it_before_anybody_has_told_of_that() => Spec.For<Unit>()
        .When(state => UnitDecider.InheritHolds(state, [new HoldOrigin("lookback", Hospital, Nurse), new HoldOrigin(CaseId.ToString(), Centre, Nurse, CaseId)], Centre))
        .Then(new UnitHeld("lookback", null, Hospital, Nurse), new UnitHeld(CaseId.ToString(), null, Centre, null, CaseId));

    [Fact]
    public void reaches_what_was_made_of_it_once_and_nothing_that_has_ended()
    {
        HoldOrigin[] holds = [new("lookback", Hospital, Nurse)];

        Spec.For<Unit>().Given(InStock()).Given(new UnitHeld("lookback", null)).When(state => UnitDecider.InheritHolds(state, holds, Centre)).ThenNothing();
        Spec.For<Unit>().Given(InStock()).Given(new UnitExpired(Now, null)).When(state => UnitDecider.InheritHolds(state, holds, Centre)).ThenNothing();
    }

    [Fact]
    public void that_has_ended_is_refused() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitExpired(Now, null))
        .When(state => UnitDecider.Hold(state, "lookback", AtCentre))
        .ThenRejected("ended");

    [Fact]
    public void is_ended_by_the_site_that_laid_it_wherever_the_unit_is()
    {
        var held = Spec.For<Unit>().Given(InStock()).Given(new UnitHeld("lookback", null, Centre, Nurse), Dispatched(), Received(Now));

        held.When(state => UnitDecider.EndHold(state, "lookback", null, AtHospital)).ThenRejected("hold-of-another-site");
        held.When(state => UnitDecider.EndHold(state, "lookback", null, AtCentre)).Then(new UnitHoldEnded("lookback", false, null));
    }

    [Fact]
    public void before_sites_were_written_down_is_ended_where_the_unit_is()
    {
        var held = Spec.For<Unit>().Given(InStock()).Given(new UnitHeld("lookback", null), Dispatched(), Received(Now));

        held.When(state => UnitDecider.EndHold(state, "lookback", null, AtCentre)).ThenRejected("hold-of-another-site");
        held.When(state => UnitDecider.EndHold(state, "lookback", null, AtHospital)).Then(new UnitHoldEnded("lookback", false, null));
    }

    [Theory]
    [InlineData(Nurse, null, false)]
    [InlineData(Nurse, "a9991-n01", false)]
    [InlineData(Nurse, SecondNurse, true)]
    [InlineData(SecondNurse, null, true)]
    public void for_a_late_return_is_not_ended_by_the_person_who_took_it_back_alone(string actor, string? verifier, bool accepted)
    {
        var outcome = Spec.For<Unit>()
            .Given(InStock(Hospital))
            .Given(new UnitHeld(UnitDecider.OutOfStorage, null, Hospital, Nurse))
            .When(state => UnitDecider.EndHold(state, UnitDecider.OutOfStorage, verifier, AtHospital with { Actor = actor }));

        if (accepted)
            outcome.Then(new UnitHoldEnded(UnitDecider.OutOfStorage, false, null, verifier));
        else
            outcome.ThenRejected("second-person-required");
    }

    [Fact]
    public void is_no_matter_of_the_site_that_it_is_only_reserved_for() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock())
        .When(state => UnitDecider.Hold(state, "lookback", AtCentre))
        .ThenState(state => state.ActingSites().ShouldBe([Centre]))
        .ThenState(state => state.ReadingSites().ShouldBe([Centre, Hospital], ignoreOrder: true));
}
