using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Allocating_units
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    [Fact]
    public void takes_the_identical_group_and_what_expires_first() => Allocate(
            Patient("A+", 2),
            Stock(1, "O+", days: 1), Stock(2, "A+", days: 20), Stock(3, "A+", days: 5), Stock(4, "A+", days: 10))
        .Units.Select(unit => unit.Unit).ShouldBe([Number(3), Number(4)]);

    [Fact]
    public void prefers_the_identical_group_to_an_earlier_expiry_and_takes_O_last() => Allocate(
            Patient("A+", 4),
            Stock(1, "O+", days: 1), Stock(2, "A-", days: 2), Stock(3, "A+", days: 9), Stock(4, "B+", days: 1), Stock(5, "O-", days: 1))
        .Units.Select(unit => unit.Group.ToString()).ShouldBe(["A+", "O+", "A-", "O-"]);

    [Fact]
    public void for_a_stock_takes_only_the_identical_group()
    {
        var allocated = Allocate(ForStockOrder("A+", 2), Stock(1, "O-", days: 1, Centre), Stock(2, "A+", days: 3, Centre));

        allocated.Units.ShouldHaveSingleItem().Unit.ShouldBe(Number(2));
        allocated.Shortfalls.ShouldHaveSingleItem().ShouldBe(new AllocationShortfall(1, 1));
    }

    [Fact]
    public void says_why_of_each_unit() => Allocate(Patient("A+", 2), Stock(1, "O+", days: 1), Stock(2, "A+", days: 20))
        .Units.Select(unit => unit.Explanation[0]).ShouldBe(["Of the identical group, A+.", "Of O+, choice 2 for A+: nothing better was free."]);

    [Fact]
    public void gives_no_unit_to_two_lines()
    {
        var command = Patient("O+", 1) with
        {
            Lines = [new AllocationLine(1, ComponentKind.RedCells, OPositive, 1), new AllocationLine(2, ComponentKind.RedCells, OPositive, 2)],
        };

        var allocated = Allocate(command, Stock(1, "O+", days: 1), Stock(2, "O+", days: 2));

        allocated.Units.Select(unit => (unit.Unit, unit.Line)).ShouldBe([(Number(1), 1), (Number(2), 2)]);
        allocated.Shortfalls.ShouldBe([new AllocationShortfall(2, 1)]);
    }

    [Fact]
    public void leaves_out_what_may_not_serve()
    {
        var held = Aggregate.Fold(Stock(1, "O+", days: 1), [new UnitHeld("lookback", null)]);
        var taken = Aggregate.Fold(Stock(2, "O+", days: 1), [ReservedForPatient(order: OtherOrder)]);
        var expired = Stock(3, "O+", days: 0);
        var elsewhere = Stock(4, "O+", days: 1, Elsewhere);

        Allocate(Patient("O+", 5), held, taken, expired, elsewhere, Stock(5, "O+", days: 1))
            .Units.ShouldHaveSingleItem().Unit.ShouldBe(Number(5));
    }

    [Fact]
    public void declines_when_there_is_nothing() => Spec.For<Allocation>()
        .When(state => AllocationDecider.Allocate(state, Patient("O-", 2), [Stock(1, "O+", days: 3)], Life, AtHospital))
        .Then(new AllocationDeclined(Order, 1, Hospital, "no-compatible-stock", [new AllocationShortfall(1, 2)]));

    [Fact]
    public void lapses_by_the_servers_clock_and_not_by_the_told_time() => Spec.For<Allocation>()
        .When(state => AllocationDecider.Allocate(state, Patient("O+", 1), [Stock(1, "O+", days: 3)], Life, At(Hospital, Now, Now.AddDays(-3))))
        .Decision.Events.OfType<UnitsAllocated>().ShouldHaveSingleItem().LapsesAt.ShouldBe(Now + Life);

    [Fact]
    public void answers_an_attempt_once() => Spec.For<Allocation>()
        .Given(Allocated())
        .When(state => AllocationDecider.Allocate(state, Patient("O+", 1), [Stock(1, "O+", days: 3)], Life, AtHospital))
        .ThenNothing();

    [Fact]
    public void answers_a_later_attempt_beside_the_first() => Spec.For<Allocation>()
        .Given(Allocated())
        .When(state => AllocationDecider.Allocate(state, Patient("O+", 1) with { Attempt = 2 }, [Stock(2, "O+", days: 3)], Life, AtHospital))
        .ThenState(state => state.Units.ShouldBe([Number(1), Number(2)]));

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
    public void after_the_order_gave_back_keeps_nothing_for_it() => Spec.For<Allocation>()
        .Given(new AllocationLapsed(Order, [], "order-canceled"))
        .When(state => AllocationDecider.Allocate(state, Patient("O+", 1), [Stock(1, "O+", days: 3)], Life, AtHospital))
        .Then(new AllocationDeclined(Order, 1, Hospital, "given-back", [new AllocationShortfall(1, 1)]));

    [Fact]
    public void after_lapsing_may_be_tried_again() => Spec.For<Allocation>()
        .Given(Allocated(), new AllocationLapsed(Order, [Number(1)], Allocation.Lapsed))
        .When(state => AllocationDecider.Allocate(state, Patient("O+", 1) with { Attempt = 2 }, [Stock(2, "O+", days: 3)], Life, AtHospital))
        .ThenState(state => state.Units.ShouldBe([Number(2)]));

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

    private static UnitsAllocated Allocate(AllocateUnits command, params IReadOnlyList<Unit> stock) =>
        AllocationDecider.Allocate(Allocation.Initial, command, stock, Life, AtHospital).Events.OfType<UnitsAllocated>().ShouldHaveSingleItem();

    private static UnitsAllocated Allocated() => new(
        Order, 1, ReservationPurpose.Patient, Hospital, Hospital,
        [new AllocatedUnit(Number(1), 1, ComponentKind.RedCells, OPositive, Now.AddDays(3), ["Of the identical group, O+."])], [], Now + Life);

    private static AllocateUnits Patient(string group, int quantity) => new(
        Order, 1, ReservationPurpose.Patient, Hospital, Hospital,
        [new AllocationLine(1, ComponentKind.RedCells, BloodGroup.Parse(group), quantity)], RecipientId.From("recipient 1"), BloodGroup.Parse(group));

    private static AllocateUnits ForStockOrder(string group, int quantity) => new(
        Order, 1, ReservationPurpose.Stock, Centre, Hospital,
        [new AllocationLine(1, ComponentKind.RedCells, BloodGroup.Parse(group), quantity)], null, null);

    private static Unit Stock(int sequence, string group, int days, Distribution.Blood.Network.SiteId? site = null) =>
        Aggregate.Fold<Unit>(InStock(site ?? Hospital, group, sequence: sequence, expiresAt: Now.AddDays(days)));
}
