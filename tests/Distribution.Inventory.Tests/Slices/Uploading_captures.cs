using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Distribution.Blood.Captures;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Slices;

public sealed class Uploading_captures(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    private const string OfflineNurse = "A9991-N07";
    private int _device;

    [Fact]
    public async Task A_day_without_a_connection_is_told_as_it_happened_with_its_own_times_and_people()
    {
        var (unit, order, patient) = await ForAPatientAsync("a day");
        var device = NewDevice();
        var morning = inventory.Now.AddHours(-9);

        var answer = await UploadedAsync(
            Line(device, 1, morning, "store", unit, value: "F1-S2"),
            Line(device, 2, morning.AddHours(1), "issue", unit, order: order, recipient: patient),
            Line(device, 3, morning.AddHours(2), "transfuse", unit, value: "240"));

        Outcomes(answer).ShouldBe(["recorded", "recorded", "recorded"]);
        answer.GetProperty("totals").GetProperty("recorded").GetInt32().ShouldBe(3);
        var history = await HistoryAsync(unit);
        history.TakeLast(3).Select(entry => entry.GetProperty("name").GetString()).ShouldBe(["unit-stored.v1", "unit-issue-recorded.v1", "unit-transfused.v1"]);
        var issued = history[^2];
        issued.GetProperty("actor").GetString().ShouldBe(OfflineNurse);
        issued.GetProperty("site").GetString().ShouldBe(Hospital.ToString());
        issued.GetProperty("reason").GetString()!.ShouldContain(Nurse);
        issued.GetProperty("correlationId").GetString().ShouldBe(answer.GetProperty("correlationId").GetString());
        issued.GetProperty("occurredAt").GetDateTimeOffset().ShouldBe(morning.AddHours(1), TimeSpan.FromSeconds(1));
        issued.GetProperty("recordedAt").GetDateTimeOffset().ShouldBeGreaterThan(inventory.Now.AddMinutes(-5));
    }

    [Fact]
    public async Task A_file_sent_again_changes_nothing_and_lines_added_to_it_are_taken()
    {
        var unit = await inventory.ReleasedAsync(site: Hospital);
        var device = NewDevice();
        string[] lines = [Line(device, 1, inventory.Now.AddHours(-3), "store", unit, value: "F1"), Line(device, 2, inventory.Now.AddHours(-2), "store", unit, value: "F2")];

        Outcomes(await UploadedAsync(lines)).ShouldBe(["recorded", "recorded"]);
        var version = await VersionAsync(unit);
        Outcomes(await UploadedAsync(lines)).ShouldBe(["known", "known"]);
        (await VersionAsync(unit)).ShouldBe(version);

        Outcomes(await UploadedAsync([.. lines, Line(device, 3, inventory.Now.AddHours(-1), "discard", unit, value: "leaking")])).ShouldBe(["known", "known", "recorded"]);
        (await inventory.UnitAsync(unit)).Fate!.Kind.ShouldBe(FateKind.Discarded);
        (await VersionAsync(unit)).ShouldBe(version + 1);
    }

    [Fact]
    public async Task A_unit_handed_out_before_it_was_called_back_is_both_and_somebody_looks_at_it()
    {
        var (unit, order, patient) = await ForAPatientAsync("classic");
        var recall = RecallId.Parse("lookback-captured");
        var (issuedAt, calledBackAt) = (inventory.Now.AddHours(-9), inventory.Now.AddHours(-8));
        await inventory.ImplicateAsync(recall, [unit.Donation], occurredAt: calledBackAt);
        var beforeUpload = inventory.Now;

        var answer = await UploadedAsync(Line(NewDevice(), 1, issuedAt, "issue", unit, order: order, recipient: patient));

        Outcomes(answer).ShouldBe(["review"]);
        Codes(answer, 0).ShouldBe(["held"]);
        // What was done stands, and so does what was decided meanwhile.
        var state = await inventory.UnitAsync(unit);
        state.IsHeldFor(recall).ShouldBeTrue();
        state.Issue!.Recipient.ShouldBe(patient);
        var bank = inventory.BloodBank(Hospital);
        // By what had happened at half past nine it was out and free of any case; by what was known before the upload it was not out.
        var then = (await (await bank.GetAsync($"/units/{unit}?asOf={Instant(issuedAt.AddMinutes(30))}")).JsonAsync()).GetProperty("state");
        then.GetProperty("issue").GetProperty("recipient").GetString().ShouldBe(patient.ToString());
        then.GetProperty("holds").GetArrayLength().ShouldBe(0);
        var known = (await (await bank.GetAsync($"/units/{unit}?knownAt={Instant(beforeUpload)}")).JsonAsync()).GetProperty("state");
        known.TryGetProperty("issue", out var issue).ShouldBe(issue.ValueKind == JsonValueKind.Null);
        known.GetProperty("holds").GetArrayLength().ShouldBe(1);
        // The case knows the patient.
        var cased = (await (await inventory.BloodBank(Centre).GetAsync($"/recalls/{recall}")).JsonAsync()).GetProperty("units").EnumerateArray().ShouldHaveSingleItem();
        cased.GetProperty("recipient").GetString().ShouldBe(patient.ToString());
        cased.GetProperty("held").GetBoolean().ShouldBeTrue();
        // Somebody looks at it and says what was the matter.
        var row = (await OpenAsync(bank, answer)).Single(open => open.GetProperty("unit").GetString() == unit.ToString());
        row.GetProperty("code").GetString().ShouldBe("held");
        row.GetProperty("occurredAt").GetDateTimeOffset().ShouldBe(issuedAt, TimeSpan.FromSeconds(1));
        var resolved = await (await bank.CommandAsync("/discrepancies/resolution", new { unit, version = row.GetProperty("version").GetInt64(), resolution = "the patient is told" })).JsonAsync();
        (await OpenAsync(bank, resolved)).ShouldNotContain(open => open.GetProperty("unit").GetString() == unit.ToString());
    }

    [Fact]
    public async Task A_line_told_otherwise_than_before_is_looked_at_and_the_first_stands()
    {
        var unit = await inventory.ReleasedAsync(site: Hospital);
        var (device, at) = (NewDevice(), inventory.Now.AddHours(-1));
        await UploadedAsync(Line(device, 1, at, "store", unit, value: "F1"));

        var changed = Line(device, 1, at, "discard", unit, value: "leaking");
        var answer = await UploadedAsync(changed);
        await UploadedAsync(changed);

        Outcomes(answer).ShouldBe(["review"]);
        Codes(answer, 0).ShouldBe(["capture-line-changed"]);
        var state = await inventory.UnitAsync(unit);
        (state.Fate, state.Place).ShouldBe((null, "F1"));
        state.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("capture-line-changed");
    }

    [Fact]
    public async Task Lines_are_taken_in_the_order_in_which_things_happened_and_answered_in_that_of_the_file()
    {
        var (unit, order, patient) = await ForAPatientAsync("out of order");
        var (first, second) = (NewDevice(), NewDevice());

        var answer = await UploadedAsync(
            Line(first, 1, inventory.Now.AddHours(-1), "transfuse", unit, value: "240"),
            Line(second, 1, inventory.Now.AddHours(-2), "issue", unit, order: order, recipient: patient),
            $"{first},2,{inventory.Now.AddHours(-3):O},{OfflineNurse},arrive,=$A999026000010001,,,,,");

        Outcomes(answer).ShouldBe(["recorded", "recorded", "elsewhere"]);
        (await inventory.UnitAsync(unit)).Discrepancies.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_file_sent_twice_at_once_is_taken_once()
    {
        UnitNumber[] units = [await inventory.ReleasedAsync(site: Hospital), await inventory.ReleasedAsync(site: Hospital), await inventory.ReleasedAsync(site: Hospital)];
        var device = NewDevice();
        string[] lines = [.. units.Select((unit, i) => Line(device, i + 1, inventory.Now.AddHours(-1), "discard", unit, value: "leaking"))];

        var answers = await Task.WhenAll(UploadedAsync(lines), UploadedAsync(lines), UploadedAsync(lines));

        for (var i = 0; i < units.Length; i++)
            answers.Select(answer => Outcomes(answer)[i]).Order(StringComparer.Ordinal).ShouldBe(["known", "known", "recorded"]);
        foreach (var unit in units)
            (await HistoryAsync(unit)).Count(entry => entry.GetProperty("name").GetString() == "unit-discarded.v1").ShouldBe(1);
    }

    [Fact]
    public async Task A_unit_that_nobody_has_told_of_is_taken_and_looked_at()
    {
        var answer = await UploadedAsync(Line(NewDevice(), 1, inventory.Now.AddHours(-1), "find", inventory.NextUnit()));

        Outcomes(answer).ShouldBe(["review"]);
        Codes(answer, 0).ShouldBe(["unknown-unit"]);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_writes_nothing_and_names_every_line_at_fault()
    {
        var unit = await inventory.ReleasedAsync(site: Hospital);
        var device = NewDevice();
        var version = await VersionAsync(unit);

        var response = await UploadAsync(Line(device, 1, inventory.Now.AddHours(-1), "store", unit, value: "F1"), Line(device, 2, inventory.Now.AddHours(1), "drink", unit));

        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var problem = await response.JsonAsync();
        problem.GetProperty("code").GetString().ShouldBe("file-refused");
        problem.GetProperty("reasons").EnumerateArray().Select(reason => (reason.GetProperty("code").GetString(), reason.GetProperty("field").GetString()))
            .ShouldBe([("occurred-in-future", "line 3 column at"), ("unknown-action", "line 3 column action")]);
        (await VersionAsync(unit)).ShouldBe(version);
    }

    [Fact]
    public async Task Only_a_blood_bank_sends_files_and_only_as_text_under_a_key_of_their_own()
    {
        var unit = await inventory.ReleasedAsync(site: Hospital);
        var device = NewDevice();
        (await inventory.BloodBank(Hospital).CommandAsync("/captures", new { lines = 1 })).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await SendAsync(inventory.Client("A9991-D01", Hospital, "dispatcher"), "k", [Line(device, 1, inventory.Now, "find", unit)])).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        (await SendAsync(inventory.BloodBank(Hospital), "one key", [Line(device, 1, inventory.Now, "find", unit)])).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await SendAsync(inventory.BloodBank(Hospital), "one-key", [Line(device, 1, inventory.Now, "find", unit)])).StatusCode.ShouldBe(HttpStatusCode.OK);
        var other = await SendAsync(inventory.BloodBank(Hospital), "one-key", [Line(device, 2, inventory.Now, "discard", unit, value: "leaking")]);

        (await other.JsonAsync()).GetProperty("code").GetString().ShouldBe("idempotency-key-reused");
        (await inventory.UnitAsync(unit)).Fate.ShouldBeNull();
    }

    /// <summary>A unit that waits in the hospital's fridge for a patient of whom all is known.</summary>
    private async Task<(UnitNumber Unit, OrderId Order, RecipientId Patient)> ForAPatientAsync(string story)
    {
        var order = OrderId.From($"captured: {story}");
        await inventory.ReleasedAsync("AB-", Hospital);
        var patient = await inventory.TellOfRecipientAsync(RecipientId.From($"captured: {story}"), "AB-");
        await inventory.ReserveAsync(order, Hospital, 1, "AB-", patient);
        var unit = (await inventory.AllocationAsync(order)).OfType<UnitsAllocated>().Single().Units.Single().Unit;
        (await inventory.BloodBank(Hospital).CommandAsync("/units/crossmatch", new { scan = Scan(unit), order, recipient = patient, compatible = true, sample = Tube })).StatusCode.ShouldBe(HttpStatusCode.OK);
        return (unit, order, patient);
    }

    private async Task<JsonElement> UploadedAsync(params IReadOnlyList<string> lines)
    {
        var response = await UploadAsync(lines);
        var answer = await response.JsonAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, answer.ToString());
        return answer;
    }

    private Task<HttpResponseMessage> UploadAsync(params IReadOnlyList<string> lines) =>
        SendAsync(inventory.BloodBank(Hospital), Guid.CreateVersion7().ToString("N"), lines);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string key, IReadOnlyList<string> lines)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/captures") { Content = new StringContent(string.Join('\n', lines.Prepend(CaptureFile.Header))) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    private string NewDevice() => string.Create(CultureInfo.InvariantCulture, $"D-{Guid.CreateVersion7().ToString("N")[^8..]}-{++_device}");

    private static string Line(
        string device, int sequence, DateTimeOffset at, string action, UnitNumber unit, string value = "", OrderId? order = null, RecipientId? recipient = null) =>
        $"{device},{sequence.ToString(CultureInfo.InvariantCulture)},{at:O},{OfflineNurse},{action},{Scan(unit)},{(recipient is null ? "" : "='A9991000N02")},{order},{recipient},{value},";

    private static string Scan(UnitNumber unit) => $"={unit.Donation}00=<{unit.Product}";

    private static string Instant(DateTimeOffset at) => Uri.EscapeDataString(at.ToString("O", CultureInfo.InvariantCulture));

    private static List<string?> Outcomes(JsonElement answer) => [.. answer.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("outcome").GetString())];

    private static List<string?> Codes(JsonElement answer, int line) => [.. answer.GetProperty("lines")[line].GetProperty("codes").EnumerateArray().Select(code => code.GetString())];

    private async Task<long> VersionAsync(UnitNumber unit) => (await inventory.Store.LoadAsync<Unit>(unit.ToString())).Version;

    private async Task<List<JsonElement>> HistoryAsync(UnitNumber unit) =>
        [.. (await (await inventory.BloodBank(Hospital).GetAsync($"/units/{unit}/history")).JsonAsync()).GetProperty("events").EnumerateArray()];

    private static async Task<List<JsonElement>> OpenAsync(HttpClient bank, JsonElement after) =>
        [.. (await (await bank.GetAsync($"/discrepancies?open=true&after={after.GetProperty("position").GetString()}")).JsonAsync()).GetProperty("discrepancies").EnumerateArray()];
}
