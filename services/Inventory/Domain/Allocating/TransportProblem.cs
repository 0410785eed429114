using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Distribution.Inventory.Allocating;

/// <summary>What is asked for at one place.</summary>
/// <param name="Quantity">Zero or more.</param>
/// <param name="UnmetCost">Of each unit that is left unmet.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TransportDemand(int Quantity, long UnmetCost);

/// <summary>A way from a supply to a demand, by their positions; as much as both allow may take it.</summary>
/// <param name="Cost">Of each unit that takes it; may be negative.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TransportArc(int Supply, int Demand, long Cost);

/// <summary>
/// How to meet demands from supplies at the least cost: that of the arcs used plus that of what is left unmet. A supply
/// need not be used up; a demand that pays less to be left than to be met is left.
/// </summary>
public sealed class TransportProblem
{
    /// <summary>
    /// No price of any tree of arcs is beyond this: it is a sum of at most one unmet cost and one arc cost a node. Three
    /// such numbers still add up in 64 bits, and nothing else is ever added.
    /// </summary>
    public const long LargestPrice = 1L << 61;

    /// <exception cref="ArgumentException">
    /// A negative amount, an arc to nowhere, or costs so large that the largest unmet cost plus the largest arc cost times
    /// the number of supplies and demands exceeds <see cref="LargestPrice"/>.
    /// </exception>
    public TransportProblem(ImmutableArray<int> capacities, ImmutableArray<TransportDemand> demands, ImmutableArray<TransportArc> arcs)
    {
        ulong unmet = 0;
        ulong longest = 0;
        foreach (var capacity in capacities)
        {
            if (capacity < 0)
                throw new ArgumentException("A capacity is negative.", nameof(capacities));
        }

        foreach (var demand in demands)
        {
            if (demand.Quantity < 0)
                throw new ArgumentException("A quantity is negative.", nameof(demands));
            unmet = Math.Max(unmet, Magnitude(demand.UnmetCost));
        }

        foreach (var arc in arcs)
        {
            if ((uint)arc.Supply >= (uint)capacities.Length || (uint)arc.Demand >= (uint)demands.Length)
                throw new ArgumentException("An arc leads from or to nowhere.", nameof(arcs));
            longest = Math.Max(longest, Magnitude(arc.Cost));
        }

        if (unmet + ((UInt128)longest * (ulong)((long)capacities.Length + demands.Length)) > LargestPrice)
            throw new ArgumentException("The costs are too large to be added in 64 bits.", nameof(arcs));

        Capacities = capacities;
        Demands = demands;
        Arcs = arcs;
    }

    /// <summary>What each supply has.</summary>
    public ImmutableArray<int> Capacities { get; }

    public ImmutableArray<TransportDemand> Demands { get; }

    /// <summary>In any order; two arcs may join the same pair.</summary>
    public ImmutableArray<TransportArc> Arcs { get; }

    private static ulong Magnitude(long cost) => cost < 0 ? 0UL - (ulong)cost : (ulong)cost;
}

/// <summary>How much goes where, at the least cost, and the prices that prove it.</summary>
/// <param name="Flows">Of each arc, in the problem's order.</param>
/// <param name="Unmet">Of each demand.</param>
/// <param name="Certificate">The least cost and the prices.</param>
/// <param name="Pivots">Steps that the solver took; the same problem always takes the same.</param>
public sealed record TransportSolution(ImmutableArray<int> Flows, ImmutableArray<int> Unmet, OptimalityCertificate Certificate, int Pivots)
{
    public Int128 Objective => Certificate.Objective;
}
