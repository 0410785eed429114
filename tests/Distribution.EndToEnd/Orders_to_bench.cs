using System.Text.Json;
using Distribution.Blood.BloodGroups;
using Distribution.Contracts;
using Shouldly;
using Xunit;

namespace Distribution.EndToEnd;

/// <summary>From an order that goes short to the patient who could not wait, with every message told three times and in reverse.</summary>
public sealed class Orders_to_bench
{
    private static readonly BloodGroup OPositive = new(Abo.O, RhD.Positive);

    [Fact]
    public async Task What_is_waited_for_is_served_once_and_what_could_not_wait_is_made_up_for()
    {
        await using var region = await RunningRegion.StartAsync();
        await using var shuffler = await Shuffler.StartAsync(region.Broker);
        var people = region.People;

        string[] stocked = await Task.WhenAll(people.StockAsync(OPositive), people.StockAsync(OPositive));
        var (key, neededBy) = (Guid.CreateVersion7().ToString("N"), DateTimeOffset.UtcNow.AddHours(8));
        var order = await people.OrderStockAsync(OPositive, 3, key, neededBy: neededBy);
        (await people.OrderStockAsync(OPositive, 3, key, neededBy: neededBy)).ShouldBe(order);
        var answered = await people.OrderAsync(order, view => People.UnitsOf(view).Count == 2, "two of three are reserved");
        People.UnitsOf(answered).ShouldBe(stocked, ignoreOrder: true);
        answered.GetProperty("lines")[0].GetProperty("short").GetInt32().ShouldBe(1);
        (await region.Client.GetAsync("inventory", People.Auditor, $"/allocations/{order}")).GetProperty("certificate").GetProperty("digest").GetString()!.Length.ShouldBe(64);

        string[] units = [.. stocked, await people.StockAsync(OPositive)];
        People.UnitsOf(await people.OrderAsync(order, view => People.UnitsOf(view).Count == 3, "what was waited for is found by itself")).ShouldBe(units, ignoreOrder: true);
        foreach (var consignment in await ConsignmentsAsync(region, order, 2))
            await BringAsync(region, consignment);
        await people.OrderAsync(order, view => view.GetProperty("status").GetString() == "met", "it is met");
        foreach (var unit in units)
            await people.UnitAsync(unit, state => People.SiteOf(state) == "HN-XP", "it is in the hospital's books");

        var (given, emergency, recipient) = await BleedAsync(region, units);
        await MakeUpForAsync(region, given, emergency, recipient);
        People.FateOf(await people.UnitAsync(given, state => People.FateOf(state) is not null, "it has ended")).ShouldBe("transfused");
        await people.OrderAsync(emergency, view => view.GetProperty("status").GetString() == "met", "the emergency is met");

        var ledger = await people.UntilAsync("dispatch", People.Auditor, "/ledger", view => view.GetProperty("balance").GetInt32() == 0, "the books balance");
        ledger.GetProperty("lanes").EnumerateArray().Sum(lane => lane.GetProperty("account").GetProperty("received").GetInt32()).ShouldBe(3);
        await region.ShouldBeSoundAsync();
        shuffler.LongestRun.ShouldBeGreaterThan(1);
    }

    private static async Task<string[]> ConsignmentsAsync(RunningRegion region, string order, int count)
    {
        var list = await region.People.UntilAsync("dispatch", People.Dispatcher, "/consignments", rows => Of(rows).Length == count, $"{count} consignments are planned");
        return Of(list);

        string[] Of(JsonElement rows) =>
            [.. rows.EnumerateArray().Where(row => row.GetProperty("order").GetString() == order).Select(row => row.GetProperty("number").GetString()!)];
    }

    /// <summary>Picked, packed, handed over, and received by nothing but scans.</summary>
    private static async Task BringAsync(RunningRegion region, string consignment)
    {
        var view = await region.Client.GetAsync("dispatch", People.Dispatcher, $"/consignments/{consignment}");
        string[] scans = [.. view.GetProperty("units").EnumerateArray().Select(unit => People.ScanOf(unit.GetProperty("unit").GetString()!))];
        var box = $"=${consignment}0101";
        foreach (var scan in scans)
            await region.Client.DoAsync("dispatch", People.Dispatcher, $"/consignments/{consignment}/pack", new { boxScan = box, scan });
        (await region.Client.TryAsync("dispatch", People.Dispatcher, $"/consignments/{consignment}/pack", new { boxScan = "=$A999026999990101", scan = scans[0] })).Body.GetRawText().ShouldContain("wrong-box");
        await region.Client.DoAsync("dispatch", People.Dispatcher, $"/consignments/{consignment}/hand-over", new { carrierScan = "='A9990000C01" });
        foreach (var scan in scans.Prepend(box))
            await region.Client.DoAsync("dispatch", People.BloodBank, "/receipts", new { scan });
        await region.Client.DoAsync("dispatch", People.BloodBank, $"/consignments/{consignment}/complete-receipt", new { });
    }

    /// <summary>Somebody of whom nothing is known gets blood at once.</summary>
    private static async Task<(string Unit, string Order, string Recipient)> BleedAsync(RunningRegion region, string[] stock)
    {
        var people = region.People;
        var recipient = (await region.Client.DoAsync("request", People.BloodBank, "/recipients", new { fullName = $"{People.Canary} unknown", birthDate = "1980-01-01" }))
            .GetProperty("recipient").GetString()!;
        (await region.Client.TryAsync("request", People.BloodBank, "/orders", Wanted("routine"))).Body.GetRawText().ShouldContain("recipient-group-not-established");
        var order = (await region.Client.DoAsync("request", People.BloodBank, "/orders", Wanted("emergency"))).GetProperty("order").GetString()!;
        var unit = People.UnitsOf(await people.OrderAsync(order, view => People.UnitsOf(view).Count == 1, "a unit is reserved for the emergency")).Single();
        stock.ShouldContain(unit);

        var issue = new { scan = People.ScanOf(unit), order, recipient, indication = "massive-bleeding", verifierScan = "='A9991000B02", appearance = "normal" };
        (await region.Client.TryAsync("inventory", People.BloodBank, "/units/emergency-issue", issue)).Status.ShouldBe(403);
        await region.Client.DoAsync("inventory", People.Physician, "/units/emergency-issue", issue);
        (await region.ReadLogsAsync()).ShouldContain(logged =>
            logged.Service == Routes.Inventory && logged.Stored.StreamId == $"unit-{unit}" && logged.Stored.Type == "unit-issued-in-emergency.v1" && logged.Stored.Metadata.Actor == People.Physician.Code);
        await region.Client.DoAsync("inventory", People.BloodBank, "/units/transfuse", new { scan = People.ScanOf(unit), volumeMl = 250 });
        return (unit, order, recipient);

        object Wanted(string urgency) => new
        {
            purpose = "patient",
            recipient,
            urgency,
            neededBy = DateTimeOffset.UtcNow.AddHours(2),
            lines = new[] { new { kind = "red-cells", quantity = 1 } },
        };
    }

    private static async Task MakeUpForAsync(RunningRegion region, string unit, string order, string recipient)
    {
        const string board = "/bench/retrospective-crossmatches";
        await region.People.UntilAsync("inventory", People.BloodBank, board, Holds(1), "the crossmatch is missing");
        foreach (var technician in new[] { People.BloodBank, People.SecondBloodBank })
            await region.Client.DoAsync("request", technician, $"/recipients/{recipient}/determinations", new { group = "B+" });
        await region.Client.DoAsync("request", People.BloodBank, $"/recipients/{recipient}/samples", new { number = "T-LATE", takenAt = DateTimeOffset.UtcNow.AddMinutes(-5) });
        await region.People.UntilAsync(
            "inventory", People.BloodBank, $"/recipients/{recipient}", view => view.TryGetProperty("group", out _) && view.TryGetProperty("sample", out _), "the bench knows the patient");
        await region.Client.DoAsync(
            "inventory", People.BloodBank, "/units/crossmatch", new { scan = People.ScanOf(unit), order, recipient, compatible = true, sample = "T-LATE" });
        await region.People.UntilAsync("inventory", People.BloodBank, board, Holds(0), "nothing is missing any more");

        static Func<JsonElement, bool> Holds(int rows) => view => view.GetProperty("units").GetArrayLength() == rows;
    }
}
