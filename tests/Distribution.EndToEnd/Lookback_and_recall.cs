using System.Text.Json;
using Distribution.Blood.BloodGroups;
using Distribution.Contracts;
using Distribution.Testing;
using Distribution.Workbench;
using Shouldly;
using Xunit;

namespace Distribution.EndToEnd;

/// <summary>What must not be used is stopped wherever it is, answered for, and followed to its end.</summary>
public sealed class Lookback_and_recall
{
    private static readonly BloodGroup OPositive = new(Abo.O, RhD.Positive);

    [Fact]
    public async Task A_reactive_repeat_stops_every_unit_of_the_donor_wherever_it_is_until_each_is_accounted_for()
    {
        await using var region = await RunningRegion.StartAsync();
        var people = region.People;
        var donor = await people.RegisterDonorAsync(DateTimeOffset.UtcNow.AddDays(-20));
        var units = await people.DividedPlasmaAsync(donor, OPositive, parts: 6);
        var atHospital = await SendAsync(people, 3);
        var (transfused, (issued, _)) = (await people.TransfuseAsync(OPositive, "plasma"), await people.IssueAsync(OPositive, "plasma"));
        var received = atHospital.Units.Except([transfused, issued]).ShouldHaveSingleItem();
        var (road, onTheRoad) = await DispatchAsync(people);
        var (order, reserved) = await ReserveAsync(people, 1);
        var inStock = units.Except([.. atHospital.Units, .. onTheRoad, .. reserved]).ShouldHaveSingleItem();

        var given = DateTimeOffset.UtcNow.AddHours(-3);
        var index = await people.GiveAsync(donor, given);
        await people.GroupAsync(index, OPositive, given.AddMinutes(30));
        await people.PrepareAsync(index, People.RedCells, 250, given.AddMinutes(40));
        await people.TestAsync(index, given.AddMinutes(50), reactive: "hbv");
        await region.Client.DoAsync("donation", People.SecondLaboratory, $"/donations/{index}/markers", new { results = new { hbv = "reactive" } });

        var recall = await people.CaseOfAsync(index);
        var view = await people.UntilAsync("inventory", People.Auditor, $"/recalls/{recall}", IsWhole, "the case has reached every unit");
        var found = view.GetProperty("units").EnumerateArray().ToDictionary(unit => unit.GetProperty("unit").GetString()!, StringComparer.Ordinal);
        string[] living = [inStock, .. reserved, .. onTheRoad, received, issued, index + People.RedCells];
        found.Keys.ShouldBe([.. living, transfused, units[0][..13] + People.Plasma], ignoreOrder: true);
        foreach (var unit in living)
        {
            found[unit].GetProperty("held").GetBoolean().ShouldBeTrue(unit);
            (await people.UnitAsync(unit, _ => true, "it is there")).GetProperty("holds").EnumerateArray().Select(hold => hold.GetString()).ShouldBe([recall]);
        }

        Whereabouts(found[inStock]).ShouldBe("at-site HN-BM");
        Whereabouts(found[reserved[0]]).ShouldBe("at-site HN-BM");
        Whereabouts(found[onTheRoad[0]]).ShouldBe("in-transit HN-BM HN-XP");
        Whereabouts(found[received]).ShouldBe("at-site HN-XP");
        Whereabouts(found[issued]).ShouldBe("issued-out HN-XP");
        found[transfused].GetProperty("fate").GetString().ShouldBe("transfused");
        found[transfused].GetProperty("recipient").GetString().ShouldNotBeNullOrEmpty();

        await IsStoppedAtTheGateAsync(region, order, reserved[0]);
        await IsAnsweredAsync(region, recall, [received, issued, transfused, .. onTheRoad]);

        await people.ReceiveAsync(road, onTheRoad);
        await people.UnitAsync(onTheRoad[0], unit => People.SiteOf(unit) == "HN-XP", "it has arrived, held as it was");
        await EndAsync(region, People.BloodBank, [received, issued, .. onTheRoad]);
        (await CloseAsync(region, recall, "='A9990000R01")).Body.GetRawText().ShouldContain("not-accounted");
        await EndAsync(region, People.CentreBloodBank, [inStock, .. reserved]);
        await region.Client.DoAsync("donation", People.FirstReleaser, $"/donations/{index}/discard", new { reason = "marker-reactive" });
        await people.UnitAsync(index + People.RedCells, unit => People.FateOf(unit) == "discarded", "Inventory knows that it was discarded");
        (await CloseAsync(region, recall, "='A9990000L01")).Body.GetRawText().ShouldContain("second-person-required");
        (await CloseAsync(region, recall, "='A9990000R01")).IsDone.ShouldBeTrue();
        (await region.Client.GetAsync("inventory", People.Auditor, $"/recalls/{recall}")).GetProperty("end").GetProperty("cleared").GetBoolean().ShouldBeFalse();
        await region.ShouldBeSoundAsync();

        static bool IsWhole(JsonElement view) => view.GetProperty("units").GetArrayLength() == 8;
    }

    [Fact]
    public async Task Cases_told_three_times_and_in_reverse_end_as_if_told_once_and_in_order()
    {
        await using var region = await RunningRegion.StartAsync();
        await using var shuffler = await Shuffler.StartAsync(region.Broker);
        var people = region.People;
        var donation = await people.CollectAsync(OPositive);
        await people.ReleaseAsync(donation);
        var sound = donation + People.RedCells;
        var warm = await people.StockAsync(OPositive);
        await people.UnitAsync(sound, unit => unit.GetProperty("released").GetBoolean(), "it is released");

        // Over before anybody has heard of it: the centre's case, and Inventory's own.
        var ofCentre = await OpenAsync("donation", new { reason = "bag-lot-leaking", donations = new[] { $"={donation}00" } });
        await region.Client.DoAsync("donation", People.Laboratory, $"/implications/{ofCentre}/end", new { reason = "bags-sound", verifierScan = "='A9990000R01" });
        var ofInventory = await OpenAsync("inventory", new { reason = "box-warm", units = new[] { People.ScanOf(warm) } });
        await region.Client.DoAsync("inventory", People.Laboratory, $"/recalls/{ofInventory}/clearance", new { reason = "logger-broken", verifierScan = "='A9990000R01" });

        // Called back in the same breath in which it was made: the news of the case comes before that of the unit.
        var given = DateTimeOffset.UtcNow.AddHours(-2);
        var doubtful = await people.GiveAsync(await people.RegisterDonorAsync(given), given);
        await people.PrepareAsync(doubtful, People.RedCells, 250, given.AddMinutes(30));
        var lasting = await OpenAsync("donation", new { reason = "bag-lot-leaking", donations = new[] { $"={doubtful}00" } });

        // A case whose end was told first is never opened, so nothing shows it but the log.
        await Eventually.BecomesTrueAsync(
            async () => (await region.ReadLogsAsync()).Any(logged => logged.Service == Routes.Inventory && logged.Stored.StreamId == $"recall-{ofCentre}" && logged.Stored.Type == "recall-closed.v1"),
            "the centre's case has come to nothing in Inventory");
        await people.UntilAsync("donation", People.Auditor, $"/implications/{ofInventory}", IsCleared, "Inventory's case has come to nothing at the centre");
        await people.UnitAsync(doubtful + People.RedCells, unit => Holds(unit).SequenceEqual([lasting]), "it is held for the case that lasts");
        foreach (var unit in new[] { sound, warm })
        {
            Holds(await people.UnitAsync(unit, _ => true, "it is there")).ShouldBeEmpty(unit);
            (await region.Client.GetAsync("donation", People.Auditor, $"/donations/{unit[..13]}")).GetProperty("holds").EnumerateArray().ShouldAllBe(hold => hold.GetProperty("ended").GetBoolean());
        }

        // What is free again leaves the house, through the gate that heard of the holds last to first.
        var order = await people.OrderStockAsync(OPositive, 2);
        (await people.ReservedAsync(order, 2)).ShouldBe([sound, warm], ignoreOrder: true);
        await Eventually.BecomesTrueAsync(async () => (await PickAsync(region, order, sound)).IsDone && (await PickAsync(region, order, warm)).IsDone, "the gate is open");
        await region.ShouldBeSoundAsync();
        shuffler.LongestRun.ShouldBeGreaterThan(1);

        async Task<string> OpenAsync(string service, object body) =>
            (await region.Client.DoAsync(service, People.Laboratory, "/recalls", body)).GetProperty("recall").GetString()!;

        static bool IsCleared(JsonElement view) => view.TryGetProperty("end", out var end) && end.ValueKind == JsonValueKind.Object && end.GetProperty("cleared").GetBoolean();

        static IEnumerable<string> Holds(JsonElement unit) => unit.GetProperty("holds").EnumerateArray().Select(hold => hold.GetString()!);
    }

    private static async Task<(string Order, IReadOnlyList<string> Units)> ReserveAsync(People people, int quantity)
    {
        var order = await people.OrderStockAsync(OPositive, quantity, kind: "plasma");
        return (order, await people.ReservedAsync(order, quantity));
    }

    private static async Task<(string Consignment, IReadOnlyList<string> Units)> DispatchAsync(People people, int quantity = 1)
    {
        var (order, units) = await ReserveAsync(people, quantity);
        var consignment = await people.DispatchAsync(order);
        await people.UnitAsync(units[^1], unit => unit.GetProperty("custody").GetProperty("kind").GetString() == "in-transit", "it is on the road");
        return (consignment, units);
    }

    private static async Task<(string Consignment, IReadOnlyList<string> Units)> SendAsync(People people, int quantity)
    {
        var (consignment, units) = await DispatchAsync(people, quantity);
        await people.ReceiveAsync(consignment, units);
        foreach (var unit in units)
            await people.UnitAsync(unit, state => People.SiteOf(state) == "HN-XP" && state.GetProperty("custody").GetProperty("kind").GetString() == "at-site", "it is in the hospital's books");
        return (consignment, units);
    }

    private static async Task IsStoppedAtTheGateAsync(RunningRegion region, string order, string unit)
    {
        // Picked before the news of the hold came, it is judged anew at every scan.
        var answer = await Eventually.GetAsync(() => PickAsync(region, order, unit), answer => !answer.IsDone, "Dispatch stops the unit");
        answer.Body.GetRawText().ShouldContain("unit-held");
    }

    private static async Task<Answer> PickAsync(RunningRegion region, string order, string unit)
    {
        var list = await region.People.UntilAsync(
            "dispatch", People.Dispatcher, "/consignments", rows => rows.EnumerateArray().Any(row => row.GetProperty("order").GetString() == order), "the consignment is planned");
        var number = list.EnumerateArray().First(row => row.GetProperty("order").GetString() == order).GetProperty("number").GetString();
        return await region.Client.TryAsync("dispatch", People.Dispatcher, $"/consignments/{number}/pick", new { scan = People.ScanOf(unit) });
    }

    /// <summary>Both sites stand on the board until they have answered; what the hospital answers for is what it has, had, or will have.</summary>
    private static async Task IsAnsweredAsync(RunningRegion region, string recall, string[] ofHospital)
    {
        (await CloseAsync(region, recall, "='A9990000R01")).Body.GetRawText().ShouldContain("not-acknowledged");
        var board = await region.People.UntilAsync("inventory", People.Auditor, "/recalls/unacknowledged", rows => Rows(rows).Count() == 2, "both sites stand on the board");
        Rows(board).Single(row => row.GetProperty("site").GetString() == "HN-XP").GetProperty("units").EnumerateArray().Select(unit => unit.GetString()!).ShouldBe(ofHospital, ignoreOrder: true);
        await region.Client.DoAsync("inventory", People.BloodBank, $"/recalls/{recall}/acknowledgement", new { });
        await region.People.UntilAsync("inventory", People.Auditor, "/recalls/unacknowledged", rows => Rows(rows).Count() == 1, "the hospital has answered");
        await region.Client.DoAsync("inventory", People.Laboratory, $"/recalls/{recall}/acknowledgement", new { });
        await region.People.UntilAsync("inventory", People.Auditor, "/recalls/unacknowledged", rows => !Rows(rows).Any(), "the board is empty");

        static IEnumerable<JsonElement> Rows(JsonElement board) => board.GetProperty("rows").EnumerateArray();
    }

    private static async Task EndAsync(RunningRegion region, Staff who, string[] units)
    {
        foreach (var unit in units)
            await region.Client.DoAsync("inventory", who, "/units/discard", new { scan = People.ScanOf(unit), reason = "recalled" });
    }

    private static Task<Answer> CloseAsync(RunningRegion region, string recall, string verifierScan) =>
        region.Client.TryAsync("inventory", People.Laboratory, $"/recalls/{recall}/closure", new { reason = "all-accounted-for", verifierScan });

    private static string Whereabouts(JsonElement unit) => string.Join(
        ' ', new[] { "whereabouts", "site", "to" }.Select(name => unit.TryGetProperty(name, out var value) ? value.GetString() : null).OfType<string>());
}
