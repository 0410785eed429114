using Distribution.Inventory.Allocating;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Allocating.AllocationSamples;

namespace Distribution.Inventory.Tests.Allocating;

public sealed class Allocating_one_urgent_line
{
    [Fact]
    public void Costs_what_the_whole_solver_would_have_it_cost_and_is_proven()
    {
        var unmet = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var ask = AnyAsk(random, seed, seed % 2 == 0, 3) with { Quantity = random.Next(0, 30) };
            var (_, offers) = Morning(seed, 0, 80, seed % 2 == 0);

            var urgent = UrgentAllocation.Decide(ask, offers, Terms);
            var whole = AllocationModel.Build([ask], offers, Terms).Solve();

            urgent.Objective.ShouldBe(whole.Objective, $"seed {seed}");
            urgent.Choices.Sum(choice => choice.Cost.Total).ShouldBe(whole.Choices.Sum(choice => choice.Cost.Total));
            urgent.Missing.ShouldBe(whole.Shortfalls.Sum(shortfall => shortfall.Quantity));
            var (problem, solution) = urgent.Prove();
            CertificateCheck.Faults(problem, solution.Flows, solution.Unmet, solution.Certificate).ShouldBeEmpty($"seed {seed}");
            unmet += urgent.Missing > 0 ? 1 : 0;
        }

        unmet.ShouldBeInRange(50, 350);
    }

    [Fact]
    public void Chooses_the_best_first_and_the_lower_number_of_equal_ones() =>
        UrgentAllocation.Decide(Ask(1, "A+", 3), [Offer(7, "A+", 9), Offer(3, "A+", 9), Offer(2, "O+", 1), Offer(5, "A+", 2)], Terms)
            .Choices.Select(choice => choice.Unit).ShouldBe([Unit(5), Unit(3), Unit(7)]);

    [Fact]
    public void Chooses_as_the_whole_solver_does_among_equal_ones()
    {
        Offer[] offers = [.. new[] { 8, 4, 9, 2, 7, 1 }.Select(number => Offer(number))];

        UrgentAllocation.Decide(Ask(1, quantity: 2), offers, Terms).Choices
            .ShouldBe(AllocationModel.Build([Ask(1, quantity: 2)], offers, Terms).Solve().Choices);
    }

    [Fact]
    public void Says_what_the_next_best_was()
    {
        var urgent = UrgentAllocation.Decide(Ask(1), [Offer(1, "O+", 4), Offer(2, "O+", 9)], Terms);

        var next = urgent.Explain(urgent.Choices.Single()).Next.ShouldNotBeNull();

        next.Unit.ShouldBe(Unit(2));
        next.Difference.ShouldBe((CostTier.Days, 5));
    }

    [Fact]
    public void Says_what_stood_in_the_way()
    {
        var urgent = UrgentAllocation.Decide(Ask(1, "A+", 3), [Offer(1, "A+"), Offer(2, "B+"), Offer(3, "B+"), Offer(4, "A+", 0) with { ExpiresAt = Now }], Terms);

        urgent.Shortfall.ShouldNotBeNull().Stopped.ShouldBe(
            new Dictionary<Obstacle, int> { [Obstacle.GroupIncompatible] = 2, [Obstacle.ExpiresTooEarly] = 1 });
        urgent.Shortfall!.GivenToOthers.ShouldBe(0);
        UrgentAllocation.Decide(Ask(1), [Offer(1)], Terms).Shortfall.ShouldBeNull();
    }

    [Fact]
    public void Refuses_a_quantity_that_makes_no_sense() =>
        Should.Throw<ArgumentException>(() => UrgentAllocation.Decide(Ask(1, quantity: -1), [], Terms));
}
