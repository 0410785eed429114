using System.Collections.Immutable;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

namespace Distribution.Inventory;

/// <summary>What one order asked of the stock and what came of it.</summary>
public sealed record Allocation : IAggregate<Allocation>
{
    /// <summary>Why a reservation ended when nobody asked for its end.</summary>
    public const string Lapsed = "lapsed";

    /// <summary>Why a reservation ended when the order goes on without the unit.</summary>
    public const string Amended = "amended";

    public static string Category => "allocation";

    public static Allocation Initial { get; } = new();

    /// <summary>Where the units stand; null before the first attempt.</summary>
    public SiteId? Supplier { get; init; }

    /// <summary>Attempts that were answered.</summary>
    public ImmutableSortedSet<int> Attempts { get; init; } = [];

    /// <summary>Units that were set aside and not been freed by the order's end.</summary>
    public ImmutableList<UnitNumber> Units { get; init; } = [];

    /// <summary>The order gave back what it had: nothing is kept for it any more, whatever attempt arrives late.</summary>
    public bool GivenBack { get; init; }

    /// <summary>When the units that it gave back, and that have not left, become free; null when none wait.</summary>
    public DateTimeOffset? FreeAt { get; init; }

    /// <summary>What the order wants by its newest attempt; null in histories older than the waiting for units.</summary>
    public DemandRegistered? Demand { get; init; }

    /// <summary>The line of each unit that counts as had: kept, or gone where it was to go.</summary>
    public ImmutableDictionary<UnitNumber, int> LineOf { get; init; } = ImmutableDictionary<UnitNumber, int>.Empty;

    /// <summary>By line, units that were kept and not fetched in time: they are not looked for again, unless the order is amended.</summary>
    public ImmutableSortedDictionary<int, int> NotFetched { get; init; } = ImmutableSortedDictionary<int, int>.Empty;

    /// <summary>Units that the order has given back, and that may have left before that was known.</summary>
    public ImmutableHashSet<UnitNumber> Leaving { get; init; } = [];

    /// <summary>What is short is not looked for any more.</summary>
    public bool Closed { get; init; }

    /// <summary>Something is lacking and looked for.</summary>
    public bool IsOpen => Demand?.WaitUntil is not null && !GivenBack && !Closed && Demand.Lines.Any(line => MissingOf(line) > 0);

    /// <summary>The newest attempt that is known.</summary>
    public int LatestAttempt => Math.Max(Demand?.Attempt ?? 0, Attempts.IsEmpty ? 0 : Attempts.Max);

    /// <summary>How many units of a line are neither had nor were left unfetched.</summary>
    public int MissingOf(DemandLine line) =>
        Math.Max(0, line.Quantity - LineOf.Count(unit => unit.Value == line.Line) - NotFetched.GetValueOrDefault(line.Line));

    public static Allocation Evolve(Allocation state, object @event) => @event switch
    {
        UnitsAllocated allocated => state with
        {
            Supplier = allocated.Supplier,
            Attempts = state.Attempts.Add(allocated.Attempt),
            Units = state.Units.AddRange(allocated.Units.Select(unit => unit.Unit)),
            LineOf = state.LineOf.SetItems(allocated.Units.Select(unit => KeyValuePair.Create(unit.Unit, unit.Line))),
            Leaving = state.Leaving.Except(allocated.Units.Select(unit => unit.Unit)),
            Closed = allocated.WaitsUntil is null,
        },
        AllocationDeclined declined => state with { Supplier = declined.Supplier, Attempts = state.Attempts.Add(declined.Attempt), Closed = true },
        AllocationDelayed delayed => state with { Supplier = delayed.Supplier, Attempts = state.Attempts.Add(delayed.Attempt) },
        // The whole will anew: what was not fetched before is wanted again.
        DemandRegistered registered => state with { Supplier = registered.Supplier, Demand = registered, Closed = false, NotFetched = state.NotFetched.Clear() },
        AllocationLapsed lapsed => state with
        {
            Units = state.Units.RemoveRange(lapsed.Units),
            LineOf = state.LineOf.RemoveRange([.. lapsed.Units, .. lapsed.Pending ?? []]),
            NotFetched = IsLapse(lapsed) ? CountUnfetched(state, lapsed) : state.NotFetched,
            Leaving = state.Leaving.Except(lapsed.Units).Union(lapsed.Pending ?? []),
            FreeAt = lapsed.FreeAt ?? state.FreeAt,
            GivenBack = state.GivenBack || !(IsLapse(lapsed) || string.Equals(lapsed.Reason, Amended, StringComparison.Ordinal)),
        },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of an allocation."),
    };

    private static bool IsLapse(AllocationLapsed lapsed) => string.Equals(lapsed.Reason, Lapsed, StringComparison.Ordinal);

    /// <summary>What was given back before is no more looked for anyway.</summary>
    private static ImmutableSortedDictionary<int, int> CountUnfetched(Allocation state, AllocationLapsed lapsed) => lapsed.Units
        .Where(unit => !state.Leaving.Contains(unit) && state.LineOf.ContainsKey(unit))
        .Select(unit => state.LineOf[unit])
        .Aggregate(state.NotFetched, (counts, line) => counts.SetItem(line, counts.GetValueOrDefault(line) + 1));
}
