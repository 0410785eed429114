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

    public static Allocation Evolve(Allocation state, object @event) => @event switch
    {
        UnitsAllocated allocated => state with
        {
            Supplier = allocated.Supplier,
            Attempts = state.Attempts.Add(allocated.Attempt),
            Units = state.Units.AddRange(allocated.Units.Select(unit => unit.Unit)),
        },
        AllocationDeclined declined => state with { Supplier = declined.Supplier, Attempts = state.Attempts.Add(declined.Attempt) },
        AllocationLapsed lapsed => state with
        {
            Units = state.Units.RemoveRange(lapsed.Units),
            FreeAt = lapsed.FreeAt ?? state.FreeAt,
            GivenBack = state.GivenBack || !string.Equals(lapsed.Reason, Lapsed, StringComparison.Ordinal),
        },
        _ => throw new InvalidOperationException($"{@event.GetType().Name} is not an event of an allocation."),
    };
}
