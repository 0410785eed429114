using System.Net;
using System.Text.Json;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Slices;

/// <summary>By the policy that the service runs with.</summary>
public sealed class Doing_procedures(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    private HttpClient Laboratory => inventory.Client("A9990-L01", Centre, Roles.Laboratory);

    [Fact]
    public async Task A_unit_is_divided_and_its_parts_are_in_stock()
    {
        var unit = await inventory.ReleasedAsync();
        var parts = Parts(unit);

        var answer = await DivideAsync(Laboratory, unit, parts);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var body = await answer.JsonAsync();
        body.GetProperty("units").EnumerateArray().Select(made => made.GetString()).ShouldBe(parts.Select(part => part.ToString()));
        (await inventory.UnitAsync(unit)).Fate!.Kind.ShouldBe(FateKind.UsedUp);
        (await inventory.UnitAsync(parts[0])).IsAvailable(inventory.Now).ShouldBeTrue();
        var listed = await (await Laboratory.GetAsync($"/stock/units?status=available&after={body.GetProperty("position").GetString()}")).JsonAsync();
        string[] units = [.. listed.GetProperty("units").EnumerateArray().Select(row => row.GetProperty("unit").GetString()!)];
        units.ShouldContain(parts[0].ToString());
        units.ShouldContain(parts[1].ToString());
        units.ShouldNotContain(unit.ToString());
    }

    [Fact]
    public async Task The_same_command_again_changes_nothing()
    {
        var unit = await inventory.ReleasedAsync();
        var laboratory = Laboratory;

        await DivideAsync(laboratory, unit, Parts(unit), "divide-once");
        var again = await DivideAsync(laboratory, unit, Parts(unit), "divide-once");

        var anew = await DivideAsync(laboratory, unit, Parts(unit));

        (await again.JsonAsync()).GetProperty("repeated").GetBoolean().ShouldBeTrue();
        anew.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await inventory.Store.ReadStreamAsync($"unit-{unit}")).Events.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Of_two_at_the_same_time_on_one_unit_one_wins_and_the_other_leaves_nothing()
    {
        var laboratory = Laboratory;
        for (var round = 0; round < 5; round++)
        {
            var unit = await inventory.ReleasedAsync();
            UnitNumber[] first = Parts(unit), second = [Part(unit, "C0"), Part(unit, "D0")];

            var answers = await Task.WhenAll(DivideAsync(laboratory, unit, first), DivideAsync(laboratory, unit, second));

            var winner = answers.ToList().FindIndex(answer => answer.StatusCode == HttpStatusCode.OK);
            var loser = await answers.Single(answer => answer.StatusCode == HttpStatusCode.UnprocessableEntity).JsonAsync();
            loser.GetProperty("code").GetString().ShouldBe("ended");
            (await inventory.UnitAsync(unit)).Children.ShouldBe(winner == 0 ? first : second);
            (await inventory.UnitAsync((winner == 0 ? second : first)[0])).ShouldBe(Unit.Initial);
        }
    }

    [Fact]
    public async Task A_pool_takes_no_number_under_which_anything_is_known()
    {
        UnitNumber[] sources = [await PlateletsAsync(), await PlateletsAsync()];
        var donation = await inventory.ReleasedAsync();
        var own = inventory.NextUnit();

        var used = await PoolAsync(sources, donation.Donation);
        var pooled = await PoolAsync(sources, own.Donation);

        (await used.JsonAsync()).GetProperty("code").GetString().ShouldBe("pool-number-used");
        pooled.StatusCode.ShouldBe(HttpStatusCode.OK);
        var pool = await inventory.UnitAsync(new UnitNumber(own.Donation, ProductCode.Create("D0302")));
        pool.Parents.ShouldBe(sources);
        pool.Facts!.Kind.ShouldBe(ComponentKind.Platelets);

        async Task<UnitNumber> PlateletsAsync()
        {
            var unit = inventory.NextUnit(ComponentKind.Platelets);
            await inventory.ReleaseAsync(unit);
            return unit;
        }

        Task<HttpResponseMessage> PoolAsync(UnitNumber[] units, DonationNumber number) => Laboratory.CommandAsync("/procedures", new
        {
            procedure = "pool",
            sources = units.Select(Scan),
            results = new[] { new { scan = Scan(new UnitNumber(number, ProductCode.Create("D0302"))), volumeMl = 400 } },
        });
    }

    [Fact]
    public async Task A_lookback_reaches_what_was_made_of_the_donation_and_of_its_pool()
    {
        UnitNumber[] sources = [inventory.NextUnit(ComponentKind.Platelets), inventory.NextUnit(ComponentKind.Platelets)];
        foreach (var source in sources)
            await inventory.ReleaseAsync(source);
        var number = inventory.NextUnit().Donation;
        var pool = new UnitNumber(number, ProductCode.Create("D0302"));
        UnitNumber[] halves = [Part(pool, "A0"), Part(pool, "B0")];
        await Laboratory.CommandAsync("/procedures", new { procedure = "pool", sources = sources.Select(Scan), results = new[] { new { scan = Scan(pool), volumeMl = 400 } } });
        await DivideAsync(Laboratory, pool, halves);

        await inventory.ImplicateAsync(RecallId.Parse("lookback-pool"), [sources[1].Donation]);

        foreach (var half in halves)
            (await inventory.UnitAsync(half)).Holds.ShouldBe(["lookback-pool"]);
    }

    [Fact]
    public async Task What_the_centre_used_up_before_its_release_ends_and_its_component_knows_of_it()
    {
        var plasma = inventory.NextUnit(ComponentKind.Plasma);
        var cryoprecipitate = new UnitNumber(plasma.Donation, ProductCode.Create("D0401"));
        await inventory.PrepareAsync(plasma);

        await inventory.UsedUpAsync(plasma, cryoprecipitate);
        await inventory.ReleaseAsync(cryoprecipitate, from: plasma);

        var ancestry = await (await Laboratory.GetAsync($"/units/{cryoprecipitate}/ancestry")).JsonAsync();
        ancestry.GetProperty("units").EnumerateArray().Select(row => $"{row.GetProperty("generation")} {row.GetProperty("unit")}")
            .ShouldBe([$"-1 {plasma}", $"0 {cryoprecipitate}"]);
        ancestry.GetProperty("units")[0].GetProperty("fate").GetString().ShouldBe("used-up");
        ancestry.GetProperty("units")[0].GetProperty("children")[0].GetString().ShouldBe(cryoprecipitate.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_centre_makes_of_a_held_unit_is_held_whichever_is_told_first(bool usedUpFirst)
    {
        var plasma = inventory.NextUnit(ComponentKind.Plasma);
        var cryoprecipitate = new UnitNumber(plasma.Donation, ProductCode.Create("D0401"));
        await inventory.PrepareAsync(plasma);
        var bank = inventory.BloodBank(Centre);
        await bank.CommandAsync("/units/hold", new { scan = Scan(plasma), reason = "smeared" });
        var recall = RecallId.Parse((await (await bank.CommandAsync("/recalls", new { reason = "label smeared", units = new[] { Scan(plasma) } })).JsonAsync()).GetProperty("recall").GetString()!);

        if (usedUpFirst)
            await inventory.UsedUpAsync(plasma, cryoprecipitate);
        await inventory.ReleaseAsync(cryoprecipitate, from: plasma);
        if (!usedUpFirst)
            await inventory.UsedUpAsync(plasma, cryoprecipitate);

        var child = await inventory.UnitAsync(cryoprecipitate);
        child.Holds.ShouldBe(["smeared", recall.ToString()]);
        child.IsHeldFor(recall).ShouldBeTrue();
        (await inventory.RecallAsync(recall)).Units.ShouldBe([plasma, cryoprecipitate]);
        (await inventory.Store.ReadStreamAsync($"recall-{recall}")).Events.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_case_that_came_to_nothing_before_a_component_is_told_of_does_not_come_down_to_it()
    {
        var plasma = inventory.NextUnit(ComponentKind.Plasma);
        var cryoprecipitate = new UnitNumber(plasma.Donation, ProductCode.Create("D0401"));
        await inventory.PrepareAsync(plasma);
        var bank = inventory.BloodBank(Centre);
        var recall = (await (await bank.CommandAsync("/recalls", new { reason = "label smeared", units = new[] { Scan(plasma) } })).JsonAsync()).GetProperty("recall").GetString()!;
        await inventory.UsedUpAsync(plasma, cryoprecipitate);
        (await inventory.UnitAsync(cryoprecipitate)).Holds.ShouldBe([recall]);
        await bank.CommandAsync($"/recalls/{recall}/clearance", new { reason = "readable", verifierScan = "='A9991000N02" });

        await inventory.ReleaseAsync(cryoprecipitate, from: plasma);

        (await inventory.UnitAsync(cryoprecipitate)).Holds.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hold_on_what_is_used_up_reaches_a_component_that_nobody_has_told_of()
    {
        var plasma = inventory.NextUnit(ComponentKind.Plasma);
        var cryoprecipitate = new UnitNumber(plasma.Donation, ProductCode.Create("D0401"));
        await inventory.PrepareAsync(plasma);
        await inventory.UsedUpAsync(plasma, cryoprecipitate);

        (await inventory.BloodBank(Centre).CommandAsync("/units/hold", new { scan = Scan(plasma), reason = "smeared" })).StatusCode.ShouldBe(HttpStatusCode.OK);

        await inventory.ReleaseAsync(cryoprecipitate, from: plasma);
        (await inventory.UnitAsync(cryoprecipitate)).Holds.ShouldBe(["smeared"]);
    }

    [Fact]
    public async Task Nothing_is_done_to_units_of_another_site_nor_by_another_role()
    {
        var unit = await inventory.ReleasedAsync(site: Hospital);

        var stranger = await DivideAsync(Laboratory, unit, Parts(unit));
        var dispatcher = await DivideAsync(inventory.Client("A9991-D01", Hospital, Roles.Dispatcher), unit, Parts(unit));

        stranger.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await stranger.JsonAsync()).GetProperty("code").GetString().ShouldBe("wrong-site");
        dispatcher.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Everything_wrong_with_a_body_is_told_at_once_and_what_does_not_fit_by_its_field()
    {
        var unit = await inventory.ReleasedAsync();

        var malformed = await Laboratory.CommandAsync("/procedures", new { sources = Array.Empty<string>(), results = new[] { new { scan = "=<D0101000" } }, doseGy = -1 });
        var unknown = await Laboratory.CommandAsync("/procedures", new { procedure = "shake", sources = new[] { Scan(unit) } });
        var refused = await DivideAsync(Laboratory, unit, Parts(unit), volumeMl: 126);

        malformed.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await malformed.JsonAsync()).GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("field").GetString())
            .ShouldBe(["procedure", "sources", "results[0].scan", "results[0].volumeMl", "doseGy"]);
        unknown.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.JsonAsync()).GetProperty("code").GetString().ShouldBe("volume-exceeds-source");
        (await inventory.UnitAsync(unit)).Fate.ShouldBeNull();
    }

    [Fact]
    public async Task A_child_tells_its_whole_ancestry_in_order_of_time()
    {
        var unit = await inventory.ReleasedAsync();
        var child = Part(unit, "A0");
        var grandchild = Part(unit, "Ab");
        var laboratory = Laboratory;
        await DivideAsync(laboratory, unit, Parts(unit));
        var between = (await inventory.Store.ReadStreamAsync($"unit-{child}")).Events[0].RecordedAt;
        await DivideAsync(laboratory, child, [Part(unit, "Aa"), grandchild], volumeMl: 60);

        var history = await (await laboratory.GetAsync($"/units/{grandchild}/history")).JsonAsync();
        var ancestry = await (await laboratory.GetAsync($"/units/{child}/ancestry")).JsonAsync();
        var then = await (await laboratory.GetAsync($"/units/{child}/ancestry?knownAt={Uri.EscapeDataString(between.ToString("O"))}")).JsonAsync();

        history.GetProperty("ancestors").EnumerateArray().Select(NumberOf).ShouldBe([unit.ToString(), child.ToString()]);
        Names(history.GetProperty("ancestors")[0]).ShouldBe(["unit-prepared.v1", "unit-released.v1", "unit-used-up.v1"]);
        Names(history.GetProperty("ancestors")[1]).ShouldBe(["unit-made.v1", "unit-used-up.v1"]);
        Names(history).ShouldBe(["unit-made.v1"]);
        ancestry.GetProperty("units").EnumerateArray().Select(row => $"{row.GetProperty("generation")} {row.GetProperty("unit")}")
            .ShouldBe([$"-1 {unit}", $"0 {child}", $"1 {Part(unit, "Aa")}", $"1 {grandchild}"]);
        ancestry.GetProperty("units")[0].GetProperty("usedUpBy").GetString().ShouldBe("divide");
        ancestry.GetProperty("units")[0].GetProperty("endedAt").GetDateTimeOffset().ShouldBeGreaterThan(inventory.Now.AddMinutes(-5));
        ancestry.GetProperty("units")[2].GetProperty("procedure").GetString().ShouldBe("divide");
        then.GetProperty("units").GetArrayLength().ShouldBe(2);

        static string? NumberOf(JsonElement ancestor) => ancestor.GetProperty("unit").GetProperty("unit").GetString();

        static IEnumerable<string?> Names(JsonElement history) => history.GetProperty("events").EnumerateArray().Select(entry => entry.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_hold_on_a_unit_that_is_used_up_reaches_what_lives_of_it()
    {
        var unit = await inventory.ReleasedAsync();
        var laboratory = Laboratory;
        await DivideAsync(laboratory, unit, Parts(unit));
        await DivideAsync(laboratory, Part(unit, "A0"), [Part(unit, "Aa"), Part(unit, "Ab")], volumeMl: 60);
        await inventory.BloodBank(Centre).CommandAsync("/units/discard", new { scan = Scan(Part(unit, "Aa")), reason = "bag-leaking" });

        var held = await laboratory.CommandAsync("/units/hold", new { scan = Scan(unit), reason = "lookback" });

        held.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await inventory.UnitAsync(Part(unit, "Ab"))).Holds.ShouldBe(["lookback"]);
        (await inventory.UnitAsync(Part(unit, "B0"))).Holds.ShouldBe(["lookback"]);
        (await inventory.UnitAsync(Part(unit, "A0"))).Holds.ShouldBeEmpty();
        (await inventory.UnitAsync(Part(unit, "Aa"))).Holds.ShouldBeEmpty();
        (await inventory.UnitAsync(unit)).Holds.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hold_that_races_a_procedure_ends_on_what_lives()
    {
        var laboratory = Laboratory;
        for (var round = 0; round < 10; round++)
        {
            var unit = await inventory.ReleasedAsync();

            var (held, divided) = (laboratory.CommandAsync("/units/hold", new { scan = Scan(unit), reason = "lookback" }), DivideAsync(laboratory, unit, Parts(unit)));
            await Task.WhenAll(held, divided);

            (await held).StatusCode.ShouldBe(HttpStatusCode.OK);
            UnitNumber[] living = (await divided).StatusCode == HttpStatusCode.OK ? Parts(unit) : [unit];
            foreach (var number in living)
            {
                var state = await inventory.UnitAsync(number);
                state.Fate.ShouldBeNull();
                state.Holds.ShouldBe(["lookback"]);
            }
        }
    }

    [Fact]
    public async Task A_doubt_about_the_group_of_a_unit_that_is_used_up_stops_its_parts()
    {
        var unit = await inventory.ReleasedAsync("O+");
        await DivideAsync(Laboratory, unit, Parts(unit));

        await inventory.ReleaseAsync(unit, "A+");

        foreach (var part in Parts(unit))
            (await inventory.UnitAsync(part)).Holds.ShouldBe([UnitDecider.GroupDiffers]);
    }

    [Fact]
    public async Task A_reaction_to_a_pool_stops_what_else_was_made_of_each_donation_in_it()
    {
        UnitNumber[] sources = [inventory.NextUnit(ComponentKind.Platelets), inventory.NextUnit(ComponentKind.Platelets)];
        UnitNumber[] siblings = [.. sources.Select(source => new UnitNumber(source.Donation, ProductCode.Create("D0101")))];
        foreach (var unit in sources.Concat(siblings))
            await inventory.ReleaseAsync(unit);
        var pool = new UnitNumber(inventory.NextUnit().Donation, ProductCode.Create("D0302"));
        await Laboratory.CommandAsync("/procedures", new { procedure = "pool", sources = sources.Select(Scan), results = new[] { new { scan = Scan(pool), volumeMl = 400 } } });
        var bank = inventory.BloodBank(Centre);
        await bank.CommandAsync("/units/transfuse", new { scan = Scan(pool) });

        var reported = await bank.CommandAsync("/units/reaction", new { scan = Scan(pool), severity = 2, imputability = "1", category = "bacterial-infection" });

        reported.StatusCode.ShouldBe(HttpStatusCode.OK);
        var recall = (await reported.JsonAsync()).GetProperty("recall").GetString()!;
        foreach (var sibling in siblings)
            (await inventory.UnitAsync(sibling)).Holds.ShouldBe([recall]);
    }

    [Fact]
    public async Task A_hold_on_a_unit_of_which_nothing_is_left_is_refused()
    {
        var unit = await inventory.ReleasedAsync();
        await DivideAsync(Laboratory, unit, Parts(unit));
        foreach (var part in Parts(unit))
            await inventory.BloodBank(Centre).CommandAsync("/units/discard", new { scan = Scan(part), reason = "bag-leaking" });

        var held = await Laboratory.CommandAsync("/units/hold", new { scan = Scan(unit), reason = "lookback" });

        (await held.JsonAsync()).GetProperty("code").GetString().ShouldBe("ended");
    }

    [Fact]
    public async Task What_was_made_expires_by_itself()
    {
        var unit = await inventory.ReleasedAsync(expiresAt: inventory.Now.AddSeconds(5));
        (await DivideAsync(Laboratory, unit, Parts(unit))).StatusCode.ShouldBe(HttpStatusCode.OK);

        await Eventually.BecomesTrueAsync(
            async () => (await inventory.UnitAsync(Parts(unit)[0])).Fate is { Kind: FateKind.Expired }, "the part's own deadline was swept");
        (await inventory.UnitAsync(unit)).Fate!.Kind.ShouldBe(FateKind.UsedUp);
    }

    private static async Task<HttpResponseMessage> DivideAsync(HttpClient client, UnitNumber unit, UnitNumber[] parts, string? key = null, int volumeMl = 120) =>
        await client.CommandAsync(
            "/procedures", new { procedure = "divide", sources = new[] { Scan(unit) }, results = parts.Select(part => new { scan = Scan(part), volumeMl }) }, key);

    private static UnitNumber[] Parts(UnitNumber unit) => [Part(unit, "A0"), Part(unit, "B0")];

    private static UnitNumber Part(UnitNumber unit, string division) =>
        new(unit.Donation, ProductCode.Create(unit.Product.Description, unit.Product.CollectionType, division));

    private static string Scan(UnitNumber unit) => $"={unit.Donation}00=<{unit.Product}";
}
