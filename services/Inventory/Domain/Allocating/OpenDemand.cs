using System.Collections.Immutable;
using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;

namespace Distribution.Inventory.Allocating;

/// <summary>What an order still lacks.</summary>
/// <param name="Missing">By line, more than nothing each.</param>
public sealed record OpenDemand(DemandRegistered Will, ImmutableSortedDictionary<int, int> Missing)
{
    /// <summary>Units that count as had, also where one came back unused since: given a second time it would fill no gap.</summary>
    public ImmutableHashSet<UnitNumber> Had { get; init; } = [];

    public static OpenDemand Of(Allocation allocation)
    {
        var will = allocation.Demand ?? throw new ArgumentException("The order has not said what it wants.", nameof(allocation));
        return new OpenDemand(will, will.Lines
            .Select(line => KeyValuePair.Create(line.Line, allocation.MissingOf(line)))
            .Where(line => line.Value > 0)
            .ToImmutableSortedDictionary())
        {
            Had = [.. allocation.LineOf.Keys],
        };
    }

    /// <summary>One for each line that lacks something.</summary>
    public IEnumerable<Ask> Asks() => Will.Lines.Where(line => Missing.ContainsKey(line.Line)).Select(line => AskOf(line, Missing[line.Line]));

    /// <param name="requirements">Instead of the line's own.</param>
    public Ask AskOf(DemandLine line, int quantity, UnitRequirements? requirements = null)
    {
        var wanted = (requirements ?? line.Requirements ?? UnitRequirements.None).And(Will.RecipientRequirements);
        var instead = Will.IsAcceptedInstead(line);
        return new Ask(
            new AskId(Will.Order, line.Line),
            line.Kind,
            instead || Will.Purpose == ReservationPurpose.Stock ? line.Group : Will.RecipientGroup ?? default,
            instead || Will.Purpose == ReservationPurpose.Stock,
            quantity,
            Will.Urgency,
            Will.NeededBy,
            Will.PlacedAt,
            Will.Destination)
        {
            GroupUnknown = Will.IsOfUnknownGroup(),
            InsteadOf = instead ? Will.RecipientGroup : null,
            WithoutAntigens = wanted.WithoutAntigens,
            Irradiated = wanted.Irradiated,
            CmvNegative = wanted.CmvNegative,
            Washed = wanted.Washed,
            FresherThanDays = wanted.FresherThanDays,
        };
    }
}

public static class UnitOffer
{
    /// <summary>A unit as the rules and weights of allocation see it; null before it is known what it is and where. Whether it is free is not asked here.</summary>
    public static Offer? Of(Unit unit, PolicyPack policy)
    {
        if (unit is not { Facts: { } facts, Group: { } group, Custody.Site: { } site })
            return null;
        // What the policy does not know is neither irradiated nor washed.
        var component = policy.FindComponent(facts.Unit.Product);
        return new Offer(facts.Unit, facts.Kind, group, facts.CollectedAt, facts.ExpiresAt, site)
        {
            AntigenNegative = unit.AntigenNegative,
            AntigenPositive = unit.AntigenPositive,
            Cmv = unit.Cmv,
            Irradiated = component?.Irradiated ?? false,
            Washed = component?.Washed ?? false,
        };
    }
}
