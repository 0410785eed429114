using System.Net;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Slices;

public sealed class Labeling_units(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    private HttpClient Laboratory => inventory.Client("A9990-L01", Centre, Roles.Laboratory);

    [Fact]
    public async Task What_was_irradiated_gets_a_label_that_says_so()
    {
        var unit = await IrradiatedAsync();

        var label = await (await Laboratory.GetAsync($"/units/{unit}/label?format=json")).JsonAsync();
        label.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("number").GetInt32()).ShouldBe(Enumerable.Range(1, 10));
        label.GetProperty("items")[9].GetProperty("value").GetString()!.ShouldEndWith("Đã chiếu xạ");
        var html = await Laboratory.GetAsync($"/units/{unit}/label");
        html.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await html.Content.ReadAsStringAsync()).ShouldContain("Đã chiếu xạ");
        (await (await Laboratory.GetAsync($"/units/{unit}/label?format=zpl")).Content.ReadAsStringAsync()).ShouldStartWith("^XA");
    }

    [Fact]
    public async Task A_label_scanned_back_is_verified_once()
    {
        var unit = await IrradiatedAsync();
        var scan = await PrintedAsync(unit);

        var first = await Laboratory.CommandAsync($"/units/{unit}/label/verification", new { scan });
        var again = await Laboratory.CommandAsync($"/units/{unit}/label/verification", new { scan });

        (first.StatusCode, again.StatusCode).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));
        (await inventory.UnitAsync(unit)).LabelVerified.ShouldBeTrue();
        (await inventory.Store.ReadStreamAsync($"unit-{unit}")).Events.Count(stored => stored.Data is UnitLabelVerified).ShouldBe(1);
        // The tables that are folded from the log go on.
        var listed = await (await Laboratory.GetAsync($"/stock/units?status=available&after={(await again.JsonAsync()).GetProperty("position").GetString()}")).JsonAsync();
        listed.GetProperty("units").EnumerateArray().Select(row => row.GetProperty("unit").GetString()).ShouldContain(unit.ToString());
    }

    [Fact]
    public async Task The_label_of_the_source_is_not_that_of_what_was_made_of_it()
    {
        var source = await inventory.ReleasedAsync();
        var old = await PrintedAsync(source);
        var unit = await IrradiateAsync(source);

        var answer = await Laboratory.CommandAsync($"/units/{unit}/label/verification", new { scan = old });

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var body = await answer.JsonAsync();
        body.GetProperty("code").GetString().ShouldBe("label-differs");
        body.GetProperty("title").GetString()!.ShouldContain($"the product code is {source.Product} on the label and {unit.Product} on record");
        (await inventory.UnitAsync(unit)).LabelVerified.ShouldBeFalse();
    }

    [Fact]
    public async Task Nothing_is_printed_for_a_unit_that_must_not_be_used()
    {
        var quarantined = inventory.NextUnit();
        await inventory.PrepareAsync(quarantined);
        var held = await inventory.ReleasedAsync();
        await inventory.BloodBank(Centre).CommandAsync("/units/hold", new { scan = $"={held.Donation}00=<{held.Product}", reason = "leaking" });
        var usedUp = await inventory.ReleasedAsync();
        await IrradiateAsync(usedUp);

        await RefusedAsync(quarantined, "not-released");
        await RefusedAsync(held, "held");
        await RefusedAsync(usedUp, "ended");
        var verification = await Laboratory.CommandAsync(
            $"/units/{held}/label/verification", new { scan = $"={held.Donation}00=%5100=<{held.Product}&>0300012359" });
        (await verification.JsonAsync()).GetProperty("code").GetString().ShouldBe("held");
    }

    [Fact]
    public async Task No_label_names_a_facility_without_its_address()
    {
        var unit = await inventory.ReleasedAsync(site: SiteId.Parse("HN-XP", null));

        await RefusedAsync(unit, "facility-address-missing", inventory.BloodBank(Hospital));
    }

    private async Task RefusedAsync(UnitNumber unit, string code, HttpClient? client = null)
    {
        var answer = await (client ?? Laboratory).GetAsync($"/units/{unit}/label");
        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await answer.JsonAsync()).GetProperty("code").GetString().ShouldBe(code);
    }

    private async Task<string> PrintedAsync(UnitNumber unit) =>
        (await (await Laboratory.GetAsync($"/units/{unit}/label?format=json")).JsonAsync()).GetProperty("compoundMessage").GetString()!;

    private async Task<UnitNumber> IrradiatedAsync() => await IrradiateAsync(await inventory.ReleasedAsync());

    private async Task<UnitNumber> IrradiateAsync(UnitNumber source)
    {
        var unit = new UnitNumber(source.Donation, ProductCode.Create("D0103"));
        var answer = await Laboratory.CommandAsync("/procedures", new
        {
            procedure = "irradiate",
            sources = new[] { $"={source.Donation}00=<{source.Product}" },
            results = new[] { new { scan = $"={unit.Donation}00=<{unit.Product}", volumeMl = 240 } },
            doseGy = 25,
        });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, (await answer.JsonAsync()).ToString());
        return unit;
    }
}
