using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Network;

/// <summary>What a site is in the network.</summary>
[JsonConverter(typeof(KebabEnumConverter<SiteTier>))]
public enum SiteTier
{
    /// <summary>Collects, tests, processes, stores and supplies.</summary>
    Centre,

    /// <summary>Where donors are bled; keeps no stock.</summary>
    CollectionPoint,

    Hospital,

    /// <summary>A hospital with a small stock and a poor connection.</summary>
    Satellite,

    /// <summary>A hospital of another province that the region helps.</summary>
    Province,
}

/// <summary>A place that collects, stores or uses blood.</summary>
/// <param name="Id">Unique in the region.</param>
/// <param name="Name">As the people there write it.</param>
/// <param name="Tier">What the site is in the network.</param>
/// <param name="Facility">The facility identification number its donation and consignment numbers open with; sites may share one.</param>
/// <param name="Latitude">Degrees north.</param>
/// <param name="Longitude">Degrees east.</param>
/// <param name="SuppliedBy">The site that keeps it in stock; null for a centre and a collection point.</param>
/// <param name="Address">As labels print it; null where the file does not say: then no label names the site.</param>
public sealed record Site(
    SiteId Id, string Name, SiteTier Tier, string Facility, double Latitude, double Longitude, SiteId? SuppliedBy, string? Address = null)
{
    /// <summary>When the supplier's van comes, week by week; empty: it comes on demand only.</summary>
    public IReadOnlyList<DeliverySlot> Slots { get; init; } = [];
}

/// <summary>A fixed time of delivery, in the region's time zone.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DeliverySlot(DayOfWeek Day, TimeOnly At);

/// <summary>How long the region's suppliers take, by how pressing an order is: from placing to dispatch.</summary>
/// <param name="PickAndPack">The least that picking and packing takes.</param>
public sealed record ServiceTimes(TimeSpan PickAndPack, TimeSpan Routine, TimeSpan Urgent, TimeSpan Emergency);

/// <summary>A road that blood may take, one way.</summary>
/// <param name="From">Where boxes are handed over.</param>
/// <param name="To">Where they arrive.</param>
/// <param name="LeadTime">From hand-over to arrival.</param>
public sealed record Lane(SiteId From, SiteId To, TimeSpan LeadTime);

/// <summary>One region's network as its file describes it: sites, who supplies whom, and the lanes between them.</summary>
/// <param name="Id">Lower case, such as <c>hanoi</c>.</param>
/// <param name="Name">For people.</param>
/// <param name="TimeZone">IANA time zone.</param>
/// <param name="Sites">In the order of the file.</param>
/// <param name="Lanes">In the order of the file.</param>
public sealed record Region(string Id, string Name, string TimeZone, IReadOnlyList<Site> Sites, IReadOnlyList<Lane> Lanes)
{
    /// <summary>What the file promises; where it does not say, the times that distributors in the United States publish: 8, 4 and 1 hours.</summary>
    public ServiceTimes Service { get; init; } = new(TimeSpan.FromMinutes(30), TimeSpan.FromHours(8), TimeSpan.FromHours(4), TimeSpan.FromHours(1));

    /// <summary>The next times at which the supplier's van comes to a site, soonest first.</summary>
    /// <param name="site">Where to; a site without slots has none.</param>
    /// <param name="after">Only later ones.</param>
    /// <param name="count">At most so many.</param>
    public IReadOnlyList<DateTimeOffset> NextSlots(SiteId site, DateTimeOffset after, int count)
    {
        var slots = Find(site)?.Slots ?? [];
        var zone = TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(after, zone).DateTime);
        // A week and a day hold every slot that can be next; more are the same again.
        return [.. Enumerable.Range(0, slots.Count == 0 ? 0 : ((count / slots.Count) + 2) * 7)
            .Select(today.AddDays)
            .SelectMany(day => slots.Where(slot => slot.Day == day.DayOfWeek).Select(slot => day.ToDateTime(slot.At)))
            .Select(local => new DateTimeOffset(local, zone.GetUtcOffset(local)))
            .Where(slot => slot > after)
            .Order()
            .Take(count)];
    }

    /// <summary>The soonest that something ordered now can be at a site: picked, packed and driven.</summary>
    /// <returns>Null where there is no lane.</returns>
    public DateTimeOffset? EarliestDelivery(SiteId supplier, SiteId site, DateTimeOffset now) =>
        supplier == site ? now : FindLane(supplier, site) is { } lane ? now + Service.PickAndPack + lane.LeadTime : null;

    /// <summary>Reads a region file.</summary>
    /// <exception cref="RegionException">Anything in it is wrong: the file is refused as a whole, with every offending JSON path.</exception>
    public static Region Load(string json)
    {
        var reader = new CheckedJson();
        using var document = reader.Open(json);
        var region = document is null ? null : new RegionReader(reader).Read(document.RootElement);
        return region is not null && reader.Problems.Count == 0 ? region : throw new RegionException(reader.Problems);
    }

    /// <inheritdoc cref="Load"/>
    public static Region LoadFile(string path) => Load(File.ReadAllText(path));

    public Site? Find(SiteId id) => Sites.FirstOrDefault(site => site.Id == id);

    /// <summary>Who answers for what is prepared at a site: the site itself; for a collection point the centre whose facility number it uses.</summary>
    public Site? FindPreparer(SiteId id) => Find(id) is { Tier: SiteTier.CollectionPoint } point
        ? Sites.FirstOrDefault(site => site.Tier == SiteTier.Centre && string.Equals(site.Facility, point.Facility, StringComparison.Ordinal))
        : Find(id);

    public Lane? FindLane(SiteId from, SiteId to) => Lanes.FirstOrDefault(lane => lane.From == from && lane.To == to);
}
