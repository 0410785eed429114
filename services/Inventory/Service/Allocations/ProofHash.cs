using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Distribution.Inventory.Allocating;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>
/// One number for a whole problem with its solution and proof: whoever builds the problem again from the stock as it was can tell whether
/// it is the one that was decided.
/// </summary>
internal static class ProofHash
{
    /// <summary>SHA-256 over all numbers in order, each of 64 bits and little-endian, each list after its length; in hexadecimal digits.</summary>
    public static string Of(IReadOnlyList<(TransportProblem Problem, TransportSolution Solution)> decisions)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var numbers = new List<long>();
        foreach (var (problem, solution) in decisions)
        {
            numbers.Clear();
            numbers.Add(problem.Capacities.Length);
            foreach (var capacity in problem.Capacities)
                numbers.Add(capacity);
            numbers.Add(problem.Demands.Length);
            foreach (var demand in problem.Demands)
            {
                numbers.Add(demand.Quantity);
                numbers.Add(demand.UnmetCost);
            }

            numbers.Add(problem.Arcs.Length);
            foreach (var arc in problem.Arcs)
            {
                numbers.Add(arc.Supply);
                numbers.Add(arc.Demand);
                numbers.Add(arc.Cost);
            }

            Add(numbers, solution.Flows);
            Add(numbers, solution.Unmet);
            numbers.Add((long)(ulong)(UInt128)solution.Objective);
            numbers.Add((long)(ulong)((UInt128)solution.Objective >> 64));
            foreach (var price in solution.Certificate.SupplyPrices)
                numbers.Add(price);
            foreach (var price in solution.Certificate.DemandPrices)
                numbers.Add(price);
            hash.AppendData(Bytes(numbers));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(List<long> numbers, ImmutableArray<int> values)
    {
        foreach (var value in values)
            numbers.Add(value);
    }

    private static byte[] Bytes(List<long> numbers)
    {
        var bytes = new byte[numbers.Count * sizeof(long)];
        var all = CollectionsMarshal.AsSpan(numbers);
        for (var i = 0; i < all.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), all[i]);
        return bytes;
    }
}
