using Distribution.Inventory.Allocating;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Allocating.AllocationSamples;

namespace Distribution.Inventory.Tests.Allocating;

public sealed class Allocating_by_classes
{
    [Fact]
    public void Costs_what_it_costs_unit_by_unit()
    {
        var merged = 0;
        for (var seed = 0; seed < 120; seed++)
        {
            var (asks, offers) = Morning(seed, 40, 150, seed % 3 == 0);

            var classes = AllocationModel.Build(asks, offers, Terms);
            var singles = AllocationModel.Build(asks, offers, Terms, merge: false);

            classes.Solve().Objective.ShouldBe(singles.Solve().Objective, $"seed {seed}");
            merged += singles.Problem.Capacities.Length - classes.Problem.Capacities.Length;
        }

        merged.ShouldBeGreaterThan(500, "nothing was merged");
    }

    [Fact]
    public void Is_proven()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var (asks, offers) = Morning(seed, 50, 60, seed % 2 == 0);

            var plan = AllocationModel.Build(asks, offers, Terms).Solve();

            CertificateCheck.Faults(plan.Problem, plan.Solution.Flows, plan.Solution.Unmet, plan.Certificate).ShouldBeEmpty($"seed {seed}");
            Cost(plan, asks).ShouldBe(plan.Objective, $"seed {seed}");
        }
    }

    [Fact]
    public void Chooses_the_same_in_whatever_order_it_is_told()
    {
        var random = new Random(3);
        for (var seed = 0; seed < 30; seed++)
        {
            var (asks, offers) = Morning(seed, 60, 300, seed % 2 == 0);
            var (others, units) = (asks.ToArray(), offers.ToArray());
            random.Shuffle(others);
            random.Shuffle(units);

            var plan = AllocationModel.Build(asks, offers, Terms).Solve();
            var again = AllocationModel.Build(others, units, Terms).Solve();

            again.Choices.ShouldBe(plan.Choices, $"seed {seed}");
            again.Shortfalls.ShouldBe(plan.Shortfalls);
            again.Choices.Select(choice => again.Explain(choice).Sentence).ShouldBe(plan.Choices.Select(choice => plan.Explain(choice).Sentence));
            again.Certificate.DemandPrices.ShouldBe(plan.Certificate.DemandPrices);
        }
    }

    [Fact]
    public void Makes_one_class_of_what_nothing_tells_apart()
    {
        var model = AllocationModel.Build(
            [Ask(1), Ask(2), Ask(3, "A+"), Ask(4) with { NeededBy = Now.AddHours(9) }, Ask(5) with { NeededBy = Now.AddDays(10) }],
            [Offer(1), Offer(2), Offer(3) with { CollectedAt = Now.AddDays(-1) }, Offer(4, "A+"), Offer(5, "O+", 3)],
            Terms);

        model.Problem.Capacities.ShouldBe([3, 1, 1], ignoreOrder: true);
        model.Problem.Demands.Select(demand => demand.Quantity).ShouldBe([3, 1, 1], ignoreOrder: true);
    }

    [Fact]
    public void Knows_a_morning_without_lines_or_units()
    {
        AllocationModel.Build([], [Offer(1)], Terms).Solve().Choices.ShouldBeEmpty();
        AllocationModel.Build([Ask(1, quantity: 2)], [], Terms).Solve().Shortfalls.ShouldBe([new Shortfall(Id(1), 2)]);
        AllocationModel.Build([], [], Terms).Solve().Objective.ShouldBe(0);
    }

    [Fact]
    public void Refuses_what_makes_no_sense()
    {
        Should.Throw<ArgumentException>(() => AllocationModel.Build([Ask(1, quantity: -1)], [], Terms));
        Should.Throw<ArgumentException>(() => AllocationModel.Build([Ask(1, quantity: AllocationCost.MostAsked + 1)], [], Terms));
        Should.Throw<ArgumentException>(() => AllocationModel.Build([Ask(1), Ask(1, "A+")], [], Terms));
        Should.Throw<ArgumentException>(() => AllocationModel.Build([], [Offer(1), Offer(1, "A+")], Terms));
    }

    private static Int128 Cost(AllocationPlan plan, List<Ask> asks)
    {
        var unmet = asks.ToDictionary(ask => ask.Id, ask => AllocationCost.Unmet(ask, Now));
        return plan.Choices.Aggregate((Int128)0, (sum, choice) => sum + choice.Cost.Total)
            + plan.Shortfalls.Aggregate((Int128)0, (sum, shortfall) => sum + ((Int128)unmet[shortfall.Ask] * shortfall.Quantity));
    }
}
