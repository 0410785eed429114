using Distribution.Blood.Antigens;
using Distribution.Blood.Components;
using Distribution.Inventory.Allocating;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Allocating.AllocationSamples;

namespace Distribution.Inventory.Tests.Allocating;

public sealed class Weighing_units
{
    [Fact]
    public void The_own_group_comes_before_the_other_that_would_do() =>
        Chosen(Ask(1, "A+"), Offer(1, "O+", 3), Offer(2, "A+", 30)).ShouldBe([2]);

    [Fact]
    public void What_is_rare_is_kept_for_those_who_need_it()
    {
        var rare = Offer(1, "O+", 3) with { AntigenNegative = AntigenSet.Of("k") };

        Chosen(Ask(1), rare, Offer(2, "O+", 30)).ShouldBe([2]);
        Chosen(Ask(1) with { WithoutAntigens = AntigenSet.Of("k") }, rare, Offer(2, "O+", 30)).ShouldBe([1]);
    }

    [Fact]
    public void RhD_negative_is_kept_for_those_who_need_it()
    {
        var plan = Plan([Ask(1, "O+", 1, AskPriority.Urgent), Ask(2, "O-", 1, AskPriority.Standing)], [Offer(1, "O-", 2), Offer(2, "O+", 40)]);

        plan.Choices.Select(choice => (choice.Ask, choice.Unit)).ShouldBe([(Id(1), Unit(2)), (Id(2), Unit(1))], ignoreOrder: true);
    }

    [Fact]
    public void What_was_irradiated_is_kept_for_those_who_asked() =>
        Chosen(Ask(1), Offer(1, "O+", 3) with { Irradiated = true }, Offer(2, "O+", 30)).ShouldBe([2]);

    [Fact]
    public void The_first_to_expire_goes_first() =>
        Chosen(Ask(1, quantity: 2), Offer(1, "O+", 30), Offer(2, "O+", 3), Offer(3, "O+", 9)).ShouldBe([2, 3]);

    [Fact]
    public void The_freshest_goes_first_where_fresh_is_wanted() =>
        Chosen(Ask(1) with { PrefersFresh = true }, Offer(1, "O+", 30), Offer(2, "O+", 3), Offer(3, "O+", 9)).ShouldBe([1]);

    [Fact]
    public void The_nearer_comes_before_the_farther_of_equal_ones() =>
        Chosen(Ask(1), Offer(1), Offer(2) with { Site = Hospital }).ShouldBe([2]);

    [Fact]
    public void The_lower_number_comes_first_of_equal_ones() =>
        Chosen(Ask(1), Offer(5), Offer(2), Offer(9)).ShouldBe([2]);

    [Fact]
    public void Nothing_below_makes_up_for_a_step_of_a_tier()
    {
        AllocationCost.DaysStep.ShouldBeGreaterThan(AllocationCost.MostHalfHours * AllocationCost.LeadStep);
        new CostTerms(0, 0, AllocationCost.MostDays, AllocationCost.MostHalfHours).Total.ShouldBeLessThan(AllocationCost.SparingStep);
        new CostTerms(0, AllocationCost.MostSparing, AllocationCost.MostDays, AllocationCost.MostHalfHours).Total.ShouldBeLessThan(AllocationCost.PreferenceStep);
        new CostTerms(AllocationCost.MostPreference, AllocationCost.MostSparing, AllocationCost.MostDays, AllocationCost.MostHalfHours).Total
            .ShouldBeLessThan(AllocationCost.MostOfUnit);
        (AllocationCost.MostOfUnit * AllocationCost.MostAsked).ShouldBeLessThanOrEqualTo(AllocationCost.UnmetStep);
        (AllocationCost.MostPoints * AllocationCost.UnmetStep).ShouldBeLessThan(TransportProblem.LargestPrice / 2);
    }

    [Fact]
    public void As_much_as_possible_is_met_however_good_a_smaller_part_would_be()
    {
        // The A+ unit is the own group of line 1, but only line 2 has no other.
        var plan = Plan(
            [Ask(1, "A+"), Ask(2, "A+") with { NeededBy = Now.AddDays(25) }],
            [Offer(1, "A+", 30), Offer(2, "O-", 3)]);

        plan.Shortfalls.ShouldBeEmpty();
        plan.Choices.Single(choice => choice.Ask == Id(2)).Unit.ShouldBe(Unit(1));
    }

    [Fact]
    public void The_most_pressing_is_met_first()
    {
        Ask[] asks = [Ask(1, priority: AskPriority.Standing), Ask(2, priority: AskPriority.Urgent), Ask(3), Ask(4, priority: AskPriority.Emergency)];

        for (var units = 1; units <= 4; units++)
        {
            Plan(asks, [.. Enumerable.Range(0, units).Select(number => Offer(number))]).Choices.Select(choice => choice.Ask)
                .ShouldBe(new[] { Id(4), Id(2), Id(3), Id(1) }.Take(units), ignoreOrder: true);
        }
    }

    [Fact]
    public void Who_waits_long_passes_who_came_later()
    {
        var old = Ask(1, priority: AskPriority.Standing) with { WaitingSince = Now.AddDays(-17) };

        Plan([old, Ask(2, priority: AskPriority.Urgent)], [Offer(1)]).Choices.Single().Ask.ShouldBe(old.Id);
    }

    [Fact]
    public void Nobody_passes_an_emergency()
    {
        var old = Ask(1, priority: AskPriority.Urgent) with { WaitingSince = Now.AddYears(-20) };

        Plan([old, Ask(2, priority: AskPriority.Emergency)], [Offer(1)]).Choices.Single().Ask.ShouldBe(Id(2));
    }

    [Fact]
    public void Of_lines_that_are_equally_pressing_the_one_that_waits_longest_is_met()
    {
        var later = Ask(1);
        var earlier = Ask(2) with { WaitingSince = later.WaitingSince.AddMinutes(-5) };

        Plan([later, earlier], [Offer(1)]).Choices.Single().Ask.ShouldBe(earlier.Id);
    }

    [Theory]
    [InlineData(ComponentKind.Plasma)]
    [InlineData(ComponentKind.Cryoprecipitate)]
    public void Nobody_saves_RhD_negative_plasma(ComponentKind kind)
    {
        var ask = Ask(1, "A+") with { Kind = kind };

        Suitability.Weigh(ask, Offer(1, "A-") with { Kind = kind }, Terms).Sparing.ShouldBe(0);
        Suitability.Weigh(ask, Offer(1, "AB+") with { Kind = kind }, Terms).Sparing.ShouldBeGreaterThan(0);
    }

    private static AllocationPlan Plan(Ask[] asks, Offer[] offers) => AllocationModel.Build(asks, offers, Terms).Solve();

    private static IEnumerable<int> Chosen(Ask ask, params Offer[] offers) =>
        Plan([ask], offers).Choices.Select(choice => choice.Unit.Donation.Sequence);
}
