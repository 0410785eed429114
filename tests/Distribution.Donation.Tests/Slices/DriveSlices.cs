using System.Net;
using System.Text.Json;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests.Slices;

[Collection(DonationSlices.Name)]
public sealed class Organizing_drives_by_HTTP(DonationFixture service)
{
    private static readonly DateOnly Today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).Date);

    private HttpClient AtCentre => service.Client("A9990-C09", SiteId.Parse("HN-BM", null), Roles.Collector);

    private static object PlanOf(string code, string series, DateOnly from, int target = 4) => new
    {
        Drive = code,
        Name = "Hoàn Kiếm",
        Series = series,
        Kind = "campaign",
        Sites = new[] { "HN-HK" },
        From = from,
        To = from.AddDays(1),
        TargetUnits = target,
        Sessions = new[] { new { Id = "am", Site = "HN-HK", Date = from, From = "00:00", To = "23:59", Slots = 40 } },
    };

    private async Task<string> CollectAtAsync(string drive, string? session, string? occurredAt = null)
    {
        var number = service.NextNumber();
        var response = await service.Collector.CommandAsync(
            "/donations",
            new { Donor = await service.RegisterAsync(), Scan = DonationFixture.Scan(number), VolumeMl = 350, WeightKg = 60, Drive = drive, Session = session },
            occurredAt: occurredAt is null ? null : At(occurredAt));
        await response.EnsureAsync();
        return number.ToString();
    }

    private async Task<JsonElement> ShowAsync(string drive) => await service.Collector.ReadAsync($"/drives/{drive}?after={await service.Store.HeadAsync()}");

    [Fact]
    public async Task counts_what_was_collected_turned_away_and_discarded_against_the_target_and_the_year_before()
    {
        var lastYear = Today.AddYears(-1);
        var then = $"{lastYear:yyyy-MM-dd}T09:00:00+07:00";
        await (await AtCentre.CommandAsync("/drives", PlanOf("fig-last", "fig", lastYear), occurredAt: At(then))).EnsureAsync();
        await CollectAtAsync("fig-last", "am", then);
        await CollectAtAsync("fig-last", null, then);
        await (await AtCentre.CommandAsync("/drives", PlanOf("fig-now", "fig", Today))).EnsureAsync();
        await (await AtCentre.CommandAsync("/drives", PlanOf("fig-other", "other", lastYear), occurredAt: At(then))).EnsureAsync();
        await CollectAtAsync("fig-now", "am");
        await CollectAtAsync("fig-now", "am");
        var broken = await CollectAtAsync("fig-now", null);
        var turnedAway = await service.RegisterAsync();
        foreach (var reason in new[] { "tattoo", "piercing" })
            await (await service.Collector.CommandAsync($"/donors/{turnedAway}/deferrals", new { Reason = reason, Drive = "fig-now", Session = "am" })).EnsureAsync();
        await (await service.Laboratory.CommandAsync($"/donations/{broken}/components", new { Scan = "=<D0101V00", VolumeMl = 200 })).EnsureAsync();
        await (await service.Laboratory.CommandAsync($"/donations/{broken}/components", new { Scan = "=<D0201V00", VolumeMl = 100 })).EnsureAsync();
        await (await service.FirstReleaser.CommandAsync($"/donations/{broken}/discard", new { Reason = "bag-broken", Scan = "=<D0101V00" })).EnsureAsync();

        var shown = await ShowAsync("fig-now");

        shown.GetProperty("ofTarget").GetDecimal().ShouldBe(0.75m);
        var brought = shown.GetProperty("brought");
        brought.GetProperty("collected").GetInt32().ShouldBe(3);
        brought.GetProperty("volumeMl").GetInt64().ShouldBe(1050);
        brought.GetProperty("deferred").GetInt32().ShouldBe(1);
        brought.GetProperty("deferralRate").GetDecimal().ShouldBe(0.25m);
        brought.GetProperty("components").GetInt32().ShouldBe(2);
        brought.GetProperty("discardedComponents").GetInt32().ShouldBe(1);
        brought.GetProperty("discardRate").GetDecimal().ShouldBe(0.5m);
        brought.GetProperty("discardedDonations").GetInt32().ShouldBe(0);
        shown.GetProperty("sessions")[0].GetProperty("brought").GetProperty("collected").GetInt32().ShouldBe(2);
        shown.GetProperty("sessions")[0].GetProperty("brought").GetProperty("deferred").GetInt32().ShouldBe(1);
        shown.GetProperty("outsideSessions").GetProperty("collected").GetInt32().ShouldBe(1);
        shown.GetProperty("yearBefore").GetProperty("drive").GetString().ShouldBe("fig-last");
        shown.GetProperty("yearBefore").GetProperty("brought").GetProperty("collected").GetInt32().ShouldBe(2);
        shown.GetProperty("yearBefore").GetProperty("change").GetDecimal().ShouldBe(0.5m);

        // The other component too: nothing is left of the donation.
        await (await service.FirstReleaser.CommandAsync($"/donations/{broken}/discard", new { Reason = "bag-broken" })).EnsureAsync();
        (await ShowAsync("fig-now")).GetProperty("brought").GetProperty("discardedDonations").GetInt32().ShouldBe(1);
        var listed = (await service.Auditor.ReadAsync("/drives?series=fig")).GetProperty("drives");
        listed.EnumerateArray().Select(row => row.GetProperty("drive").GetString()).ShouldBe(["fig-now", "fig-last"]);
    }

    [Fact]
    public async Task shows_an_amended_plan_and_a_cancellation()
    {
        await (await service.Collector.CommandAsync("/drives", PlanOf("plan-1", "plan", Today))).EnsureAsync();
        await (await service.Collector.CommandAsync(
            "/drives/plan-1/amendment",
            new { Name = "Wider", Series = "plan", Kind = "fixed-point", Sites = new[] { "HN-HK", "HN-TX" }, From = Today, To = Today.AddDays(30), TargetUnits = 90 })).EnsureAsync();
        await (await service.Collector.CommandAsync("/drives/plan-1/cancellation", new { Reason = "storm" })).EnsureAsync();

        var shown = await ShowAsync("plan-1");
        shown.GetProperty("name").GetString().ShouldBe("Wider");
        shown.GetProperty("kind").GetString().ShouldBe("fixed-point");
        shown.GetProperty("targetUnits").GetInt32().ShouldBe(90);
        shown.GetProperty("sessions").GetArrayLength().ShouldBe(0);
        shown.GetProperty("canceledFor").GetString().ShouldBe("storm");
        (await (await service.Collector.CommandAsync(
            "/donations",
            new { Donor = await service.RegisterAsync(), Scan = DonationFixture.Scan(service.NextNumber()), VolumeMl = 350, WeightKg = 60, Drive = "plan-1" }))
            .RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["drive-canceled"]);
    }

    [Fact]
    public async Task refuses_a_collection_or_a_deferral_at_a_drive_that_it_cannot_have_been_at_and_writes_nothing()
    {
        var donor = await service.RegisterAsync();

        (await (await service.Collector.CommandAsync(
            "/donations",
            new { Donor = donor, Scan = DonationFixture.Scan(service.NextNumber()), VolumeMl = 350, Drive = "nobodys-drive" }))
            .RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["unknown-drive", "weight-missing"]);
        (await (await service.Collector.CommandAsync($"/donors/{donor}/deferrals", new { Reason = "tattoo", Session = "am" }))
            .RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["drive-missing"]);

        (await service.Store.ReadStreamAsync($"donor-{donor}")).Version.ShouldBe(1);
    }

    [Fact]
    public async Task is_the_matter_of_the_centre_and_of_the_drives_own_sites()
    {
        (await (await service.Elsewhere.CommandAsync("/drives", PlanOf("foreign-1", "foreign", Today))).RefusedAsync(HttpStatusCode.Forbidden)).ShouldBe(["wrong-site"]);
        (await (await service.Laboratory.CommandAsync("/drives", PlanOf("foreign-1", "foreign", Today))).RefusedAsync(HttpStatusCode.Forbidden)).ShouldBe(["role-missing"]);
        await (await AtCentre.CommandAsync("/drives", PlanOf("foreign-1", "foreign", Today))).EnsureAsync();
        (await (await service.Elsewhere.CommandAsync("/drives/foreign-1/cancellation", new { Reason = "storm" })).RefusedAsync(HttpStatusCode.Forbidden)).ShouldBe(["wrong-site"]);
        (await (await service.Collector.GetAsync("/drives/nobodys-drive")).RefusedAsync(HttpStatusCode.NotFound)).ShouldBe(["unknown-drive"]);
    }
}
