using System.Net;
using System.Text.Json;
using Distribution.Blood.Antigens;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Slices;

/// <summary>The hospital's bench: for whom, what stands against it, who lets it pass, and what came of it.</summary>
public sealed class Serving_patients(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    private HttpClient Bank => inventory.BloodBank(Hospital);

    private HttpClient Physician => inventory.Client("A9991-D07", Hospital, Roles.Physician);

    [Fact]
    public async Task A_patient_is_known_by_the_newest_that_was_told()
    {
        var patient = RecipientId.From("told twice");
        await inventory.TellOfRecipientAsync(patient, "A+", version: 4, antibodies: AntigenSet.Of("K"));
        await inventory.TellOfRecipientAsync(patient, null, version: 2, sampled: false);

        var known = await inventory.RecipientAsync(patient);

        known.Version.ShouldBe(4);
        known.Group.ShouldBe(APositive);
        known.Demands.WithoutAntigens.ShouldBe(AntigenSet.Of("K"));
        known.Sample!.Number.ShouldBe(Tube);
        var view = await (await Bank.GetAsync($"/recipients/{patient}")).JsonAsync();
        view.GetProperty("version").GetInt64().ShouldBe(4);
        view.GetProperty("demands").GetProperty("withoutAntigens").GetString().ShouldBe("K");
        (await inventory.BloodBank(Elsewhere).GetAsync($"/recipients/{patient}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Bank.GetAsync($"/recipients/{RecipientId.From("nobody")}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_stands_against_a_unit_is_told_without_doing_anything()
    {
        var (unit, order, patient) = await ReservedAsync("judged", requirements: UnitRequirements.None with { Irradiated = true });
        var before = (await inventory.Store.ReadStreamAsync($"unit-{unit}")).Version;

        var open = await JudgeAsync(unit, order, patient);
        await inventory.TellOfRecipientAsync(patient, "AB-", version: 3, sampled: false);
        var blocked = await JudgeAsync(unit, order, patient, appearance: "clots");

        Blocking(open).ShouldBe(["requirement-irradiated override", "crossmatch-missing hard-stop"], ignoreOrder: true);
        open.GetProperty("blocked").GetBoolean().ShouldBeTrue();
        open.GetProperty("findings").EnumerateArray().Single(finding => finding.GetProperty("code").GetString() == "requirement-irradiated")
            .GetProperty("roles").EnumerateArray().Select(role => role.GetString()).ShouldBe(["physician"]);
        Blocking(blocked).ShouldContain("sample-missing hard-stop");
        Blocking(blocked).ShouldContain("appearance-abnormal hard-stop");
        (await inventory.Store.ReadStreamAsync($"unit-{unit}")).Version.ShouldBe(before);
    }

    [Fact]
    public async Task A_physician_and_a_second_person_let_a_rule_pass_and_nobody_else_does()
    {
        var (unit, order, patient) = await ReservedAsync("let pass", requirements: UnitRequirements.None with { CmvNegative = true });
        await TestedAsync(unit, order, patient);
        var codes = new[] { "requirement-cmv" };

        var refused = await IssueAsync(unit, order, patient);
        var byNurse = await Bank.CommandAsync("/units/override", new { scan = Scan(unit), order, recipient = patient, codes, reason = "bleeds", verifierScan = SecondNurse });
        var wrongly = await Physician.CommandAsync(
            "/units/override", new { scan = Scan(unit), order, recipient = patient, codes = new[] { "requirement-cmv", "expired" }, reason = "bleeds", verifierScan = SecondNurse });
        var passed = await Physician.CommandAsync("/units/override", new { scan = Scan(unit), order, recipient = patient, codes, reason = "bleeds", verifierScan = SecondNurse });
        var issued = await IssueAsync(unit, order, patient);

        (await CodesAsync(refused)).ShouldBe(["requirement-cmv"]);
        (await CodesAsync(byNurse)).ShouldBe(["override-role-missing"]);
        (await CodesAsync(wrongly)).ShouldBe(["not-overridable"]);
        (await wrongly.JsonAsync()).GetProperty("field").GetString().ShouldBe("codes[1]");
        passed.StatusCode.ShouldBe(HttpStatusCode.OK);
        issued.StatusCode.ShouldBe(HttpStatusCode.OK);
        var overridden = (await inventory.Store.ReadStreamAsync($"unit-{unit}")).Events.Single(stored => stored.Data is UnitRulesOverridden);
        overridden.Metadata.Actor.ShouldBe("A9991-D07");
        overridden.Metadata.Reason.ShouldBe("bleeds");
    }

    [Fact]
    public async Task Nothing_leaves_for_a_patient_of_whom_something_newer_was_told()
    {
        var (unit, order, patient) = await ReservedAsync("newer");
        await TestedAsync(unit, order, patient);
        await inventory.TellOfRecipientAsync(patient, "AB-", version: 2, antibodies: AntigenSet.Of("Jka"));

        (await CodesAsync(await IssueAsync(unit, order, patient))).ShouldBe(["antibody-unmatched"]);
    }

    [Fact]
    public async Task An_issue_and_the_news_of_an_antibody_at_once_never_pass_each_other()
    {
        var ready = new List<(UnitNumber Unit, OrderId Order, RecipientId Patient)>();
        for (var i = 0; i < 8; i++)
        {
            ready.Add(await ReservedAsync($"race {i}"));
            await TestedAsync(ready[i].Unit, ready[i].Order, ready[i].Patient);
        }

        await Task.WhenAll(ready.SelectMany(one => new Task[]
        {
            IssueAsync(one.Unit, one.Order, one.Patient),
            inventory.TellOfRecipientAsync(one.Patient, "AB-", version: 2, antibodies: AntigenSet.Of("Fya")),
        }));

        foreach (var one in ready)
        {
            var issued = (await inventory.Store.ReadStreamAsync($"unit-{one.Unit}")).Events.SingleOrDefault(stored => stored.Data is UnitIssued);
            var told = (await inventory.Store.ReadStreamAsync($"recipient-{one.Patient}")).Events.Single(stored => stored.Version == 2);
            if (issued is not null)
                issued.Position.ShouldBeLessThan(told.Position);
        }
    }

    [Fact]
    public async Task An_emergency_and_the_first_news_of_the_patient_at_once_never_pass_each_other()
    {
        var ready = new List<(UnitNumber Unit, OrderId Order, RecipientId Patient)>();
        for (var i = 0; i < 8; i++)
        {
            var (order, patient) = (OrderId.From($"first news {i}"), RecipientId.From($"first news {i}"));
            await inventory.ReleasedAsync("O+", Hospital);
            ready.Add((await inventory.ReserveForEmergencyAsync(order, Hospital, patient), order, patient));
        }

        await Task.WhenAll(ready.SelectMany(one => new Task[]
        {
            Physician.CommandAsync(
                "/units/emergency-issue",
                new { scan = Scan(one.Unit), order = one.Order, recipient = one.Patient, indication = "massive bleeding", verifierScan = SecondNurse, appearance = "normal" }),
            inventory.TellOfRecipientAsync(one.Patient, "B+", antibodies: AntigenSet.Of("K")),
        }));

        foreach (var one in ready)
        {
            var issued = (await inventory.Store.ReadStreamAsync($"unit-{one.Unit}")).Events.SingleOrDefault(stored => stored.Data is UnitIssuedInEmergency);
            var told = (await inventory.Store.ReadStreamAsync($"recipient-{one.Patient}")).Events.Single();
            if (issued is not null)
                issued.Position.ShouldBeLessThan(told.Position);
        }
    }

    [Fact]
    public async Task Cells_are_not_tested_without_naming_the_tube()
    {
        var (unit, order, patient) = await ReservedAsync("tube");

        var unnamed = await Bank.CommandAsync("/units/crossmatch", new { scan = Scan(unit), order, recipient = patient, compatible = true });
        var another = await Bank.CommandAsync("/units/crossmatch", new { scan = Scan(unit), order, recipient = patient, compatible = true, sample = "S-9999" });
        var computed = await Bank.CommandAsync("/units/crossmatch", new { scan = Scan(unit), order, recipient = patient, compatible = true, sample = Tube, method = "electronic" });

        var illegible = await Bank.CommandAsync("/units/crossmatch", new { scan = Scan(unit), order, recipient = patient, compatible = true, sample = "S 0001?" });
        var typed = await Bank.CommandAsync("/units/crossmatch", new { scan = Scan(unit), order, recipient = patient, compatible = true, sample = $" {Tube.ToLowerInvariant()}" });

        illegible.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await illegible.JsonAsync()).GetProperty("code").GetString().ShouldBe("sample-invalid");
        typed.StatusCode.ShouldBe(HttpStatusCode.OK);
        unnamed.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await unnamed.JsonAsync()).GetProperty("field").GetString().ShouldBe("sample");
        (await CodesAsync(another)).ShouldBe(["sample-missing"]);
        (await CodesAsync(computed)).ShouldBe(["electronic-not-allowed"]);
    }

    [Fact]
    public async Task Somebody_who_bleeds_gets_blood_and_the_crossmatch_is_made_up_for()
    {
        var patient = await inventory.TellOfRecipientAsync(RecipientId.From("brought in"), null, sampled: false);
        var order = OrderId.From("brought in");
        await inventory.ReleasedAsync("O+", Hospital);
        var unit = await inventory.ReserveForEmergencyAsync(order, Hospital, patient);
        var body = new { scan = Scan(unit), order, recipient = patient, indication = "massive bleeding", verifierScan = SecondNurse, appearance = "normal" };

        (await Bank.CommandAsync("/units/emergency-issue", body)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var issued = await Physician.CommandAsync("/units/emergency-issue", body);
        issued.StatusCode.ShouldBe(HttpStatusCode.OK);
        var waiting = await BoardAsync("/bench/retrospective-crossmatches", issued);
        var overdue = await BoardAsync("/bench/retrospective-crossmatches?overdue=true", issued);
        await Bank.CommandAsync("/units/transfuse", new { scan = Scan(unit), volumeMl = 240, ward = "W3" });
        await inventory.TellOfRecipientAsync(patient, "O+", version: 2);
        var tested = await Bank.CommandAsync("/units/crossmatch", new { scan = Scan(unit), order, recipient = patient, compatible = false, sample = Tube });

        waiting.ShouldContain(unit.ToString());
        overdue.ShouldNotContain(unit.ToString());
        tested.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await BoardAsync("/bench/retrospective-crossmatches", tested)).ShouldNotContain(unit.ToString());
        (await inventory.UnitAsync(unit)).Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("retrospective-incompatible");
    }

    [Fact]
    public async Task A_crossmatch_that_nobody_makes_up_for_falls_overdue_by_itself()
    {
        var patient = await inventory.TellOfRecipientAsync(RecipientId.From("forgotten"), null, sampled: false);
        var order = OrderId.From("forgotten");
        await inventory.ReleasedAsync("O+", Hospital);
        var unit = await inventory.ReserveForEmergencyAsync(order, Hospital, patient);

        var issued = await Physician.CommandAsync(
            "/units/emergency-issue",
            new { scan = Scan(unit), order, recipient = patient, indication = "massive bleeding", verifierScan = SecondNurse, appearance = "normal" },
            occurredAt: inventory.Now.AddHours(-25));

        issued.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await BoardAsync("/bench/retrospective-crossmatches?overdue=true", issued)).ShouldContain(unit.ToString());
        await Eventually.BecomesTrueAsync(async () => (await inventory.UnitAsync(unit)).Issue is { CrossmatchOverdue: true }, "the deadline was swept");
    }

    [Fact]
    public async Task What_was_handed_out_stands_on_a_board_until_it_is_accounted_for()
    {
        var (unit, order, patient) = await ReservedAsync("unaccounted");
        await TestedAsync(unit, order, patient, inventory.Now.AddHours(-26));

        var issued = await IssueAsync(unit, order, patient, inventory.Now.AddHours(-25));
        issued.StatusCode.ShouldBe(HttpStatusCode.OK);
        var missed = await BoardAsync("/bench/unaccounted", issued);
        var returned = await Bank.CommandAsync("/units/return", new { scan = Scan(unit), minutesOut = 10, appearance = "normal", sealIntact = true });

        missed.ShouldContain(unit.ToString());
        returned.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await BoardAsync("/bench/unaccounted", returned)).ShouldNotContain(unit.ToString());
        (await BoardAsync("/bench/issued", returned)).ShouldNotContain(unit.ToString());
        (await inventory.BloodBank(Elsewhere).GetAsync("/bench/issued?site=HN-XP")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_unit_is_put_away_under_the_sites_own_code()
    {
        var unit = await inventory.ReleasedAsync("B-", Hospital);

        var stored = await Bank.CommandAsync("/units/store", new { scan = Scan(unit), place = "F2-S3" });
        var wrong = await Bank.CommandAsync("/units/store", new { scan = Scan(unit), place = "the fridge behind the door on the left" });

        stored.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await inventory.UnitAsync(unit)).Place.ShouldBe("F2-S3");
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await wrong.JsonAsync()).GetProperty("code").GetString().ShouldBe("place-invalid");
    }

    [Fact]
    public async Task A_contradiction_stays_on_the_board_until_somebody_says_what_was_the_matter()
    {
        var unit = inventory.NextUnit();
        var told = await Bank.CommandAsync("/units/transfuse", new { scan = Scan(unit) });
        var row = (await OpenAsync(told)).Single(entry => entry.GetProperty("unit").GetString() == unit.ToString());
        var version = row.GetProperty("version").GetInt64();

        var stranger = await inventory.BloodBank(Elsewhere).CommandAsync("/discrepancies/resolution", new { unit, version, resolution = "a guess" });
        var beside = await Bank.CommandAsync("/discrepancies/resolution", new { unit, version = version - 1, resolution = "a guess" });
        var resolved = await Bank.CommandAsync("/discrepancies/resolution", new { unit, version, resolution = "the form was found in the ward" });

        stranger.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await CodesAsync(beside)).ShouldBe(["unknown-discrepancy"]);
        resolved.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await OpenAsync(resolved)).ShouldNotContain(entry => entry.GetProperty("unit").GetString() == unit.ToString());
        var all = (await (await Bank.GetAsync("/discrepancies")).JsonAsync()).GetProperty("discrepancies").EnumerateArray()
            .Single(entry => entry.GetProperty("unit").GetString() == unit.ToString());
        all.GetProperty("resolution").GetString().ShouldBe("the form was found in the ward");
        all.GetProperty("resolvedBy").GetString().ShouldBe(Nurse);
    }

    [Fact]
    public async Task What_was_in_a_box_out_of_its_limits_is_stopped_wherever_it_is()
    {
        var leg = Journey with { Order = OrderId.From("warm"), Consignment = ConsignmentNumber.Create("A9990", 26, 71) };
        var arrived = await inventory.ReleasedAsync("B-");
        var ended = await inventory.ReleasedAsync("B-", Hospital);
        await Bank.CommandAsync("/units/discard", new { scan = Scan(ended), reason = "bag-leaking" });

        await inventory.DispatchedAsync(leg, arrived);
        await inventory.ReceivedAsync(leg, [arrived], []);
        await inventory.ColdChainBrokenAsync(leg, arrived, ended);

        (await inventory.UnitAsync(arrived)).Holds.ShouldBe(["cold-chain"]);
        (await inventory.UnitAsync(ended)).Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("cold-chain-after-end");
    }

    [Fact]
    public async Task What_came_damaged_is_there_and_held()
    {
        var leg = Journey with { Order = OrderId.From("damaged"), Consignment = ConsignmentNumber.Create("A9990", 26, 72) };
        var unit = await inventory.ReleasedAsync("B-");
        await inventory.DispatchedAsync(leg, unit);

        await inventory.DamagedAsync(leg, [unit], new Contracts.Dispatch.V1.DamagedUnit(unit, "bag-leaking"));

        var state = await inventory.UnitAsync(unit);
        state.Custody.ShouldBe(Custody.At(Hospital));
        state.Holds.ShouldBe(["damaged-bag-leaking"]);
    }

    [Fact]
    public async Task What_is_found_damaged_after_the_receipt_is_held_though_the_message_lists_it_nowhere_else()
    {
        var leg = Journey with { Order = OrderId.From("damaged later"), Consignment = ConsignmentNumber.Create("A9990", 26, 73) };
        var unit = await inventory.ReleasedAsync("B-");
        await inventory.DispatchedAsync(leg, unit);
        await inventory.ReceivedAsync(leg, [unit], []);

        await inventory.DamagedAsync(leg, [], new Contracts.Dispatch.V1.DamagedUnit(unit, "clots"));
        await inventory.DamagedAsync(leg, [], new Contracts.Dispatch.V1.DamagedUnit(unit, "bag-leaking"));

        var state = await inventory.UnitAsync(unit);
        state.Custody.ShouldBe(Custody.At(Hospital));
        state.Holds.Order(StringComparer.Ordinal).ShouldBe(["damaged-bag-leaking", "damaged-clots"]);
    }

    private async Task<(UnitNumber Unit, OrderId Order, RecipientId Patient)> ReservedAsync(string name, UnitRequirements? requirements = null)
    {
        var patient = await inventory.TellOfRecipientAsync(RecipientId.From(name), "AB-");
        var order = OrderId.From(name);
        await inventory.ReleasedAsync("AB-", Hospital);
        await inventory.ReserveAsync(order, Hospital, 1, "AB-", patient);
        // Known before, units that do not meet it would not have been chosen.
        if (requirements is not null)
            await inventory.TellOfRecipientAsync(patient, "AB-", version: 2, requirements: requirements);
        return ((await inventory.AllocationAsync(order)).OfType<UnitsAllocated>().Single().Units.Single().Unit, order, patient);
    }

    private async Task TestedAsync(UnitNumber unit, OrderId order, RecipientId patient, DateTimeOffset? at = null) =>
        (await Bank.CommandAsync("/units/crossmatch", new { scan = Scan(unit), order, recipient = patient, compatible = true, sample = Tube }, occurredAt: at))
        .StatusCode.ShouldBe(HttpStatusCode.OK);

    private Task<HttpResponseMessage> IssueAsync(UnitNumber unit, OrderId order, RecipientId patient, DateTimeOffset? at = null) =>
        Bank.CommandAsync("/units/issue", new { scan = Scan(unit), order, recipient = patient, verifierScan = SecondNurse, appearance = "normal" }, occurredAt: at);

    private async Task<JsonElement> JudgeAsync(UnitNumber unit, OrderId order, RecipientId patient, string? appearance = null)
    {
        var answer = await Physician.CommandAsync("/units/judgment", new { scan = Scan(unit), order, recipient = patient, appearance });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.JsonAsync();
    }

    private async Task<IReadOnlyList<string?>> BoardAsync(string path, HttpResponseMessage after)
    {
        var position = (await after.JsonAsync()).GetProperty("position").GetString();
        var board = await (await Bank.GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}after={position}")).JsonAsync();
        return [.. board.GetProperty("units").EnumerateArray().Select(row => row.GetProperty("unit").GetString())];
    }

    private async Task<IReadOnlyList<JsonElement>> OpenAsync(HttpResponseMessage after) =>
        [.. (await (await Bank.GetAsync($"/discrepancies?open=true&after={(await after.JsonAsync()).GetProperty("position").GetString()}")).JsonAsync()).GetProperty("discrepancies").EnumerateArray()];

    private static IReadOnlyList<string> Blocking(JsonElement judgment) =>
    [
        .. judgment.GetProperty("findings").EnumerateArray()
            .Where(finding => finding.GetProperty("verdict").GetString() is "override" or "hard-stop")
            .Select(finding => $"{finding.GetProperty("code").GetString()} {finding.GetProperty("verdict").GetString()}"),
    ];

    private static async Task<IReadOnlyList<string?>> CodesAsync(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var problem = await answer.JsonAsync();
        return [.. problem.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString())];
    }

    private static string Scan(UnitNumber unit) => $"={unit.Donation}00=<{unit.Product}";
}
