using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

namespace Distribution.Inventory.Allocating;

/// <summary>
/// All that is asked for against all that may be given, as a <see cref="TransportProblem"/>. Units that no rule and no
/// weight can tell apart are one supply, lines that none can tell apart are one demand. The same lines and units give the
/// same problem in whatever order they come.
/// </summary>
public sealed class AllocationModel
{
    private readonly IReadOnlyList<Ask> _asks;
    private readonly IReadOnlyList<Offer> _offers;

    /// <summary>By destination, then by site.</summary>
    private readonly Way[][] _ways;

    private AllocationModel(IReadOnlyList<Ask> asks, IReadOnlyList<Offer> offers, AllocationTerms terms, bool merge)
    {
        (_asks, _offers, Terms) = (asks, offers, terms);
        var sites = Positions(offers, offer => offer.Site);
        var destinations = Positions(asks, ask => ask.Destination);
        if (sites.Count > OfferKey.MostSites)
            throw new ArgumentException("Units stand at more sites than there can be.", nameof(offers));
        _ways = new Way[destinations.Count][];
        foreach (var (destination, to) in destinations)
        {
            _ways[to] = new Way[sites.Count];
            foreach (var (site, from) in sites)
                _ways[to][from] = Way.Of(terms.LeadTime(site, destination));
        }

        OfferClasses = ClassesOfOffers(sites, merge);
        AskClasses = ClassesOfAsks(destinations, merge);
        Problem = Connect();
    }

    public AllocationTerms Terms { get; }

    /// <summary>Supplies are classes of units, demands classes of lines, arcs ordered by demand.</summary>
    public TransportProblem Problem { get; }

    internal OfferClass[] OfferClasses { get; }

    internal AskClass[] AskClasses { get; }

    /// <param name="merge">False: every unit and line on its own, for the same cost, only slower.</param>
    /// <exception cref="ArgumentException">
    /// A negative quantity, a unit or a line that is there twice, or more than <see cref="AllocationCost.MostAsked"/> units asked for.
    /// </exception>
    public static AllocationModel Build(IReadOnlyList<Ask> asks, IReadOnlyList<Offer> offers, AllocationTerms terms, bool merge = true)
    {
        if (asks.Any(ask => ask.Quantity < 0) || asks.Sum(ask => (long)ask.Quantity) > AllocationCost.MostAsked)
            throw new ArgumentException("A quantity is negative, or too much is asked for.", nameof(asks));
        var lines = new HashSet<AskId>(asks.Count);
        foreach (var ask in asks)
        {
            if (!lines.Add(ask.Id))
                throw new ArgumentException("A line is there twice.", nameof(asks));
        }

        var units = new HashSet<UnitNumber>(offers.Count);
        foreach (var offer in offers)
        {
            if (!units.Add(offer.Unit))
                throw new ArgumentException("A unit is there twice.", nameof(offers));
        }

        return new AllocationModel(asks, offers, terms, merge);
    }

    /// <summary>The best there is, with its proof.</summary>
    public AllocationPlan Solve() => new(this, NetworkSimplex.Solve(Problem));

    internal Way WayOf(AskClass ask, OfferClass offer) => _ways[ask.Destination][offer.Site];

    internal Ask AskAt(int position) => _asks[position];

    internal Offer OfferAt(int position) => _offers[position];

    private static Dictionary<SiteId, int> Positions<T>(IReadOnlyList<T> items, Func<T, SiteId> siteOf)
    {
        var positions = new Dictionary<SiteId, int>();
        SiteId? last = null;
        for (var i = 0; i < items.Count; i++)
        {
            var site = siteOf(items[i]);
            if (site == last)
                continue;
            positions.TryAdd(site, 0);
            last = site;
        }

        var next = 0;
        foreach (var site in positions.Keys.Order().ToList())
            positions[site] = next++;
        return positions;
    }

    private OfferClass[] ClassesOfOffers(Dictionary<SiteId, int> sites, bool merge)
    {
        var asked = AntigenSet.None;
        var ages = false;
        var cuts = new SortedSet<long>();
        foreach (var ask in _asks)
        {
            asked |= ask.WithoutAntigens;
            ages |= ask.PrefersFresh;
            if (AskFacts.CutOf(ask, Terms) is var cut and not long.MinValue)
                cuts.Add(cut);
        }

        long[] sortedCuts = [.. cuts];
        var classes = new Dictionary<OfferKey, int>();
        var found = new List<OfferClass>();
        var classOf = new int[_offers.Count];
        var (lastSite, site) = (default(SiteId), -1);
        for (var i = 0; i < classOf.Length; i++)
        {
            var offer = _offers[i];
            if (site < 0 || offer.Site != lastSite)
                (lastSite, site) = (offer.Site, sites[offer.Site]);
            var facts = new OfferFacts(offer, Terms);
            var key = OfferKey.Of(facts, asked, site, ages ? facts.Age : 0, sortedCuts.Length == 0 ? 0 : CountBelow(sortedCuts, facts.CollectedAt));
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(classes, key, out var exists);
            if (!exists || !merge)
            {
                known = found.Count;
                found.Add(new OfferClass(key, facts, site));
            }

            classOf[i] = known;
            found[known].Count++;
        }

        // The members of all classes in one piece, each class from its start.
        var members = new int[classOf.Length];
        var start = 0;
        foreach (var each in found)
        {
            each.Room = members.AsMemory(start, each.Count);
            start += each.Count;
            each.Count = 0;
        }

        for (var i = 0; i < classOf.Length; i++)
            found[classOf[i]].Add(i);

        found.Sort((left, right) => left.Key.CompareTo(right.Key) is var order and not 0
            ? order
            : _offers[left.Members[0]].Unit.CompareTo(_offers[right.Members[0]].Unit));
        return [.. found];
    }

    private AskClass[] ClassesOfAsks(Dictionary<SiteId, int> destinations, bool merge)
    {
        var places = PlacesOfAsks(destinations);
        var tables = new Dictionary<(ComponentKind, BloodGroup, bool, bool, BloodGroup?), GroupTable>();
        var classes = new Dictionary<AskKey, AskClass>();
        var found = new List<AskClass>();
        for (var i = 0; i < _asks.Count; i++)
        {
            var ask = _asks[i];
            var key = AskKey.Of(ask, Terms, places[i]);
            if (!merge || !classes.TryGetValue(key, out var known))
            {
                var groups = (ask.Kind, ask.Group, ask.ExactGroup, ask.GroupUnknown, ask.InsteadOf);
                if (!tables.TryGetValue(groups, out var table))
                    tables[groups] = table = GroupTable.Of(ask, Terms);
                known = new AskClass(key, new AskFacts(ask, Terms, table), destinations[ask.Destination], AllocationCost.Unmet(ask, Terms.Now));
                classes[key] = known;
                found.Add(known);
            }

            known.Members.Add(i);
            known.Quantity += ask.Quantity;
        }

        found.Sort((left, right) => left.Key.CompareTo(right.Key) is var order and not 0
            ? order
            : _asks[left.Members[0]].Id.CompareTo(_asks[right.Members[0]].Id));
        return [.. found];
    }

    /// <summary>
    /// Where and when each line wants its units, as far as it matters: equal for two lines when the same units of every
    /// site are in date for both, and as far away.
    /// </summary>
    private Place[] PlacesOfAsks(Dictionary<SiteId, int> destinations)
    {
        var expiries = OfferClasses
            .GroupBy(offer => offer.Site)
            .Select(site => (Site: site.Key, Sorted: site.Select(offer => offer.Facts.ExpiresAt).Distinct().Order().ToArray()))
            .OrderBy(site => site.Site)
            .ToArray();
        var lastMoments = Array.ConvertAll(_ways, ways =>
            expiries.Where(site => ways[site.Site].Ticks >= 0).SelectMany(site => site.Sorted.Select(expiry => expiry - ways[site.Site].Ticks)).Distinct().Order().ToArray());

        var places = new Place[_asks.Count];
        var first = new SortedDictionary<Place, long>();
        for (var i = 0; i < places.Length; i++)
        {
            var needed = Math.Max(_asks[i].NeededBy.UtcTicks, Terms.Now.UtcTicks);
            var destination = destinations[_asks[i].Destination];
            places[i] = new Place(destination, CountBelow(lastMoments[destination], needed));
            first.TryAdd(places[i], needed);
        }

        var same = new Dictionary<string, Place>(StringComparer.Ordinal);
        var canonical = new Dictionary<Place, Place>();
        foreach (var (place, needed) in first)
        {
            var ways = _ways[place.Destination];
            var view = string.Join(' ', expiries.Select(site => ways[site.Site] is { Ticks: >= 0 } way
                ? $"{way.HalfHours}:{CountBelow(site.Sorted, needed + way.Ticks)}"
                : "-"));
            same.TryAdd(view, place);
            canonical[place] = same[view];
        }

        return Array.ConvertAll(places, place => canonical[place]);
    }

    private TransportProblem Connect()
    {
        // Classes are sorted by component and group, so that what a line cannot take is passed over at once.
        var runs = new List<(int Start, int End)>();
        for (var i = 0; i < OfferClasses.Length; i++)
        {
            if (i == 0 || OfferClasses[i].Facts.Kind != OfferClasses[i - 1].Facts.Kind || OfferClasses[i].Facts.Group != OfferClasses[i - 1].Facts.Group)
                runs.Add((i, i));
            runs[^1] = (runs[^1].Start, i + 1);
        }

        var facts = Array.ConvertAll(OfferClasses, offer => offer.Facts);
        var sites = Array.ConvertAll(OfferClasses, offer => offer.Site);
        var demands = ImmutableArray.CreateBuilder<TransportDemand>(AskClasses.Length);
        var arcs = new List<TransportArc>(AskClasses.Sum(asks => runs.Sum(run => asks.Facts.Kind == facts[run.Start].Kind && asks.Facts.Takes(facts[run.Start].Group) ? run.End - run.Start : 0)));
        for (var demand = 0; demand < AskClasses.Length; demand++)
        {
            var asks = AskClasses[demand];
            var line = asks.Facts;
            var ways = _ways[asks.Destination];
            asks.FirstArc = arcs.Count;
            demands.Add(new TransportDemand(asks.Quantity, asks.UnmetCost));
            foreach (var (start, end) in runs)
            {
                if (facts[start].Kind != line.Kind || !line.Takes(facts[start].Group))
                    continue;
                for (var supply = start; supply < end; supply++)
                {
                    ref readonly var offer = ref facts[supply];
                    var way = ways[sites[supply]];
                    if (line.Judge(offer, way) == Obstacle.None)
                        arcs.Add(new TransportArc(supply, demand, line.Weigh(offer, way).Total));
                }
            }

            asks.EndArc = arcs.Count;
        }

        return new TransportProblem([.. OfferClasses.Select(offer => offer.Count)], demands.MoveToImmutable(), [.. arcs]);
    }

    /// <summary>How many of the sorted numbers are below; so many bounds has the value passed.</summary>
    private static int CountBelow(long[] sorted, long value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (sorted[middle] < value)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}

/// <summary>Units that are equally good for every line.</summary>
internal sealed class OfferClass(OfferKey key, OfferFacts facts, int site)
{
    public OfferKey Key { get; } = key;

    /// <summary>Of one of them; whatever differs between them, no rule and no weight sees.</summary>
    public OfferFacts Facts { get; } = facts;

    public int Site { get; } = site;

    public int Count { get; set; }

    /// <summary>Where its members go.</summary>
    public Memory<int> Room { get; set; }

    public bool IsSorted { get; set; }

    /// <summary>Positions of the units.</summary>
    public Span<int> Members => Room.Span[..Count];

    public void Add(int position) => Room.Span[Count++] = position;
}

/// <summary>Lines for which every unit is equally good.</summary>
internal sealed class AskClass(AskKey key, AskFacts facts, int destination, long unmetCost)
{
    public AskKey Key { get; } = key;

    public AskFacts Facts { get; } = facts;

    public int Destination { get; } = destination;

    public long UnmetCost { get; } = unmetCost;

    /// <summary>Positions of the lines.</summary>
    public List<int> Members { get; } = [];

    public int Quantity { get; set; }

    public int FirstArc { get; set; }

    public int EndArc { get; set; }
}

/// <summary>All that a rule or a weight can see of a unit, for the lines that there are. Sorts by component, then group.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OfferKey(ulong Marks, ulong Antigens, ulong Numbers, long ExpiresAt) : IComparable<OfferKey>
{
    /// <param name="asked">The antigens that some line excludes.</param>
    /// <param name="site">Below <see cref="MostSites"/>.</param>
    /// <param name="age">In days, where some line prefers fresh units; else 0.</param>
    /// <param name="cutsPassed">Of the bounds on age that lines set, how many it is younger than.</param>
    public static OfferKey Of(in OfferFacts facts, AntigenSet asked, int site, int age, int cutsPassed) => new(
        ((ulong)facts.Kind << 32) | ((ulong)facts.Group << 28) | (facts.Irradiated ? 1UL << 27 : 0) | (facts.CmvNegative ? 1UL << 26 : 0) | ((ulong)age << 16) | (uint)site,
        ((ulong)(facts.Negative & asked).Bits << 32) | (facts.Positive & asked).Bits,
        (facts.Washed ? 1UL << 62 : 0) | ((ulong)(uint)facts.Special << 32) | (uint)cutsPassed,
        facts.ExpiresAt);

    public const int MostSites = 1 << 16;

    public bool Equals(OfferKey other) =>
        ExpiresAt == other.ExpiresAt && Marks == other.Marks && Antigens == other.Antigens && Numbers == other.Numbers;

    public override int GetHashCode()
    {
        var hash = ((ulong)ExpiresAt * 0x9E3779B97F4A7C15) ^ (Marks * 0xC2B2AE3D27D4EB4F) ^ (Antigens * 0x165667B19E3779F9) ^ (Numbers * 0x27D4EB2F165667C5);
        return (int)(hash >> 32) ^ (int)hash;
    }

    public int CompareTo(OfferKey other)
    {
        var order = Marks.CompareTo(other.Marks);
        if (order == 0)
            order = ExpiresAt.CompareTo(other.ExpiresAt);
        if (order == 0)
            order = Antigens.CompareTo(other.Antigens);
        return order == 0 ? Numbers.CompareTo(other.Numbers) : order;
    }
}

/// <summary>Where and when, as far as it matters.</summary>
/// <param name="Passed">How many last moments of units on their way there have passed when they are needed.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Place(int Destination, int Passed) : IComparable<Place>
{
    public int CompareTo(Place other) => Destination.CompareTo(other.Destination) is var order and not 0 ? order : Passed.CompareTo(other.Passed);
}

/// <summary>All that a rule or a weight can see of a line.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AskKey(ulong Marks, ulong Without, Place Place, long CollectedAfter) : IComparable<AskKey>
{
    public static AskKey Of(Ask ask, AllocationTerms terms, Place place) => new(
        ((ulong)(ask.InsteadOf is { } own ? Groups.IndexOf(own) + 1 : 0) << 48)
            | ((ulong)ask.Kind << 32)
            | ((ulong)Groups.IndexOf(ask.Group) << 28)
            | (ask.ExactGroup ? 1UL << 27 : 0)
            | (ask.Irradiated ? 1UL << 26 : 0)
            | (ask.CmvNegative ? 1UL << 25 : 0)
            | (ask.PrefersFresh ? 1UL << 24 : 0)
            | (ask.Washed ? 1UL << 23 : 0)
            | (ask.GroupUnknown ? 1UL << 22 : 0)
            | (uint)AllocationCost.Points(ask, terms.Now),
        ask.WithoutAntigens.Bits,
        place,
        AskFacts.CutOf(ask, terms));

    public bool Equals(AskKey other) =>
        Marks == other.Marks && Place == other.Place && Without == other.Without && CollectedAfter == other.CollectedAfter;

    public override int GetHashCode()
    {
        var place = ((ulong)(uint)Place.Destination << 32) | (uint)Place.Passed;
        var hash = (Marks * 0x9E3779B97F4A7C15) ^ (place * 0xC2B2AE3D27D4EB4F) ^ (Without * 0x165667B19E3779F9) ^ ((ulong)CollectedAfter * 0x27D4EB2F165667C5);
        return (int)(hash >> 32) ^ (int)hash;
    }

    public int CompareTo(AskKey other)
    {
        var order = Marks.CompareTo(other.Marks);
        if (order == 0)
            order = Place.CompareTo(other.Place);
        if (order == 0)
            order = Without.CompareTo(other.Without);
        return order == 0 ? CollectedAfter.CompareTo(other.CollectedAfter) : order;
    }
}
