using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Using_up_at_the_centre
{
    private static readonly UnitNumber[] Into = [Number(kind: ComponentKind.Cryoprecipitate)];

    [Fact]
    public void in_quarantine_ends_the_unit_and_names_what_came_of_it() => Spec.For<Unit>()
        .Given(Prepared())
        .When(state => UnitDecider.UseUpAtCentre(state, Facts(), Into, AtCentre))
        .Then(new UnitUsedUp(null, Into))
        .ThenState(state => state.Children.ShouldBe(Into))
        .ThenState(state => state.Fate!.Kind.ShouldBe(FateKind.UsedUp));

    [Fact]
    public void opens_the_history_where_it_is_told_first() => Spec.For<Unit>()
        .When(state => UnitDecider.UseUpAtCentre(state, Facts(), Into, AtCentre))
        .Then(Prepared(), new UnitUsedUp(null, Into));

    [Fact]
    public void told_twice_is_told_once() => Spec.For<Unit>()
        .Given(Prepared(), new UnitUsedUp(null, Into))
        .When(state => UnitDecider.UseUpAtCentre(state, Facts(), Into, AtCentre))
        .ThenNothing();

    [Fact]
    public void is_overtaken_by_nothing_that_the_centre_told_before() => Spec.For<Unit>()
        .Given(Prepared(), new UnitUsedUp(null, Into))
        .When(state => UnitDecider.Prepare(state, Facts()))
        .ThenNothing();

    [Fact]
    public void what_has_left_is_true_and_a_discrepancy() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(), Dispatched())
        .When(state => UnitDecider.UseUpAtCentre(state, Facts(), Into, AtCentre))
        .Then(
            new UnitUsedUp(null, Into, Order),
            Discrepancy("used-up-elsewhere", $"Used up at HN-BM while on the road from HN-BM to HN-XP with {Journey.Consignment}."));

    [Fact]
    public void what_has_ended_leaves_it_ended() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitDiscarded("leaking", null))
        .When(state => UnitDecider.UseUpAtCentre(state, Facts(), Into, AtCentre))
        .Then(Discrepancy("used-up-after-end", $"The unit was discarded before {Into[0]} was made of it."));

    [Fact]
    public void a_component_leaves_what_it_was_made_of_with_the_child() => Spec.For<Unit>()
        .When(state => UnitDecider.Prepare(state, Facts() with { From = Number(kind: ComponentKind.WholeBlood) }))
        .ThenState(state => state.Parents.ShouldBe([Number(kind: ComponentKind.WholeBlood)]));
}
