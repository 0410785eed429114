using System.Net;
using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.Testing;
using Shouldly;
using Xunit;

namespace Distribution.Donations.Tests.Slices;

[Collection(DonationSlices.Name)]
public sealed class Deferring_by_HTTP(DonationFixture service)
{
    // As the policy counts days.
    private static readonly DateOnly Today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).Date);

    [Fact]
    public async Task lasts_as_long_as_the_policy_says_from_the_day_of_the_cause()
    {
        var donor = await service.RegisterAsync();

        await (await service.Collector.CommandAsync($"/donors/{donor}/deferrals", new { Reason = "tattoo", From = Today.AddDays(-100) })).EnsureAsync();

        var shown = await service.Collector.ReadAsync($"/donors/{donor}");
        shown.GetProperty("mayGive").GetBoolean().ShouldBeFalse();
        var deferral = shown.GetProperty("deferrals")[0];
        deferral.GetProperty("inForce").GetBoolean().ShouldBeTrue();
        deferral.GetProperty("name").GetString().ShouldBe("Xăm trổ trên da");
        deferral.GetProperty("text").GetString()!.ShouldContain($"{Today.AddDays(84):yyyy-MM-dd}");
        var eligibility = await service.Collector.ReadAsync($"/donors/{donor}/eligibility?weightKg=60");
        eligibility.GetProperty("nextPossible").GetString().ShouldBe($"{Today.AddDays(84):yyyy-MM-dd}");
    }

    [Fact]
    public async Task takes_a_reason_that_the_policy_knows_and_lists_them()
    {
        var donor = await service.RegisterAsync();

        var response = await service.Collector.CommandAsync($"/donors/{donor}/deferrals", new { Reason = "looks-tired", From = Today.AddDays(2) });

        var problem = await response.JsonAsync();
        problem.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString())
            .ShouldBe(["unknown-deferral-reason", "cause-in-future"]);
        var known = problem.GetProperty("reasons")[0].GetProperty("message").GetString()!;
        known.ShouldContain("tattoo");
        known.ShouldNotContain("marker-reactive");
        (await service.Store.LoadAsync<Donor>(donor)).State.Deferrals.ShouldBeEmpty();
    }

    [Fact]
    public async Task ends_early_by_two_people_with_a_reason_and_stays_on_record()
    {
        var donor = await service.RegisterAsync();
        await (await service.Collector.CommandAsync($"/donors/{donor}/deferrals", new { Reason = "tattoo" })).EnsureAsync();

        (await (await service.Collector.CommandAsync($"/donors/{donor}/deferrals/end", new { Reason = "tattoo", Why = "It was henna.", VerifierScan = "A9990-C01" }))
            .RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["second-person-required", "why-invalid"]);
        await (await service.Collector.CommandAsync($"/donors/{donor}/deferrals/end", new { Reason = "tattoo", Why = "was-henna", VerifierScan = "A9990-C02" })).EnsureAsync();

        var shown = await service.Collector.ReadAsync($"/donors/{donor}");
        shown.GetProperty("mayGive").GetBoolean().ShouldBeTrue();
        shown.GetProperty("deferrals")[0].GetProperty("isEnded").GetBoolean().ShouldBeTrue();
        var ended = (await service.Store.ReadStreamAsync($"donor-{donor}")).Events[^1];
        ended.Data.ShouldBe(new DonorDeferralEnded("tattoo", VerifiedBy: "A9990-C02"));
        ended.Metadata.Reason.ShouldBe("was-henna");
    }

    [Fact]
    public async Task by_a_result_ends_with_the_correction_of_that_result_alone()
    {
        var donor = await service.RegisterAsync();
        var number = await service.CollectAsync(donor);
        await (await service.Laboratory.CommandAsync($"/donations/{number}/markers", new { Results = new { Hiv = "reactive" } })).EnsureAsync();

        (await (await service.Laboratory.CommandAsync(
            $"/donors/{donor}/deferrals/end", new { Reason = "marker-reactive", Why = "not-believed", VerifierScan = "A9990-L02" }))
            .RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["deferral-rests-on-result"]);
        await (await service.Laboratory.CommandAsync(
            $"/donations/{number}/corrections", new { Reason = "tube-mixed-up", VerifierScan = "A9990-L02", Marker = "hiv", Result = "negative" })).EnsureAsync();

        (await service.Store.LoadAsync<Donor>(donor)).State.Deferrals.ShouldHaveSingleItem().IsEnded.ShouldBeTrue();
    }

    [Fact]
    public async Task for_what_a_donation_told_of_holds_that_donation_in_the_same_commit()
    {
        var donor = await service.RegisterAsync();
        var other = await service.GivenAsync(donor, 200);
        var number = await service.ProcessAsync(donor);
        await service.ReleaseAsync(number);
        var body = new { Reason = "tattoo", Donation = number };

        await (await service.Collector.CommandAsync($"/donors/{donor}/deferrals", body)).EnsureAsync();
        await (await service.Collector.CommandAsync($"/donors/{donor}/deferrals", body)).EnsureAsync();

        var recall = LaboratoryWork.CaseOf("post-donation", number);
        var opened = await service.CaseAsync(recall);
        (opened.Kind, opened.Reason, opened.Donor.ToString()).ShouldBe((RecallKind.Recall, "tattoo", donor));
        opened.Donations.ShouldBe([number]);
        (await service.DonationAsync(number)).Holds.ShouldHaveSingleItem().Recall.ToString().ShouldBe(recall);
        (await service.DonationAsync(other)).IsHeld.ShouldBeFalse();
        var deferred = (await service.Store.ReadStreamAsync($"donor-{donor}")).Events[^1];
        deferred.Data.ShouldBeOfType<DonorDeferred>().Donation.ShouldBe(number);
        (await service.Store.ReadStreamAsync($"implication-{recall}")).Events.ShouldHaveSingleItem().Metadata.CausationId.ShouldBe(deferred.Metadata.CausationId);
    }

    [Fact]
    public async Task for_another_donors_donation_holds_nothing()
    {
        var (donor, number) = (await service.RegisterAsync(), await service.CollectAsync());

        (await (await service.Collector.CommandAsync($"/donors/{donor}/deferrals", new { Reason = "tattoo", Donation = number }))
            .RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["donation-of-another"]);

        (await service.DonationAsync(number)).IsHeld.ShouldBeFalse();
    }

    [Fact]
    public async Task by_a_result_that_is_confirmed_negative_ends_by_two_people_and_comes_back_with_a_positive_one()
    {
        var donor = await service.RegisterAsync();
        var number = await service.CollectAsync(donor);
        await (await service.TestAsync(number, "hiv", "reactive")).EnsureAsync();
        await (await service.TestAsync(number, "hiv", "reactive")).EnsureAsync();
        var ending = new { Reason = "marker-reactive", Why = "confirmed-negative", VerifierScan = "A9990-L02", Donation = number };

        (await (await service.Laboratory.CommandAsync($"/donors/{donor}/deferrals/end", ending)).RefusedAsync(HttpStatusCode.UnprocessableEntity))
            .ShouldBe(["deferral-rests-on-result"]);
        await (await service.Laboratory.CommandAsync($"/donations/{number}/confirmations", new { Marker = "hiv", Result = "negative" })).EnsureAsync();
        await (await service.Laboratory.CommandAsync($"/donors/{donor}/deferrals/end", ending)).EnsureAsync();
        (await service.Store.LoadAsync<Donor>(donor)).State.Deferrals.ShouldHaveSingleItem().IsEnded.ShouldBeTrue();

        await (await service.Laboratory.CommandAsync($"/donations/{number}/confirmations", new { Marker = "hiv", Result = "positive" })).EnsureAsync();
        (await service.Store.LoadAsync<Donor>(donor)).State.Deferrals[^1].IsInForce(TimeProvider.System.GetUtcNow()).ShouldBeTrue();
    }

    [Fact]
    public async Task by_a_result_ends_by_two_people_once_it_is_negative_on_repeat()
    {
        var donor = await service.RegisterAsync();
        var number = await service.CollectAsync(donor);
        foreach (var (result, run) in new[] { ("reactive", "R-1"), ("negative", "R-2"), ("negative", "R-3") })
            await (await service.TestAsync(number, "hiv", result, run)).EnsureAsync();

        await (await service.Laboratory.CommandAsync(
            $"/donors/{donor}/deferrals/end", new { Reason = "marker-reactive", Why = "negative-on-repeat", VerifierScan = "A9990-L02" })).EnsureAsync();

        (await service.Collector.ReadAsync($"/donors/{donor}/eligibility?weightKg=60")).GetProperty("reasons").EnumerateArray()
            .Select(reason => reason.GetProperty("code").GetString()).ShouldNotContain("donor-deferred");
    }

    [Fact]
    public async Task is_in_force_the_moment_it_is_committed()
    {
        // Whichever of the two comes first, never does a donor give after being deferred.
        for (var round = 0; round < 8; round++)
        {
            var donor = await service.RegisterAsync();
            var collecting = service.Collector.CommandAsync(
                "/donations", new { Donor = donor, Scan = DonationFixture.Scan(service.NextNumber()), VolumeMl = 350, WeightKg = 60 });
            var deferring = service.Laboratory.CommandAsync($"/donors/{donor}/deferrals", new { Reason = "tattoo" });

            await (await deferring).EnsureAsync();
            var collected = await collecting;

            var events = (await service.Store.ReadStreamAsync($"donor-{donor}")).Events.Select(stored => stored.Type).ToList();
            if (collected.StatusCode == HttpStatusCode.OK)
            {
                events.ShouldBe(["donor-registered.v1", "donor-gave.v1", "donor-deferred.v1"]);
            }
            else
            {
                (await collected.RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["donor-deferred"]);
                events.ShouldBe(["donor-registered.v1", "donor-deferred.v1"]);
            }
        }
    }

    [Fact]
    public async Task is_found_by_a_collection_that_had_read_the_donor_before_it()
    {
        var donor = await service.RegisterAsync();
        var stale = await service.Store.LoadAsync<Donor>(donor);
        await (await service.Laboratory.CommandAsync($"/donors/{donor}/deferrals", new { Reason = "tattoo" })).EnsureAsync();

        var late = await service.Store.CommitAsync(new()
        {
            Metadata = new() { Actor = "A9990-C01", Site = "HN-HK", OccurredAt = TimeProvider.System.GetUtcNow() },
            Appends = [stale.Append([new DonorGave(service.NextNumber(), TimeProvider.System.GetUtcNow())])],
        });

        late.ShouldBeOfType<CommitResult.Conflict>();
    }
}

[Collection(DonationSlices.Name)]
public sealed class Asking_whether_a_donor_may_give(DonationFixture service)
{
    [Fact]
    public async Task is_answered_with_the_most_and_the_reasons_and_what_nobody_has_verified()
    {
        var donor = await service.RegisterAsync();

        var heavy = await service.Collector.ReadAsync($"/donors/{donor}/eligibility?weightKg=50&volumeMl=450");
        heavy.GetProperty("accepted").GetBoolean().ShouldBeTrue();
        heavy.GetProperty("maximumVolumeMl").GetInt32().ShouldBe(450);
        heavy.GetProperty("unverified").GetArrayLength().ShouldBe(0);

        var light = await service.Collector.ReadAsync($"/donors/{donor}/eligibility?weightKg=44&volumeMl=450");
        light.GetProperty("accepted").GetBoolean().ShouldBeFalse();
        light.GetProperty("reasons")[0].GetProperty("code").GetString().ShouldBe("volume-exceeds-weight");
        light.GetProperty("maximumVolumeMl").GetInt32().ShouldBe(250);

        var unweighed = await service.Collector.ReadAsync($"/donors/{donor}/eligibility?collection=plasma-apheresis");
        unweighed.GetProperty("reasons")[0].GetProperty("code").GetString().ShouldBe("weight-missing");
        (await (await service.Collector.GetAsync($"/donors/{donor}/eligibility?collection=milk")).RefusedAsync(HttpStatusCode.BadRequest)).ShouldBe(["invalid-value"]);
    }

    [Fact]
    public async Task shows_the_unverified_figure_that_a_deferral_rests_on()
    {
        var donor = await service.RegisterAsync();
        await (await service.TestAsync(await service.CollectAsync(donor), "hiv", "reactive")).EnsureAsync();

        var answer = await service.Collector.ReadAsync($"/donors/{donor}/eligibility?weightKg=60");

        answer.GetProperty("unverified")[0].GetProperty("path").GetString()!.ShouldStartWith("$.donors.deferrals[");
        answer.TryGetProperty("nextPossible", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task agrees_with_the_collection_that_follows()
    {
        var donor = await service.RegisterAsync();
        await service.CollectAsync(donor);

        var asked = await service.Collector.ReadAsync($"/donors/{donor}/eligibility?weightKg=60&volumeMl=350");
        var refused = await service.Collector.CommandAsync(
            "/donations", new { Donor = donor, Scan = DonationFixture.Scan(service.NextNumber()), VolumeMl = 350, WeightKg = 60 });

        asked.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString())
            .ShouldBe(await refused.RefusedAsync(HttpStatusCode.UnprocessableEntity));
    }
}
