using Distribution.Blood.Antigens;
using Distribution.Blood.Deciding;
using Distribution.Inventory.Allocating;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Typing_a_unit
{
    private static readonly AntigenSet K = AntigenSet.Of("K");
    private static readonly AntigenSet C = AntigenSet.Of("C");

    [Fact]
    public void tells_what_it_has_and_what_it_lacks() => Spec.For<Unit>()
        .Given(InStock())
        .When(state => TypingDecider.Type(state, C, K, CmvStatus.Negative, AtCentre))
        .Then(new UnitTyped(C, K, CmvStatus.Negative))
        .ThenState(state => (state.AntigenPositive, state.AntigenNegative, state.Cmv).ShouldBe((C, K, CmvStatus.Negative)));

    [Fact]
    public void again_with_more_adds_to_what_is_known() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitTyped(AntigenSet.None, K))
        .When(state => TypingDecider.Type(state, C, AntigenSet.None, null, AtCentre))
        .ThenState(state => (state.AntigenPositive, state.AntigenNegative).ShouldBe((C, K)));

    [Fact]
    public void twice_with_the_same_findings_changes_nothing() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitTyped(C, K, CmvStatus.Negative))
        .When(state => TypingDecider.Type(state, AntigenSet.None, K, CmvStatus.Negative, AtCentre))
        .ThenNothing();

    [Fact]
    public void otherwise_than_before_counts_as_having_it_and_is_a_discrepancy()
    {
        var events = TypingDecider.Type(Aggregate.Fold<Unit>([.. InStock(), new UnitTyped(AntigenSet.None, K)]), K, AntigenSet.None, null, AtCentre).Events;

        events.OfType<UnitDiscrepancyRecorded>().ShouldHaveSingleItem().Code.ShouldBe("typing-differs");
        var unit = Aggregate.Fold<Unit>([.. InStock(), new UnitTyped(AntigenSet.None, K), .. events]);
        TypingDecider.Inherited([unit]).Negative.ShouldBeNull();
        TypingDecider.Inherited([unit]).Positive.ShouldBe(K);
    }

    [Theory]
    [InlineData(CmvStatus.Positive, CmvStatus.Negative)]
    [InlineData(CmvStatus.Negative, CmvStatus.Positive)]
    public void for_CMV_otherwise_than_before_counts_as_positive(CmvStatus first, CmvStatus second)
    {
        var before = Aggregate.Fold<Unit>([.. InStock(), new UnitTyped(AntigenSet.None, AntigenSet.None, first)]);

        var events = TypingDecider.Type(before, AntigenSet.None, AntigenSet.None, second, AtCentre).Events;

        events.OfType<UnitDiscrepancyRecorded>().ShouldHaveSingleItem().Code.ShouldBe("typing-differs");
        Aggregate.Fold(before, events).Cmv.ShouldBe(CmvStatus.Positive);
    }

    [Fact]
    public void that_stands_elsewhere_is_refused() => Spec.For<Unit>()
        .Given(InStock())
        .When(state => TypingDecider.Type(state, C, K, null, AtHospital))
        .ThenRejected("not-here");

    [Fact]
    public void that_has_ended_is_refused() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitLost("not on the shelf", null))
        .When(state => TypingDecider.Type(state, C, K, null, AtCentre))
        .ThenRejected("ended");

    [Fact]
    public void is_inherited_as_the_worst_of_what_went_into_a_pool()
    {
        var one = Aggregate.Fold<Unit>([.. InStock(), new UnitTyped(AntigenSet.None, K | C, CmvStatus.Negative)]);
        var other = Aggregate.Fold<Unit>([.. InStock(sequence: 2), new UnitTyped(AntigenSet.Of("e"), K, CmvStatus.Negative)]);
        var untested = Aggregate.Fold<Unit>(InStock(sequence: 3));

        TypingDecider.Inherited([one, other]).ShouldBe((AntigenSet.Of("e"), K, CmvStatus.Negative));
        TypingDecider.Inherited([one, untested]).ShouldBe(((AntigenSet?)null, (AntigenSet?)null, (CmvStatus?)null));
    }
}
