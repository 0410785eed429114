using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Inventory.Allocating;

/// <summary>What is wrong with a claim that a solution is the best.</summary>
[JsonConverter(typeof(KebabEnumConverter<CertificateFault>))]
public enum CertificateFault
{
    /// <summary>There is not one number for each part of the problem.</summary>
    WrongShape,

    /// <summary>An arc carries less than nothing, or less than nothing is left unmet.</summary>
    NegativeFlow,

    /// <summary>A supply gives more than it has.</summary>
    SupplyExceeded,

    /// <summary>What a demand gets and what it is left without are not what it asked for.</summary>
    DemandUnbalanced,

    /// <summary>A supply has a price below zero, though it may be left over for nothing.</summary>
    NegativePrice,

    /// <summary>A demand is worth more than an arc would bring it for.</summary>
    ArcUnderpriced,

    /// <summary>A demand is worth more than leaving it costs.</summary>
    UnmetUnderpriced,

    /// <summary>What the solution costs is not the objective.</summary>
    PrimalObjective,

    /// <summary>What the prices prove is not the objective.</summary>
    DualObjective,
}

/// <summary>
/// Verifies that a solution is the best one, in code that shares nothing with the solver but the shape of the problem: the
/// solution keeps the rules, the prices keep theirs, and both are worth the objective. By the duality of linear programs
/// nothing else needs to be looked at.
/// </summary>
public static class CertificateCheck
{
    /// <summary>Everything that is wrong; empty: the solution is proven the best.</summary>
    /// <param name="flows">Of each arc, in the problem's order.</param>
    /// <param name="unmet">Of each demand.</param>
    public static ImmutableSortedSet<CertificateFault> Faults(
        TransportProblem problem, ImmutableArray<int> flows, ImmutableArray<int> unmet, OptimalityCertificate certificate)
    {
        if (HasAnotherShape(problem, flows, unmet, certificate))
            return [CertificateFault.WrongShape];

        var faults = ImmutableSortedSet.CreateBuilder<CertificateFault>();
        checked
        {
            var given = new long[problem.Capacities.Length];
            var taken = new long[problem.Demands.Length];
            Int128 cost = 0;
            for (var i = 0; i < flows.Length; i++)
            {
                var arc = problem.Arcs[i];
                if (flows[i] < 0)
                    faults.Add(CertificateFault.NegativeFlow);
                given[arc.Supply] += flows[i];
                taken[arc.Demand] += flows[i];
                cost += (Int128)arc.Cost * flows[i];
                if ((Int128)certificate.DemandPrices[arc.Demand] - certificate.SupplyPrices[arc.Supply] > arc.Cost)
                    faults.Add(CertificateFault.ArcUnderpriced);
            }

            Int128 worth = 0;
            for (var i = 0; i < given.Length; i++)
            {
                if (given[i] > problem.Capacities[i])
                    faults.Add(CertificateFault.SupplyExceeded);
                if (certificate.SupplyPrices[i] < 0)
                    faults.Add(CertificateFault.NegativePrice);
                worth -= (Int128)certificate.SupplyPrices[i] * problem.Capacities[i];
            }

            for (var i = 0; i < taken.Length; i++)
            {
                var demand = problem.Demands[i];
                if (unmet[i] < 0)
                    faults.Add(CertificateFault.NegativeFlow);
                if (taken[i] + unmet[i] != demand.Quantity)
                    faults.Add(CertificateFault.DemandUnbalanced);
                if (certificate.DemandPrices[i] > demand.UnmetCost)
                    faults.Add(CertificateFault.UnmetUnderpriced);
                cost += (Int128)demand.UnmetCost * unmet[i];
                worth += (Int128)certificate.DemandPrices[i] * demand.Quantity;
            }

            if (cost != certificate.Objective)
                faults.Add(CertificateFault.PrimalObjective);
            if (worth != certificate.Objective)
                faults.Add(CertificateFault.DualObjective);
        }

        return faults.ToImmutable();
    }

    private static bool HasAnotherShape(
        TransportProblem problem, ImmutableArray<int> flows, ImmutableArray<int> unmet, OptimalityCertificate certificate) =>
        flows.Length != problem.Arcs.Length
        || unmet.Length != problem.Demands.Length
        || certificate.SupplyPrices.Length != problem.Capacities.Length
        || certificate.DemandPrices.Length != problem.Demands.Length;
}
