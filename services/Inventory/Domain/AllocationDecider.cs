using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Inventory;

/// <summary>How what was set aside for an order ends; how it begins is <see cref="DemandDecider"/>'s.</summary>
public static class AllocationDecider
{
    /// <summary>The reservations' time is over.</summary>
    /// <param name="state">What the order has had so far.</param>
    /// <param name="order">Whose.</param>
    /// <param name="freed">The units whose reservation ends in the same commit.</param>
    public static Decision<AllocationEvent> Lapse(Allocation state, OrderId order, IReadOnlyList<UnitNumber> freed)
    {
        // Everything has left, been issued or been given back: a deadline is guarded by state, never canceled.
        if (freed.Count == 0)
            return Decision<AllocationEvent>.AlreadyDone;
        RequireOwn(state, freed);
        return Decision<AllocationEvent>.Accept(new AllocationLapsed(order, freed, Allocation.Lapsed));
    }

    /// <summary>The order gives back what is kept for it. Remembered even where there is nothing: the asking may come after the giving back.</summary>
    /// <param name="state">What the order has had so far.</param>
    /// <param name="order">Whose.</param>
    /// <param name="freed">The units whose reservation ends in the same commit.</param>
    /// <param name="pending">The units that may have left already: they stay reserved until <paramref name="freeAt"/>.</param>
    /// <param name="reason">A code; <see cref="Allocation.Lapsed"/> and <see cref="Allocation.Amended"/> are taken.</param>
    /// <param name="freeAt">When all that left before the giving back has been told.</param>
    public static Decision<AllocationEvent> GiveBack(
        Allocation state, OrderId order, IReadOnlyList<UnitNumber> freed, IReadOnlyList<UnitNumber> pending, string reason, DateTimeOffset freeAt)
    {
        if (state.GivenBack && freed.Count == 0)
            return Decision<AllocationEvent>.AlreadyDone; // Given back before.
        RequireOwn(state, [.. freed, .. pending]);
        var said = reason is Allocation.Lapsed or Allocation.Amended ? DemandDecider.AlreadyGivenBack : reason;
        return Decision<AllocationEvent>.Accept(pending.Count > 0
            ? new AllocationLapsed(order, freed, said, pending, freeAt)
            : new AllocationLapsed(order, freed, said));
    }

    private static void RequireOwn(Allocation state, IReadOnlyList<UnitNumber> freed)
    {
        if (freed.Any(unit => !state.Units.Contains(unit)))
            throw new ArgumentException("A unit is freed that was not set aside for this order.", nameof(freed));
    }
}
