using System.Collections.Immutable;

namespace Distribution.Inventory.Allocating;

/// <summary>
/// Proves that no other way to meet the demands costs less, to anybody who has the problem: prices at which no arc earns
/// anything, and at which everything together is worth exactly the objective (<see cref="CertificateCheck"/> says how to look).
/// </summary>
/// <param name="Objective">The cost of all arcs used and all that is left unmet. Beyond 64 bits, as a sum of many large costs.</param>
/// <param name="SupplyPrices">What one unit less of each supply would cost; never negative, and zero where some is left over.</param>
/// <param name="DemandPrices">What one unit more of each demand would cost; its unmet cost where some is left unmet.</param>
public sealed record OptimalityCertificate(Int128 Objective, ImmutableArray<long> SupplyPrices, ImmutableArray<long> DemandPrices);
