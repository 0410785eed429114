using System.Collections.Immutable;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Inventory.Allocating;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

/// <summary>An order's wish from its registration to its last answer.</summary>
public sealed class Asking_for_units
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);
    private static readonly AllocationProof Proof = new("1", 1, 1, 1, "00", []);
    private static readonly Prospect SoonMore = new([new AllocationAlternative(1, ComponentKind.RedCells, APositive, 3, Centre, [], "Other.")], Now.AddHours(5));

    private static DateTimeOffset WaitUntil => Now.AddHours(6);

    [Fact]
    public void registers_all_that_is_wanted() => Spec.For<Allocation>()
        .When(state => DemandDecider.Register(state, Wanting(3)))
        .Then(Wanting(3))
        .ThenState(state => state.MissingOf(state.Demand!.Lines[0]).ShouldBe(3));

    [Fact]
    public void an_attempt_that_was_answered_is_not_asked_for_again() => Spec.For<Allocation>()
        .Given(Wanting(3), Found([1], missing: 2))
        .When(state => DemandDecider.Register(state, Wanting(3)))
        .ThenNothing();

    [Fact]
    public void an_attempt_of_a_history_without_demands_is_not_answered_again() => Spec.For<Allocation>()
        .Given(Found([1], missing: 0))
        .When(state => DemandDecider.Register(state, Wanting(3)))
        .ThenNothing();

    [Fact]
    public void an_older_attempt_that_comes_late_changes_nothing() => Spec.For<Allocation>()
        .Given(Wanting(3, attempt: 2))
        .When(state => DemandDecider.Register(state, Wanting(5)))
        .ThenNothing();

    [Fact]
    public void after_the_order_gave_back_keeps_nothing_for_it() => Spec.For<Allocation>()
        .Given(new AllocationLapsed(Order, [], "order-canceled"))
        .When(state => DemandDecider.Register(state, Wanting(2)))
        .Then(new AllocationDeclined(Order, 1, Centre, "given-back", [new AllocationShortfall(1, 2)]));

    [Fact]
    public void all_found_ends_the_asking() => Spec.For<Allocation>()
        .Given(Wanting(1))
        .When(state => DemandDecider.Answer(state, Units(1), [], Proof, Prospect.None, Life, AtCentre))
        .Then(new UnitsAllocated(Order, 1, ReservationPurpose.Stock, Centre, Hospital, Units(1), [], Now + Life, Proof))
        .ThenState(state => state.IsOpen.ShouldBeFalse());

    [Fact]
    public void some_found_keeps_the_rest_waiting() => Spec.For<Allocation>()
        .Given(Wanting(3))
        .When(state => DemandDecider.Answer(state, Units(1), [new AllocationShortfall(1, 2)], Proof, SoonMore, Life, AtCentre))
        .Then(new UnitsAllocated(
            Order, 1, ReservationPurpose.Stock, Centre, Hospital, Units(1), [new AllocationShortfall(1, 2)], Now + Life, Proof, SoonMore.Alternatives, WaitUntil))
        .ThenState(state => state.IsOpen.ShouldBeTrue());

    [Fact]
    public void nothing_found_is_a_delay_as_long_as_the_order_waits() => Spec.For<Allocation>()
        .Given(Wanting(3))
        .When(state => DemandDecider.Answer(state, [], [new AllocationShortfall(1, 3)], Proof, SoonMore, Life, AtCentre))
        .Then(new AllocationDelayed(Order, 1, Centre, [new AllocationShortfall(1, 3)], SoonMore.Alternatives, WaitUntil, SoonMore.ExpectedAt));

    [Fact]
    public void nothing_found_for_an_order_that_does_not_wait_is_a_decline() => Spec.For<Allocation>()
        .Given(Wanting(3) with { WaitUntil = null })
        .When(state => DemandDecider.Answer(state, [], [new AllocationShortfall(1, 3)], Proof, SoonMore, Life, AtCentre))
        .Then(new AllocationDeclined(Order, 1, Centre, "no-compatible-stock", [new AllocationShortfall(1, 3)], SoonMore.ExpectedAt, SoonMore.Alternatives))
        .ThenState(state => state.IsOpen.ShouldBeFalse());

    [Fact]
    public void what_is_found_later_is_told_with_these_units_only() => Spec.For<Allocation>()
        .Given(Wanting(3), Found([1], missing: 2))
        .When(state => DemandDecider.Answer(state, Units(2), [new AllocationShortfall(1, 1)], Proof, SoonMore, Life, AtCentre))
        .ThenState(state => state.Units.ShouldBe([Number(1), Number(2)]))
        .ThenState(state => state.MissingOf(state.Demand!.Lines[0]).ShouldBe(1));

    [Fact]
    public void nothing_new_is_not_told_again() => Spec.For<Allocation>()
        .Given(Wanting(3), Found([1], missing: 2))
        .When(state => DemandDecider.Answer(state, [], [new AllocationShortfall(1, 2)], Proof, SoonMore, Life, AtCentre))
        .ThenNothing();

    [Fact]
    public void an_amendment_that_leaves_nothing_to_be_found_is_answered_with_no_units() => Spec.For<Allocation>()
        .Given(Wanting(3), Found([1], missing: 2), Wanting(1, attempt: 2))
        .When(state => DemandDecider.Answer(state, [], [], null, Prospect.None, Life, AtCentre))
        .Then(new UnitsAllocated(Order, 2, ReservationPurpose.Stock, Centre, Hospital, [], [], Now + Life));

    [Fact]
    public void when_the_time_to_wait_is_over_what_is_short_is_declined() => Spec.For<Allocation>()
        .Given(Wanting(3), Found([1], missing: 2))
        .When(state => DemandDecider.EndWaiting(state, SoonMore, At(Centre, WaitUntil)))
        .Then(new AllocationDeclined(Order, 1, Centre, "not-in-time", [new AllocationShortfall(1, 2)], SoonMore.ExpectedAt, SoonMore.Alternatives))
        .ThenState(state => state.Units.ShouldBe([Number(1)]))
        .ThenState(state => state.IsOpen.ShouldBeFalse());

    [Fact]
    public void before_its_time_is_over_nothing_is_declined() => Spec.For<Allocation>()
        .Given(Wanting(3), Found([1], missing: 2))
        .When(state => DemandDecider.EndWaiting(state, SoonMore, At(Centre, WaitUntil.AddSeconds(-1))))
        .ThenNothing();

    [Fact]
    public void what_was_found_whole_is_not_declined_when_its_time_is_over() => Spec.For<Allocation>()
        .Given(Wanting(1), Found([1], missing: 0))
        .When(state => DemandDecider.EndWaiting(state, SoonMore, At(Centre, WaitUntil)))
        .ThenNothing();

    [Fact]
    public void a_unit_that_was_not_fetched_is_not_looked_for_again() => Spec.For<Allocation>()
        .Given(Wanting(2), Found([1], missing: 1), new AllocationLapsed(Order, [Number(1)], Allocation.Lapsed))
        .When(state => DemandDecider.Answer(state, Units(2), [], Proof, Prospect.None, Life, AtCentre))
        .ThenState(state => state.MissingOf(state.Demand!.Lines[0]).ShouldBe(0));

    [Fact]
    public void an_amendment_asks_again_for_what_was_not_fetched() => Spec.For<Allocation>()
        .Given(Wanting(2), Found([1], missing: 1), new AllocationLapsed(Order, [Number(1)], Allocation.Lapsed))
        .When(state => DemandDecider.Register(state, Wanting(3, attempt: 2)))
        .ThenState(state => state.MissingOf(state.Demand!.Lines[0]).ShouldBe(3));

    [Theory]
    [InlineData(3, 24)]
    [InlineData(47, 47)]
    public void what_is_needed_later_is_kept_until_then(int neededAfter, int keptFor) => Spec.For<Allocation>()
        .Given(Wanting(1) with { NeededBy = Now.AddHours(neededAfter).AddTicks(7) })
        .When(state => DemandDecider.Answer(state, Units(1), [], Proof, Prospect.None, Life, AtCentre))
        .Decision.Events.ShouldHaveSingleItem().ShouldBeOfType<UnitsAllocated>().LapsesAt.ShouldBe(Now.AddHours(keptFor));

    [Fact]
    public void a_unit_that_ended_where_it_stood_is_had_no_more()
    {
        var there = InStock();
        Gone(there).ShouldBeFalse();
        Gone([.. there, new UnitDiscarded("leaking", Order)]).ShouldBeTrue();
        Gone([.. there, new UnitLost("not on the shelf", Order)]).ShouldBeTrue();
        Gone([.. there, ReservedForStock(), Dispatched(), new UnitLost("never came", Order)]).ShouldBeFalse();
        DemandDecider.IsGone(Aggregate.Fold<Unit>([.. OutWithAPatient(), new UnitDiscarded("not needed", Order)]), Hospital).ShouldBeFalse();
        DemandDecider.IsGone(Aggregate.Fold<Unit>([.. OutWithAPatient(), new UnitTransfused(Order, Recipient, Now, null)]), Hospital).ShouldBeFalse();

        static bool Gone(IEnumerable<object> history) => DemandDecider.IsGone(Aggregate.Fold<Unit>([.. history]), Centre);
    }

    [Fact]
    public void an_order_that_gave_back_waits_for_nothing()
    {
        var state = Aggregate.Fold<Allocation>([Wanting(3), Found([1], missing: 2), new AllocationLapsed(Order, [Number(1)], "order-canceled")]);

        state.IsOpen.ShouldBeFalse();
        DemandDecider.EndWaiting(state, SoonMore, At(Centre, WaitUntil)).Events.ShouldBeEmpty();
    }

    [Fact]
    public void an_amendment_frees_what_is_too_many_and_what_no_longer_suits()
    {
        var before = new object[] { Wanting(3), Found([1, 2, 3], missing: 0) };
        Offer[] kept = [Kept(1, days: 5), Kept(2, days: 9), Kept(3, days: 7)];

        DemandDecider.Unwanted(Aggregate.Fold<Allocation>([.. before, Wanting(2, attempt: 2)]), kept, Terms).ShouldBe([Number(2)]);
        DemandDecider.Unwanted(Aggregate.Fold<Allocation>([.. before, Wanting(0, attempt: 2)]), kept, Terms).ShouldBe([Number(1), Number(2), Number(3)], ignoreOrder: true);
        DemandDecider.Unwanted(Aggregate.Fold<Allocation>([.. before, Wanting(4, attempt: 2)]), kept, Terms).ShouldBeEmpty();
        DemandDecider.Unwanted(Aggregate.Fold<Allocation>([.. before, Wanting(3, attempt: 2, group: "A+")]), kept, Terms).Count.ShouldBe(3);
    }

    [Fact]
    public void an_amendment_counts_what_has_left_before_it_frees_anything()
    {
        var state = Aggregate.Fold<Allocation>([Wanting(3), Found([1, 2, 3], missing: 0), Wanting(2, attempt: 2)]);

        // Unit 1 and 2 are on the road: of what is still here one is too many.
        DemandDecider.Unwanted(state, [Kept(3, days: 7)], Terms).ShouldBe([Number(3)]);
    }

    [Fact]
    public void what_an_amendment_frees_is_lacking_no_more_and_the_order_goes_on()
    {
        var state = Aggregate.Fold<Allocation>([
            Wanting(3), Found([1, 2, 3], missing: 0), Wanting(2, attempt: 2), new AllocationLapsed(Order, [], Allocation.Amended, [Number(2)], LapsesAt)]);

        state.GivenBack.ShouldBeFalse();
        state.MissingOf(state.Demand!.Lines[0]).ShouldBe(0);
        state.Leaving.ShouldBe([Number(2)]);
        var freed = Aggregate.Fold(state, [new AllocationLapsed(Order, [Number(2)], Allocation.Lapsed)]);
        freed.NotFetched.ShouldBeEmpty();
        freed.Leaving.ShouldBeEmpty();
    }

    private static AllocationTerms Terms => new(Now, (from, to) => TimeSpan.Zero);

    private static DemandRegistered Wanting(int quantity, int attempt = 1, string group = "O+") => new(
        Order, attempt, ReservationPurpose.Stock, AskPriority.Routine, Centre, Hospital,
        [new DemandLine(1, ComponentKind.RedCells, BloodGroup.Parse(group), quantity)], null, null, Now.AddHours(3), Now, WaitUntil);

    private static UnitsAllocated Found(int[] units, int missing) => new(
        Order, 1, ReservationPurpose.Stock, Centre, Hospital, Units(units), missing == 0 ? [] : [new AllocationShortfall(1, missing)], LapsesAt, Proof,
        WaitsUntil: missing == 0 ? null : WaitUntil);

    private static ImmutableArray<AllocatedUnit> Units(params int[] numbers) =>
        [.. numbers.Select(number => new AllocatedUnit(Number(number), 1, ComponentKind.RedCells, OPositive, Now.AddDays(9), ["Of the identical group."]))];

    private static Offer Kept(int number, int days) => new(Number(number), ComponentKind.RedCells, OPositive, Now.AddDays(-2), Now.AddDays(days), Centre);
}
