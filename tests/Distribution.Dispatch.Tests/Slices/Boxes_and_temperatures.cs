using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Slices.Answering;
using static Distribution.Dispatches.Tests.Slices.DispatchFixture;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Slices;

public sealed class Boxes_and_temperatures(DispatchFixture dispatch) : IClassFixture<DispatchFixture>
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_closed_box_takes_nothing_more_until_it_is_opened_with_a_reason()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit()];
        var number = await dispatch.PlanAsync(units);
        using var packing = dispatch.Packing;
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number), scan = Bag(units[0]) }));
        await Problem(packing.CommandAsync($"/consignments/{number}/boxes/2/close", new { }), HttpStatusCode.UnprocessableEntity, "unknown-box");
        await Problem(packing.CommandAsync($"/consignments/{number}/boxes/1/close", new { loggerScan = "no good number" }), HttpStatusCode.BadRequest, "device-code-invalid");
        await Ok(packing.CommandAsync($"/consignments/{number}/boxes/1/close", new { loggerScan = "tl-17", coolant = "ice-4" }));
        await Problem(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number), scan = Bag(units[1]) }), HttpStatusCode.UnprocessableEntity, "box-closed");
        await Problem(packing.CommandAsync($"/consignments/{number}/boxes/1/open", new { reason = "" }), HttpStatusCode.UnprocessableEntity, "reason-required");
        await Ok(packing.CommandAsync($"/consignments/{number}/boxes/1/open", new { reason = "one more" }));
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number), scan = Bag(units[1]) }));
        await Problem(packing.CommandAsync($"/consignments/{number}/hand-over", new { carrierScan = Carrier }), HttpStatusCode.UnprocessableEntity, "box-open");
        await Ok(packing.CommandAsync($"/consignments/{number}/boxes/1/close", new { loggerScan = "tl-17" }));
        await Ok(packing.CommandAsync($"/consignments/{number}/hand-over", new { carrierScan = Carrier }));

        var box = (await Ok(packing.GetAsync($"/consignments/{number}"))).GetProperty("boxes").EnumerateArray().ShouldHaveSingleItem();
        box.GetProperty("logger").GetString().ShouldBe("TL-17");
    }

    [Fact]
    public async Task A_file_that_shows_warmth_holds_what_was_in_the_box_and_takes_it_off_the_board()
    {
        var (number, unit, left) = await ArrivedAsync();
        using var receiving = dispatch.Receiving;
        (await UnrecordedAsync(receiving)).ShouldContain(number.ToString());

        var file = File(left, 4.5, 12.25, 5);
        var answer = await Ok(UploadAsync(receiving, number, 1, file));
        answer.GetProperty("readings").GetInt32().ShouldBe(3);
        answer.GetProperty("maximumCelsius").GetDouble().ShouldBe(12.25);
        answer.GetProperty("excursions").GetArrayLength().ShouldBe(1);
        var before = (await dispatch.Store.LoadAsync<Consignment>(number.ToString())).Version;
        await Ok(UploadAsync(receiving, number, 1, file));
        (await dispatch.Store.LoadAsync<Consignment>(number.ToString())).Version.ShouldBe(before, "the same file brings nothing new");

        var broken = (await dispatch.Store.ReadStreamAsync($"consignment-{number}")).Events.Select(stored => stored.Data).OfType<ConsignmentEvent.ColdChainBroken>().ShouldHaveSingleItem();
        broken.Units.ShouldBe([unit]);
        (await UnrecordedAsync(receiving)).ShouldNotContain(number.ToString());
        var box = (await Ok(receiving.GetAsync($"/consignments/{number}"))).GetProperty("boxes").EnumerateArray().ShouldHaveSingleItem();
        box.GetProperty("coldChainBroken").GetBoolean().ShouldBeTrue();
        box.GetProperty("temperatures").EnumerateArray().ShouldHaveSingleItem().GetProperty("minimumCelsius").GetDouble().ShouldBe(4.5);
    }

    [Fact]
    public async Task A_box_is_on_the_road_until_it_or_what_was_in_it_is_scanned_and_not_only_another_one()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit()];
        var number = await dispatch.PlanAsync(units);
        using var packing = dispatch.Packing;
        using var receiving = dispatch.Receiving;
        var left = Now.AddMinutes(-40);
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number, 1, 2), scan = Bag(units[0]) }, occurredAt: left));
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number, 2, 2), scan = Bag(units[1]) }, occurredAt: left));
        await Ok(packing.CommandAsync($"/consignments/{number}/hand-over", new { carrierScan = Carrier }, occurredAt: left));
        await Ok(receiving.CommandAsync("/receipts", new { scan = BoxLabel(number, 1, 2) }, occurredAt: left.AddMinutes(10)));

        var warmLater = File(left, 4, 4, 30, 30);
        (await Problem(UploadAsync(receiving, number, 2, warmLater), HttpStatusCode.UnprocessableEntity, "not-arrived")).GetProperty("field").GetString().ShouldBe("box");
        await Ok(receiving.CommandAsync("/receipts", new { scan = Bag(units[1]) }, occurredAt: left.AddMinutes(30)));
        (await Ok(UploadAsync(receiving, number, 2, warmLater))).GetProperty("excursions").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_is_not_as_it_must_be_is_refused_as_a_whole()
    {
        var (number, _, left) = await ArrivedAsync();
        using var receiving = dispatch.Receiving;
        using var elsewhere = dispatch.Client("A9999-N01", Elsewhere, Roles.BloodBank);
        var version = (await dispatch.Store.LoadAsync<Consignment>(number.ToString())).Version;

        (await Problem(UploadAsync(receiving, number, 1, File(left, 4.5) + "x,5\n"), HttpStatusCode.UnprocessableEntity, "time-invalid")).GetProperty("field").GetString().ShouldBe("line 3");
        var all = await Problem(UploadAsync(receiving, number, 1, "x,y\n"), HttpStatusCode.UnprocessableEntity, "refused");
        all.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString()).ShouldBe(["time-invalid", "celsius-invalid"]);
        await Problem(UploadAsync(receiving, number, 1, File(left.AddMinutes(-60), 4, 4)), HttpStatusCode.UnprocessableEntity, "logger-incomplete");
        await Problem(UploadAsync(receiving, number, 7, File(left, 4, 4, 4)), HttpStatusCode.UnprocessableEntity, "unknown-box");
        await Problem(UploadAsync(receiving, number, 1, File(left, 4), type: "application/json"), HttpStatusCode.UnsupportedMediaType, "content-type-invalid");
        await Problem(UploadAsync(receiving, number, 1, new string('#', 513 * 1024)), HttpStatusCode.RequestEntityTooLarge, "body-too-large");
        await Problem(UploadAsync(elsewhere, number, 1, File(left, 4, 4, 4)), HttpStatusCode.Forbidden, "wrong-site");

        (await dispatch.Store.LoadAsync<Consignment>(number.ToString())).Version.ShouldBe(version);
        (await UnrecordedAsync(receiving)).ShouldContain(number.ToString());
    }

    [Fact]
    public async Task A_box_that_is_warm_when_it_is_opened_holds_what_is_in_it()
    {
        var (number, unit, _) = await ArrivedAsync();
        using var receiving = dispatch.Receiving;
        await Ok(receiving.CommandAsync($"/consignments/{number}/boxes/1/door-temperature", new { celsius = 15.5 }));
        var broken = (await dispatch.Store.LoadAsync<Consignment>(number.ToString())).State.ColdChainBreaks.ShouldHaveSingleItem();
        broken.Units.ShouldBe([unit]);
        await Problem(receiving.CommandAsync($"/consignments/{number}/boxes/1/door-temperature", new { celsius = 150 }), HttpStatusCode.BadRequest, "celsius-out-of-range");
    }

    private async Task<(ConsignmentNumber Number, UnitNumber Unit, DateTimeOffset Left)> ArrivedAsync()
    {
        var unit = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(unit);
        using var packing = dispatch.Packing;
        using var receiving = dispatch.Receiving;
        var left = Now.AddMinutes(-20);
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number), scan = Bag(unit) }, occurredAt: left));
        await Ok(packing.CommandAsync($"/consignments/{number}/hand-over", new { carrierScan = Carrier }, occurredAt: left));
        await Ok(receiving.CommandAsync("/receipts", new { scan = BoxLabel(number) }));
        return (number, unit, left);
    }

    private async Task<IReadOnlyList<string?>> UnrecordedAsync(HttpClient client)
    {
        var head = await dispatch.Store.HeadAsync();
        return [.. (await Ok(client.GetAsync($"/boxes/no-temperature-record?after={head}"))).EnumerateArray().Select(row => row.GetProperty("consignment").GetString())];
    }

    /// <summary>A reading every ten minutes.</summary>
    private static string File(DateTimeOffset from, params double[] celsius) => "time,celsius\n" + string.Concat(celsius.Select((degrees, i) =>
        string.Create(CultureInfo.InvariantCulture, $"{from.AddMinutes(10 * i):yyyy-MM-dd'T'HH:mm:ss'Z'},{degrees}\n")));

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient client, ConsignmentNumber number, int box, string file, string type = "text/csv")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/consignments/{number}/boxes/{box}/temperature");
        request.Content = new StringContent(file, Encoding.UTF8);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString("N"));
        return await client.SendAsync(request);
    }
}
