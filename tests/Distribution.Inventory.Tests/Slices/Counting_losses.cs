using System.Net;
using System.Text.Json;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Slices;

public sealed class Counting_losses(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    [Fact]
    public async Task What_expires_soon_is_listed_the_first_to_expire_first_with_the_hours_left()
    {
        var site = SiteId.Parse("HN-PT", null);
        var bank = inventory.BloodBank(site);
        var later = await inventory.ReleasedAsync(site: site, expiresAt: inventory.Now.AddHours(47));
        var sooner = await inventory.ReleasedAsync(site: site, expiresAt: inventory.Now.AddHours(10.5));
        await inventory.ReleasedAsync(site: site, expiresAt: inventory.Now.AddHours(80));
        await inventory.ReleasedAsync(site: site, expiresAt: inventory.Now.AddSeconds(-1));
        var discarded = await inventory.ReleasedAsync(site: site, expiresAt: inventory.Now.AddHours(20));
        var position = await DiscardAsync(bank, discarded, "bag-leaking");

        var all = await (await bank.GetAsync($"/stock/expiring?after={position}")).JsonAsync();
        var day = await (await bank.GetAsync("/stock/expiring?within=PT24H")).JsonAsync();

        Units(all).ShouldBe([sooner.ToString(), later.ToString()]);
        Units(day).ShouldBe([sooner.ToString()]);
        all.GetProperty("units")[0].GetProperty("hoursLeft").GetDouble().ShouldBeInRange(10.3, 10.5);

        static IEnumerable<string?> Units(JsonElement list) => list.GetProperty("units").EnumerateArray().Select(row => row.GetProperty("unit").GetString());
    }

    [Theory]
    [InlineData("3 days")]
    [InlineData("P0D")]
    [InlineData("-P1D")]
    [InlineData("P367D")]
    [InlineData("P99999999999D")]
    public async Task Within_is_a_duration(string within)
    {
        var answer = await inventory.BloodBank(Hospital).GetAsync($"/stock/expiring?within={Uri.EscapeDataString(within)}");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).GetProperty("code").GetString().ShouldBe("within-invalid");
    }

    [Theory]
    [InlineData("/stock/expiring?")]
    [InlineData("/fates?")]
    public async Task The_supplier_looks_at_whom_it_supplies_and_hospitals_at_themselves(string path)
    {
        (await inventory.BloodBank(Centre).GetAsync($"{path}site=HN-XP")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await inventory.Client("A9991-A01", Hospital, Roles.Auditor).GetAsync($"{path}site=HN-BM")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await inventory.BloodBank(Hospital).GetAsync($"{path}site=HN-BM")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await inventory.BloodBank(Hospital).GetAsync($"{path}site=NOWHERE")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Ends_are_counted_by_day_component_and_reason()
    {
        var site = SiteId.Parse("HN-SS", null);
        var bank = inventory.BloodBank(site);
        var expired = await inventory.ReleasedAsync(site: site, expiresAt: inventory.Now.AddSeconds(-1));
        await Eventually.BecomesTrueAsync(async () => (await inventory.UnitAsync(expired)).Fate is { Kind: FateKind.Expired }, "it has expired");
        await DiscardAsync(bank, await inventory.ReleasedAsync(site: site), "bag-leaking");
        await DiscardAsync(bank, await inventory.ReleasedAsync(site: site), "bag-leaking");
        await DiscardAsync(bank, await inventory.ReleasedAsync(site: site), "out-of-storage");
        var divided = await inventory.ReleasedAsync(site: site);
        await bank.CommandAsync("/procedures", new
        {
            procedure = "divide",
            sources = new[] { Scan(divided) },
            results = new[] { "A0", "B0" }.Select(part => new { scan = Scan(new UnitNumber(divided.Donation, ProductCode.Create("D0101", division: part))), volumeMl = 100 }),
        });
        await bank.CommandAsync("/units/transfuse", new { scan = Scan(await inventory.ReleasedAsync(site: site)) });
        var lost = await (await bank.CommandAsync("/units/lose", new { scan = Scan(await inventory.ReleasedAsync(site: site)), reason = "not-found" })).JsonAsync();

        var counts = await (await bank.GetAsync($"/fates?after={lost.GetProperty("position").GetString()}")).JsonAsync();
        var before = await (await bank.GetAsync("/fates?from=2020-01-01&to=2020-01-31")).JsonAsync();

        counts.GetProperty("rows").EnumerateArray()
            .Select(row => $"{row.GetProperty("kind")} {row.GetProperty("fate")} {(row.TryGetProperty("reason", out var reason) ? reason.GetString() : null)} {row.GetProperty("count")}")
            .ShouldBe(
                ["red-cells discarded bag-leaking 2", "red-cells discarded out-of-storage 1", "red-cells expired  1", "red-cells lost not-found 1", "red-cells transfused  1", "red-cells used-up divide 1"],
                ignoreOrder: true);
        before.GetProperty("rows").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("from=2026-02-01&to=2026-01-31")]
    [InlineData("from=2000-01-01&to=2026-01-31")]
    public async Task Days_are_counted_from_the_first_to_the_last(string range)
    {
        var answer = await inventory.BloodBank(Hospital).GetAsync($"/fates?{range}");

        (await answer.JsonAsync()).GetProperty("code").GetString().ShouldBe("range-invalid");
    }

    [Fact]
    public async Task A_discard_says_its_reason_in_a_code()
    {
        var unit = await inventory.ReleasedAsync(site: Hospital);

        var answer = await inventory.BloodBank(Hospital).CommandAsync("/units/discard", new { scan = Scan(unit), reason = "The bag leaks" });

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.JsonAsync()).GetProperty("code").GetString().ShouldBe("reason-invalid");
        (await inventory.UnitAsync(unit)).Fate.ShouldBeNull();
    }

    [Fact]
    public async Task A_unit_that_was_scanned_and_never_prepared_is_on_the_board_of_discrepancies()
    {
        var unit = inventory.NextUnit();
        var bank = inventory.BloodBank(Hospital);

        var found = await (await bank.CommandAsync("/units/find", new { scan = Scan(unit) })).JsonAsync();

        var board = await (await bank.GetAsync($"/discrepancies?after={found.GetProperty("position").GetString()}")).JsonAsync();
        board.GetProperty("discrepancies").EnumerateArray()
            .ShouldContain(row => row.GetProperty("unit").GetString() == unit.ToString() && row.GetProperty("code").GetString() == "unknown-unit");
        (await inventory.UnitAsync(unit)).IsAvailable(inventory.Now).ShouldBeFalse();
    }

    private static async Task<string?> DiscardAsync(HttpClient bank, UnitNumber unit, string reason)
    {
        var answer = await bank.CommandAsync("/units/discard", new { scan = Scan(unit), reason });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await answer.JsonAsync()).GetProperty("position").GetString();
    }

    private static string Scan(UnitNumber unit) => $"={unit.Donation}00=<{unit.Product}";
}
