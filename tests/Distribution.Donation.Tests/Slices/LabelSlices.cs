using System.Globalization;
using System.Net;
using System.Text.Json;
using Distribution.Blood.Isbt128;
using Distribution.Testing;
using Shouldly;
using Xunit;

namespace Distribution.Donations.Tests.Slices;

[Collection(DonationSlices.Name)]
public sealed class Labels_by_HTTP(DonationFixture service)
{
    private static string Path(DonationNumber number, string product = "D0101V00") => $"/donations/{number}/components/{product}/label";

    [Fact]
    public async Task are_printed_as_HTML_for_a_printer_and_as_data()
    {
        var number = await service.ProcessAsync();
        await service.ReleaseAsync(number);

        var html = await service.Laboratory.GetAsync(Path(number));
        html.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await html.Content.ReadAsStringAsync()).ShouldContain("78 Giải Phóng, Hà Nội");
        var zpl = await service.Laboratory.GetAsync(Path(number) + "?format=zpl");
        zpl.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        (await zpl.Content.ReadAsStringAsync()).ShouldStartWith("^XA");

        var data = await service.Laboratory.ReadAsync(Path(number) + "?format=json");
        data.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("number").GetInt32()).ShouldBe(Enumerable.Range(1, 10));
        data.GetProperty("unit").GetString().ShouldBe($"{number}D0101V00");
        data.GetProperty("labelVerified").GetBoolean().ShouldBeFalse();
        LabelReading.TryRead(data.GetProperty("compoundMessage").GetString(), out var reading, out _).ShouldBeTrue();
        reading!.Unit.ToString().ShouldBe($"{number}D0101V00");
        reading.Group.ToString().ShouldBe("O+");
    }

    [Fact]
    public async Task are_printed_where_the_gate_is_open_before_anybody_has_signed()
    {
        var number = await service.ProcessAsync();

        (await service.Laboratory.GetAsync(Path(number))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task are_refused_with_every_check_that_fails()
    {
        var number = await service.CollectAsync();
        await service.PrepareAsync(number, "D0101V00", 250);

        foreach (var format in new[] { "html", "zpl", "json" })
        {
            var response = await service.Laboratory.GetAsync($"{Path(number)}?format={format}");
            (await response.RefusedAsync(HttpStatusCode.Conflict)).ShouldBe(["group-unknown", .. Enumerable.Repeat("marker-missing", DonationFixture.AllNegative.Count)]);
        }

        var elsewhere = await service.Elsewhere.GetAsync(Path(number));
        (await elsewhere.RefusedAsync(HttpStatusCode.Forbidden)).ShouldBe(["wrong-site"]);
    }

    [Fact]
    public async Task are_refused_for_what_was_never_made_or_was_thrown_away()
    {
        var number = await service.ProcessAsync();
        await (await service.FirstReleaser.CommandAsync($"/donations/{number}/discard", new { Reason = "bag-leaking" })).EnsureAsync();

        (await (await service.Laboratory.GetAsync(Path(number))).RefusedAsync(HttpStatusCode.Conflict)).ShouldBe(["already-discarded"]);
        (await (await service.Laboratory.GetAsync(Path(number, "D0201V00"))).RefusedAsync(HttpStatusCode.Conflict)).ShouldBe(["unknown-unit"]);
        (await (await service.Laboratory.GetAsync(Path(number) + "?format=pdf")).RefusedAsync(HttpStatusCode.BadRequest)).ShouldBe(["format-invalid"]);
    }

    [Fact]
    public async Task are_verified_by_scanning_them_back_once()
    {
        var number = await service.ProcessAsync();
        var scan = await PrintedAsync(number);
        (await ComponentAsync(number)).GetProperty("labelVerified").GetBoolean().ShouldBeFalse();

        await (await service.Laboratory.CommandAsync($"{Path(number)}/verification", new { Scan = scan })).EnsureAsync();
        await (await service.SecondLaboratory.CommandAsync($"{Path(number)}/verification", new { Scan = scan })).EnsureAsync();

        (await ComponentAsync(number)).GetProperty("labelVerified").GetBoolean().ShouldBeTrue();
        var verified = (await service.Store.ReadStreamAsync($"donation-{number}")).Events.Select(stored => stored.Data).OfType<ComponentLabelVerified>().ShouldHaveSingleItem();
        verified.Unit.ToString().ShouldBe($"{number}D0101V00");
        verified.Scan.ShouldStartWith($"={number}00=%5100=<D0101V00&>");
        await service.ReleaseAsync(number);
    }

    [Theory]
    [InlineData("=%5100", "=%6200", "blood group")]
    [InlineData("=%5100", "=%5300", "blood group")]
    [InlineData("=<D0101V00", "=<D0201V00", "product code")]
    [InlineData("2359", "2358", "expiry")]
    public async Task of_another_bag_verify_nothing(string printed, string other, string differs)
    {
        var number = await service.ProcessAsync();
        var scan = (await PrintedAsync(number)).Replace(printed, other, StringComparison.Ordinal);

        var response = await service.Laboratory.CommandAsync($"{Path(number)}/verification", new { Scan = scan });

        var body = await response.JsonAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        body.GetProperty("code").GetString().ShouldBe("label-differs");
        body.GetProperty("title").GetString()!.ShouldContain($"the {differs} is");
        (await ComponentAsync(number)).GetProperty("labelVerified").GetBoolean().ShouldBeFalse();
        (await service.Store.ReadStreamAsync($"donation-{number}")).Events.ShouldNotContain(stored => stored.Data is ComponentLabelVerified);
    }

    [Fact]
    public async Task of_another_donation_verify_nothing_and_half_a_label_is_none()
    {
        var (number, other) = (await service.ProcessAsync(), await service.ProcessAsync());

        var wrong = await service.Laboratory.CommandAsync($"{Path(number)}/verification", new { Scan = await PrintedAsync(other) });
        (await wrong.JsonAsync()).GetProperty("title").GetString()!.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"the donation number is {other} on the label and {number} on record"));
        var half = await service.Laboratory.CommandAsync($"{Path(number)}/verification", new { Scan = $"={number}00=<D0101V00" });
        (await half.RefusedAsync(HttpStatusCode.BadRequest)).ShouldBe(["wrong-symbol"]);
    }

    private async Task<string> PrintedAsync(DonationNumber number) =>
        (await service.Laboratory.ReadAsync(Path(number) + "?format=json")).GetProperty("compoundMessage").GetString()!;

    private async Task<JsonElement> ComponentAsync(DonationNumber number) =>
        (await service.Laboratory.ReadAsync($"/donations/{number}")).GetProperty("components").EnumerateArray().ShouldHaveSingleItem();
}
