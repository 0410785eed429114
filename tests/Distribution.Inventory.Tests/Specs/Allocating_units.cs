using Distribution.Blood.Components;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

/// <summary>How what was set aside for an order ends.</summary>
public sealed class Allocating_units
{
    [Fact]
    public void is_given_back_with_the_units_that_are_still_kept() => Spec.For<Allocation>()
        .Given(Allocated())
        .When(state => AllocationDecider.GiveBack(state, Order, [Number(1)], [], "order-canceled", LapsesAt))
        .Then(new AllocationLapsed(Order, [Number(1)], "order-canceled"))
        .ThenState(state => state.Units.ShouldBeEmpty());

    [Fact]
    public void is_given_back_with_what_may_have_left_and_frees_that_later() => Spec.For<Allocation>()
        .Given(Allocated())
        .When(state => AllocationDecider.GiveBack(state, Order, [], [Number(1)], "order-canceled", LapsesAt))
        .Then(new AllocationLapsed(Order, [], "order-canceled", [Number(1)], LapsesAt))
        .ThenState(state => state.Units.ShouldBe([Number(1)]))
        .ThenState(state => state.FreeAt.ShouldBe(LapsesAt));

    [Fact]
    public void does_not_lapse_when_everything_has_left() => Spec.For<Allocation>()
        .Given(Allocated())
        .When(state => AllocationDecider.Lapse(state, Order, []))
        .ThenNothing();

    [Fact]
    public void is_given_back_once() => Spec.For<Allocation>()
        .Given(new AllocationLapsed(Order, [], "order-canceled"))
        .When(state => AllocationDecider.GiveBack(state, Order, [], [], "order-canceled", LapsesAt))
        .ThenNothing();

    [Theory]
    [InlineData(Allocation.Lapsed)]
    [InlineData(Allocation.Amended)]
    public void is_given_back_wholly_whatever_the_reason_is_called(string reason) => Spec.For<Allocation>()
        .Given(Allocated())
        .When(state => AllocationDecider.GiveBack(state, Order, [Number(1)], [], reason, LapsesAt))
        .ThenState(state => state.GivenBack.ShouldBeTrue());

    private static UnitsAllocated Allocated() => new(
        Order, 1, ReservationPurpose.Patient, Hospital, Hospital,
        [new AllocatedUnit(Number(1), 1, ComponentKind.RedCells, OPositive, Now.AddDays(3), ["Of the identical group, O+."])], [], LapsesAt);
}
