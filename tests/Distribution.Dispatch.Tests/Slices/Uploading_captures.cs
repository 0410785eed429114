using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Distribution.Blood.Captures;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Slices.DispatchFixture;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Slices;

public sealed class Uploading_captures(DispatchFixture dispatch) : IClassFixture<DispatchFixture>
{
    private const string OfflineNurse = "A9991-N07";
    private int _device;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_receipt_without_a_connection_is_told_as_it_happened_and_once()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit()];
        var number = await dispatch.PlanAsync(units);
        await dispatch.SendAsync(number, units);
        var (device, at) = (NewDevice(), Now);
        string[] lines = [Line(device, 1, at, "arrive", BoxLabel(number, 0)), Line(device, 2, at, "check-in", Bag(units[0])), Line(device, 3, at, "check-in", Bag(units[1]))];

        Outcomes(await UploadedAsync(lines)).ShouldBe(["recorded", "recorded", "recorded"]);
        string[] more = [.. lines, Line(device, 4, at, "complete", BoxLabel(number, 0)), Line(device, 5, at, "store", Bag(units[0]), "F1-S2")];
        Outcomes(await UploadedAsync(more)).ShouldBe(["known", "known", "known", "recorded", "elsewhere"]);
        Outcomes(await UploadedAsync(more)).ShouldBe(["known", "known", "known", "known", "elsewhere"]);

        var stream = (await dispatch.Store.ReadStreamAsync($"consignment-{number}")).Events;
        var received = stream.Single(stored => stored.Data is ConsignmentEvent.ConsignmentReceived);
        ((ConsignmentEvent.ConsignmentReceived)received.Data).Received.ShouldBe(units, ignoreOrder: true);
        received.Metadata.Actor.ShouldBe(OfflineNurse);
        received.Metadata.OccurredAt.ShouldBe(at, TimeSpan.FromSeconds(1));
        received.Metadata.Reason!.ShouldContain(Nurse);
        stream.Count(stored => stored.Data is ConsignmentEvent.ConsignmentArrived).ShouldBe(1);
        (await dispatch.Store.LoadAsync<Gate>(units[0].ToString())).State.OnTheRoadFor.ShouldBeNull("It has landed.");
    }

    [Fact]
    public async Task What_did_not_come_and_what_nobody_sent_is_looked_at_on_the_board_of_discrepancies()
    {
        var (sent, stranger) = (dispatch.NewUnit(), dispatch.NewUnit());
        var number = await dispatch.PlanAsync(sent);
        await dispatch.SendAsync(number, sent);
        var (device, at) = (NewDevice(), Now);

        var answer = await UploadedAsync(
            Line(device, 1, at, "check-in", Bag(stranger), number.ToString()), Line(device, 2, at, "complete", BoxLabel(number, 0)));

        Outcomes(answer).ShouldBe(["recorded", "review"]);
        Codes(answer, 1).ShouldBe(["missing", "unexpected"], ignoreOrder: true);
        (await dispatch.Store.LoadAsync<Consignment>(number.ToString())).State.Discrepancies.Keys.ShouldBe([sent, stranger], ignoreOrder: true);
    }

    [Fact]
    public async Task What_no_consignment_has_waits_until_somebody_has_looked_at_it()
    {
        var device = NewDevice();
        var answer = await UploadedAsync(
            Line(device, 1, Now.AddHours(-3), "arrive", "=$A999026987650001"), Line(device, 2, Now.AddHours(-2), "check-in", Bag(dispatch.NewUnit())));

        Outcomes(answer).ShouldBe(["review", "review"]);
        (Codes(answer, 0).Single(), Codes(answer, 1).Single()).ShouldBe(("unknown-consignment", "consignment-required"));
        using var receiving = dispatch.Receiving;
        var open = await ReviewAsync(receiving, device, answer);
        open.Select(row => row.GetProperty("sequence").GetInt64()).ShouldBe([1, 2]);
        open[0].GetProperty("occurredAt").GetDateTimeOffset().ShouldBe(Now.AddHours(-3), TimeSpan.FromMinutes(1));
        open[0].GetProperty("actor").GetString().ShouldBe(OfflineNurse);

        using var elsewhere = dispatch.Client("A9999-N01", Elsewhere, Roles.BloodBank);
        (await (await elsewhere.CommandAsync("/captures/review/resolution", new { device, sequence = 1, resolution = "not mine" })).JsonAsync()).GetProperty("code").GetString().ShouldBe("unknown-capture-line");
        (await (await receiving.CommandAsync("/captures/review/resolution", new { device, sequence = 1, resolution = " " })).JsonAsync()).GetProperty("code").GetString().ShouldBe("reason-required");
        var settled = await (await receiving.CommandAsync("/captures/review/resolution", new { device, sequence = 1, resolution = "a box of last year" })).JsonAsync();

        (await ReviewAsync(receiving, device, settled)).ShouldHaveSingleItem().GetProperty("sequence").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task What_arrived_before_it_left_has_arrived_and_a_clock_is_looked_at()
    {
        var unit = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(unit);
        await dispatch.SendAsync(number, unit);

        var answer = await UploadedAsync(Line(NewDevice(), 1, Now.AddHours(-1), "arrive", BoxLabel(number)));

        Codes(answer, 0).ShouldBe(["before-hand-over"]);
        (await dispatch.Store.LoadAsync<Consignment>(number.ToString())).State.HasArrived.ShouldBeTrue();
    }

    [Fact]
    public async Task What_stands_at_the_wrong_site_is_told_and_looked_at()
    {
        var unit = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(unit);
        await dispatch.SendAsync(number, unit);
        using var elsewhere = dispatch.Client("A9999-N01", Elsewhere, Roles.BloodBank);

        var answer = await (await SendAsync(elsewhere, "strayed", [Line(NewDevice(), 1, Now, "arrive", BoxLabel(number))])).JsonAsync();

        Codes(answer, 0).ShouldBe(["wrong-site"]);
        (await dispatch.Store.LoadAsync<Consignment>(number.ToString())).State.SeenAt.ShouldBe([Elsewhere]);
    }

    [Fact]
    public async Task A_line_told_otherwise_than_before_is_looked_at_and_the_first_stands()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit()];
        var number = await dispatch.PlanAsync(units);
        await dispatch.SendAsync(number, units);
        var (device, at) = (NewDevice(), Now);
        await UploadedAsync(Line(device, 1, at, "check-in", Bag(units[0])));

        var changed = Line(device, 1, at, "check-in", Bag(units[1]));
        var answer = await UploadedAsync(changed);
        await UploadedAsync(changed);

        Codes(answer, 0).ShouldBe(["capture-line-changed"]);
        (await dispatch.Store.LoadAsync<Consignment>(number.ToString())).State.CheckedIn.Keys.ShouldBe([units[0]]);
        (await dispatch.Store.ReadStreamAsync($"capture-{Hospital}.{device}")).Events.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_same_file_sent_twice_at_once_is_taken_once()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit()];
        var number = await dispatch.PlanAsync(units);
        await dispatch.SendAsync(number, units);
        var (device, at) = (NewDevice(), Now);
        string[] lines = [.. units.Select((unit, i) => Line(device, i + 1, at, "check-in", Bag(unit)))];

        var answers = await Task.WhenAll(UploadedAsync(lines), UploadedAsync(lines));

        for (var i = 0; i < lines.Length; i++)
            answers.Select(answer => Outcomes(answer)[i]).Order(StringComparer.Ordinal).ShouldBe(["known", "recorded"]);
        (await dispatch.Store.ReadStreamAsync($"consignment-{number}")).Events.Count(stored => stored.Data is ConsignmentEvent.UnitCheckedIn).ShouldBe(2);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_writes_nothing()
    {
        var unit = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(unit);
        await dispatch.SendAsync(number, unit);
        var device = NewDevice();
        using var receiving = dispatch.Receiving;

        var response = await SendAsync(receiving, "broken", [Line(device, 1, Now, "arrive", BoxLabel(number)), Line(device, 1, Now, "arrive", Bag(unit))]);

        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await response.JsonAsync()).GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("field").GetString())
            .ShouldBe(["line 3 column scan", "line 3 column sequence"]);
        (await dispatch.Store.LoadAsync<Consignment>(number.ToString())).State.HasArrived.ShouldBeFalse();
    }

    private async Task<JsonElement> UploadedAsync(params IReadOnlyList<string> lines)
    {
        using var receiving = dispatch.Receiving;
        var response = await SendAsync(receiving, Guid.CreateVersion7().ToString("N"), lines);
        var answer = await response.JsonAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, answer.ToString());
        return answer;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string key, IReadOnlyList<string> lines)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/captures") { Content = new StringContent(string.Join('\n', lines.Prepend(CaptureFile.Header))) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    private string NewDevice() => string.Create(CultureInfo.InvariantCulture, $"D-{Guid.CreateVersion7().ToString("N")[^8..]}-{++_device}");

    private static string Line(string device, int sequence, DateTimeOffset at, string action, string scan, string value = "") =>
        $"{device},{sequence.ToString(CultureInfo.InvariantCulture)},{at:O},{OfflineNurse},{action},{scan},,,,{value},";

    private static List<string?> Outcomes(JsonElement answer) => [.. answer.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("outcome").GetString())];

    private static List<string?> Codes(JsonElement answer, int line) => [.. answer.GetProperty("lines")[line].GetProperty("codes").EnumerateArray().Select(code => code.GetString())];

    private static async Task<List<JsonElement>> ReviewAsync(HttpClient client, string device, JsonElement after) =>
    [
        .. (await (await client.GetAsync($"/captures/review?open=true&after={after.GetProperty("position").GetString()}")).JsonAsync()).EnumerateArray()
            .Where(row => row.GetProperty("device").GetString() == device),
    ];
}
