using System.Text.Json;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;

namespace Distribution.Blood.Network;

/// <summary>Reads a region file and checks that its network hangs together.</summary>
internal sealed partial class RegionReader(CheckedJson reader)
{
    public Region Read(JsonElement root)
    {
        reader.RefuseOthers(root, "$", "id", "name", "timeZone", "notes", "service", "sites", "lanes");
        var region = new Region(
            reader.Text(root, "$", "id"),
            reader.Text(root, "$", "name"),
            reader.TimeZone(root, "$", "timeZone"),
            ReadList(root, "sites", ReadSite),
            ReadList(root, "lanes", ReadLane));
        region = region with { Service = ReadService(root) ?? region.Service };
        CheckSites(region);
        CheckLanes(region);
        return region;
    }

    private static string At(string list, int index) => Item($"$.{list}", index);

    private List<T> ReadList<T>(JsonElement root, string name, Func<JsonElement, string, T> read)
    {
        var items = new List<T>();
        if (!reader.TryMember(root, "$", name, JsonValueKind.Array, out var list))
            return items;
        foreach (var element in list.EnumerateArray())
            items.Add(read(element, At(name, items.Count)));
        if (items.Count == 0)
            reader.Note($"$.{name}", "must not be empty");
        return items;
    }

    private Site ReadSite(JsonElement element, string path)
    {
        reader.RefuseOthers(element, path, "id", "name", "tier", "facility", "latitude", "longitude", "suppliedBy", "address", "slots");
        var facility = reader.Text(element, path, "facility");
        if (facility.Length > 0 && !FacilityNumber.TryPack(facility, out _))
            reader.Note($"{path}.facility", $"'{facility}' is not a facility identification number");
        SiteId? suppliedBy = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("suppliedBy", out _)
            ? SiteOf(element, path, "suppliedBy")
            : null;
        var address = element.ValueKind == JsonValueKind.Object && element.TryGetProperty("address", out _) ? reader.Text(element, path, "address") : null;
        return new Site(
            SiteOf(element, path, "id"),
            reader.Text(element, path, "name"),
            reader.Choice<SiteTier>(element, path, "tier"),
            facility,
            reader.Number(element, path, "latitude", -90, 90),
            reader.Number(element, path, "longitude", -180, 180),
            suppliedBy,
            address)
        {
            Slots = ReadSlots(element, path),
        };
    }

    private Lane ReadLane(JsonElement element, string path)
    {
        reader.RefuseOthers(element, path, "from", "to", "leadTime", "assumed");
        return new Lane(SiteOf(element, path, "from"), SiteOf(element, path, "to"), reader.Duration(element, path, "leadTime"));
    }

    private SiteId SiteOf(JsonElement element, string path, string name) => reader.Value<SiteId>(element, path, name, "a site id");

    private void CheckSites(Region region)
    {
        var seen = new HashSet<SiteId>();
        for (var i = 0; i < region.Sites.Count; i++)
        {
            var site = region.Sites[i];
            var path = At("sites", i);
            if (!seen.Add(site.Id))
                reader.Note($"{path}.id", $"'{site.Id}' is there already");
            if (site.SuppliedBy is { } supplier)
                CheckSupply(region, site, supplier, $"{path}.suppliedBy");
            else if (site.Tier is not (SiteTier.Centre or SiteTier.CollectionPoint))
                reader.Note($"{path}.suppliedBy", "is missing");
            else if (site.Slots.Count > 0)
                reader.Note($"{path}.slots", "nobody supplies the site");
            if (site.Tier == SiteTier.CollectionPoint && !region.Lanes.Any(lane => lane.From == site.Id && region.Find(lane.To)?.Tier == SiteTier.Centre))
                reader.Note($"{path}.id", $"'{site.Id}' has no lane to a centre");
        }

        if (region.Sites.Count > 0 && !region.Sites.Any(site => site.Tier == SiteTier.Centre))
            reader.Note("$.sites", "need a centre");
    }

    private void CheckSupply(Region region, Site site, SiteId supplier, string path)
    {
        if (region.Find(supplier) is not { } source)
        {
            reader.Note(path, $"'{supplier}' is not a site of the region");
            return;
        }

        if (source.Tier == SiteTier.CollectionPoint)
            reader.Note(path, $"'{supplier}' is a collection point and keeps no stock");
        if (region.FindLane(supplier, site.Id) is null)
            reader.Note(path, $"there is no lane from '{supplier}' to '{site.Id}'");

        // As many steps as there are sites without an end can only mean a ring.
        SiteId? next = supplier;
        for (var steps = 0; next is { } current; steps++)
        {
            if (steps > region.Sites.Count)
            {
                reader.Note(path, $"the supply of '{site.Id}' runs in a ring");
                return;
            }

            next = region.Find(current)?.SuppliedBy;
        }
    }

    private void CheckLanes(Region region)
    {
        var seen = new HashSet<(SiteId, SiteId)>();
        for (var i = 0; i < region.Lanes.Count; i++)
        {
            var lane = region.Lanes[i];
            var path = At("lanes", i);
            if (region.Find(lane.From) is null)
                reader.Note($"{path}.from", $"'{lane.From}' is not a site of the region");
            if (region.Find(lane.To) is null)
                reader.Note($"{path}.to", $"'{lane.To}' is not a site of the region");
            if (lane.From == lane.To)
                reader.Note($"{path}.to", "leads back to where it starts");
            if (!seen.Add((lane.From, lane.To)))
                reader.Note(path, $"the lane from '{lane.From}' to '{lane.To}' is there already");
        }
    }
}
