using System.Globalization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Compatibility;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

namespace Distribution.Inventory;

/// <summary>Set units aside for this order: all, or what can be had.</summary>
/// <param name="Recipient">Who is to receive them, for a patient's order.</param>
/// <param name="RecipientGroup">Where it is not known, nothing is compatible.</param>
public sealed record AllocateUnits(
    OrderId Order,
    int Attempt,
    ReservationPurpose Purpose,
    SiteId Supplier,
    SiteId Destination,
    IReadOnlyList<AllocationLine> Lines,
    RecipientId? Recipient,
    BloodGroup? RecipientGroup)
{
    /// <summary>The groups that may serve a line, best first.</summary>
    public IReadOnlyList<BloodGroup> GroupsFor(AllocationLine line) => Purpose switch
    {
        ReservationPurpose.Stock => [line.Group],
        ReservationPurpose.Patient => AboRhCompatibility.DonorsFor(line.Kind, RecipientGroup ?? default),
        _ => [],
    };
}

/// <param name="Line">From 1.</param>
/// <param name="Group">The group wanted for a stock; a patient's order goes by the recipient's group.</param>
public sealed record AllocationLine(int Line, ComponentKind Kind, BloodGroup Group, int Quantity);

/// <summary>Chooses which units serve an order: the best group first, within it the one that expires first.</summary>
public static class AllocationDecider
{
    public const string NoCompatibleStock = "no-compatible-stock";
    public const string AlreadyGivenBack = "given-back";

    /// <param name="state">What the order has had so far.</param>
    /// <param name="command">What it wants now.</param>
    /// <param name="candidates">Units as they are now, each once; which of them may serve is judged here.</param>
    /// <param name="life">How long a reservation lasts.</param>
    /// <param name="by">Who asks, and the server's time.</param>
    public static Decision<AllocationEvent> Allocate(
        Allocation state, AllocateUnits command, IReadOnlyList<Unit> candidates, TimeSpan life, Provenance by)
    {
        if (state.Attempts.Contains(command.Attempt))
            return Decision<AllocationEvent>.AlreadyDone; // This attempt has been answered.

        var wanted = command.Lines.Select(line => new AllocationShortfall(line.Line, line.Quantity)).ToList();
        if (state.GivenBack)
        {
            // The order's end overtook its beginning on the way here.
            return Decision<AllocationEvent>.Accept(new AllocationDeclined(command.Order, command.Attempt, command.Supplier, AlreadyGivenBack, wanted));
        }

        // Whole seconds: a deadline is kept to the microsecond, and one that falls due a moment early would find nothing lapsed.
        var until = by.Now + life;
        var lapsesAt = until.AddTicks(-(until.Ticks % TimeSpan.TicksPerSecond));
        var chosen = new List<AllocatedUnit>();
        var shortfalls = new List<AllocationShortfall>();
        foreach (var line in command.Lines)
        {
            var before = chosen.Count;
            chosen.AddRange(Suitable(command, line, candidates, lapsesAt, by)
                .Where(unit => !chosen.Exists(taken => taken.Unit == unit.Facts!.Unit))
                .Take(line.Quantity)
                .Select(unit => new AllocatedUnit(unit.Facts!.Unit, line.Line, unit.Facts.Kind, unit.Group!.Value, unit.Facts.ExpiresAt, Explain(command, line, unit)))
                .ToList());
            if (chosen.Count - before < line.Quantity)
                shortfalls.Add(new AllocationShortfall(line.Line, line.Quantity - (chosen.Count - before)));
        }

        return Decision<AllocationEvent>.Accept(chosen.Count == 0
            ? new AllocationDeclined(command.Order, command.Attempt, command.Supplier, NoCompatibleStock, shortfalls)
            : new UnitsAllocated(command.Order, command.Attempt, command.Purpose, command.Supplier, command.Destination, chosen, shortfalls, lapsesAt));
    }

    /// <summary>The candidates that may serve a line, best first.</summary>
    public static IEnumerable<Unit> Suitable(
        AllocateUnits command, AllocationLine line, IEnumerable<Unit> candidates, DateTimeOffset lapsesAt, Provenance by)
    {
        var groups = command.GroupsFor(line);
        return candidates
            .Where(unit => UnitDecider.Reserve(unit, Reservation(command, line, lapsesAt), by) is { IsRejected: false, Events.Count: > 0 })
            .OrderBy(unit => groups.IndexOf(unit.Group!.Value))
            .ThenBy(unit => unit.Facts!.ExpiresAt)
            // So that the same stock gives the same answer.
            .ThenBy(unit => unit.Facts!.Unit);
    }

    /// <summary>What a line asks of each of its units.</summary>
    public static ReserveUnit Reservation(AllocateUnits command, AllocationLine line, DateTimeOffset lapsesAt) => new(
        command.Order, line.Line, command.Purpose, command.Supplier, command.Destination, line.Kind, line.Group, command.Recipient, command.RecipientGroup, lapsesAt);

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
    /// <param name="reason">A code; <see cref="Allocation.Lapsed"/> is taken.</param>
    /// <param name="freeAt">When all that left before the giving back has been told.</param>
    public static Decision<AllocationEvent> GiveBack(
        Allocation state, OrderId order, IReadOnlyList<UnitNumber> freed, IReadOnlyList<UnitNumber> pending, string reason, DateTimeOffset freeAt)
    {
        if (state.GivenBack && freed.Count == 0)
            return Decision<AllocationEvent>.AlreadyDone; // Given back before.
        RequireOwn(state, [.. freed, .. pending]);
        var said = string.Equals(reason, Allocation.Lapsed, StringComparison.Ordinal) ? AlreadyGivenBack : reason;
        return Decision<AllocationEvent>.Accept(pending.Count > 0
            ? new AllocationLapsed(order, freed, said, pending, freeAt)
            : new AllocationLapsed(order, freed, said));
    }

    private static void RequireOwn(Allocation state, IReadOnlyList<UnitNumber> freed)
    {
        if (freed.Any(unit => !state.Units.Contains(unit)))
            throw new ArgumentException("A unit is freed that was not set aside for this order.", nameof(freed));
    }

    private static IReadOnlyList<string> Explain(AllocateUnits command, AllocationLine line, Unit unit)
    {
        var wanted = command.Purpose == ReservationPurpose.Patient ? command.RecipientGroup ?? default : line.Group;
        return
        [
            unit.Group == wanted
                ? $"Of the identical group, {wanted}."
                : string.Create(CultureInfo.InvariantCulture, $"Of {unit.Group}, choice {command.GroupsFor(line).IndexOf(unit.Group!.Value) + 1} for {wanted}: nothing better was free."),
            string.Create(CultureInfo.InvariantCulture, $"Of those free the first of its group to expire, at {unit.Facts!.ExpiresAt.ToUniversalTime():yyyy-MM-dd'T'HH:mm'Z'}."),
        ];
    }

    private static int IndexOf(this IReadOnlyList<BloodGroup> groups, BloodGroup group)
    {
        for (var i = 0; i < groups.Count; i++)
        {
            if (groups[i] == group)
                return i;
        }

        return int.MaxValue;
    }
}
