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
    public const string Plasma = "D0201V00";

    private static readonly SiteId Centre = SiteId.Parse("HN-BM");
    private static readonly SiteId Hospital = SiteId.Parse("HN-XP");
    private static int _donations;
    private static int _donors;
    private static int _patients;

    public static Staff Collector { get; } = new("A9990-N01", SiteId.Parse("HN-HK"), ["collector"]);

    public static Staff Laboratory { get; } = new("A9990-L01", Centre, ["laboratory"]);

    public static Staff SecondLaboratory { get; } = new("A9990-L02", Centre, ["laboratory"]);

    public static Staff FirstReleaser { get; } = new("A9990-R01", Centre, ["releaser"]);

    public static Staff SecondReleaser { get; } = new("A9990-R02", Centre, ["releaser"]);

    public static Staff CentreBloodBank { get; } = new("A9990-B01", Centre, ["blood-bank"]);

    public static Staff Dispatcher { get; } = new("A9990-D01", Centre, ["dispatcher"]);

    public static Staff BloodBank { get; } = new("A9991-B01", Hospital, ["blood-bank"]);

    public static Staff SecondBloodBank { get; } = new("A9991-B02", Hospital, ["blood-bank"]);

    public static Staff Physician { get; } = new("A9991-M01", Hospital, ["physician"]);

    public static Staff Auditor { get; } = new("A9990-A01", Centre, ["auditor"]);

    public static Staff Operator { get; } = new("A9990-O01", Centre, ["operator"]);

    /// <summary>What must never be found outside the vault.</summary>
    public const string Canary = "Canary-7f3a";

    /// <summary>A donation that no other test has, collected, processed into red cells and tested; its number.</summary>
    public async Task<string> CollectAsync(BloodGroup group, DateTimeOffset? collectedAt = null)
    {
        var at = collectedAt ?? DateTimeOffset.UtcNow.AddHours(-3);
        var number = await GiveAsync(await RegisterDonorAsync(at), at);
        await GroupAsync(number, group, at.AddMinutes(30));
        await PrepareAsync(number, RedCells, 250, at.AddMinutes(40));
        await TestAsync(number, at.AddMinutes(50));
        return number;
    }

    /// <returns>The pseudonym.</returns>
    public async Task<string> RegisterDonorAsync(DateTimeOffset at)
    {
        var mark = $"{Canary}{Interlocked.Increment(ref _donors)}";
        var donor = await region.DoAsync("donation", Collector, "/donors", new { fullName = $"{Canary} {mark}", birthDate = "1990-05-01", nationalId = mark, sex = "female", phone = mark }, at);
        return donor.GetProperty("donor").GetString()!;
    }

    /// <returns>A number that no other test has.</returns>
    public async Task<string> GiveAsync(string donor, DateTimeOffset at, string collection = "whole-blood", int volumeMl = 350)
    {
        var number = string.Create(CultureInfo.InvariantCulture, $"A999026{Interlocked.Increment(ref _donations):000000}");
        await region.DoAsync("donation", Collector, "/donations", new { donor, scan = $"={number}00", volumeMl, weightKg = 64, collection }, at);
        return number;
    }

    /// <summary>Two people find the same.</summary>
    public async Task GroupAsync(string donation, BloodGroup group, DateTimeOffset at)
    {
        foreach (var technician in new[] { Laboratory, SecondLaboratory })
            await region.DoAsync("donation", technician, $"/donations/{donation}/group", new { scan = $"=%{group.IsbtCode}00" }, at);
    }

    public Task PrepareAsync(string donation, string product, int volumeMl, DateTimeOffset at) =>
        region.DoAsync("donation", Laboratory, $"/donations/{donation}/components", new { scan = $"=<{product}", volumeMl }, at);

    /// <param name="reactive">The one marker that is not negative.</param>
    public Task<JsonElement> TestAsync(string donation, DateTimeOffset at, string? reactive = null) => region.DoAsync(
        "donation", Laboratory, $"/donations/{donation}/markers",
        new
        {
            results = new[] { "hiv", "hbv", "hcv", "syphilis", "antibody-screen" }
                .ToDictionary(marker => marker, marker => marker == reactive ? "reactive" : "negative", StringComparer.Ordinal),
        },
        at);

    /// <summary>Plasma of one collection three weeks ago, divided, released and in the centre's stock.</summary>
    public async Task<IReadOnlyList<string>> DividedPlasmaAsync(string donor, BloodGroup group, int parts)
    {
        var at = DateTimeOffset.UtcNow.AddDays(-20);
        var donation = await GiveAsync(donor, at, "plasma-apheresis", 500);
        await GroupAsync(donation, group, at.AddMinutes(30));
        await PrepareAsync(donation, Plasma, 480, at.AddMinutes(40));
        await TestAsync(donation, at.AddMinutes(50));
        string[] products = [.. Enumerable.Range(0, parts).Select(part => $"{Plasma[..^2]}{(char)('A' + part)}0")];
        await region.DoAsync(
            "donation", Laboratory, $"/donations/{donation}/procedures",
            new { procedure = "divide", from = $"=<{Plasma}", results = products.Select(product => new { scan = $"=<{product}", volumeMl = 480 / parts }) }, at.AddMinutes(60));
        await ReleaseAsync(donation);
        foreach (var product in products)
            await UnitAsync(donation + product, unit => unit.GetProperty("released").GetBoolean(), "it is released");
        return [.. products.Select(product => donation + product)];
    }

    /// <summary>The open case that holds a donation.</summary>
    public async Task<string> CaseOfAsync(string donation)
    {
        var state = await region.GetAsync("donation", Laboratory, $"/donations/{donation}");
        return state.GetProperty("holds").EnumerateArray().Single(hold => !hold.GetProperty("ended").GetBoolean()).GetProperty("recall").GetString()!;
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

    /// <param name="neededBy">In eight hours unless given: what is sent again under its key has to be the same.</param>
    public async Task<string> OrderStockAsync(BloodGroup group, int quantity, string? key = null, string kind = "red-cells", DateTimeOffset? neededBy = null)
    {
        var placed = await region.DoAsync(
            "request", BloodBank, "/orders",
            new { purpose = "stock", neededBy = neededBy ?? DateTimeOffset.UtcNow.AddHours(8), lines = new[] { new { kind, group = group.ToString(), quantity } } },
            key: key);
        return placed.GetProperty("order").GetString()!;
    }

    public Task<JsonElement> OrderAsync(string order, Func<JsonElement, bool> holds, string what) =>
        UntilAsync("request", Auditor, $"/orders/{order}", holds, $"order {order}: {what}");

    public Task<JsonElement> AnsweredAsync(string order) =>
        OrderAsync(order, view => view.GetProperty("status").GetString() != "placed", "it is answered");

    /// <summary>The units of an order that there is enough for: it may be told to wait for a moment, while a table follows the log.</summary>
    public async Task<IReadOnlyList<string>> ReservedAsync(string order, int quantity) =>
        UnitsOf(await OrderAsync(order, view => UnitsOf(view).Count == quantity, $"{quantity} units are reserved"));

    public static IReadOnlyList<string> UnitsOf(JsonElement order) =>
        [.. order.GetProperty("units").EnumerateArray().Select(unit => unit.GetProperty("unit").GetString()!)];

    /// <summary>Picks, packs and hands over everything that was reserved.</summary>
    /// <returns>The consignment's number.</returns>
    public async Task<string> DispatchAsync(string order)
    {
        var list = await UntilAsync(
            "dispatch", Dispatcher, "/consignments", rows => rows.EnumerateArray().Any(row => row.GetProperty("order").GetString() == order), "the consignment is planned");
        var number = list.EnumerateArray().First(row => row.GetProperty("order").GetString() == order).GetProperty("number").GetString()!;
        var units = UnitsOf(await OrderAsync(order, _ => true, "it is there"));
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

    /// <summary>From the hospital's own stock to a patient: registered, ordered, crossmatched where it is red cells, issued by two.</summary>
    /// <returns>The unit that was handed out, and for which order.</returns>
    public async Task<(string Unit, string Order)> IssueAsync(BloodGroup group, string kind = "red-cells")
    {
        var number = Interlocked.Increment(ref _patients);
        var nationalId = $"{Canary}P{number}";
        var recipient = (await region.DoAsync("request", BloodBank, "/recipients", new { fullName = $"{Canary} patient", birthDate = "1961-02-03", nationalId, group = group.ToString() }))
            .GetProperty("recipient").GetString()!;
        await region.DoAsync("request", SecondBloodBank, $"/recipients/{recipient}/determinations", new { group = group.ToString() });
        var sample = $"T{number:000000}";
        await region.DoAsync("request", BloodBank, $"/recipients/{recipient}/samples", new { number = sample, takenAt = DateTimeOffset.UtcNow.AddMinutes(-30) });
        await UntilAsync("inventory", BloodBank, $"/recipients/{recipient}", view => view.TryGetProperty("group", out _) && view.TryGetProperty("sample", out _), "the bench knows the patient");
        var order = (await region.DoAsync(
            "request", BloodBank, "/orders",
            new { purpose = "patient", neededBy = DateTimeOffset.UtcNow.AddHours(2), recipient, lines = new[] { new { kind, quantity = 1 } } }))
            .GetProperty("order").GetString()!;
        var unit = (await ReservedAsync(order, 1))[0];
        if (kind == "red-cells")
            await region.DoAsync("inventory", BloodBank, "/units/crossmatch", new { scan = ScanOf(unit), order, recipient, compatible = true, sample });
        await region.DoAsync("inventory", BloodBank, "/units/issue", new { scan = ScanOf(unit), order, recipient, verifierScan = "='A9991000B02", appearance = "normal" });
        return (unit, order);
    }

    /// <summary>From the hospital's own stock into a patient.</summary>
    /// <returns>The unit that was given.</returns>
    public async Task<string> TransfuseAsync(BloodGroup group, string kind = "red-cells")
    {
        var (unit, order) = await IssueAsync(group, kind);
        await region.DoAsync("inventory", BloodBank, "/units/transfuse", new { scan = ScanOf(unit), volumeMl = kind == "red-cells" ? 250 : 80 });
        await OrderAsync(order, view => view.GetProperty("status").GetString() == "met", "it is met");
        return unit;
    }

    /// <summary>The whole way of one unit of a group.</summary>
    public async Task<string> VeinToVeinAsync(BloodGroup group)
    {
        await StockAsync(group);
        var order = await OrderStockAsync(group, 1);
        var units = await ReservedAsync(order, 1);
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
