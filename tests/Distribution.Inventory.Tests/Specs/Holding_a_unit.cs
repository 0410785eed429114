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
        .When(state => UnitDecider.Hold(state, "lookback"))
        .Then(new UnitHeld("lookback", Order));

    [Fact]
    public void keeps_where_it_is_and_whom_it_is_for() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(), Dispatched())
        .When(state => UnitDecider.Hold(state, "lookback"))
        .ThenState(state =>
        {
            state.Custody.ShouldBe(Custody.OnTheRoad(Journey.Consignment, Centre, Hospital));
            state.Reservation!.Order.ShouldBe(Order);
        });

    [Fact]
    public void twice_for_one_reason_is_one_hold() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitHeld("lookback", null))
        .When(state => UnitDecider.Hold(state, "lookback"))
        .ThenNothing();

    [Fact]
    public void for_two_reasons_needs_both_to_end()
    {
        var held = Spec.For<Unit>().Given(InStock()).Given(new UnitHeld("lookback", null), new UnitHeld("out-of-storage", null));

        held.When(state => UnitDecider.EndHold(state, "lookback"))
            .Then(new UnitHoldEnded("lookback", StillHeld: true, null))
            .ThenState(state => state.IsAvailable(Now).ShouldBeFalse());
        held.Given(new UnitHoldEnded("lookback", true, null))
            .When(state => UnitDecider.EndHold(state, "out-of-storage"))
            .Then(new UnitHoldEnded("out-of-storage", StillHeld: false, null))
            .ThenState(state => state.IsAvailable(Now).ShouldBeTrue());
    }

    [Fact]
    public void that_is_not_held_for_the_reason_ends_nothing() => Spec.For<Unit>()
        .Given(InStock())
        .When(state => UnitDecider.EndHold(state, "lookback"))
        .ThenNothing();

    [Fact]
    public void that_has_ended_is_refused() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitExpired(Now, null))
        .When(state => UnitDecider.Hold(state, "lookback"))
        .ThenRejected("ended");
}
