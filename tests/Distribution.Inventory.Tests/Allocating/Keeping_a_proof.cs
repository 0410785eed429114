using Distribution.Inventory.Allocating;
using Distribution.Inventory.Service.Allocations;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Allocating.AllocationSamples;

namespace Distribution.Inventory.Tests.Allocating;

/// <summary>What stands on the event lets anybody who builds the problem again see that it is the one that was decided.</summary>
public sealed class Keeping_a_proof
{
    [Fact]
    public void The_same_lines_and_units_give_the_same_digest_in_whatever_order_they_come()
    {
        var (asks, offers) = Morning(7, 60, 400, typed: true);
        var random = new Random(8);
        var again = AllocationModel.Build([.. asks.OrderBy(_ => random.Next())], [.. offers.OrderBy(_ => random.Next())], Terms).Solve();

        Digest(again).ShouldBe(Digest(AllocationModel.Build(asks, offers, Terms).Solve()));
    }

    [Fact]
    public void One_unit_or_one_line_more_gives_another()
    {
        var (asks, offers) = Morning(7, 60, 400, typed: true);
        var whole = Digest(AllocationModel.Build(asks, offers, Terms).Solve());

        Digest(AllocationModel.Build(asks, offers.GetRange(0, 399), Terms).Solve()).ShouldNotBe(whole);
        Digest(AllocationModel.Build([.. asks, Ask(1_000, quantity: 2)], offers, Terms).Solve()).ShouldNotBe(whole);
        whole.Length.ShouldBe(64);
    }

    [Fact]
    public void One_order_alone_costs_what_it_costs_with_all_others_away()
    {
        var (_, offers) = Morning(9, 0, 300, typed: true);
        for (var number = 0; number < 50; number++)
        {
            var ask = AnyAsk(new Random(number), number, typed: true, sites: 3);
            var alone = UrgentAllocation.Decide(ask, offers, Terms);
            var (problem, solution) = alone.Prove();

            CertificateCheck.Faults(problem, solution.Flows, solution.Unmet, solution.Certificate).ShouldBeEmpty();
            alone.Objective.ShouldBe(AllocationModel.Build([ask], offers, Terms).Solve().Objective);
        }
    }

    private static string Digest(AllocationPlan plan) => ProofHash.Of([(plan.Problem, plan.Solution)]);
}
