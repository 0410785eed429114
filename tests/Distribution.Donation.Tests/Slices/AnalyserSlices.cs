using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.Testing;
using Shouldly;
using Xunit;

namespace Distribution.Donations.Tests.Slices;

[Collection(DonationSlices.Name)]
public sealed class Sending_an_analyser_file(DonationFixture service)
{
    private const string Header = "donation,test,result,method,reagent_lot,instrument,run,measured_at";
    private static readonly string[] Markers = ["hiv", "hbv", "hcv", "syphilis", "antibody-screen"];

    private static string Line(DonationNumber number, string marker, string result = "negative", string run = "R1", DateTimeOffset? measuredAt = null) =>
        $"{number},{marker},{result},CLIA,LOT-9,I-3,{run},{measuredAt ?? TimeProvider.System.GetUtcNow():O}";

    private static string File(params IEnumerable<string> lines) => string.Join("\r\n", lines.Prepend(Header));

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string file, string type = "text/csv", string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/analyser-results");
        request.Content = new StringContent(file, Encoding.UTF8);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Add("Idempotency-Key", key ?? Guid.CreateVersion7().ToString("N"));
        return await client.SendAsync(request);
    }

    private static async Task<IReadOnlyList<(int, string?, string?)>> ErrorsAsync(HttpResponseMessage response)
    {
        var body = await response.JsonAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, body.ToString());
        body.GetProperty("code").GetString().ShouldBe("file-refused");
        return
        [
            .. body.GetProperty("errors").EnumerateArray().Select(error => (
                error.GetProperty("line").GetInt32(), error.TryGetProperty("field", out var field) ? field.GetString() : null, error.GetProperty("code").GetString())),
        ];
    }

    private Task<long> VersionAsync(DonationNumber number) => service.Store.LoadAsync<Donation>(number.ToString()).ContinueWith(loaded => loaded.Result.Version, TaskScheduler.Default);

    [Fact]
    public async Task records_every_result_with_what_it_was_measured()
    {
        var (first, second) = (await service.CollectAsync(), await service.CollectAsync());

        var answer = await (await SendAsync(service.Laboratory, File([.. Markers.Select(marker => Line(first, marker)), Line(second, "hiv")]))).EnsureAsync();

        answer.GetProperty("recorded").GetInt32().ShouldBe(6);
        (await service.DonationAsync(first)).Markers.Keys.ShouldBe(Markers, ignoreOrder: true);
        var result = (await service.DonationAsync(second)).Results.ShouldHaveSingleItem();
        (result.Details.ReagentLot, result.Details.Instrument, result.Details.Run).ShouldBe(("LOT-9", "I-3", "R1"));
    }

    [Fact]
    public async Task names_every_line_at_fault_and_takes_nothing()
    {
        var (number, elsewhere) = (await service.CollectAsync(), DonationNumber.Create("A9990", 25, 7));
        await (await SendAsync(service.Laboratory, File(Line(number, "hcv", run: "R0")))).EnsureAsync();
        var before = await VersionAsync(number);

        var errors = await ErrorsAsync(await SendAsync(service.Laboratory, File(
            Line(number, "hiv", "reactive"), "broken", Line(elsewhere, "hiv"), Line(number, "cmv"), Line(number, "hcv"), Line(number, "hbv", "positive"))));

        errors.ShouldBe([(3, null, "broken-line"), (4, "donation", "unknown-donation"), (5, "test", "unknown-marker"), (6, "result", "result-exists"), (7, "result", "result-invalid")]);
        (await VersionAsync(number)).ShouldBe(before);
    }

    [Fact]
    public async Task names_every_line_that_was_measured_before_its_donation_was_collected()
    {
        var number = await service.CollectAsync();
        var yesterday = TimeProvider.System.GetUtcNow().AddDays(-1);

        (await ErrorsAsync(await SendAsync(service.Laboratory, File(Line(number, "hiv"), Line(number, "hbv", measuredAt: yesterday), Line(number, "hcv", measuredAt: yesterday)))))
            .ShouldBe([(3, "measured_at", "measured-before-collection"), (4, "measured_at", "measured-before-collection")]);

        (await service.DonationAsync(number)).Results.ShouldBeEmpty();
    }

    [Fact]
    public async Task brings_nothing_new_the_second_time()
    {
        var donor = await service.RegisterAsync();
        var number = await service.CollectAsync(donor);
        var file = File(Line(number, "hiv", "reactive"), Line(number, "hbv"));
        await (await SendAsync(service.Laboratory, file)).EnsureAsync();
        var before = await VersionAsync(number);

        var again = await (await SendAsync(service.Laboratory, file)).EnsureAsync();

        again.GetProperty("recorded").GetInt32().ShouldBe(0);
        (await VersionAsync(number)).ShouldBe(before);
        (await service.Store.LoadAsync<Donor>(donor)).State.Deferrals.ShouldHaveSingleItem().Reason.ShouldBe("marker-reactive");
    }

    [Fact]
    public async Task answers_the_same_key_with_the_same_answer()
    {
        var number = await service.CollectAsync();
        var file = File(Line(number, "hiv"));
        await (await SendAsync(service.Laboratory, file, key: "once-a-file")).EnsureAsync();

        (await (await SendAsync(service.Laboratory, file, key: "once-a-file")).EnsureAsync()).GetProperty("repeated").GetBoolean().ShouldBeTrue();
        (await (await SendAsync(service.Laboratory, File(Line(number, "hbv")), key: "once-a-file")).RefusedAsync(HttpStatusCode.UnprocessableEntity))
            .ShouldBe(["idempotency-key-reused"]);
    }

    [Fact]
    public async Task is_for_the_laboratory_that_has_the_donation_in_care()
    {
        var file = File(Line(await service.CollectAsync(), "hiv"));

        (await ErrorsAsync(await SendAsync(service.Elsewhere, file))).ShouldBe([(2, "donation", "wrong-site")]);
        (await (await SendAsync(service.FirstReleaser, file)).RefusedAsync(HttpStatusCode.Forbidden)).ShouldBe(["role-missing"]);
    }

    [Fact]
    public async Task takes_a_file_of_a_known_kind_and_size()
    {
        (await (await SendAsync(service.Laboratory, Header, "application/json")).RefusedAsync(HttpStatusCode.UnsupportedMediaType)).ShouldBe(["content-type-invalid"]);
        (await (await SendAsync(service.Laboratory, new string(' ', 6 * 1024 * 1024))).RefusedAsync(HttpStatusCode.RequestEntityTooLarge)).ShouldBe(["body-too-large"]);
    }

    /// <summary>A large centre's day: 600 donations with five results each.</summary>
    [Fact]
    public async Task takes_a_day_of_results_in_seconds()
    {
        var numbers = Enumerable.Range(1, 600).Select(index => DonationNumber.Create("A9990", 24, index)).ToList();
        var day = new EventMetadata { Actor = "A9990-C01", Site = "HN-HK", OccurredAt = TimeProvider.System.GetUtcNow() };
        await service.Store.ImportAsync(numbers.Select(number => new ImportedStream(
            $"donation-{number}",
            [new ImportedEvent(new DonationCollected(number, Blood.Identifiers.DonorId.From(number.ToString()), 350, day.OccurredAt, Blood.Network.SiteId.Parse("HN-HK")), day)]))
            .ToAsyncEnumerable());
        var file = File(numbers.SelectMany(number => Markers.Select(marker => Line(number, marker))));
        var laboratory = service.Laboratory;

        var watch = Stopwatch.StartNew();
        var answer = await (await SendAsync(laboratory, file)).EnsureAsync();
        watch.Stop();

        answer.GetProperty("recorded").GetInt32().ShouldBe(3000);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10), string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:0.0} s"));
    }
}
