using System.Globalization;
using System.Text.Json;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Network;
using Distribution.Testing;
using Distribution.Workbench;

namespace Distribution.EndToEnd;

/// <summary>The region's staff at work. Every step is retried by nobody: what a service cannot do it must say.</summary>
internal sealed class People(RegionClient region)
{
    public const string RedCells = "D0101V00";

    private static readonly SiteId Centre = SiteId.Parse("HN-BM");
    private static readonly SiteId Hospital = SiteId.Parse("HN-XP");
    private static int _donations;

    public static Staff Collector { get; } = new("A9990-N01", SiteId.Parse("HN-HK"), ["collector"]);

    public static Staff Laboratory { get; } = new("A9990-L01", Centre, ["laboratory"]);

    public static Staff SecondLaboratory { get; } = new("A9990-L02", Centre, ["laboratory"]);

    public static Staff FirstReleaser { get; } = new("A9990-R01", Centre, ["releaser"]);

    public static Staff SecondReleaser { get; } = new("A9990-R02", Centre, ["releaser"]);

    public static Staff Dispatcher { get; } = new("A9990-D01", Centre, ["dispatcher"]);

    public static Staff BloodBank { get; } = new("A9991-B01", Hospital, ["blood-bank"]);

    public static Staff Auditor { get; } = new("A9990-A01", Centre, ["auditor"]);

    public static Staff Operator { get; } = new("A9990-O01", Centre, ["operator"]);

    /// <summary>What must never be found outside the vault.</summary>
    public const string Canary = "Canary-7f3a";

    /// <summary>A donation that no other test has, collected, processed into red cells and tested; its number.</summary>
    public async Task<string> CollectAsync(BloodGroup group, DateTimeOffset? collectedAt = null)
    {
        var sequence = Interlocked.Increment(ref _donations);
        var number = string.Create(CultureInfo.InvariantCulture, $"A999026{sequence:000000}");
        var at = collectedAt ?? DateTimeOffset.UtcNow.AddHours(-3);
        var donor = await region.DoAsync(
            "donation", Collector, "/donors",
            new { fullName = $"{Canary} {sequence}", birthDate = "1990-05-01", nationalId = $"{Canary}{sequence}", sex = "female", phone = $"{Canary}{sequence}" }, at);
        await region.DoAsync("donation", Collector, "/donations", new { donor = donor.GetProperty("donor").GetString(), scan = $"={number}00", volumeMl = 350, weightKg = 55 }, at);
        foreach (var technician in new[] { Laboratory, SecondLaboratory })
            await region.DoAsync("donation", technician, $"/donations/{number}/group", new { scan = $"=%{group.IsbtCode}00" }, at.AddMinutes(30));
        await region.DoAsync("donation", Laboratory, $"/donations/{number}/components", new { scan = $"=<{RedCells}", volumeMl = 250 }, at.AddMinutes(40));
        await region.DoAsync(
            "donation", Laboratory, $"/donations/{number}/markers",
            new { results = new Dictionary<string, string> { ["hiv"] = "negative", ["hbv"] = "negative", ["hcv"] = "negative", ["syphilis"] = "negative", ["antibody-screen"] = "negative" } }, at.AddMinutes(50));
        return number;
    }

    /// <summary>Two people sign.</summary>
    public async Task ReleaseAsync(string donation, string? traceParent = null)
    {
        await region.DoAsync("donation", FirstReleaser, $"/donations/{donation}/release", new { });
        await region.DoAsync("donation", SecondReleaser, $"/donations/{donation}/release", new { }, traceParent: traceParent);
    }

    /// <summary>Red cells of a group, released and in the centre's stock.</summary>
    public async Task<string> StockAsync(BloodGroup group)
    {
        var donation = await CollectAsync(group);
        await ReleaseAsync(donation);
        await UnitAsync(donation + RedCells, unit => unit.GetProperty("released").GetBoolean(), "it is released");
        return donation + RedCells;
    }

    public async Task<IReadOnlyList<string>> StockAsync(BloodGroup group, int count)
    {
        var units = new List<string>();
        for (var i = 0; i < count; i++)
            units.Add(await StockAsync(group));
        return units;
    }

    /// <summary>The state of a unit, once it is as asked.</summary>
    public async Task<JsonElement> UnitAsync(string unit, Func<JsonElement, bool> holds, string what) =>
        (await UntilAsync("inventory", Auditor, $"/units/{unit}", answer => holds(answer.GetProperty("state")), $"unit {unit}: {what}")).GetProperty("state");

    /// <summary>Where a unit stands; null while it stands nowhere.</summary>
    public static string? SiteOf(JsonElement state) => state.GetProperty("custody").TryGetProperty("site", out var site) ? site.GetString() : null;

    /// <summary>How a unit ended; null while it has not.</summary>
    public static string? FateOf(JsonElement state) => state.TryGetProperty("fate", out var fate) ? fate.GetProperty("kind").GetString() : null;

    public async Task<string> OrderStockAsync(BloodGroup group, int quantity, string? key = null)
    {
        var placed = await region.DoAsync(
            "request", BloodBank, "/orders",
            new { purpose = "stock", neededBy = DateTimeOffset.UtcNow.AddHours(8), lines = new[] { new { kind = "red-cells", group = group.ToString(), quantity } } },
            key: key);
        return placed.GetProperty("order").GetString()!;
    }

    public Task<JsonElement> OrderAsync(string order, Func<JsonElement, bool> holds, string what) =>
        UntilAsync("request", Auditor, $"/orders/{order}", holds, $"order {order}: {what}");

    public Task<JsonElement> AnsweredAsync(string order) =>
        OrderAsync(order, view => view.GetProperty("status").GetString() != "placed", "it is answered");

    public static IReadOnlyList<string> UnitsOf(JsonElement order) =>
        [.. order.GetProperty("units").EnumerateArray().Select(unit => unit.GetProperty("unit").GetString()!)];

    /// <summary>Picks, packs and hands over everything that was reserved.</summary>
    /// <returns>The consignment's number.</returns>
    public async Task<string> DispatchAsync(string order)
    {
        var units = UnitsOf(await AnsweredAsync(order));
        var list = await UntilAsync(
            "dispatch", Dispatcher, "/consignments", rows => rows.EnumerateArray().Any(row => row.GetProperty("order").GetString() == order), "the consignment is planned");
        var number = list.EnumerateArray().First(row => row.GetProperty("order").GetString() == order).GetProperty("number").GetString()!;
        foreach (var unit in units)
            await region.DoAsync("dispatch", Dispatcher, $"/consignments/{number}/pick", new { scan = ScanOf(unit) });
        foreach (var unit in units)
            await region.DoAsync("dispatch", Dispatcher, $"/consignments/{number}/pack", new { boxScan = $"=${number}0101", scan = ScanOf(unit) });
        await region.DoAsync("dispatch", Dispatcher, $"/consignments/{number}/hand-over", new { carrierScan = "='A9990000C01" });
        return number;
    }

    public async Task ReceiveAsync(string consignment, IEnumerable<string> units)
    {
        await region.DoAsync("dispatch", BloodBank, $"/consignments/{consignment}/arrive", new { scan = $"=${consignment}0001" });
        foreach (var unit in units)
            await region.DoAsync("dispatch", BloodBank, $"/consignments/{consignment}/check-in", new { scan = ScanOf(unit) });
        await region.DoAsync("dispatch", BloodBank, $"/consignments/{consignment}/complete-receipt", new { });
    }

    /// <summary>From the hospital's own stock to a patient: registered, ordered, crossmatched, issued by two, transfused.</summary>
    /// <returns>The unit that was given.</returns>
    public async Task<string> TransfuseAsync(BloodGroup group)
    {
        var recipient = (await region.DoAsync("request", BloodBank, "/recipients", new { fullName = $"{Canary} patient", birthDate = "1961-02-03", nationalId = Canary, group = group.ToString() }))
            .GetProperty("recipient").GetString()!;
        var order = (await region.DoAsync(
            "request", BloodBank, "/orders",
            new { purpose = "patient", neededBy = DateTimeOffset.UtcNow.AddHours(2), recipient, lines = new[] { new { kind = "red-cells", quantity = 1 } } }))
            .GetProperty("order").GetString()!;
        var unit = UnitsOf(await AnsweredAsync(order)).Single();
        await region.DoAsync("inventory", BloodBank, "/units/crossmatch", new { scan = ScanOf(unit), order, recipient, compatible = true });
        await region.DoAsync("inventory", BloodBank, "/units/issue", new { scan = ScanOf(unit), order, recipient, verifierScan = "='A9991000B02" });
        await region.DoAsync("inventory", BloodBank, "/units/transfuse", new { scan = ScanOf(unit), volumeMl = 250 });
        await OrderAsync(order, view => view.GetProperty("status").GetString() == "met", "it is met");
        return unit;
    }

    /// <summary>The whole way of one unit of a group.</summary>
    public async Task<string> VeinToVeinAsync(BloodGroup group)
    {
        await StockAsync(group);
        var order = await OrderStockAsync(group, 1);
        var units = UnitsOf(await AnsweredAsync(order));
        var consignment = await DispatchAsync(order);
        await ReceiveAsync(consignment, units);
        await UnitAsync(units[0], state => SiteOf(state) == "HN-XP", "it is in the hospital's books");
        await OrderAsync(order, view => view.GetProperty("status").GetString() == "met", "it is met");
        return await TransfuseAsync(group);
    }

    public static string ScanOf(string unit) => $"={unit[..13]}00=<{unit[13..]}";

    public async Task<JsonElement> UntilAsync(string service, Staff who, string path, Func<JsonElement, bool> holds, string what)
    {
        var answer = await Eventually.GetAsync(
            () => region.TryGetAsync(service, who, path),
            answer => answer.IsDone && holds(answer.Body),
            what,
            TimeSpan.FromSeconds(60));
        return answer.Body;
    }
}
