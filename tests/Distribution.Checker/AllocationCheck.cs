using Distribution.Blood.Identifiers;
using Distribution.Inventory;

namespace Distribution.Checker;

/// <summary>I1, between units and allocations: what one says the other says, because both were written in one commit.</summary>
internal static class AllocationCheck
{
    /// <summary>The ends of a reservation that are no giving back: it did what it was for, or its unit is gone.</summary>
    private static readonly string[] OwnEnds = ["received", "missing", "returned"];

    public static void Run(Logs logs, Findings findings)
    {
        var allocated = logs.Of<UnitsAllocated>().SelectMany(entry => entry.Data.Units.Select(unit => Key(entry, unit.Unit.ToString(), entry.Data.Order)));
        var reserved = logs.Of<UnitReserved>().Select(entry => Key(entry, UnitOf(entry.StreamId), entry.Data.Order));
        Balance(findings, "reservations in allocations", allocated, reserved, "is allocated", "is reserved");

        var freed = logs.Of<AllocationLapsed>().SelectMany(entry => entry.Data.Units.Select(unit => Key(entry, unit.ToString(), entry.Data.Order)));
        var ended = logs.Of<UnitReservationEnded>()
            .Where(entry => !OwnEnds.Contains(entry.Data.Reason))
            .Select(entry => Key(entry, UnitOf(entry.StreamId), entry.Data.Order));
        Balance(findings, "reservations given back", freed, ended, "is given back", "is freed");

        foreach (var entry in logs.Of<UnitsAllocated>())
        {
            var units = entry.Data.Units.Select(unit => unit.Unit).ToList();
            if (units.Distinct().Count() != units.Count)
                findings.Violate("I1", entry.StreamId, "A unit is allocated to two lines.");
        }
    }

    internal static string UnitOf(string streamId) => streamId[(streamId.IndexOf('-') + 1)..];

    private static (string Unit, OrderId Order, string StreamId, ulong Commit) Key<T>(Entry<T> entry, string unit, OrderId order) =>
        (unit, order, entry.StreamId, entry.Stored.Position.TransactionId);

    private static void Balance(
        Findings findings,
        string what,
        IEnumerable<(string Unit, OrderId Order, string StreamId, ulong Commit)> allocations,
        IEnumerable<(string Unit, OrderId Order, string StreamId, ulong Commit)> units,
        string said,
        string done)
    {
        var left = allocations.ToLookup(key => (key.Unit, key.Order, key.Commit));
        var right = units.ToLookup(key => (key.Unit, key.Order, key.Commit));
        foreach (var key in left.Select(group => group.Key).Union(right.Select(group => group.Key)))
        {
            var (says, does) = (left[key].Count(), right[key].Count());
            findings.Require(
                says == does, "I1", what, (left[key].Concat(right[key])).First().StreamId,
                $"In one commit {key.Unit} {said} {says} times and {done} {does} times for {key.Order}.");
        }
    }
}
