using System.Globalization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Compatibility;
using Distribution.Blood.Components;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;

namespace Distribution.Inventory.Allocating;

/// <summary>A unit that is not free now and may be, or arrive, at a time.</summary>
public sealed record Arrival(Offer Unit, DateTimeOffset At);

/// <summary>What an order that goes short can hope for.</summary>
/// <param name="Alternatives">What could be had instead, at most <see cref="MostAlternatives"/> a line.</param>
/// <param name="ExpectedAt">When the first unit that would do is expected to become free or to arrive; null where nothing of the kind is known.</param>
public sealed record Prospect(IReadOnlyList<AllocationAlternative> Alternatives, DateTimeOffset? ExpectedAt)
{
    public const int MostAlternatives = 5;

    public static Prospect None { get; } = new([], null);

    /// <param name="short">What the order still lacks.</param>
    /// <param name="free">All units of the region that nobody has, without those that are given in this decision.</param>
    /// <param name="arrivals">Units that will be at the supplier, and when.</param>
    public static Prospect Of(OpenDemand @short, IReadOnlyList<Offer> free, IReadOnlyList<Arrival> arrivals, AllocationTerms terms, PolicyPack policy)
    {
        var alternatives = new List<AllocationAlternative>();
        DateTimeOffset? expected = null;
        foreach (var line in @short.Will.Lines.Where(line => @short.Missing.ContainsKey(line.Line)))
        {
            var same = free.Where(unit => unit.Kind == line.Kind).ToList();
            alternatives.AddRange(new Search(@short, line, same, terms, policy).Find().Take(MostAlternatives));
            var ask = new AskFacts(@short.AskOf(line, 1), terms);
            foreach (var arrival in arrivals)
            {
                if (arrival.Unit.Kind == line.Kind && !(arrival.At >= expected) && Suits(ask, arrival.Unit, terms, @short.Will.Destination))
                    expected = arrival.At < terms.Now ? terms.Now : arrival.At;
            }
        }

        return new Prospect(alternatives, expected);
    }

    private static bool Suits(AskFacts ask, Offer unit, AllocationTerms terms, SiteId destination) =>
        ask.Judge(new OfferFacts(unit, terms), Way.Of(terms.LeadTime(unit.Site, destination))) == Obstacle.None;

    private sealed class Search(OpenDemand demand, DemandLine line, IReadOnlyList<Offer> free, AllocationTerms terms, PolicyPack policy)
    {
        private readonly SiteId _supplier = demand.Will.Supplier;

        /// <summary>What changes least comes first: the group, one requirement, the place.</summary>
        public IEnumerable<AllocationAlternative> Find() => [.. OtherGroups(), .. LowerRequirements(), .. OtherSites()];

        private IEnumerable<AllocationAlternative> OtherGroups()
        {
            foreach (var (group, why) in demand.Will.Purpose == ReservationPurpose.Stock ? ForStock() : ForPatient())
            {
                var ask = demand.AskOf(line, 1) with { Group = group, ExactGroup = true, GroupUnknown = false };
                if (Count(ask, _supplier) is var count and > 0)
                    yield return new AllocationAlternative(line.Line, line.Kind, group, count, _supplier, [], why);
            }
        }

        /// <summary>The same ABO group with the other RhD type, then what everybody can take.</summary>
        private IEnumerable<(BloodGroup Group, string Why)> ForStock()
        {
            if (!line.Group.IsDefined)
                return [];
            var other = line.Group with { RhD = line.Group.RhD == RhD.Positive ? RhD.Negative : RhD.Positive };
            var universal = line.Kind is ComponentKind.RedCells or ComponentKind.WholeBlood ? Abo.O : Abo.AB;
            return new[] { other, line.Group with { Abo = universal }, other with { Abo = universal } }
                .Where(group => group != line.Group)
                .Distinct()
                .Select(group => (group, group.Abo == line.Group.Abo
                    ? $"{group} instead of {line.Group}: the same ABO group, the other RhD type."
                    : $"{group} instead of {line.Group}: the ABO group that everybody can take."));
        }

        /// <summary>What a physician may let pass; what is compatible was looked for already.</summary>
        private IEnumerable<(BloodGroup Group, string Why)> ForPatient()
        {
            if (demand.Will.RecipientGroup is not { } recipient)
                yield break;
            foreach (var group in BloodGroup.All)
            {
                var against = AboRhCompatibility.Against(line.Kind, recipient, group);
                if (against.Count > 0 && against.All(code => policy.FindOverride(code, line.Kind) is not null))
                    yield return (group, $"{group} for a patient of {recipient}: only where a physician lets pass {string.Join(" and ", against)}.");
            }
        }

        private IEnumerable<AllocationAlternative> LowerRequirements()
        {
            if (line.Requirements is not { } own)
                yield break;
            (string Name, UnitRequirements Lowered)[] each =
            [
                ("irradiated", own with { Irradiated = false }),
                ("cmv-negative", own with { CmvNegative = false }),
                ("washed", own with { Washed = false }),
                ("antigen-negative", own with { WithoutAntigens = default }),
                ("fresh", own with { FresherThanDays = null }),
            ];
            foreach (var (name, lowered) in each.Where(each => each.Lowered != own))
            {
                var ask = demand.AskOf(line, 1, lowered);
                foreach (var group in Best(ask, unit => unit == _supplier))
                    yield return new AllocationAlternative(line.Line, line.Kind, group.Group, group.Count, _supplier, [name], $"Of {group.Group}, but not known to be {Said(name, own)}.");
            }
        }

        private IEnumerable<AllocationAlternative> OtherSites()
        {
            var ask = demand.AskOf(line, 1);
            return free
                .Select(unit => unit.Site).Distinct().Where(site => site != _supplier && site != demand.Will.Destination).Order()
                .SelectMany(site => Best(ask, at => at == site).Select(best => new AllocationAlternative(
                    line.Line, line.Kind, best.Group, best.Count, site, [], $"Of {best.Group} at {site}: both sites have to agree on a transfer.")))
                .OrderByDescending(alternative => alternative.Quantity).ThenBy(alternative => alternative.Site);
        }

        private int Count(Ask ask, SiteId site)
        {
            var facts = new AskFacts(ask, terms);
            return free.Count(unit => unit.Site == site && Suits(facts, unit, terms, demand.Will.Destination));
        }

        /// <summary>The group of the best units that suit, and how many of it there are; none where there is nothing.</summary>
        private IEnumerable<(BloodGroup Group, int Count)> Best(Ask ask, Func<SiteId, bool> at)
        {
            var facts = new AskFacts(ask, terms);
            return free
                .Where(unit => at(unit.Site) && Suits(facts, unit, terms, demand.Will.Destination))
                .GroupBy(unit => unit.Group)
                .OrderBy(group => Suitability.Weigh(ask, group.First(), terms).Preference).ThenBy(group => group.Key.ToString(), StringComparer.Ordinal)
                .Select(group => (group.Key, group.Count()))
                .Take(1);
        }

        private static string Said(string name, UnitRequirements own) => name switch
        {
            "antigen-negative" => $"without {own.WithoutAntigens}",
            "cmv-negative" => "CMV negative",
            "fresh" => string.Create(CultureInfo.InvariantCulture, $"fresher than {own.FresherThanDays} days"),
            _ => name,
        };
    }
}
