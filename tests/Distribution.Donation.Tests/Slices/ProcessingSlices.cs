using System.Net;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;

namespace Distribution.Donations.Tests.Slices;

internal static class Steps
{
    public static HttpClient SecondLaboratory(this DonationFixture service) => service.Client("A9990-L02", SiteId.Parse("HN-BM", null), Roles.Laboratory);

    /// <summary>Typed by two people and tested for all that is mandatory.</summary>
    public static async Task TestAsync(this DonationFixture service, DonationNumber number, string antibodies = "negative")
    {
        foreach (var person in new[] { service.Laboratory, service.SecondLaboratory() })
            await (await person.CommandAsync($"/donations/{number}/group", new { Scan = "O+" })).EnsureAsync();
        var results = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["hiv"] = "negative",
            ["hbv"] = "negative",
            ["hcv"] = "negative",
            ["syphilis"] = "negative",
            ["antibody-screen"] = antibodies,
        };
        await (await service.Laboratory.CommandAsync($"/donations/{number}/markers", new { Results = results })).EnsureAsync();
    }

    public static async Task PrepareAsync(this DonationFixture service, DonationNumber number, string product, int volume) =>
        await (await service.Laboratory.CommandAsync($"/donations/{number}/components", new { Scan = $"=<{product}", VolumeMl = volume })).EnsureAsync();

    public static async Task<Donation> DonationAsync(this DonationFixture service, DonationNumber number) =>
        (await EventStore.AggregateReading.LoadAsync<Donation>(service.Store, number.ToString())).State;
}

[Collection(DonationSlices.Name)]
public sealed class Processing_by_HTTP(DonationFixture service)
{
    private static object Separation(string from = "=<D0201V00", int volume = 30) =>
        new { Procedure = "separate", From = from, Results = new[] { new { Scan = "=<D0401V00", VolumeMl = volume } }, Minutes = 600 };

    [Fact]
    public async Task makes_cryoprecipitate_of_plasma_and_releases_it()
    {
        var number = await service.CollectAsync();
        await service.TestAsync(number);
        await service.PrepareAsync(number, "D0201V00", 150);

        var answer = await (await service.Laboratory.CommandAsync($"/donations/{number}/procedures", Separation())).EnsureAsync();
        answer.GetProperty("units")[0].GetString().ShouldBe($"{number}D0401V00");
        foreach (var person in new[] { service.FirstReleaser, service.SecondReleaser })
            await (await person.CommandAsync($"/donations/{number}/release", new { })).EnsureAsync();

        var donation = await service.DonationAsync(number);
        donation.Components.Select(component => component.Standing).ShouldBe([Standing.UsedUp, Standing.Released]);
        donation.Components[1].From.ShouldBe(donation.Components[0].Unit);
    }

    [Fact]
    public async Task names_the_result_at_fault_and_writes_nothing()
    {
        var number = await service.CollectAsync();
        await service.PrepareAsync(number, "D0201V00", 150);

        var response = await service.Laboratory.CommandAsync($"/donations/{number}/procedures", Separation(volume: 151));
        (await response.RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["volume-exceeds-source"]);
        response = await service.Laboratory.CommandAsync(
            $"/donations/{number}/procedures", new { Procedure = "separate", From = "=<D0201V00", Results = new[] { new { Scan = "=<D0401V00=<D0101V00", VolumeMl = 1 } } });
        (await response.JsonAsync()).GetProperty("field").GetString().ShouldBe("results[0].scan");

        (await service.DonationAsync(number)).Components.ShouldHaveSingleItem().Standing.ShouldBe(Standing.Quarantined);
    }

    [Fact]
    public async Task lets_one_of_two_procedures_on_one_source_win()
    {
        var number = await service.CollectAsync();
        await service.PrepareAsync(number, "D0201V00", 150);

        var responses = await Task.WhenAll(Enumerable.Range(0, 2).Select(
            index => service.Laboratory.CommandAsync($"/donations/{number}/procedures", Separation(volume: 30 + index))));

        responses.Count(response => response.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        (await responses.Single(response => response.StatusCode != HttpStatusCode.OK).RefusedAsync(HttpStatusCode.UnprocessableEntity))
            .ShouldContain("used-up");
    }

    [Fact]
    public async Task of_platelet_apheresis_gives_no_red_cells()
    {
        var (number, donor) = (service.NextNumber(), await service.RegisterAsync());
        await (await service.Collector.CommandAsync(
            "/donations", new { Donor = donor, Scan = DonationFixture.Scan(number), VolumeMl = 350, WeightKg = 60, Collection = "platelet-apheresis", BagLot = "B-17" })).EnsureAsync();

        var response = await service.Laboratory.CommandAsync($"/donations/{number}/components", new { Scan = "=<D0101V00", VolumeMl = 100 });

        (await response.RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["not-of-this-collection"]);
        await service.PrepareAsync(number, "D0301V00", 300);
        (await service.DonationAsync(number)).BagLot.ShouldBe("B-17");
    }

    [Fact]
    public async Task takes_no_collection_of_tomorrow()
    {
        var response = await service.Collector.CommandAsync(
            "/donations",
            new { Donor = await service.RegisterAsync(), Scan = DonationFixture.Scan(service.NextNumber()), VolumeMl = 350, WeightKg = 60 },
            occurredAt: TimeProvider.System.GetUtcNow().AddDays(1));

        (await response.RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["occurred-in-future"]);
    }
}

[Collection(DonationSlices.Name)]
public sealed class Releasing_by_HTTP(DonationFixture service)
{
    [Fact]
    public async Task lets_go_of_red_cells_with_antibodies_and_keeps_the_plasma()
    {
        var number = await service.CollectAsync();
        await service.TestAsync(number, antibodies: "reactive");
        await service.PrepareAsync(number, "D0101V00", 200);
        await service.PrepareAsync(number, "D0201V00", 150);

        var gate = (await service.FirstReleaser.ReadAsync($"/donations/{number}")).GetProperty("gate");
        gate.GetProperty("open").GetBoolean().ShouldBeTrue();
        gate.GetProperty("releasable").EnumerateArray().Select(unit => unit.GetString()).ShouldBe([$"{number}D0101V00"]);
        var antibodies = gate.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("check").GetString() == "marker antibody-screen");
        antibodies.GetProperty("code").GetString().ShouldBe("marker-reactive");
        antibodies.GetProperty("components").EnumerateArray().Select(unit => unit.GetString()).ShouldBe([$"{number}D0201V00"]);
        gate.GetProperty("unverified").EnumerateArray().ShouldContain(figure => figure.GetProperty("path").GetString() == "$.groupDeterminations");

        foreach (var person in new[] { service.FirstReleaser, service.SecondReleaser })
            await (await person.CommandAsync($"/donations/{number}/release", new { })).EnsureAsync();
        (await service.DonationAsync(number)).Components.Select(component => component.Standing).ShouldBe([Standing.Released, Standing.Quarantined]);
    }

    /// <summary>Whoever asks, with whatever beside it: there is nothing to say that opens the gate.</summary>
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"override":true,"reason":"emergency","force":true}""")]
    [InlineData("""{"components":["=<D0101V00"],"override":"A9990-O01"}""")]
    public async Task knows_no_way_around_a_mandatory_marker(string body)
    {
        var number = await service.CollectAsync();
        await service.PrepareAsync(number, "D0101V00", 200);
        foreach (var person in new[] { service.Laboratory, service.SecondLaboratory() })
            await (await person.CommandAsync($"/donations/{number}/group", new { Scan = "O+" })).EnsureAsync();
        var everyone = service.Client(
            "A9990-X01", SiteId.Parse("HN-BM", null), Roles.Releaser, Roles.Laboratory, Roles.Operator, Roles.Auditor, Roles.Collector);

        var response = await everyone.CommandAsync($"/donations/{number}/release", System.Text.Json.JsonDocument.Parse(body).RootElement);

        response.IsSuccessStatusCode.ShouldBeFalse();
        (await service.DonationAsync(number)).SignedBy.ShouldBeNull();
        (await service.DonationAsync(number)).Components.ShouldAllBe(component => component.Standing == Standing.Quarantined);
    }

    [Fact]
    public async Task is_done_component_by_component()
    {
        var number = await service.CollectAsync();
        await service.TestAsync(number);
        await service.PrepareAsync(number, "D0101V00", 200);
        await service.PrepareAsync(number, "D0201V00", 150);
        var body = new { Components = new[] { "=<D0201V00" } };

        await (await service.FirstReleaser.CommandAsync($"/donations/{number}/release", body)).EnsureAsync();
        (await (await service.FirstReleaser.CommandAsync($"/donations/{number}/release", body)).RefusedAsync(HttpStatusCode.UnprocessableEntity))
            .ShouldBe(["second-person-required"]);
        await (await service.SecondReleaser.CommandAsync($"/donations/{number}/release", body)).EnsureAsync();

        (await service.DonationAsync(number)).Components.Select(component => component.Standing).ShouldBe([Standing.Quarantined, Standing.Released]);
    }
}
