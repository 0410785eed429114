using System.Globalization;
using System.Net;
using System.Text.Json;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.Inventory.Service.Recalls;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Slices;

public sealed class Calling_back(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    [Fact]
    public async Task A_lookback_holds_what_is_left_wherever_it_is_and_names_what_has_ended()
    {
        var (inStock, onTheRoad, transfused, discarded) = (await inventory.ReleasedAsync(site: Hospital), await inventory.ReleasedAsync(), await inventory.ReleasedAsync(site: Elsewhere), await inventory.ReleasedAsync());
        await inventory.DispatchedAsync(Journey with { Order = OrderId.From("lookback road"), Consignment = ConsignmentNumber.Create("A9990", 26, 501) }, onTheRoad);
        await inventory.BloodBank(Elsewhere).CommandAsync("/units/transfuse", new { scan = Scan(transfused) });
        await inventory.BloodBank(Centre).CommandAsync("/units/discard", new { scan = Scan(discarded), reason = "leaking" });
        var recall = RecallId.Parse("lookback-wherever");

        await inventory.ImplicateAsync(recall, [inStock.Donation, onTheRoad.Donation, transfused.Donation, discarded.Donation]);

        (await inventory.UnitAsync(inStock)).IsHeldFor(recall).ShouldBeTrue();
        (await inventory.UnitAsync(onTheRoad)).IsHeldFor(recall).ShouldBeTrue();
        (await inventory.UnitAsync(transfused)).Holds.ShouldBeEmpty();
        var view = await (await inventory.BloodBank(Centre).GetAsync($"/recalls/{recall}")).JsonAsync();
        view.GetProperty("units").EnumerateArray().Select(unit => unit.GetProperty("unit").GetString())
            .ShouldBe([.. new[] { inStock, onTheRoad, transfused, discarded }.Select(unit => unit.ToString())]);
        view.GetProperty("unacknowledged").EnumerateArray().Select(site => site.GetString()).ShouldBe(["HN-BM", "HN-SS", "HN-XP"]);
        view.GetProperty("unaccounted").GetInt32().ShouldBe(2);
        // A hospital sees its own.
        var own = await (await inventory.BloodBank(Elsewhere).GetAsync($"/recalls/{recall}")).JsonAsync();
        own.GetProperty("units").EnumerateArray().ShouldHaveSingleItem().GetProperty("unit").GetString().ShouldBe(transfused.ToString());
        (await inventory.BloodBank(SiteId.Parse("HN-PS", null)).GetAsync($"/recalls/{recall}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_unit_told_of_after_its_donation_was_called_back_is_held_from_its_first_moment_and_in_the_case()
    {
        var unit = inventory.NextUnit();
        var recall = RecallId.Parse("lookback-before");
        await inventory.ImplicateAsync(recall, [unit.Donation]);

        await inventory.ReleaseAsync(unit);

        var slice = await inventory.Store.ReadStreamAsync($"unit-{unit}");
        slice.Events.Select(stored => stored.Type).ShouldBe(["unit-prepared.v1", "unit-released.v1", "unit-held.v1"]);
        slice.Events.Select(stored => stored.Position.TransactionId).Distinct().ShouldHaveSingleItem();
        (await inventory.RecallAsync(recall)).Units.ShouldBe([unit]);
    }

    [Fact]
    public async Task The_same_news_twice_and_news_of_more_add_only_what_is_new()
    {
        var (first, second) = (await inventory.ReleasedAsync(), await inventory.ReleasedAsync());
        var recall = RecallId.Parse("lookback-more");
        var message = Guid.CreateVersion7();

        await inventory.ImplicateAsync(recall, [first.Donation], message: message);
        await inventory.ImplicateAsync(recall, [first.Donation], message: message);
        await inventory.ImplicateAsync(recall, [first.Donation]);
        await inventory.ImplicateAsync(recall, [second.Donation]);

        (await inventory.Store.ReadStreamAsync($"recall-{recall}")).Events.Select(stored => stored.Type).ShouldBe(["recall-opened.v1", "recall-extended.v1"]);
        (await inventory.UnitAsync(first)).Holds.ShouldBe([recall.ToString()]);
        (await inventory.UnitAsync(second)).Holds.ShouldBe([recall.ToString()]);
    }

    [Fact]
    public async Task A_case_that_came_to_nothing_frees_its_units_and_those_told_of_later()
    {
        var (unit, later) = (await inventory.ReleasedAsync(), inventory.NextUnit());
        var recall = RecallId.Parse("lookback-cleared");
        await inventory.ImplicateAsync(recall, [unit.Donation, later.Donation]);

        await inventory.EndImplicationAsync(recall);
        await inventory.ReleaseAsync(later);

        (await inventory.UnitAsync(unit)).IsAvailable(inventory.Now).ShouldBeTrue();
        (await inventory.UnitAsync(later)).IsAvailable(inventory.Now).ShouldBeTrue();
        (await inventory.RecallAsync(recall)).IsOpen.ShouldBeFalse();
    }

    [Fact]
    public async Task News_of_the_end_that_overtakes_the_beginning_leaves_nothing_held()
    {
        var unit = await inventory.ReleasedAsync();
        var recall = RecallId.Parse("lookback-overtaken");

        await inventory.EndImplicationAsync(recall);
        await inventory.ImplicateAsync(recall, [unit.Donation]);

        (await inventory.UnitAsync(unit)).Holds.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_unit_prepared_while_its_donation_is_called_back_is_held_whoever_comes_first()
    {
        UnitNumber[] units = [.. Enumerable.Range(0, 50).Select(_ => inventory.NextUnit())];

        await Task.WhenAll(units.Select((unit, index) =>
        {
            var recall = RecallId.Parse(string.Create(CultureInfo.InvariantCulture, $"race-{index}"));
            return index % 2 == 0
                ? Task.WhenAll(inventory.ReleaseAsync(unit), inventory.ImplicateAsync(recall, [unit.Donation]))
                : Task.WhenAll(inventory.ImplicateAsync(recall, [unit.Donation]), inventory.ReleaseAsync(unit));
        }));

        foreach (var (index, unit) in units.Index())
        {
            var recall = RecallId.Parse(string.Create(CultureInfo.InvariantCulture, $"race-{index}"));
            (await inventory.UnitAsync(unit)).IsHeldFor(recall).ShouldBeTrue($"{unit} is free");
            (await inventory.RecallAsync(recall)).Units.ShouldBe([unit]);
        }
    }

    [Fact]
    public async Task The_board_shows_who_has_not_answered_until_all_have()
    {
        var unit = await inventory.ReleasedAsync(site: Hospital);
        var moved = await inventory.ReleasedAsync();
        var recall = RecallId.Parse("lookback-board");
        await inventory.ImplicateAsync(recall, [unit.Donation, moved.Donation], occurredAt: inventory.Now.AddHours(-2));
        var after = (await inventory.Store.HeadAsync()).ToString();

        var before = await BoardAsync(inventory.BloodBank(Centre), recall, after);
        before.Select(row => row.GetProperty("site").GetString()).ShouldBe(["HN-BM", "HN-XP"]);
        before[1].GetProperty("ageMinutes").GetInt64().ShouldBeInRange(119, 125);
        before[1].GetProperty("units")[0].GetString().ShouldBe(unit.ToString());
        (await BoardAsync(inventory.BloodBank(Hospital), recall, after)).ShouldHaveSingleItem();
        (await BoardAsync(inventory.BloodBank(Elsewhere), recall, after)).ShouldBeEmpty();

        // What left a moment before is answered for where it arrives.
        await inventory.DispatchedAsync(Journey with { Order = OrderId.From("board road"), Consignment = ConsignmentNumber.Create("A9990", 26, 502) }, moved);
        var answer = await (await inventory.BloodBank(Hospital).CommandAsync($"/recalls/{recall}/acknowledgement", new { units = new[] { Scan(unit) } })).JsonAsync();
        var open = await BoardAsync(inventory.BloodBank(Centre), recall, answer.GetProperty("position").GetString()!);
        open.ShouldHaveSingleItem().GetProperty("units").EnumerateArray().ShouldHaveSingleItem().GetString().ShouldBe(moved.ToString());

        var rest = await (await inventory.BloodBank(Hospital).CommandAsync($"/recalls/{recall}/acknowledgement", new { })).JsonAsync();
        (await BoardAsync(inventory.BloodBank(Centre), recall, rest.GetProperty("position").GetString()!)).ShouldBeEmpty();
        var listed = (await (await inventory.BloodBank(Hospital).GetAsync("/recalls?open=true")).JsonAsync()).GetProperty("recalls").EnumerateArray()
            .Single(row => row.GetProperty("recall").GetString() == recall.ToString());
        listed.GetProperty("unaccounted").GetInt32().ShouldBe(2);
        listed.GetProperty("unacknowledged").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Scanning_a_unit_of_no_such_case_writes_nothing_and_one_that_the_record_has_elsewhere_is_a_fact()
    {
        var (unit, stranger) = (await inventory.ReleasedAsync(), await inventory.ReleasedAsync(site: Hospital));
        var recall = RecallId.Parse("lookback-scanned");
        await inventory.ImplicateAsync(recall, [unit.Donation]);
        var bank = inventory.BloodBank(Hospital);

        var refused = await bank.CommandAsync($"/recalls/{recall}/acknowledgement", new { units = new[] { Scan(unit), Scan(stranger) } });
        (await refused.JsonAsync()).GetProperty("code").GetString().ShouldBe("not-in-recall");
        (await inventory.UnitAsync(unit)).Discrepancies.ShouldBeEmpty();

        (await bank.CommandAsync($"/recalls/{recall}/acknowledgement", new { units = new[] { Scan(unit) } })).StatusCode.ShouldBe(HttpStatusCode.OK);
        var found = await inventory.UnitAsync(unit);
        found.Custody.ShouldBe(Custody.At(Hospital));
        found.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("found-elsewhere");
        (await bank.CommandAsync("/recalls/no-such-case/acknowledgement", new { })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_case_is_closed_by_two_people_when_every_unit_is_accounted_for_and_not_before()
    {
        var unit = await inventory.ReleasedAsync();
        var recall = RecallId.Parse("lookback-closed");
        await inventory.ImplicateAsync(recall, [unit.Donation]);
        var bank = inventory.BloodBank(Centre);
        object closure = new { reason = "all destroyed", verifierScan = "='A9991000N02" };

        var early = await (await bank.CommandAsync($"/recalls/{recall}/closure", closure)).JsonAsync();
        early.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString()).ShouldBe(["not-acknowledged", "not-accounted"]);
        (await (await bank.CommandAsync($"/recalls/{recall}/clearance", closure)).JsonAsync()).GetProperty("code").GetString().ShouldBe("recall-of-the-centre");
        (await inventory.BloodBank(Hospital).CommandAsync($"/recalls/{recall}/closure", closure)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await (await bank.CommandAsync("/units/end-hold", new { scan = Scan(unit), reason = recall.ToString() })).JsonAsync()).GetProperty("code").GetString().ShouldBe("hold-of-a-recall");

        await bank.CommandAsync($"/recalls/{recall}/acknowledgement", new { });
        await bank.CommandAsync("/units/discard", new { scan = Scan(unit), reason = "lookback" });
        (await bank.CommandAsync($"/recalls/{recall}/closure", closure)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await inventory.RecallAsync(recall)).End!.Cleared.ShouldBeFalse();
    }

    [Fact]
    public async Task A_case_nobody_answered_in_time_is_overdue()
    {
        var unit = await inventory.ReleasedAsync(site: Hospital);
        var recall = RecallId.Parse("lookback-late");

        await inventory.ImplicateAsync(recall, [unit.Donation], dueAt: inventory.Now.AddSeconds(-1));

        await Eventually.BecomesTrueAsync(async () => (await inventory.RecallAsync(recall)).IsOverdue, "the deadline was swept");
    }

    [Fact]
    public async Task News_of_more_sets_the_time_by_which_all_have_to_answer()
    {
        var (first, second) = (await inventory.ReleasedAsync(site: Hospital), await inventory.ReleasedAsync(site: Hospital));
        var recall = RecallId.Parse("lookback-late-news");
        await inventory.ImplicateAsync(recall, [first.Donation]);

        await inventory.ImplicateAsync(recall, [second.Donation], dueAt: inventory.Now.AddSeconds(-1));

        await Eventually.BecomesTrueAsync(async () => (await inventory.RecallAsync(recall)).IsOverdue, "the deadline was swept");
        await inventory.ImplicateAsync(recall, [first.Donation], dueAt: inventory.Now.AddDays(3));
        var after = await inventory.Store.HeadAsync();
        var listed = (await (await inventory.BloodBank(Centre).GetAsync($"/recalls?open=true&after={after}")).JsonAsync()).GetProperty("recalls").EnumerateArray()
            .Single(row => row.GetProperty("recall").GetString() == recall.ToString());
        listed.GetProperty("overdue").GetBoolean().ShouldBeFalse();
        listed.GetProperty("dueAt").GetDateTimeOffset().ShouldBeGreaterThan(inventory.Now.AddDays(2));
    }

    [Fact]
    public async Task A_case_with_a_unit_that_nobody_ever_saw_is_closed_when_it_is_given_up()
    {
        var plasma = inventory.NextUnit(ComponentKind.Plasma);
        var never = new UnitNumber(plasma.Donation, ProductCode.Create("D0401"));
        var recall = RecallId.Parse("lookback-never-seen");
        await inventory.PrepareAsync(plasma);
        await inventory.ImplicateAsync(recall, [plasma.Donation]);
        await inventory.UsedUpAsync(plasma, never);
        var bank = inventory.BloodBank(Centre);
        await bank.CommandAsync($"/recalls/{recall}/acknowledgement", new { });
        object closure = new { reason = "all accounted for", verifierScan = "='A9991000N02" };
        (await (await bank.CommandAsync($"/recalls/{recall}/closure", closure)).JsonAsync()).GetProperty("code").GetString().ShouldBe("not-accounted");

        (await bank.CommandAsync("/units/lose", new { scan = Scan(never), reason = "never labeled" })).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await bank.CommandAsync($"/recalls/{recall}/closure", closure)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await inventory.UnitAsync(never)).Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("unknown-unit");
    }

    [Fact]
    public async Task A_case_names_the_patient_whom_a_unit_is_out_with()
    {
        var unit = await inventory.ReleasedAsync("AB-", Hospital);
        var order = OrderId.From("recalled at the bedside");
        await inventory.ReserveAsync(order, Hospital, 1, "AB-", Recipient);
        await inventory.TellOfRecipientAsync(Recipient, "AB-");
        var bank = inventory.BloodBank(Hospital);
        await bank.CommandAsync("/units/crossmatch", new { scan = Scan(unit), order, recipient = Recipient, compatible = true, sample = Tube });
        await bank.CommandAsync("/units/issue", new { scan = Scan(unit), order, recipient = Recipient, verifierScan = "='A9991000N02", appearance = "normal" });
        var recall = RecallId.Parse("lookback-bedside");

        await inventory.ImplicateAsync(recall, [unit.Donation]);

        var view = await (await bank.GetAsync($"/recalls/{recall}")).JsonAsync();
        view.GetProperty("units")[0].GetProperty("recipient").GetString().ShouldBe(Recipient.ToString());
    }

    [Fact]
    public async Task A_consignment_is_called_back_with_all_that_travelled_on_it_and_cleared_again()
    {
        var leg = Journey with { Order = OrderId.From("recalled"), Consignment = ConsignmentNumber.Create("A9990", 26, 503) };
        var (arrived, missed, sibling) = (await inventory.ReleasedAsync(), await inventory.ReleasedAsync(), inventory.NextUnit(ComponentKind.Plasma));
        sibling = new UnitNumber(arrived.Donation, sibling.Product);
        await inventory.ReleaseAsync(sibling);
        await inventory.DispatchedAsync(leg, arrived, missed);
        await inventory.ReceivedAsync(leg, [arrived], [missed]);
        var bank = inventory.BloodBank(Hospital);
        object body = new { reason = "box was warm", consignment = $"=${leg.Consignment}0101" };

        (await inventory.BloodBank(Elsewhere).CommandAsync("/recalls", body)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var answer = await (await bank.CommandAsync("/recalls", body)).JsonAsync();
        var recall = RecallId.Parse(answer.GetProperty("recall").GetString()!);

        (await inventory.UnitAsync(arrived)).IsHeldFor(recall).ShouldBeTrue();
        (await inventory.UnitAsync(missed)).IsHeldFor(recall).ShouldBeTrue();
        (await inventory.UnitAsync(sibling)).Holds.ShouldBeEmpty();
        (await bank.CommandAsync($"/recalls/{recall}/clearance", new { reason = "logger was wrong", verifierScan = "='A9991000N01" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await bank.CommandAsync($"/recalls/{recall}/clearance", new { reason = "logger was wrong", verifierScan = "='A9991000N02" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await inventory.UnitAsync(arrived)).IsAvailable(inventory.Now).ShouldBeTrue();
    }

    [Fact]
    public async Task Units_are_called_back_by_who_has_them()
    {
        var unit = await inventory.ReleasedAsync(site: Hospital);

        (await inventory.BloodBank(Elsewhere).CommandAsync("/recalls", new { reason = "label smeared", units = new[] { Scan(unit) } })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await inventory.BloodBank(Hospital).CommandAsync("/recalls", new { reason = "label smeared" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await inventory.BloodBank(Hospital).CommandAsync("/recalls", new { reason = "label smeared", units = new[] { Scan(inventory.NextUnit()) } })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await inventory.Client("A9990-P01", Centre, Roles.Operator).CommandAsync("/recalls", new { reason = "label smeared", units = new[] { Scan(unit) } })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await inventory.UnitAsync(unit)).Holds.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_reaction_holds_what_else_was_made_of_the_donation()
    {
        var transfused = await inventory.ReleasedAsync(site: Hospital);
        var sibling = new UnitNumber(transfused.Donation, ProductCode.Create("D0201"));
        await inventory.ReleaseAsync(sibling, site: Elsewhere);
        var bank = inventory.BloodBank(Hospital);
        await bank.CommandAsync("/units/transfuse", new { scan = Scan(transfused) });

        var answer = await bank.CommandAsync(
            "/units/reaction", new { scan = Scan(transfused), severity = 3, imputability = "2", category = "bacterial-infection", description = "fever within the hour" });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var recall = RecallId.Parse((await answer.JsonAsync()).GetProperty("recall").GetString()!);
        (await inventory.UnitAsync(sibling)).IsHeldFor(recall).ShouldBeTrue();
        (await inventory.UnitAsync(transfused)).Reactions.ShouldHaveSingleItem().Severity.ShouldBe(3);
        (await inventory.UnitAsync(transfused)).Discrepancies.ShouldNotContain(discrepancy => discrepancy.Code == "reaction-without-transfusion");
        var opened = (await inventory.Store.ReadStreamAsync($"recall-{recall}")).Events[0].Data.ShouldBeOfType<RecallOpened>();
        opened.Kind.ShouldBe(RecallKind.Reaction);
        opened.Source.ShouldBe(RecallSource.Inventory);

        // What is seen after the case had come to nothing is a case of its own.
        (await bank.CommandAsync($"/recalls/{recall}/clearance", new { reason = "culture negative", verifierScan = "='A9991000N02" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await inventory.UnitAsync(sibling)).Holds.ShouldBeEmpty();
        var later = await (await bank.CommandAsync("/units/reaction", new { scan = Scan(transfused), severity = 4, imputability = "3", category = "bacterial-infection" })).JsonAsync();
        (await inventory.UnitAsync(sibling)).IsHeldFor(RecallId.Parse(later.GetProperty("recall").GetString()!)).ShouldBeTrue();
        later.GetProperty("recall").GetString().ShouldNotBe(recall.ToString());
    }

    [Fact]
    public async Task A_donation_is_followed_into_the_pool_and_a_reaction_to_the_pool_back_into_its_donations()
    {
        var (source, sibling, pool) = (await inventory.ReleasedAsync(), inventory.NextUnit(), inventory.NextUnit());
        sibling = new UnitNumber(source.Donation, ProductCode.Create("D0201"));
        await inventory.ReleaseAsync(sibling);
        await PoolAsync(source, pool);
        var recall = RecallId.Parse("lookback-pooled");

        await inventory.ImplicateAsync(recall, [source.Donation]);
        var reaction = await (await inventory.BloodBank(Centre).CommandAsync(
            "/units/reaction", new { scan = Scan(pool), severity = 1, imputability = "na", category = "other" })).JsonAsync();

        (await inventory.UnitAsync(pool)).IsHeldFor(recall).ShouldBeTrue();
        (await inventory.UnitAsync(source)).Holds.ShouldBeEmpty();
        (await inventory.RecallAsync(recall)).Units.ShouldBe([source, sibling, pool]);
        (await inventory.UnitAsync(sibling)).IsHeldFor(RecallId.Parse(reaction.GetProperty("recall").GetString()!)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_reaction_that_makes_no_sense_is_refused_with_every_field_named()
    {
        var answer = await inventory.BloodBank(Hospital).CommandAsync(
            "/units/reaction", new { scan = Scan(inventory.NextUnit()), severity = 5, imputability = "4", category = "other", startedAt = inventory.Now.AddDays(1) });

        (await answer.JsonAsync()).GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString())
            .ShouldBe(["severity-invalid", "imputability-invalid", "started-in-future"]);
    }

    [Fact]
    public async Task The_deadline_finds_nothing_to_do_where_all_have_answered()
    {
        var unit = await inventory.ReleasedAsync(site: Hospital);
        var recall = RecallId.Parse("lookback-in-time");
        var dueAt = inventory.Now.AddDays(3);
        await inventory.ImplicateAsync(recall, [unit.Donation], dueAt);
        await inventory.BloodBank(Hospital).CommandAsync($"/recalls/{recall}/acknowledgement", new { });

        await new RemindOfRecall(
                inventory.Store, inventory.Services.GetRequiredService<CommandRunner>(), inventory.Services.GetRequiredService<RecallDesk>(), new ManualClock(dueAt.AddMinutes(1)))
            .HandleAsync(new Deadline(RecallDesk.DeadlineName, $"recall-{recall}", dueAt), default);

        (await inventory.RecallAsync(recall)).IsOverdue.ShouldBeFalse();
    }

    /// <summary>As a procedure at the bench writes it.</summary>
    private async Task PoolAsync(UnitNumber source, UnitNumber pool)
    {
        var loaded = await inventory.Store.LoadAsync<Unit>(source.ToString());
        var facts = loaded.State.Facts!;
        var committed = await inventory.Store.CommitAsync(new Commit
        {
            Metadata = new EventMetadata { Actor = Nurse, Site = Centre.ToString(), OccurredAt = inventory.Now },
            Appends =
            [
                loaded.Append([new UnitUsedUp(ProcedureKind.Pool, [pool])]),
                new StreamAppend($"unit-{pool}", 0, [new UnitMade(
                    pool, facts.Kind, [source], ProcedureKind.Pool, null, null, null, facts.CollectedAt, facts.CollectedAtSite, inventory.Now, facts.ExpiresAt, 250, Centre, OPositive, null)]),
                new StreamAppend($"family-{pool.Donation}", 0, [new UnitListed(pool)]),
            ],
        });
        committed.ShouldBeOfType<CommitResult.Committed>();
    }

    private static async Task<IReadOnlyList<JsonElement>> BoardAsync(HttpClient client, RecallId recall, string after) =>
        [.. (await (await client.GetAsync($"/recalls/unacknowledged?after={after}")).JsonAsync()).GetProperty("rows").EnumerateArray()
            .Where(row => row.GetProperty("recall").GetString() == recall.ToString())];

    private static string Scan(UnitNumber unit) => $"={unit.Donation}00=<{unit.Product}";
}
