using System.Collections.Immutable;
using System.Runtime.InteropServices;
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
        var sites = Positions(offers.Select(offer => offer.Site));
        var destinations = Positions(asks.Select(ask => ask.Destination));
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

    private static Dictionary<SiteId, int> Positions(IEnumerable<SiteId> sites)
    {
        var positions = new Dictionary<SiteId, int>();
        foreach (var site in sites)
            positions.TryAdd(site, 0);
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
            var key = new OfferKey(
                facts.Kind,
                (byte)facts.Group,
                facts.Irradiated,
                facts.CmvNegative,
                (short)(ages ? facts.Age : 0),
                facts.Negative & asked,
                facts.Positive & asked,
                facts.Special,
                site,
                sortedCuts.Length == 0 ? 0 : CountBelow(sortedCuts, facts.CollectedAt),
                facts.ExpiresAt);
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
        var classes = new Dictionary<AskKey, AskClass>();
        var found = new List<AskClass>();
        for (var i = 0; i < _asks.Count; i++)
        {
            var ask = _asks[i];
            var key = new AskKey(
                ask.Kind,
                (byte)Groups.IndexOf(ask.Group),
                ask.ExactGroup,
                ask.Irradiated,
                ask.CmvNegative,
                ask.PrefersFresh,
                ask.WithoutAntigens,
                AllocationCost.Points(ask, Terms.Now),
                places[i],
                AskFacts.CutOf(ask, Terms));
            if (!merge || !classes.TryGetValue(key, out var known))
            {
                known = new AskClass(key, new AskFacts(ask, Terms), destinations[ask.Destination]);
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
        var arcs = new List<TransportArc>(AskClasses.Length * 16);
        for (var demand = 0; demand < AskClasses.Length; demand++)
        {
            var asks = AskClasses[demand];
            var line = asks.Facts;
            var ways = _ways[asks.Destination];
            asks.FirstArc = arcs.Count;
            demands.Add(new TransportDemand(asks.Quantity, asks.Key.Points * AllocationCost.UnmetStep));
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

    /// <summary>Positions of the units.</summary>
    public Span<int> Members => Room.Span[..Count];

    public void Add(int position) => Room.Span[Count++] = position;
}

/// <summary>Lines for which every unit is equally good.</summary>
internal sealed class AskClass(AskKey key, AskFacts facts, int destination)
{
    public AskKey Key { get; } = key;

    public AskFacts Facts { get; } = facts;

    public int Destination { get; } = destination;

    /// <summary>Positions of the lines.</summary>
    public List<int> Members { get; } = [];

    public int Quantity { get; set; }

    public int FirstArc { get; set; }

    public int EndArc { get; set; }
}

/// <param name="Age">In days, where some line prefers fresh units; else 0.</param>
/// <param name="CutsPassed">Of the bounds on age that lines set, how many it is younger than.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OfferKey(
    ComponentKind Kind,
    byte Group,
    bool Irradiated,
    bool CmvNegative,
    short Age,
    AntigenSet Lacking,
    AntigenSet Having,
    int Special,
    int Site,
    int CutsPassed,
    long ExpiresAt) : IComparable<OfferKey>
{
    private ulong Marks =>
        ((ulong)Group << 60) | (Irradiated ? 1UL << 59 : 0) | (CmvNegative ? 1UL << 58 : 0) | ((ulong)(ushort)Age << 40) | (uint)Site;

    private ulong Antigens => ((ulong)Lacking.Bits << 32) | Having.Bits;

    private ulong Numbers => ((ulong)(uint)Special << 32) | (uint)CutsPassed;

    public bool Equals(OfferKey other) =>
        ExpiresAt == other.ExpiresAt && Marks == other.Marks && Antigens == other.Antigens && Numbers == other.Numbers && Kind == other.Kind;

    public override int GetHashCode()
    {
        var hash = ((ulong)ExpiresAt * 0x9E3779B97F4A7C15) ^ (Marks * 0xC2B2AE3D27D4EB4F) ^ (Antigens * 0x165667B19E3779F9) ^ (Numbers * 0x27D4EB2F165667C5);
        return (int)(hash >> 32) ^ (int)hash ^ (int)Kind;
    }

    public int CompareTo(OfferKey other)
    {
        var order = Kind.CompareTo(other.Kind);
        if (order == 0)
            order = Marks.CompareTo(other.Marks);
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

[StructLayout(LayoutKind.Auto)]
internal readonly record struct AskKey(
    ComponentKind Kind,
    byte Group,
    bool ExactGroup,
    bool Irradiated,
    bool CmvNegative,
    bool PrefersFresh,
    AntigenSet Without,
    int Points,
    Place Place,
    long CollectedAfter) : IComparable<AskKey>
{
    private int Marks => (Group << 4) | (ExactGroup ? 8 : 0) | (Irradiated ? 4 : 0) | (CmvNegative ? 2 : 0) | (PrefersFresh ? 1 : 0);

    public int CompareTo(AskKey other)
    {
        var order = Kind.CompareTo(other.Kind);
        if (order == 0)
            order = Marks.CompareTo(other.Marks);
        if (order == 0)
            order = Points.CompareTo(other.Points);
        if (order == 0)
            order = Place.CompareTo(other.Place);
        if (order == 0)
            order = Without.Bits.CompareTo(other.Without.Bits);
        return order == 0 ? CollectedAfter.CompareTo(other.CollectedAfter) : order;
    }
}
