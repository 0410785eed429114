using System.Net;
using System.Text.Json;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.Testing;
using Shouldly;
using Xunit;

namespace Distribution.Donations.Tests.Slices;

[Collection(DonationSlices.Name)]
public sealed class Collecting_by_HTTP(DonationFixture service)
{
    [Fact]
    public async Task writes_donor_and_donation_together()
    {
        var donor = await service.RegisterAsync();
        var number = await service.CollectAsync(donor);

        (await service.Store.LoadAsync<Donor>(donor)).State.Gifts.ShouldHaveSingleItem().Donation.ShouldBe(number);
        var donation = await service.Store.LoadAsync<Donation>(number.ToString());
        donation.State.Donor.ToString().ShouldBe(donor);
        donation.State.Site.ToString().ShouldBe("HN-HK");
    }

    [Fact]
    public async Task is_refused_with_the_reasons_of_both_and_writes_neither()
    {
        var number = await service.CollectAsync();
        var minor = await service.RegisterAsync(TimeProvider.System.GetUtcNow().Year - 10);

        var response = await service.Collector.CommandAsync("/donations", new { Donor = minor, Scan = DonationFixture.Scan(number), VolumeMl = 350, WeightKg = 60 });

        (await response.RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["donation-number-used", "donor-too-young"]);
        (await service.Store.LoadAsync<Donor>(minor)).State.Gifts.ShouldBeEmpty();
    }

    [Fact]
    public async Task lets_one_of_two_collections_of_a_donor_win()
    {
        var donor = await service.RegisterAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => service.Collector.CommandAsync(
            "/donations", new { Donor = donor, Scan = DonationFixture.Scan(service.NextNumber()), VolumeMl = 350, WeightKg = 60 })));

        responses.Count(response => response.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        (await responses.Single(response => response.StatusCode != HttpStatusCode.OK).RefusedAsync(HttpStatusCode.UnprocessableEntity))
            .ShouldBe(["donated-too-recently"]);
        (await service.Store.LoadAsync<Donor>(donor)).State.Gifts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task is_refused_for_somebody_unknown() =>
        (await (await service.Collector.CommandAsync(
            "/donations", new { Donor = DonorId.From("nobody"), Scan = DonationFixture.Scan(service.NextNumber()), VolumeMl = 350, WeightKg = 60 }))
            .RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["unknown-donor"]);

    [Fact]
    public async Task names_the_symbol_that_was_scanned_by_mistake()
    {
        var response = await service.Collector.CommandAsync("/donations", new { Donor = await service.RegisterAsync(), Scan = "=<D0101V00", VolumeMl = 350, WeightKg = 60 });

        var problem = await response.JsonAsync();
        problem.GetProperty("code").GetString().ShouldBe("wrong-symbol");
        problem.GetProperty("field").GetString().ShouldBe("scan");
    }
}

[Collection(DonationSlices.Name)]
public sealed class From_the_vein_to_the_release(DonationFixture service)
{
    [Fact]
    public async Task two_people_release_what_the_laboratory_found_fit()
    {
        var number = await service.ProcessAsync();

        (await service.FirstReleaser.ReadAsync($"/donations/{number}")).GetProperty("gate").GetProperty("open").GetBoolean().ShouldBeTrue();
        await (await service.FirstReleaser.CommandAsync($"/donations/{number}/release", new { })).EnsureAsync();
        (await (await service.FirstReleaser.CommandAsync($"/donations/{number}/release", new { })).RefusedAsync(HttpStatusCode.UnprocessableEntity))
            .ShouldBe(["second-person-required"]);
        await (await service.SecondReleaser.CommandAsync($"/donations/{number}/release", new { })).EnsureAsync();

        var events = (await service.Store.ReadStreamAsync($"donation-{number}")).Events;
        events.Select(stored => stored.Type).ShouldBe(
        [
            "donation-collected.v1", "group-determination-recorded.v1", "group-determination-recorded.v1",
            .. Enumerable.Repeat("marker-result-recorded.v1", 5), "component-prepared.v1", "release-signed.v1", "component-released.v1",
        ]);
        var released = events[^1];
        released.Metadata.Actor.ShouldBe("A9990-R02");
        released.Metadata.Policy.ShouldBe("vn-26-2013.2");
        ((ComponentReleased)released.Data).FirstPerson.ShouldBe("A9990-R01");
    }

    [Fact]
    public async Task a_shut_gate_names_every_reason()
    {
        var number = await service.CollectAsync();

        var response = await service.FirstReleaser.CommandAsync($"/donations/{number}/release", new { });

        (await response.RefusedAsync(HttpStatusCode.UnprocessableEntity))
            .ShouldBe(["group-unknown", .. Enumerable.Repeat("marker-missing", 5), "no-components"]);
    }

    [Fact]
    public async Task a_reactive_result_defers_the_donor_and_condemns_the_components()
    {
        var donor = await service.RegisterAsync();
        var number = await service.CollectAsync(donor);
        await (await service.Laboratory.CommandAsync($"/donations/{number}/components", new { Scan = "=<D0101V00", VolumeMl = 250 })).EnsureAsync();
        await (await service.Laboratory.CommandAsync($"/donations/{number}/markers", new { Results = new { Hiv = "reactive" } })).EnsureAsync();

        (await service.Store.LoadAsync<Donor>(donor)).State.Deferrals.ShouldBe([new Deferral("marker-reactive", number, null)]);
        await (await service.FirstReleaser.CommandAsync($"/donations/{number}/discard", new { Reason = "bag-broken" })).EnsureAsync();
        (await service.Store.LoadAsync<Donation>(number.ToString())).State.Components.ShouldHaveSingleItem().DiscardReason.ShouldBe("marker-reactive");
    }

    [Theory]
    [InlineData("""{"results":{"hiv":"maybe"}}""")]
    [InlineData("""{"results":{"hiv":2}}""")]
    public async Task a_result_in_other_words_is_not_guessed_at(string body)
    {
        var number = await service.CollectAsync();

        var response = await service.Laboratory.CommandAsync($"/donations/{number}/markers", JsonDocument.Parse(body).RootElement);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.JsonAsync()).GetProperty("field").GetString().ShouldBe("results.hiv");
    }

    [Fact]
    public async Task a_label_of_another_donation_is_refused()
    {
        var number = await service.CollectAsync();
        var other = service.NextNumber();

        var response = await service.Laboratory.CommandAsync(
            $"/donations/{number}/components", new { Scan = $"{DonationFixture.Scan(other)}=<D0101V00", VolumeMl = 250 });

        (await response.RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["other-donation"]);
    }

    [Theory]
    [InlineData("O+")]
    [InlineData("=%5100")]
    public async Task a_group_is_scanned_or_written(string scan)
    {
        var number = await service.CollectAsync();

        await service.DetermineAsync(number, scan);

        (await service.Laboratory.ReadAsync($"/donations/{number}")).GetProperty("group").GetString().ShouldBe("O+");
    }

    [Theory]
    [InlineData("=%5200", HttpStatusCode.UnprocessableEntity, "label-bound")]
    [InlineData("=%Mq00", HttpStatusCode.BadRequest, "no-blood-group")]
    public async Task a_label_that_is_not_for_anybody_gives_no_group(string scan, HttpStatusCode status, string code)
    {
        var number = await service.CollectAsync();

        (await (await service.Laboratory.CommandAsync($"/donations/{number}/group", new { Scan = scan })).RefusedAsync(status)).ShouldBe([code]);
    }

    [Fact]
    public async Task who_decided_on_an_older_version_looks_again()
    {
        var number = await service.ProcessAsync();
        var shown = await service.FirstReleaser.GetAsync($"/donations/{number}");
        var version = long.Parse(shown.Headers.ETag!.Tag.Trim('"'), null);

        foreach (var (path, body) in new (string, object)[] { ("release", new { }), ("markers", new { Results = DonationFixture.AllNegative }) })
        {
            var client = path == "release" ? service.FirstReleaser : service.Laboratory;
            (await (await client.CommandAsync($"/donations/{number}/{path}", body, ifMatch: version - 1)).RefusedAsync(HttpStatusCode.Conflict)).ShouldBe(["stale"]);
        }

        await (await service.FirstReleaser.CommandAsync($"/donations/{number}/release", new { }, ifMatch: version)).EnsureAsync();
    }

    [Fact]
    public async Task another_site_neither_acts_nor_looks()
    {
        var number = await service.ProcessAsync();

        foreach (var (path, body) in new (string, object)[]
        {
            ("group", new { Scan = "O+" }),
            ("markers", new { Results = DonationFixture.AllNegative }),
            ("components", new { Scan = "=<D0201V00", VolumeMl = 50 }),
            ("release", new { }),
            ("discard", new { Reason = "bag-broken" }),
        })
        {
            (await (await service.Elsewhere.CommandAsync($"/donations/{number}/{path}", body)).RefusedAsync(HttpStatusCode.Forbidden)).ShouldBe(["wrong-site"], path);
        }

        (await (await service.Elsewhere.GetAsync($"/donations/{number}")).RefusedAsync(HttpStatusCode.Forbidden)).ShouldBe(["wrong-site"]);
        await service.Auditor.ReadAsync($"/donations/{number}");
    }

    [Fact]
    public async Task whose_it_is_and_what_was_found_in_it_is_shown_to_who_works_with_that_alone()
    {
        var donor = await service.RegisterAsync();
        var number = await service.CollectAsync(donor);
        await service.DetermineAsync(number);
        await (await service.Laboratory.CommandAsync($"/donations/{number}/components", new { Scan = "=<D0101V00", VolumeMl = 250 })).EnsureAsync();
        await (await service.TestAsync(number, "hcv", "reactive")).EnsureAsync();
        await (await service.TestAsync(number, "hcv", "reactive")).EnsureAsync();

        foreach (var client in new[] { service.Laboratory, service.FirstReleaser, service.Auditor, service.Operator })
        {
            var all = await client.ReadAsync($"/donations/{number}");
            all.GetProperty("donor").GetString().ShouldBe(donor);
            all.GetProperty("markers").GetProperty("hcv").GetProperty("standing").GetString().ShouldBe("repeat-reactive");
            all.GetProperty("holds")[0].GetProperty("recall").GetString()!.ShouldContain("hcv");
            all.GetProperty("gate").GetProperty("checks").ToString().ShouldContain("hcv");
        }

        var rest = await service.Collector.ReadAsync($"/donations/{number}");
        rest.ToString().ShouldNotContain("hcv");
        rest.ToString().ShouldNotContain(donor);
        rest.GetProperty("group").GetString().ShouldBe("O+");
        rest.GetProperty("holds")[0].GetProperty("kind").GetString().ShouldBe("lookback");
        rest.GetProperty("gate").GetProperty("open").GetBoolean().ShouldBeFalse();
        rest.GetProperty("gate").GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("check").GetString())
            .ShouldBe(["group", $"component {number}D0101V00"]);
    }

    [Fact]
    public async Task told_late_is_not_released_before_it_was_there()
    {
        var number = await service.ProcessAsync();

        var response = await service.FirstReleaser.CommandAsync($"/donations/{number}/release", new { }, occurredAt: TimeProvider.System.GetUtcNow().AddDays(-1));

        (await response.RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["occurred-before"]);
    }

    [Fact]
    public async Task an_unknown_donation_is_not_found()
    {
        var number = DonationNumber.Create("A9990", 25, 1);

        (await (await service.Laboratory.GetAsync($"/donations/{number}")).RefusedAsync(HttpStatusCode.NotFound)).ShouldBe(["unknown-donation"]);
        (await (await service.Laboratory.CommandAsync($"/donations/{number}/group", new { Scan = "O+" })).RefusedAsync(HttpStatusCode.NotFound))
            .ShouldBe(["unknown-donation"]);
    }
}

[Collection(DonationSlices.Name)]
public sealed class The_release_board(DonationFixture service)
{
    private static async Task<string?> StatusAsync(HttpClient client, DonationNumber number, string? status, string after)
    {
        var rows = (await client.ReadAsync($"/donations?after={after}{(status is null ? "" : $"&status={status}")}")).GetProperty("donations");
        return rows.EnumerateArray().Where(row => row.GetProperty("donation").GetString() == number.ToString())
            .Select(row => row.GetProperty("status").GetString()).SingleOrDefault();
    }

    private async Task<string> HeadAsync() => (await service.Store.HeadAsync()).ToString();

    [Fact]
    public async Task shows_a_donation_where_it_stands_until_it_is_done()
    {
        var number = await service.CollectAsync();
        (await StatusAsync(service.Laboratory, number, null, await HeadAsync())).ShouldBe("testing");

        await service.DetermineAsync(number, "O+");
        await (await service.Laboratory.CommandAsync($"/donations/{number}/markers", new { Results = DonationFixture.AllNegative })).EnsureAsync();
        (await StatusAsync(service.Laboratory, number, "processing", await HeadAsync())).ShouldBe("processing");

        await (await service.Laboratory.CommandAsync($"/donations/{number}/components", new { Scan = "=<D0101V00", VolumeMl = 250 })).EnsureAsync();
        (await StatusAsync(service.Laboratory, number, "ready", await HeadAsync())).ShouldBe("ready");

        await (await service.FirstReleaser.CommandAsync($"/donations/{number}/release", new { })).EnsureAsync();
        (await StatusAsync(service.Laboratory, number, "signed", await HeadAsync())).ShouldBe("signed");

        var done = await (await service.SecondReleaser.CommandAsync($"/donations/{number}/release", new { })).EnsureAsync();
        var after = done.GetProperty("position").GetString()!;
        (await StatusAsync(service.Laboratory, number, null, after)).ShouldBeNull();
        (await StatusAsync(service.Laboratory, number, "released", after)).ShouldBe("released");
    }

    [Fact]
    public async Task shows_what_is_reactive_until_it_is_discarded()
    {
        var number = await service.CollectAsync();
        await (await service.Laboratory.CommandAsync($"/donations/{number}/markers", new { Results = new { Hcv = "reactive" } })).EnsureAsync();
        await (await service.Laboratory.CommandAsync($"/donations/{number}/components", new { Scan = "=<D0101V00", VolumeMl = 250 })).EnsureAsync();
        (await StatusAsync(service.Laboratory, number, null, await HeadAsync())).ShouldBe("reactive");

        await (await service.FirstReleaser.CommandAsync($"/donations/{number}/discard", new { Reason = "marker-reactive" })).EnsureAsync();
        (await StatusAsync(service.Laboratory, number, "discarded", await HeadAsync())).ShouldBe("discarded");
    }

    [Fact]
    public async Task shows_a_site_its_own_and_the_auditor_everything()
    {
        var number = await service.CollectAsync();
        var after = await HeadAsync();

        (await StatusAsync(service.Elsewhere, number, null, after)).ShouldBeNull();
        (await StatusAsync(service.Auditor, number, null, after)).ShouldBe("testing");
    }

    [Fact]
    public async Task names_markers_and_cases_only_to_who_works_with_them()
    {
        var number = await service.CollectAsync();
        await (await service.TestAsync(number, "hcv", "reactive")).EnsureAsync();
        await (await service.TestAsync(number, "hcv", "reactive")).EnsureAsync();
        var after = await HeadAsync();

        async Task<string> RowAsync(HttpClient client) => (await client.ReadAsync($"/donations?after={after}")).GetProperty("donations").EnumerateArray()
            .Single(row => row.GetProperty("donation").GetString() == number.ToString()).ToString();

        foreach (var client in new[] { service.Laboratory, service.FirstReleaser, service.Auditor, service.Operator })
            (await RowAsync(client)).ShouldContain("hcv");
        var row = await RowAsync(service.Collector);
        row.ShouldNotContain("hcv");
        row.ShouldContain("reactive");
    }

    [Fact]
    public async Task refuses_a_status_it_does_not_know() =>
        (await (await service.Laboratory.GetAsync("/donations?status=done")).RefusedAsync(HttpStatusCode.BadRequest)).ShouldBe(["invalid-value"]);
}
