using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Distribution.Blood.Isbt128;
using Distribution.Labels;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Slices.Answering;
using static Distribution.Dispatches.Tests.Slices.DispatchFixture;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Slices;

public sealed partial class Papers_of_a_consignment(DispatchFixture dispatch) : IClassFixture<DispatchFixture>
{
    [Fact]
    public async Task The_note_tells_what_travels_in_which_box_between_whom()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit()];
        var number = await dispatch.PlanAsync(units);
        using var packing = dispatch.Packing;
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number, 1, 2), scan = Bag(units[0]) }));
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number, 2, 2), scan = Bag(units[1]) }));
        await Ok(packing.CommandAsync($"/consignments/{number}/hand-over", new { carrierScan = Carrier }));

        using var answer = await packing.GetAsync($"/consignments/{number}/note");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        var note = await answer.Content.ReadAsStringAsync();
        Symbols(note).ShouldBe([$"=${number}0002", $"=${number}0102", $"=${number}0202"]);
        foreach (var unit in units)
        {
            note.ShouldContain($"{unit.Donation} <span class=\"check\">{unit.Donation.CheckCharacter}</span>");
            note.ShouldContain(unit.Product.ToString());
        }

        foreach (var text in new[] { "Bạch Mai", "78 Giải Phóng, Hà Nội", "Xanh Pôn", "O+", "1–10 °C", Packer, Carrier, "Phiếu giao nhận máu / Delivery note", "Khối hồng cầu có dung dịch bảo quản" })
            note.ShouldContain(text);
        note.ShouldNotContain("<script");

        using var receiving = dispatch.Receiving;
        receiving.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var data = await Ok(receiving.GetAsync($"/consignments/{number}/note"));
        data.GetProperty("symbol").GetString().ShouldBe($"=${number}0002");
        data.GetProperty("handedOverBy").GetString().ShouldBe(Packer);
        data.GetProperty("boxes").EnumerateArray().Select(box => box.GetProperty("units").EnumerateArray().Single().GetProperty("unit").GetString())
            .ShouldBe(units.Select(unit => unit.ToString()));
    }

    [Fact]
    public async Task The_bars_are_those_of_the_symbol()
    {
        var number = await dispatch.PlanAsync(dispatch.NewUnit());
        using var packing = dispatch.Packing;
        var labels = await packing.GetStringAsync($"/consignments/{number}/boxes/labels?boxes=3");
        Symbols(labels).ShouldBe([$"=${number}0103", $"=${number}0203", $"=${number}0303"]);

        foreach (Match svg in Svg().Matches(labels))
        {
            var bars = Rect().Matches(svg.Groups["content"].Value).Select(bar => (Number(bar, "x") - Code128.QuietZone, Number(bar, "width")));
            bars.ShouldBe(Code128.Encode(svg.Groups["data"].Value).Bars());
        }

        static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task The_pick_list_has_what_is_still_on_the_shelf_and_what_stops_it()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit(), dispatch.NewUnit()];
        var number = await dispatch.PlanAsync(units);
        using var packing = dispatch.Packing;
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number), scan = Bag(units[2]) }));
        await dispatch.TellAsync(Held(units[1]));

        var list = await packing.GetStringAsync($"/consignments/{number}/pick-list");
        list.ShouldNotContain(units[2].Donation.ToString());
        list.IndexOf(units[1].Donation.ToString(), StringComparison.Ordinal).ShouldBeLessThan(list.IndexOf(units[0].Donation.ToString(), StringComparison.Ordinal), "what expires first stands first");
        list.ShouldContain("unit-held");
    }

    [Fact]
    public async Task Are_for_the_two_ends_of_the_road()
    {
        var number = await dispatch.PlanAsync(dispatch.NewUnit());
        using var elsewhere = dispatch.Client("A9999-N01", Elsewhere, Roles.BloodBank);
        using var packing = dispatch.Packing;
        await Problem(elsewhere.GetAsync($"/consignments/{number}/note"), HttpStatusCode.Forbidden, "wrong-site");
        await Problem(elsewhere.GetAsync($"/consignments/{number}/pick-list"), HttpStatusCode.Forbidden, "wrong-site");
        await Problem(packing.GetAsync("/consignments/A99902699999/note"), HttpStatusCode.NotFound, "unknown-consignment");
        await Problem(packing.GetAsync($"/consignments/{number}/boxes/labels?boxes=100"), HttpStatusCode.BadRequest, "invalid-value");
    }

    private static IEnumerable<string> Symbols(string html) => Svg().Matches(html).Select(svg => svg.Groups["data"].Value);

    [GeneratedRegex("<svg class=\"bars\" role=\"img\" aria-label=\"(?<data>[^\"]+)\" data-structure=\"028\"[^>]*>(?<content>.*?)</svg>", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Svg();

    [GeneratedRegex("<rect x=\"(?<x>\\d+)\" y=\"0\" width=\"(?<width>\\d+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rect();
}
