using System.Globalization;
using System.Net;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Slices;

public sealed class Acting_on_units(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    [Fact]
    public async Task A_patients_unit_goes_from_stock_to_transfusion()
    {
        var unit = await inventory.ReleasedAsync("O+", Hospital);
        var order = OrderId.From("bedside");
        var patient = await inventory.TellOfRecipientAsync(RecipientId.From("at the bedside"), "O+");
        await inventory.ReserveAsync(order, Hospital, 1, "O+", patient);
        var bank = inventory.BloodBank(Hospital);

        (await bank.CommandAsync("/units/crossmatch", new { scan = Scan(unit), order, recipient = patient, compatible = true, sample = Tube })).StatusCode.ShouldBe(HttpStatusCode.OK);
        var alone = await bank.CommandAsync("/units/issue", new { scan = Scan(unit), order, recipient = patient, verifierScan = "='A9991000N01", appearance = "normal" });
        (await alone.JsonAsync()).GetProperty("code").GetString().ShouldBe("second-person-required");
        (await bank.CommandAsync("/units/issue", new { scan = Scan(unit), order, recipient = patient, verifierScan = "='A9991000N02", appearance = "normal" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await bank.CommandAsync("/units/transfuse", new { scan = Scan(unit), volumeMl = 240 })).StatusCode.ShouldBe(HttpStatusCode.OK);

        var history = await (await bank.GetAsync($"/units/{unit}/history")).JsonAsync();
        history.GetProperty("events").EnumerateArray().Select(entry => entry.GetProperty("name").GetString()).ShouldBe(
            ["unit-prepared.v1", "unit-released.v1", "unit-reserved.v1", "unit-crossmatched.v1", "unit-issued.v1", "unit-transfused.v1"]);
        var issued = history.GetProperty("events")[4];
        issued.GetProperty("actor").GetString().ShouldBe(Nurse);
        issued.GetProperty("data").GetProperty("verifiedBy").GetString().ShouldBe(SecondNurse);
        issued.GetProperty("links").GetProperty("order").GetString().ShouldBe(order.ToString());
        history.GetProperty("unit").GetProperty("state").GetProperty("fate").GetProperty("kind").GetString().ShouldBe("transfused");
    }

    [Theory]
    [InlineData("=A999026000001700=<D0101000", "wrong-symbol")]
    [InlineData(" ='A9991000N01", "second-person-required")]
    [InlineData(" a9991-n01 ", "second-person-required")]
    [InlineData("A9991 N02!", "invalid-staff-code")]
    public async Task Nothing_but_the_badge_of_somebody_else_verifies_an_issue(string verifier, string code)
    {
        var unit = await inventory.ReleasedAsync("AB-", Hospital);
        var order = OrderId.From($"verified by {verifier}");
        var patient = await inventory.TellOfRecipientAsync(RecipientId.From("verified"), "AB-");
        await inventory.ReserveAsync(order, Hospital, 1, "AB-", patient);
        unit = (await inventory.AllocationAsync(order)).OfType<UnitsAllocated>().Single().Units.Single().Unit;
        var bank = inventory.BloodBank(Hospital);
        await bank.CommandAsync("/units/crossmatch", new { scan = Scan(unit), order, recipient = patient, compatible = true, sample = Tube });

        var answer = await bank.CommandAsync("/units/issue", new { scan = Scan(unit), order, recipient = patient, verifierScan = verifier.StartsWith("=A", StringComparison.Ordinal) ? Scan(unit) : verifier, appearance = "normal" });

        (await answer.JsonAsync()).GetProperty("code").GetString().ShouldBe(code);
        (await inventory.UnitAsync(unit)).Issue.ShouldBeNull();
    }

    [Fact]
    public async Task A_repeat_of_a_command_answers_as_the_first_and_changes_nothing()
    {
        var unit = await inventory.ReleasedAsync(site: Hospital);
        var bank = inventory.BloodBank(Hospital);

        var first = await (await bank.CommandAsync("/units/hold", new { scan = Scan(unit), reason = "lookback" }, key: "k1")).JsonAsync();
        var again = await (await bank.CommandAsync("/units/hold", new { scan = Scan(unit), reason = "lookback" }, key: "k1")).JsonAsync();

        first.GetProperty("repeated").GetBoolean().ShouldBeFalse();
        again.GetProperty("repeated").GetBoolean().ShouldBeTrue();
        (await inventory.UnitAsync(unit)).Holds.ShouldBe(["lookback"]);
    }

    [Fact]
    public async Task Everything_wrong_with_a_body_is_told_at_once()
    {
        var answer = await inventory.BloodBank(Hospital).CommandAsync("/units/issue", new { scan = "=<D0101000" });

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var reasons = (await answer.JsonAsync()).GetProperty("reasons").EnumerateArray().ToList();
        reasons.Select(reason => reason.GetProperty("field").GetString()).ShouldBe(["scan", "order", "recipient", "verifierScan", "appearance"]);
        reasons[0].GetProperty("code").GetString().ShouldBe("wrong-symbol");
    }

    [Fact]
    public async Task Every_reason_against_an_issue_is_told_at_once()
    {
        var unit = inventory.NextUnit();
        await inventory.PrepareAsync(unit, site: Hospital);

        var answer = await inventory.BloodBank(Hospital).CommandAsync(
            "/units/issue", new { scan = Scan(unit), order = Order, recipient = RecipientId.From("unheard of"), verifierScan = Nurse, appearance = "normal" });

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.JsonAsync()).GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString())
            .ShouldBe(["not-released", "not-reserved", "group-unknown", "sample-missing", "crossmatch-missing", "second-person-required"]);
    }

    [Fact]
    public async Task Staff_of_another_site_are_turned_away_and_so_are_other_roles()
    {
        var unit = await inventory.ReleasedAsync(site: Hospital);
        var stranger = inventory.BloodBank(SiteId.Parse("HN-SS", null));

        var hold = await stranger.CommandAsync("/units/hold", new { scan = Scan(unit), reason = "lookback" });
        var look = await stranger.GetAsync($"/units/{unit}");
        var role = await inventory.Client("A9991-D01", Hospital, Roles.Dispatcher).CommandAsync("/units/discard", new { scan = Scan(unit), reason = "leaking" });
        var auditor = await inventory.Client("A9990-A01", Centre, Roles.Auditor).GetAsync($"/units/{unit}");

        hold.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await hold.JsonAsync()).GetProperty("code").GetString().ShouldBe("wrong-site");
        look.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        role.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        auditor.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_intention_on_an_unknown_unit_is_not_found_and_a_fact_about_it_is_recorded()
    {
        var unit = inventory.NextUnit();
        var bank = inventory.BloodBank(Hospital);

        var hold = await bank.CommandAsync("/units/hold", new { scan = Scan(unit), reason = "lookback" });
        var transfusion = await bank.CommandAsync("/units/transfuse", new { scan = Scan(unit) });

        hold.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await hold.JsonAsync()).GetProperty("code").GetString().ShouldBe("unknown-unit");
        transfusion.StatusCode.ShouldBe(HttpStatusCode.OK);
        var position = (await transfusion.JsonAsync()).GetProperty("position").GetString();
        var board = await (await bank.GetAsync($"/discrepancies?after={position}")).JsonAsync();
        board.GetProperty("discrepancies").EnumerateArray()
            .ShouldContain(row => row.GetProperty("unit").GetString() == unit.ToString() && row.GetProperty("code").GetString() == "unknown-unit");
    }

    [Fact]
    public async Task A_command_on_an_outdated_version_is_stale()
    {
        var unit = await inventory.ReleasedAsync(site: Hospital);
        var bank = inventory.BloodBank(Hospital);

        var seen = (await bank.GetAsync($"/units/{unit}")).Headers.ETag!.Tag.Trim('"');
        await bank.CommandAsync("/units/hold", new { scan = Scan(unit), reason = "lookback" });
        var late = await bank.CommandAsync("/units/discard", new { scan = Scan(unit), reason = "leaking" }, ifMatch: long.Parse(seen, CultureInfo.InvariantCulture));

        late.StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_units_past_can_be_seen_as_it_was_and_as_it_was_known()
    {
        var unit = await inventory.ReleasedAsync(site: Hospital);
        var bank = inventory.BloodBank(Hospital);
        var before = (await inventory.Store.ReadStreamAsync($"unit-{unit}")).Events[^1].RecordedAt;
        var yesterday = inventory.Now.AddDays(-1);
        // Recorded now, happened yesterday.
        await bank.CommandAsync("/units/hold", new { scan = Scan(unit), reason = "lookback" }, occurredAt: yesterday);

        var then = await HoldsAsync($"knownAt={Uri.EscapeDataString(before.ToString("O"))}");
        var asOfNow = await HoldsAsync($"asOf={Uri.EscapeDataString(inventory.Now.ToString("O"))}");
        var asOfLongAgo = await HoldsAsync($"asOf={Uri.EscapeDataString(yesterday.AddDays(-9).ToString("O"))}");

        then.ShouldBe(0);
        asOfNow.ShouldBe(1);
        asOfLongAgo.ShouldBe(0);

        async Task<int> HoldsAsync(string query) =>
            (await (await bank.GetAsync($"/units/{unit}?{query}")).JsonAsync()).GetProperty("state").GetProperty("holds").GetArrayLength();
    }

    [Fact]
    public async Task The_board_counts_what_the_list_shows()
    {
        var site = SiteId.Parse("HN-MD", null);
        var bank = inventory.BloodBank(site);
        var available = await inventory.ReleasedAsync("AB-", site);
        var expiring = await inventory.ReleasedAsync("AB-", site, inventory.Now.AddDays(2));
        var held = await inventory.ReleasedAsync("AB-", site);
        var answer = await (await bank.CommandAsync("/units/hold", new { scan = Scan(held), reason = "lookback" })).JsonAsync();
        var after = answer.GetProperty("position").GetString();

        var row = (await (await bank.GetAsync($"/stock?after={after}")).JsonAsync()).GetProperty("rows").EnumerateArray().ShouldHaveSingleItem();
        var list = await (await bank.GetAsync("/stock/units?status=available&group=AB-&kind=red-cells")).JsonAsync();

        row.GetProperty("available").GetInt32().ShouldBe(2);
        row.GetProperty("expiringSoon").GetInt32().ShouldBe(1);
        row.GetProperty("held").GetInt32().ShouldBe(1);
        list.GetProperty("units").EnumerateArray().Select(entry => entry.GetProperty("unit").GetString()).ShouldBe([expiring.ToString(), available.ToString()]);
        (await bank.GetAsync("/stock/units?status=nowhere")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await bank.GetAsync("/stock?site=HN-BM")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_stock_order_arrives_and_its_missing_unit_is_missing()
    {
        var order = OrderId.From("on the road");
        var leg = Journey with { Order = order, Consignment = ConsignmentNumber.Create("A9990", 26, 5) };
        var arrived = await inventory.ReleasedAsync("B+");
        var missed = await inventory.ReleasedAsync("B+");
        await inventory.ReserveAsync(order, Centre, 2, "B+");

        // The receipt overtakes the dispatch.
        await inventory.ReceivedAsync(leg, [arrived], [missed]);
        await inventory.DispatchedAsync(leg, arrived, missed);

        var unit = await inventory.UnitAsync(arrived);
        unit.Custody.ShouldBe(Custody.At(Hospital));
        unit.IsAvailable(inventory.Now).ShouldBeTrue();
        unit.Discrepancies.ShouldBeEmpty();
        (await inventory.UnitAsync(missed)).Custody.Kind.ShouldBe(CustodyKind.Missing);
        await Eventually.BecomesTrueAsync(
            async () => await CustodyRowAsync(arrived) == "at-site HN-XP" && await CustodyRowAsync(missed) == "missing HN-BM",
            "the stock table says the same");
    }

    [Fact]
    public async Task A_unit_expires_by_itself()
    {
        var unit = await inventory.ReleasedAsync("A+", expiresAt: inventory.Now.AddSeconds(-1));

        await Eventually.BecomesTrueAsync(async () => (await inventory.UnitAsync(unit)).Fate is { Kind: FateKind.Expired }, "the deadline was swept");
    }

    private async Task<string?> CustodyRowAsync(UnitNumber unit)
    {
        await using var query = inventory.Application.CreateCommand("select custody || ' ' || site from read.stock where unit = $1");
        query.Parameters.Add(new Npgsql.NpgsqlParameter<string> { TypedValue = unit.ToString() });
        return (string?)await query.ExecuteScalarAsync();
    }

    private static string Scan(UnitNumber unit) => $"={unit.Donation}00=<{unit.Product}";
}
