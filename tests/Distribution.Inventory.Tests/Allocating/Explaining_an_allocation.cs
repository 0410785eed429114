using Distribution.Blood.Antigens;
using Distribution.Inventory.Allocating;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Allocating.AllocationSamples;

namespace Distribution.Inventory.Tests.Allocating;

public sealed class Explaining_an_allocation
{
    [Fact]
    public void Says_why_a_unit_was_chosen_and_what_the_next_best_would_have_cost()
    {
        var plan = Plan([Ask(1, "A+")], [Offer(1, "A+", 20), Offer(2, "O+", 3)]);

        var explanation = plan.Explain(plan.Choices.Single());

        explanation.Choice.Cost.ShouldBe(new CostTerms(0, 0, 20, 1));
        explanation.Next.ShouldNotBeNull().Unit.ShouldBe(Unit(2));
        explanation.Next!.GivenTo.ShouldBeNull();
        explanation.Next.CostsMore.ShouldBe(explanation.Next.Cost.Total - explanation.Choice.Cost.Total);
        explanation.Sentence.ShouldBe(
            "A999926000001D0101V00 is of the identical group, with 20 days left, up to 30 minutes away. "
            + "Next best is A999926000002D0101V00, which costs at least 2 steps of compatibility more.");
    }

    [Fact]
    public void Says_that_another_would_have_done_as_well()
    {
        var plan = Plan([Ask(1)], [Offer(1), Offer(2)]);

        var explanation = plan.Explain(plan.Choices.Single());

        explanation.Next.ShouldNotBeNull().CostsMore.ShouldBe(0);
        explanation.Sentence.ShouldEndWith("A999926000002D0101V00 would have done as well.");
    }

    [Fact]
    public void Says_that_no_other_would_do()
    {
        var plan = Plan([Ask(1)], [Offer(1)]);

        plan.Explain(plan.Choices.Single()).Sentence.ShouldEndWith("No other unit would do.");
    }

    [Fact]
    public void Says_to_whom_the_next_best_went()
    {
        var plan = Plan([Ask(1, "A+"), Ask(2, "O+")], [Offer(1, "A+"), Offer(2, "O+")]);

        var next = plan.Explain(plan.Choices.Single(choice => choice.Ask == Id(1))).Next.ShouldNotBeNull();

        next.GivenTo.ShouldBe(Id(2));
        next.CostsMore.ShouldBeGreaterThanOrEqualTo(2 * AllocationCost.PreferenceStep);
    }

    [Fact]
    public void Never_promises_a_next_best_for_less_than_it_costs()
    {
        var compared = 0;
        for (var seed = 0; seed < 30; seed++)
        {
            var (asks, offers) = Morning(seed, 12, 30, seed % 2 == 0);
            var plan = AllocationModel.Build(asks, offers, Terms).Solve();
            foreach (var choice in plan.Choices.Take(4))
            {
                // The plan without this unit costs at least as much more as the next best unit was said to.
                if (plan.Explain(choice).Next is not { GivenTo: null } next)
                    continue;
                var ask = asks.Single(each => each.Id == choice.Ask);
                var forced = AllocationModel.Build(
                    [.. asks.Where(each => each != ask), ask with { Quantity = ask.Quantity - 1 }],
                    [.. offers.Where(offer => offer.Unit != next.Unit)],
                    Terms).Solve();
                (forced.Objective + next.Cost.Total - plan.Objective).ShouldBeGreaterThanOrEqualTo(next.CostsMore, $"seed {seed}");
                compared++;
            }
        }

        compared.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Says_which_rule_stopped_how_many_units()
    {
        var k = AntigenSet.Of("K");
        var ask = Ask(1, "A+", 4) with { WithoutAntigens = k };
        var urgent = Ask(2, "A+", 1, AskPriority.Urgent) with { WithoutAntigens = k };

        var plan = Plan(
            [ask, urgent],
            [
                Offer(1, "A+") with { AntigenNegative = k }, Offer(2, "A+") with { AntigenNegative = k }, Offer(3, "A+"), Offer(4, "A+"),
                Offer(5, "A+") with { AntigenPositive = k }, Offer(6, "B+"), Offer(7, "A+", 0) with { AntigenNegative = k, ExpiresAt = Now },
            ]);
        var explanation = plan.Explain(plan.Shortfalls.Single());

        explanation.Shortfall.ShouldBe(new Shortfall(Id(1), 3));
        explanation.Stopped.ShouldBe(new Dictionary<Obstacle, int>
        {
            [Obstacle.GroupIncompatible] = 1,
            [Obstacle.AntigenPositive] = 1,
            [Obstacle.AntigenNotTested] = 2,
            [Obstacle.ExpiresTooEarly] = 1,
        });
        explanation.GivenToOthers.ShouldBe(1);
        explanation.Sentence.ShouldBe(
            "3 of 4 units could not be found: of the units of this component 1 had another group, 1 had an excluded antigen, "
            + "2 were not tested for an excluded antigen, 1 expired too early, 1 went to other lines.");
    }

    [Fact]
    public void Accounts_for_every_unit_of_a_shortfall()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var (asks, offers) = Morning(seed, 60, 40, seed % 2 == 0);
            var plan = AllocationModel.Build(asks, offers, Terms).Solve();
            plan.Shortfalls.ShouldNotBeEmpty();
            foreach (var shortfall in plan.Shortfalls)
            {
                var explanation = plan.Explain(shortfall);
                var got = plan.Choices.Count(choice => choice.Ask == shortfall.Ask);
                (explanation.Stopped.Values.Sum() + explanation.GivenToOthers + got).ShouldBe(offers.Count);
            }
        }
    }

    private static AllocationPlan Plan(Ask[] asks, Offer[] offers) => AllocationModel.Build(asks, offers, Terms).Solve();
}
