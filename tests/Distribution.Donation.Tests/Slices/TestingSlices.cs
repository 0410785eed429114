using System.Net;
using System.Text.Json;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.Testing;
using Shouldly;
using Xunit;

namespace Distribution.Donations.Tests.Slices;

internal static class LaboratoryWork
{
    public static Task<HttpResponseMessage> TestAsync(this DonationFixture service, DonationNumber number, string marker, string result, string? run = null) =>
        service.Laboratory.CommandAsync($"/donations/{number}/markers", new { Results = new Dictionary<string, string> { [marker] = result }, Run = run });

    public static async Task<Implication> CaseAsync(this DonationFixture service, string recall) =>
        (await service.Store.LoadAsync<Implication>(recall)).State;

    /// <summary>The code of a donation's case.</summary>
    public static string CaseOf(string kind, DonationNumber number, string? about = null) =>
        $"{kind}-{number.ToString().ToLowerInvariant()}{(about is null ? "" : $"-{about}")}";

    /// <summary>One donation of a donor in the past, as it would be on record.</summary>
    public static async Task<DonationNumber> GivenAsync(this DonationFixture service, string donor, int daysAgo, params IReadOnlyList<object> events)
    {
        var number = service.NextNumber();
        var at = TimeProvider.System.GetUtcNow().AddDays(-daysAgo);
        var loaded = await service.Store.LoadAsync<Donor>(donor);
        var site = Blood.Network.SiteId.Parse("HN-HK", null);
        await service.Store.CommitAsync(new Commit
        {
            Metadata = new EventMetadata { Actor = "A9990-C01", Site = "HN-HK", OccurredAt = at },
            Appends =
            [
                loaded.Append([new DonorGave(number, at)]),
                new StreamAppend($"donation-{number}", 0, [new DonationCollected(number, DonorId.Parse(donor, null), 350, at, site), .. events]),
            ],
        });
        return number;
    }

    public static IReadOnlyList<object> Negative(string marker) => [new MarkerResultRecorded(marker, MarkerResult.Negative, TestPhase.Screening)];

    public static ComponentPrepared Plasma(DonationNumber number, int daysAgo)
    {
        var at = TimeProvider.System.GetUtcNow().AddDays(-daysAgo);
        var site = Blood.Network.SiteId.Parse("HN-BM", null);
        return new ComponentPrepared(
            new UnitNumber(number, ProductCode.Parse("D0201V00", null)), Blood.Components.ComponentKind.Plasma, 150, at, at.AddDays(730), at, site, site);
    }
}

[Collection(DonationSlices.Name)]
public sealed class A_reactive_result_by_HTTP(DonationFixture service)
{
    [Fact]
    public async Task is_recorded_with_the_batch_and_the_answer_names_what_was_not_also_the_second_time()
    {
        var number = await service.CollectAsync();
        var body = new { Results = new { Hiv = "reactive", Hbv = "negative", Cmv = "negative" }, Method = "ELISA", ReagentLot = "R-1", Instrument = "I-1", Run = "Q-1" };

        foreach (var repeated in new[] { false, true })
        {
            var answer = await (await service.Laboratory.CommandAsync($"/donations/{number}/markers", body, key: $"batch-{number}")).EnsureAsync();

            answer.GetProperty("repeated").GetBoolean().ShouldBe(repeated);
            answer.GetProperty("refused").EnumerateArray().ShouldHaveSingleItem().GetProperty("field").GetString().ShouldBe("results.cmv");
            answer.GetProperty("standings").GetProperty("hiv").GetString().ShouldBe("initially-reactive");
            answer.GetProperty("unverified").EnumerateArray().ShouldContain(figure => figure.GetProperty("path").GetString() == "$.markers[0].repeats");
        }

        var donation = await service.DonationAsync(number);
        donation.Results.Select(result => (result.Marker, result.Result)).ShouldBe([("hbv", MarkerResult.Negative), ("hiv", MarkerResult.Reactive)]);
        donation.Results[0].Details.ShouldBe(new TestDetails("ELISA", "R-1", "I-1", "Q-1"));
        donation.IsHeld.ShouldBeFalse();
    }

    [Fact]
    public async Task defers_the_donor_at_once_and_looks_back_when_it_repeats()
    {
        var donor = await service.RegisterAsync();
        var oldest = await service.GivenAsync(donor, 900, LaboratoryWork.Negative("hiv"));
        var inWindow = await service.GivenAsync(donor, 500);
        var negative = await service.GivenAsync(donor, 300, LaboratoryWork.Negative("hiv"));
        var between = await service.GivenAsync(donor, 100);
        var number = await service.CollectAsync(donor);
        var recall = LaboratoryWork.CaseOf("lookback", number, "hiv");

        await (await service.TestAsync(number, "hiv", "reactive")).EnsureAsync();
        (await service.Store.LoadAsync<Donor>(donor)).State.Deferrals.ShouldHaveSingleItem().Donation.ShouldBe(number);
        (await service.CaseAsync(recall)).Recall.ShouldBeNull();

        var done = await (await service.TestAsync(number, "hiv", "reactive")).EnsureAsync();
        done.GetProperty("standings").GetProperty("hiv").GetString().ShouldBe("repeat-reactive");

        var opened = await service.CaseAsync(recall);
        opened.Donations.ShouldBe([number, inWindow, negative, between]);
        (opened.DueAt!.Value - opened.OpenedAt).ShouldBe(TimeSpan.FromDays(3), TimeSpan.FromMinutes(1));
        foreach (var concerned in opened.Donations)
            (await service.DonationAsync(concerned)).Holds.ShouldHaveSingleItem().Recall.ToString().ShouldBe(recall);
        (await service.DonationAsync(oldest)).IsHeld.ShouldBeFalse();

        var shown = await service.Laboratory.ReadAsync($"/implications/{recall}");
        shown.GetProperty("kind").GetString().ShouldBe("lookback");
        shown.GetProperty("donations").GetArrayLength().ShouldBe(4);
        shown.GetProperty("donations")[0].GetProperty("held").GetBoolean().ShouldBeTrue();
        shown.GetProperty("unverified").EnumerateArray().ShouldContain(figure => figure.GetProperty("path").GetString() == "$.markers[0].lookbackWindow");
        var board = await service.Laboratory.ReadAsync($"/implications?open=true&after={await service.Store.HeadAsync()}");
        board.GetProperty("implications").EnumerateArray().ShouldContain(row =>
            row.GetProperty("recall").GetString() == recall && row.GetProperty("donations").GetInt32() == 4 && !row.GetProperty("overdue").GetBoolean());
        (await (await service.Elsewhere.GetAsync($"/implications/{recall}")).RefusedAsync(HttpStatusCode.Forbidden)).ShouldBe(["wrong-site"]);
    }

    [Fact]
    public async Task of_a_donor_with_sixty_donations_holds_all_of_them()
    {
        var donor = await service.RegisterAsync();
        List<DonationNumber> given = [];
        for (var index = 60; index > 0; index--)
            given.Add(await service.GivenAsync(donor, index * 14));
        await (await service.TestAsync(given[^1], "hcv", "reactive")).EnsureAsync();

        await (await service.TestAsync(given[^1], "hcv", "reactive")).EnsureAsync();

        (await service.CaseAsync(LaboratoryWork.CaseOf("lookback", given[^1], "hcv"))).Donations.ShouldBe(given, ignoreOrder: true);
        (await service.Store.LoadAsync<Donation>([.. given.Select(number => number.ToString())])).ShouldAllBe(donation => donation.State.IsHeld);
    }

    [Fact]
    public async Task and_the_second_signature_leave_nothing_out_of_control_whoever_is_first()
    {
        var released = 0;
        for (var round = 0; round < 12; round++)
        {
            var number = await service.ProcessAsync();
            await (await service.FirstReleaser.CommandAsync($"/donations/{number}/release", new { })).EnsureAsync();
            // Now the one, now the other has a start.
            var testing = round % 2 == 0 ? service.TestAsync(number, "hcv", "reactive") : null;
            var releasing = service.SecondReleaser.CommandAsync($"/donations/{number}/release", new { });
            await (await (testing ?? service.TestAsync(number, "hcv", "reactive"))).EnsureAsync();
            await releasing;

            var donation = await service.DonationAsync(number);
            donation.IsReactive.ShouldBeTrue();
            if (donation.IsReleased)
            {
                released++;
                donation.IsHeld.ShouldBeTrue();
                (await service.CaseAsync(LaboratoryWork.CaseOf("lookback", number, "hcv"))).Donations.ShouldBe([number]);
            }
        }

        // The other order is that of any reactive donation; this one has to have been met.
        var certain = await service.ProcessAsync();
        await service.ReleaseAsync(certain);
        await (await service.TestAsync(certain, "hcv", "reactive")).EnsureAsync();
        (await service.DonationAsync(certain)).IsHeld.ShouldBeTrue();
        (await service.CaseAsync(LaboratoryWork.CaseOf("lookback", certain, "hcv"))).Kind.ShouldBe(RecallKind.Lookback);
        released.ShouldBeLessThanOrEqualTo(12);
    }

    [Fact]
    public async Task that_is_confirmed_negative_lets_the_case_end_by_two_people()
    {
        var number = await service.ProcessAsync();
        foreach (var run in new[] { "1", "2" })
            await (await service.TestAsync(number, "hcv", "reactive", run)).EnsureAsync();
        await (await service.Laboratory.CommandAsync($"/donations/{number}/confirmations", new { Marker = "hcv", Result = "negative" })).EnsureAsync();
        var recall = LaboratoryWork.CaseOf("lookback", number, "hcv");
        (await service.DonationAsync(number)).IsHeld.ShouldBeTrue();

        (await (await service.Laboratory.CommandAsync($"/implications/{recall}/end", new { Reason = "confirmed-negative", VerifierScan = "A9990-L01" }))
            .RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["second-person-required"]);
        await (await service.Laboratory.CommandAsync($"/implications/{recall}/end", new { Reason = "confirmed-negative", VerifierScan = "A9990-L02" })).EnsureAsync();

        (await service.DonationAsync(number)).IsHeld.ShouldBeFalse();
        (await service.CaseAsync(recall)).End!.VerifiedBy.ShouldBe("A9990-L02");
    }

    [Fact]
    public async Task that_repeats_negative_frees_nothing_that_was_released_and_that_the_policy_would_not_release()
    {
        var number = await service.ProcessAsync();
        await service.ReleaseAsync(number);
        foreach (var (result, run) in new[] { ("reactive", "1"), ("negative", "2"), ("negative", "3") })
            await (await service.TestAsync(number, "hcv", result, run)).EnsureAsync();
        var recall = LaboratoryWork.CaseOf("lookback", number, "hcv");

        (await (await service.Laboratory.CommandAsync($"/implications/{recall}/end", new { Reason = "negative-on-repeat", VerifierScan = "A9990-L02" }))
            .RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["released-and-barred"]);
        (await service.DonationAsync(number)).IsHeld.ShouldBeTrue();
    }

    [Fact]
    public async Task that_is_confirmed_positive_keeps_its_case_open()
    {
        var number = await service.CollectAsync();
        await (await service.TestAsync(number, "hiv", "reactive")).EnsureAsync();
        await (await service.TestAsync(number, "hiv", "reactive")).EnsureAsync();
        await (await service.Laboratory.CommandAsync($"/donations/{number}/confirmations", new { Marker = "hiv", Result = "positive", Method = "western blot" })).EnsureAsync();
        var recall = LaboratoryWork.CaseOf("lookback", number, "hiv");

        (await (await service.Laboratory.CommandAsync($"/implications/{recall}/end", new { Reason = "mistake", VerifierScan = "A9990-L02" }))
            .RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["confirmed-positive"]);
        (await service.Laboratory.ReadAsync($"/donations/{number}")).GetProperty("markers").GetProperty("hiv").GetProperty("confirmation").GetString().ShouldBe("positive");
    }
}

[Collection(DonationSlices.Name)]
public sealed class Groups_that_disagree(DonationFixture service)
{
    [Fact]
    public async Task hold_the_donation_until_it_is_settled_and_two_people_end_the_case()
    {
        var number = await service.ProcessAsync();
        var third = service.Client("A9990-L03", Blood.Network.SiteId.Parse("HN-BM", null), ServiceDefaults.Security.Roles.Laboratory);
        var answer = await (await third.CommandAsync($"/donations/{number}/group", new { Scan = "A+" })).EnsureAsync();
        answer.GetProperty("disagrees").GetBoolean().ShouldBeTrue();
        answer.GetProperty("held").GetBoolean().ShouldBeTrue();
        var recall = LaboratoryWork.CaseOf("group", number);

        (await (await service.FirstReleaser.CommandAsync($"/donations/{number}/release", new { })).RefusedAsync(HttpStatusCode.UnprocessableEntity))
            .ShouldBe(["donation-held", "group-disagrees"]);
        (await (await service.Laboratory.CommandAsync($"/implications/{recall}/end", new { Reason = "settled", VerifierScan = "A9990-L02" }))
            .RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["group-disagrees"]);

        await (await service.Laboratory.CommandAsync(
            $"/donations/{number}/corrections", new { Group = "O+", Person = "A9990-L03", Reason = "tube-mixed-up", VerifierScan = "A9990-L02" })).EnsureAsync();
        await (await service.Laboratory.CommandAsync($"/implications/{recall}/end", new { Reason = "settled", VerifierScan = "A9990-L02" })).EnsureAsync();

        await service.ReleaseAsync(number);
        (await service.DonationAsync(number)).IsReleased.ShouldBeTrue();
    }

    [Fact]
    public async Task with_the_donors_history_hold_the_earlier_donations_with_components()
    {
        var donor = await service.RegisterAsync();
        var earlier = await service.GivenAsync(donor, 400);
        await service.Store.CommitAsync(new Commit
        {
            Metadata = new EventMetadata { Actor = "A9990-L01", Site = "HN-BM", OccurredAt = TimeProvider.System.GetUtcNow() },
            Appends = [(await service.Store.LoadAsync<Donation>(earlier.ToString())).Append([LaboratoryWork.Plasma(earlier, 400)])],
        });
        var empty = await service.GivenAsync(donor, 200);
        await service.DetermineAsync(earlier, "O+");
        (await service.Store.LoadAsync<Donor>(donor)).State.Group.ShouldBe(new KnownGroup(Given.OPositive, earlier));

        var number = await service.CollectAsync(donor);
        await (await service.Laboratory.CommandAsync($"/donations/{number}/group", new { Scan = "A+" })).EnsureAsync();

        (await service.CaseAsync(LaboratoryWork.CaseOf("group", number))).Donations.ShouldBe([number, earlier]);
        (await service.DonationAsync(earlier)).IsHeld.ShouldBeTrue();
        (await service.DonationAsync(empty)).IsHeld.ShouldBeFalse();
        (await service.Store.LoadAsync<Donor>(donor)).State.Group!.Group.ShouldBe(Given.OPositive);
    }

    [Fact]
    public async Task with_the_donors_new_group_hold_every_donation_that_was_judged_by_the_old_one()
    {
        var donor = await service.RegisterAsync();
        var wrong = await service.GivenAsync(donor, 400);
        await service.DetermineAsync(wrong, "O+");
        var same = await service.GivenAsync(donor, 200);
        await service.DetermineAsync(same, "O+");
        var unknown = await service.GivenAsync(donor, 100);
        (await service.DonationAsync(same)).IsHeld.ShouldBeFalse();

        foreach (var (person, verifier) in new[] { ("A9990-L01", "A9990-L02"), ("A9990-L02", "A9990-L03") })
            await CorrectAsync(wrong, "A+", person, verifier);

        (await service.Store.LoadAsync<Donor>(donor)).State.Group!.Group.ToString().ShouldBe("A+");
        var recall = LaboratoryWork.CaseOf("group", same);
        var opened = await service.CaseAsync(recall);
        (opened.Kind, opened.Reason).ShouldBe((RecallKind.GroupDisagreement, "group differs from the donor's"));
        opened.Donations.ShouldBe([same]);
        (await service.DonationAsync(same)).IsHeld.ShouldBeTrue();
        (await service.DonationAsync(unknown)).IsHeld.ShouldBeFalse();
        var cause = (await service.Store.ReadStreamAsync($"donor-{donor}")).Events[^1];
        cause.Data.ShouldBeOfType<DonorGroupKnown>();
        (await service.Store.ReadStreamAsync($"implication-{recall}")).Events.ShouldHaveSingleItem().Metadata.CausationId.ShouldBe(cause.Metadata.CausationId);

        (await EndAsync(recall)).ShouldBe(["group-disagrees"]);
        foreach (var (person, verifier) in new[] { ("A9990-L01", "A9990-L02"), ("A9990-L02", "A9990-L03") })
            await CorrectAsync(same, "A+", person, verifier);
        (await EndAsync(recall)).ShouldBeEmpty();
    }

    [Fact]
    public async Task keep_the_case_open_whichever_of_its_donations_differs()
    {
        var donor = await service.RegisterAsync();
        var earlier = await service.GivenAsync(donor, 400);
        await service.Store.CommitAsync(new Commit
        {
            Metadata = new EventMetadata { Actor = "A9990-L01", Site = "HN-BM", OccurredAt = TimeProvider.System.GetUtcNow() },
            Appends = [(await service.Store.LoadAsync<Donation>(earlier.ToString())).Append([LaboratoryWork.Plasma(earlier, 400)])],
        });
        await service.DetermineAsync(earlier, "O+");
        var number = await service.CollectAsync(donor);
        await service.DetermineAsync(number, "A+");
        var recall = LaboratoryWork.CaseOf("group", number);
        (await service.CaseAsync(recall)).Donations.ShouldBe([number, earlier]);

        // A second pair finds the same: the donor's group is that of the new donation, and the earlier one differs.
        foreach (var person in new[] { "A9990-L03", "A9990-L04" })
            await (await Laboratory(person).CommandAsync($"/donations/{number}/group", new { Scan = "A+" })).EnsureAsync();
        (await service.Store.LoadAsync<Donor>(donor)).State.Group!.Donation.ShouldBe(number);

        (await EndAsync(recall)).ShouldBe(["group-disagrees"]);
    }

    [Fact]
    public async Task that_were_corrected_after_the_release_are_never_freed_under_the_old_label()
    {
        var number = await service.ProcessAsync();
        await service.ReleaseAsync(number);
        foreach (var (person, verifier) in new[] { ("A9990-L01", "A9990-L02"), ("A9990-L02", "A9990-L03") })
            await CorrectAsync(number, "A+", person, verifier);

        (await EndAsync(LaboratoryWork.CaseOf("correction", number))).ShouldBe(["released-under-other-group"]);
        (await EndAsync(LaboratoryWork.CaseOf("group", number))).ShouldBe(["released-under-other-group"]);
        (await service.DonationAsync(number)).Holds.ShouldAllBe(hold => !hold.Ended);
    }

    [Fact]
    public async Task with_the_donors_history_hold_what_has_expired_here_too()
    {
        var donor = await service.RegisterAsync();
        var earlier = await service.GivenAsync(donor, 900);
        await service.Store.CommitAsync(new Commit
        {
            Metadata = new EventMetadata { Actor = "A9990-L01", Site = "HN-BM", OccurredAt = TimeProvider.System.GetUtcNow() },
            Appends = [(await service.Store.LoadAsync<Donation>(earlier.ToString())).Append([LaboratoryWork.Plasma(earlier, 900)])],
        });
        await service.DetermineAsync(earlier, "O+");

        var number = await service.CollectAsync(donor);
        await (await service.Laboratory.CommandAsync($"/donations/{number}/group", new { Scan = "A+" })).EnsureAsync();

        (await service.CaseAsync(LaboratoryWork.CaseOf("group", number))).Donations.ShouldBe([number, earlier]);
    }

    [Fact]
    public async Task are_found_where_the_donors_group_changes_while_another_donation_is_determined()
    {
        for (var round = 0; round < 8; round++)
        {
            var donor = await service.RegisterAsync();
            var (first, second) = (await service.GivenAsync(donor, 200), await service.GivenAsync(donor, 100));
            await service.DetermineAsync(first, "O+");
            await CorrectAsync(first, "A+", "A9990-L01", "A9990-L02");

            // Now the one, now the other has a start.
            var correcting = round % 2 == 0 ? CorrectAsync(first, "A+", "A9990-L02", "A9990-L03") : null;
            var determining = service.Laboratory.CommandAsync($"/donations/{second}/group", new { Scan = "O+" });
            await (correcting ?? CorrectAsync(first, "A+", "A9990-L02", "A9990-L03"));
            await (await determining).EnsureAsync();

            (await service.DonationAsync(second)).IsHeld.ShouldBeTrue();
        }
    }

    private HttpClient Laboratory(string person) => service.Client(person, Blood.Network.SiteId.Parse("HN-BM", null), ServiceDefaults.Security.Roles.Laboratory);

    private async Task CorrectAsync(DonationNumber number, string group, string person, string verifier) =>
        await (await service.Laboratory.CommandAsync(
            $"/donations/{number}/corrections", new { Group = group, Person = person, Reason = "tube-mixed-up", VerifierScan = verifier })).EnsureAsync();

    /// <returns>Why the case is not ended; nothing where it is.</returns>
    private async Task<IReadOnlyList<string>> EndAsync(string recall)
    {
        var answer = await service.Laboratory.CommandAsync($"/implications/{recall}/end", new { Reason = "settled", VerifierScan = "A9990-L02" });
        return answer.IsSuccessStatusCode ? [] : [.. await answer.RefusedAsync(HttpStatusCode.UnprocessableEntity)];
    }

    [Fact]
    public async Task are_not_settled_by_one_person_twice()
    {
        var number = await service.CollectAsync();
        await (await service.Laboratory.CommandAsync($"/donations/{number}/group", new { Scan = "O+" })).EnsureAsync();

        (await (await service.Laboratory.CommandAsync($"/donations/{number}/group", new { Scan = "O+" })).RefusedAsync(HttpStatusCode.UnprocessableEntity))
            .ShouldBe(["second-person-required"]);
        (await (await service.FirstReleaser.CommandAsync($"/donations/{number}/release", new { })).RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldContain("group-unknown");
    }
}

[Collection(DonationSlices.Name)]
public sealed class Correcting_by_HTTP(DonationFixture service)
{
    [Fact]
    public async Task after_the_release_implicates_the_donation_and_defers_the_donor()
    {
        var donor = await service.RegisterAsync();
        var number = await service.ProcessAsync(donor);
        await service.ReleaseAsync(number);

        await (await service.Laboratory.CommandAsync(
            $"/donations/{number}/corrections", new { Marker = "hiv", Result = "reactive", Reason = "tube-mixed-up", VerifierScan = "A9990-L02" })).EnsureAsync();

        (await service.CaseAsync(LaboratoryWork.CaseOf("lookback", number, "hiv"))).Donations.ShouldBe([number]);
        (await service.Store.LoadAsync<Donor>(donor)).State.Deferrals.ShouldHaveSingleItem().Reason.ShouldBe("marker-reactive");
        (await (await service.Laboratory.CommandAsync(
            $"/donations/{number}/corrections", new { Marker = "hiv", Result = "negative", Reason = "tube-mixed-up", VerifierScan = "A9990-L02" }))
            .RefusedAsync(HttpStatusCode.UnprocessableEntity)).ShouldBe(["already-released"]);
    }

    [Fact]
    public async Task from_reactive_to_negative_ends_the_deferral_that_rested_on_it()
    {
        var donor = await service.RegisterAsync();
        var number = await service.CollectAsync(donor);
        await (await service.Laboratory.CommandAsync($"/donations/{number}/markers", new { Results = new { Hiv = "reactive", Hbv = "reactive" } })).EnsureAsync();

        foreach (var (marker, isEnded) in new[] { ("hbv", false), ("hiv", true) })
        {
            await (await service.Laboratory.CommandAsync(
                $"/donations/{number}/corrections", new { Marker = marker, Result = "negative", Reason = "tube-mixed-up", VerifierScan = "A9990-L02" })).EnsureAsync();
            (await service.Store.LoadAsync<Donor>(donor)).State.Deferrals.ShouldHaveSingleItem().IsEnded.ShouldBe(isEnded, marker);
        }
    }

    [Fact]
    public async Task of_a_group_after_the_release_implicates_the_donation()
    {
        var number = await service.ProcessAsync();
        await service.ReleaseAsync(number);

        foreach (var person in new[] { "A9990-L01", "A9990-L02" })
        {
            await (await service.Laboratory.CommandAsync(
                $"/donations/{number}/corrections", new { Group = "A+", Person = person, Reason = "tube-mixed-up", VerifierScan = "A9990-L02" })).EnsureAsync();
        }

        (await service.CaseAsync(LaboratoryWork.CaseOf("correction", number))).Kind.ShouldBe(RecallKind.Correction);
        var donation = await service.DonationAsync(number);
        donation.Group.ShouldBe(Blood.BloodGroups.BloodGroup.Parse("A+", null));
        donation.IsHeld.ShouldBeTrue();
        (await service.Store.LoadAsync<Donor>(donation.Donor.ToString())).State.Group!.Group.ShouldBe(donation.Group!.Value);
    }

    [Theory]
    [InlineData("""{"reason":"tube-mixed-up","verifierScan":"A9990-L02"}""")]
    [InlineData("""{"reason":"tube-mixed-up","verifierScan":"A9990-L02","marker":"hiv"}""")]
    [InlineData("""{"reason":"tube-mixed-up","verifierScan":"A9990-L02","marker":"hiv","result":"negative","group":"O+"}""")]
    public async Task says_what_is_corrected(string body) =>
        (await (await service.Laboratory.CommandAsync($"/donations/{service.NextNumber()}/corrections", JsonDocument.Parse(body).RootElement))
            .RefusedAsync(HttpStatusCode.BadRequest)).ShouldBe(["correction-invalid"]);
}
