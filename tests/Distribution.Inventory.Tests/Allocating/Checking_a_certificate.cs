using System.Collections.Immutable;
using Distribution.Inventory.Allocating;
using Shouldly;
using Xunit;

namespace Distribution.Inventory.Tests.Allocating;

/// <summary>A proof that could be wrong without anybody seeing it would be none.</summary>
public sealed class Checking_a_certificate
{
    private static readonly TransportProblem Problem = new([2, 1], [new(2, 50), new(2, 20)], [new(0, 0, 3), new(1, 0, 1), new(0, 1, 2), new(1, 1, 9)]);

    private static readonly TransportSolution Solution = NetworkSimplex.Solve(Problem);

    [Fact]
    public void Finds_nothing_wrong_with_a_proof() =>
        CertificateCheck.Faults(Problem, Solution.Flows, Solution.Unmet, Solution.Certificate).ShouldBeEmpty();

    public static TheoryData<string, CertificateFault> Mutants => new()
    {
        { "another objective", CertificateFault.PrimalObjective },
        { "another objective", CertificateFault.DualObjective },
        { "a worse way", CertificateFault.PrimalObjective },
        { "a unit given twice", CertificateFault.SupplyExceeded },
        { "a unit promised and not given", CertificateFault.DemandUnbalanced },
        { "a flow below zero", CertificateFault.NegativeFlow },
        { "unmet below zero", CertificateFault.NegativeFlow },
        { "a supply priced below zero", CertificateFault.NegativePrice },
        { "a demand priced above an arc", CertificateFault.ArcUnderpriced },
        { "a demand priced above leaving it", CertificateFault.UnmetUnderpriced },
        { "a price too low", CertificateFault.DualObjective },
        { "a price missing", CertificateFault.WrongShape },
        { "a flow missing", CertificateFault.WrongShape },
    };

    [Theory]
    [MemberData(nameof(Mutants))]
    public void Finds_what_is_wrong(string what, CertificateFault fault)
    {
        var (flows, unmet, proof) = (Solution.Flows, Solution.Unmet, Solution.Certificate);
        (flows, unmet, proof) = what switch
        {
            "another objective" => (flows, unmet, proof with { Objective = proof.Objective - 1 }),
            "a worse way" => (flows.SetItem(0, 0).SetItem(2, 0), [1, 2], proof),
            "a unit given twice" => (flows.SetItem(1, 2), unmet, proof),
            "a unit promised and not given" => (flows.SetItem(1, 0), unmet, proof),
            "a flow below zero" => (flows.SetItem(3, -1), unmet, proof),
            "unmet below zero" => (flows, unmet.SetItem(0, -1), proof),
            "a supply priced below zero" => (flows, unmet, proof with { SupplyPrices = proof.SupplyPrices.SetItem(0, -1) }),
            "a demand priced above an arc" => (flows, unmet, proof with { DemandPrices = proof.DemandPrices.SetItem(0, proof.DemandPrices[0] + 1) }),
            "a demand priced above leaving it" => (flows, unmet, proof with { DemandPrices = proof.DemandPrices.SetItem(1, 21) }),
            "a price too low" => (flows, unmet, proof with { DemandPrices = proof.DemandPrices.SetItem(1, proof.DemandPrices[1] - 1) }),
            "a price missing" => (flows, unmet, proof with { SupplyPrices = [0] }),
            "a flow missing" => (flows.RemoveAt(0), unmet, proof),
            _ => throw new InvalidOperationException(what),
        };

        CertificateCheck.Faults(Problem, flows, unmet, proof).ShouldContain(fault);
    }

    [Fact]
    public void Refuses_every_small_change_of_a_solution_and_every_price_that_matters()
    {
        for (var number = 0; number < 5 * TransportSamples.ShapeCount; number++)
        {
            var problem = TransportSamples.Make(number, 12, 500);
            var solution = NetworkSimplex.Solve(problem);
            for (var i = 0; i < solution.Flows.Length; i++)
            {
                foreach (var by in (int[])[-1, 1])
                    Faults(solution.Flows.SetItem(i, solution.Flows[i] + by), solution.Unmet, solution.Certificate).ShouldNotBeEmpty();
            }

            for (var i = 0; i < solution.Unmet.Length; i++)
            {
                foreach (var by in (int[])[-1, 1])
                {
                    Faults(solution.Flows, solution.Unmet.SetItem(i, solution.Unmet[i] + by), solution.Certificate).ShouldNotBeEmpty();
                    if (problem.Demands[i].Quantity > 0)
                        Faults(solution.Flows, solution.Unmet, Repriced(solution.Certificate, i, by)).ShouldNotBeEmpty();
                }
            }

            ImmutableSortedSet<CertificateFault> Faults(ImmutableArray<int> flows, ImmutableArray<int> unmet, OptimalityCertificate certificate) =>
                CertificateCheck.Faults(problem, flows, unmet, certificate);
        }
    }

    [Fact]
    public void Knows_no_overflow()
    {
        var certificate = Solution.Certificate with { SupplyPrices = [long.MaxValue, 0], DemandPrices = [long.MinValue, 0] };

        CertificateCheck.Faults(Problem, Solution.Flows, Solution.Unmet, certificate).ShouldBe([CertificateFault.DualObjective]);
    }

    private static OptimalityCertificate Repriced(OptimalityCertificate certificate, int demand, int by) =>
        certificate with { DemandPrices = certificate.DemandPrices.SetItem(demand, certificate.DemandPrices[demand] + by) };
}
