using System.Collections.Immutable;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Inventory.Allocating;

namespace Distribution.Inventory;

/// <summary>How an order's wish is taken, answered and waited for.</summary>
public static class DemandDecider
{
    public const string NoCompatibleStock = "no-compatible-stock";
    public const string AlreadyGivenBack = "given-back";

    /// <summary>Why nothing more is looked for: the order's time to wait is over.</summary>
    public const string NotInTime = "not-in-time";

    /// <param name="state">What the order has had so far.</param>
    /// <param name="demand">All that it wants now.</param>
    public static Decision<AllocationEvent> Register(Allocation state, DemandRegistered demand)
    {
        // This attempt has been answered, or a newer one was told first.
        if (demand.Attempt <= state.LatestAttempt)
            return Decision<AllocationEvent>.AlreadyDone;
        // The order's end overtook its beginning on the way here.
        if (state.GivenBack)
        {
            return Decision<AllocationEvent>.Accept(new AllocationDeclined(
                demand.Order, demand.Attempt, demand.Supplier, AlreadyGivenBack,
                [.. demand.Lines.Where(line => line.Quantity > 0).Select(line => new AllocationShortfall(line.Line, line.Quantity))]));
        }

        return Decision<AllocationEvent>.Accept(demand with { WaitUntil = demand.WaitUntil is { } until ? WholeSecond(until) : null });
    }

    /// <summary>It ended where it stood, before it left or was handed out: the order has it no more.</summary>
    /// <param name="supplier">Where the order's units stand.</param>
    public static bool IsGone(Unit unit, SiteId supplier) =>
        unit is { Fate: { Kind: not FateKind.Transfused }, Issue: null, Custody.Kind: CustodyKind.AtSite } && unit.Custody.Site == supplier;

    /// <summary>The units that the newest attempt has no use for: too many for their line, or not what it asks for any more.</summary>
    /// <param name="state">With the newest demand.</param>
    /// <param name="kept">Units of the order that are still reserved for it and have not left, as the rules of allocation see them.</param>
    public static IReadOnlyList<UnitNumber> Unwanted(Allocation state, IReadOnlyList<Offer> kept, AllocationTerms terms)
    {
        var demand = new OpenDemand(state.Demand!, ImmutableSortedDictionary<int, int>.Empty);
        var unwanted = new List<UnitNumber>();
        var lines = state.Demand!.Lines.ToDictionary(line => line.Line);
        foreach (var line in kept.Where(unit => state.LineOf.ContainsKey(unit.Unit)).GroupBy(unit => state.LineOf[unit.Unit]))
        {
            if (!lines.TryGetValue(line.Key, out var wanted))
            {
                unwanted.AddRange(line.Select(unit => unit.Unit));
                continue;
            }

            var ask = demand.AskOf(wanted, 1);
            var suits = line.ToLookup(unit => Suitability.Judge(ask, unit, terms) == Obstacle.None);
            unwanted.AddRange(suits[false].Select(unit => unit.Unit));
            var had = state.LineOf.Count(unit => unit.Value == line.Key) - suits[false].Count();
            // What keeps longest is of most use to others.
            unwanted.AddRange(suits[true]
                .OrderByDescending(unit => unit.ExpiresAt).ThenBy(unit => unit.Unit)
                .Take(Math.Max(0, had + state.NotFetched.GetValueOrDefault(line.Key) - wanted.Quantity))
                .Select(unit => unit.Unit));
        }

        return unwanted;
    }

    /// <summary>The order goes on without some of its units.</summary>
    /// <param name="freed">The units whose reservation ends in the same commit.</param>
    /// <param name="pending">The units that may have left already and stay reserved until <paramref name="freeAt"/>, and those that have ended and that nobody gets.</param>
    public static AllocationLapsed GiveUp(Allocation state, IReadOnlyList<UnitNumber> freed, IReadOnlyList<UnitNumber> pending, DateTimeOffset freeAt) =>
        pending.Count > 0
            ? new AllocationLapsed(state.Demand!.Order, freed, Allocation.Amended, pending, freeAt)
            : new AllocationLapsed(state.Demand!.Order, freed, Allocation.Amended);

    /// <summary>Tells the order what was found for it.</summary>
    /// <param name="state">With the demand, and without what the order has given up.</param>
    /// <param name="units">What was found now.</param>
    /// <param name="shortfalls">What is lacking after that.</param>
    /// <param name="life">How long a reservation lasts; where the order is needed later, it lasts until then.</param>
    public static Decision<AllocationEvent> Answer(
        Allocation state,
        IReadOnlyList<AllocatedUnit> units,
        IReadOnlyList<AllocationShortfall> shortfalls,
        AllocationProof? proof,
        Prospect prospect,
        TimeSpan life,
        Provenance by)
    {
        var demand = state.Demand ?? throw new ArgumentException("The order has not said what it wants.", nameof(state));
        var first = !state.Attempts.Contains(demand.Attempt);
        if (!first && (units.Count == 0 || !state.IsOpen))
            return Decision<AllocationEvent>.AlreadyDone; // Nothing new to tell.
        DateTimeOffset? waits = shortfalls.Count > 0 && demand.WaitUntil > by.Now ? demand.WaitUntil : null;
        if (units.Count > 0 || shortfalls.Count == 0)
        {
            return Decision<AllocationEvent>.Accept(new UnitsAllocated(
                demand.Order, demand.Attempt, demand.Purpose, demand.Supplier, demand.Destination, units, shortfalls, LapsesAt(demand, life, by),
                units.Count > 0 ? proof : null, shortfalls.Count > 0 ? prospect.Alternatives : null, waits));
        }

        return Decision<AllocationEvent>.Accept(waits is { } until
            ? new AllocationDelayed(demand.Order, demand.Attempt, demand.Supplier, shortfalls, prospect.Alternatives, until, prospect.ExpectedAt)
            : new AllocationDeclined(demand.Order, demand.Attempt, demand.Supplier, NoCompatibleStock, shortfalls, prospect.ExpectedAt, prospect.Alternatives));
    }

    /// <summary>The time to wait is over.</summary>
    public static Decision<AllocationEvent> EndWaiting(Allocation state, Prospect prospect, Provenance by)
    {
        // All was found, given back or asked for anew: a deadline is guarded by state, never canceled.
        if (!state.IsOpen || state.Demand!.WaitUntil > by.Now)
            return Decision<AllocationEvent>.AlreadyDone;
        var demand = state.Demand;
        return Decision<AllocationEvent>.Accept(new AllocationDeclined(
            demand.Order,
            demand.Attempt,
            demand.Supplier,
            NotInTime,
            [.. OpenDemand.Of(state).Missing.Select(line => new AllocationShortfall(line.Key, line.Value))],
            prospect.ExpectedAt,
            prospect.Alternatives));
    }

    /// <summary>What is needed later than a reservation lasts would otherwise lapse before anybody could come for it.</summary>
    private static DateTimeOffset LapsesAt(DemandRegistered demand, TimeSpan life, Provenance by) =>
        WholeSecond(demand.NeededBy > by.Now + life ? demand.NeededBy : by.Now + life);

    /// <summary>A deadline is kept to the microsecond, and one that falls due a moment early would find nothing to do.</summary>
    private static DateTimeOffset WholeSecond(DateTimeOffset instant) => instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerSecond));
}
