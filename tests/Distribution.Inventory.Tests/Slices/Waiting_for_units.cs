using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Contracts.Request.V1;
using Distribution.EventStore;
using Distribution.Inventory.Service.Allocations;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Slices;

/// <summary>What is short is found as soon as the stock has it. Each test has a site and a group of its own.</summary>
public sealed class Waiting_for_units(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    private static readonly SiteId Site = SiteId.Parse("HN-PT", null);

    [Fact]
    public async Task What_is_short_is_reserved_when_it_is_released_and_not_before()
    {
        var first = await inventory.StockedAsync("A+", Site);
        var order = OrderId.From("short of two");

        await inventory.AskAsync(inventory.Wish(order, Site, 3, "A+"));
        var answered = (await inventory.AllocationAsync(order))[^1].ShouldBeOfType<UnitsAllocated>();
        var second = await inventory.StockedAsync("A+", Site);
        var third = await inventory.StockedAsync("A+", Site);

        answered.Units.ShouldHaveSingleItem().Unit.ShouldBe(first);
        answered.Shortfalls.ShouldHaveSingleItem().Missing.ShouldBe(2);
        answered.WaitsUntil.ShouldNotBeNull();
        var decided = await Eventually.GetAsync(() => inventory.DecidedAsync(order), state => !state.IsOpen, "all was found");
        decided.Units.ShouldBe([first, second, third], ignoreOrder: true);
        foreach (var unit in decided.Units)
            (await inventory.UnitAsync(unit)).Reservation!.Order.ShouldBe(order);
    }

    [Fact]
    public async Task The_end_of_a_hold_lets_a_delayed_order_have_the_unit()
    {
        var unit = await inventory.StockedAsync("A-", Site);
        var bank = inventory.BloodBank(Site);
        await bank.CommandAsync("/units/hold", new { scan = Scan(unit), reason = "bag-damp" });
        var order = OrderId.From("delayed");

        await inventory.AskAsync(inventory.Wish(order, Site, 1, "A-"));
        var delayed = (await inventory.AllocationAsync(order))[^1].ShouldBeOfType<AllocationDelayed>();
        await bank.CommandAsync("/units/end-hold", new { scan = Scan(unit), reason = "bag-damp" });

        delayed.Shortfalls.ShouldHaveSingleItem().Explanation.ShouldNotBeNullOrEmpty();
        await Eventually.BecomesTrueAsync(async () => (await inventory.DecidedAsync(order)).Units.Contains(unit), "the unit went to who waits");
    }

    [Fact]
    public async Task What_one_order_gives_back_another_gets()
    {
        var unit = await inventory.StockedAsync("B-", Site);
        var (one, other) = (OrderId.From("gives back"), OrderId.From("gets it"));
        await inventory.AskAsync(inventory.Wish(one, Site, 1, "B-"));
        await inventory.AskAsync(inventory.Wish(other, Site, 1, "B-"));

        await inventory.GiveBackAsync(one);

        await Eventually.BecomesTrueAsync(async () => (await inventory.DecidedAsync(other)).Units.Contains(unit), "the unit went to who waits");
    }

    [Fact]
    public async Task A_typing_lets_an_order_have_what_it_could_not_be_given_untested()
    {
        var unit = await inventory.StockedAsync("AB-", Site);
        var order = OrderId.From("wants K negative");
        var wish = inventory.Wish(order, Site, 1, "AB-");
        await inventory.AskAsync(wish with { Lines = [wish.Lines[0] with { Requirements = UnitRequirements.None with { WithoutAntigens = AntigenSet.Of("K") } }] });
        var delayed = (await inventory.AllocationAsync(order))[^1].ShouldBeOfType<AllocationDelayed>();

        await inventory.BloodBank(Site).CommandAsync("/units/typing", new { scan = Scan(unit), negative = new[] { "K" } });

        var alternative = delayed.Alternatives.ShouldHaveSingleItem();
        (alternative.Group, alternative.Quantity, alternative.Site).ShouldBe((BloodGroup.Parse("AB-"), 1, Site));
        alternative.Without.ShouldBe(["antigen-negative"]);
        await Eventually.BecomesTrueAsync(async () => (await inventory.DecidedAsync(order)).Units.Contains(unit), "the unit went to who waits");
    }

    [Fact]
    public async Task What_is_found_out_about_a_patient_meanwhile_decides_what_may_be_given()
    {
        var site = SiteId.Parse("HN-XP", null);
        var (order, patient) = (OrderId.From("gets an antibody"), RecipientId.From("gets an antibody"));
        await inventory.TellOfRecipientAsync(patient, "B+", site: site);
        await inventory.AskAsync(inventory.Wish(order, site, 1, "B+") with
        {
            Purpose = OrderPurpose.Patient,
            Recipient = new ReservationRecipient(patient, BloodGroup.Parse("B+")),
        });
        await inventory.TellOfRecipientAsync(patient, "B+", version: 2, antibodies: AntigenSet.Of("K"), site: site);
        var other = OrderId.From("takes what that one may not have");

        var untyped = await inventory.StockedAsync("B+", site);
        await inventory.AskAsync(inventory.Wish(other, site, 1, "B+"));
        var typed = await inventory.ReleasedAsync("B+", site);
        await inventory.BloodBank(site).CommandAsync("/units/typing", new { scan = Scan(typed), negative = new[] { "K" } });

        await Eventually.BecomesTrueAsync(async () => (await inventory.DecidedAsync(order)).Units.Contains(typed), "the typed unit went to the patient");
        await Eventually.BecomesTrueAsync(async () => (await inventory.DecidedAsync(other)).Units.Contains(untyped), "the other unit went to the other order");
    }

    [Fact]
    public async Task A_unit_that_came_back_fills_no_gap_of_the_order_that_had_it()
    {
        var site = SiteId.Parse("HN-SS", null);
        var (order, patient) = (OrderId.From("one came back"), RecipientId.From("one came back"));
        await inventory.TellOfRecipientAsync(patient, "B+", site: site);
        var back = await inventory.StockedAsync("B+", site);
        await inventory.AskAsync(inventory.Wish(order, site, 2, "B+") with
        {
            Purpose = OrderPurpose.Patient,
            Recipient = new ReservationRecipient(patient, BloodGroup.Parse("B+")),
        });
        var bank = inventory.BloodBank(site);
        await TakenAsync(bank.CommandAsync("/units/crossmatch", new { scan = Scan(back), order, recipient = patient, compatible = true, sample = Tube }));
        await TakenAsync(bank.CommandAsync("/units/issue", new { scan = Scan(back), order, recipient = patient, verifierScan = "A9999-B77", appearance = "normal" }));
        await TakenAsync(bank.CommandAsync("/units/return", new { scan = Scan(back), minutesOut = 5, appearance = "normal", sealIntact = true }));

        var next = await inventory.ReleasedAsync("B+", site);

        await Eventually.BecomesTrueAsync(async () => (await inventory.DecidedAsync(order)).Units.Contains(next), "the gap was filled by another unit");
        (await inventory.UnitAsync(back)).Reservation.ShouldBeNull();

        static async Task TakenAsync(Task<HttpResponseMessage> answer)
        {
            var response = await answer;
            response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task An_old_order_is_served_before_urgent_ones_that_came_later()
    {
        var (old, order) = (OrderId.From("three weeks old"), SiteId.Parse("HN-MD", null));
        await inventory.AskAsync(inventory.Wish(old, order, 1, "O-") with { PlacedAt = inventory.Now.AddDays(-21) });
        var newcomers = Enumerable.Range(1, 5).Select(number => OrderId.From($"urgent newcomer {number}")).ToArray();
        foreach (var newcomer in newcomers[..3])
            await inventory.AskAsync(inventory.Wish(newcomer, order, 1, "O-") with { Urgency = OrderUrgency.Urgent });

        var unit = await inventory.StockedAsync("O-", order);
        await Task.WhenAll(newcomers[3..].Select(newcomer => inventory.AskAsync(inventory.Wish(newcomer, order, 1, "O-") with { Urgency = OrderUrgency.Urgent })));

        await Eventually.BecomesTrueAsync(async () => (await inventory.DecidedAsync(old)).Units.Contains(unit), "the oldest got the unit");
    }

    [Fact]
    public async Task When_its_time_is_over_an_order_is_told_that_nothing_more_comes()
    {
        var order = OrderId.From("waits in vain");
        await inventory.AskAsync(inventory.Wish(order, Site, 2, "AB+"));
        var until = (await inventory.DecidedAsync(order)).Demand!.WaitUntil!.Value;
        var deadline = new Deadline(EndWaiting.DeadlineName, $"allocation-{order}", until);

        await EndAt(until.AddMinutes(-1), deadline with { DueAt = until.AddMinutes(-1) });
        (await inventory.DecidedAsync(order)).IsOpen.ShouldBeTrue();
        await EndAt(until, deadline);
        await EndAt(until, deadline);

        var declined = (await inventory.AllocationAsync(order)).OfType<AllocationDeclined>().ShouldHaveSingleItem();
        (declined.Reason, declined.Shortfalls.Single().Missing).ShouldBe(("not-in-time", 2));
        (await inventory.DecidedAsync(order)).IsOpen.ShouldBeFalse();
    }

    [Fact]
    public async Task An_amendment_gives_back_what_it_has_no_use_for_and_looks_for_what_it_lacks()
    {
        var site = SiteId.Parse("HN-TT", null);
        UnitNumber[] units = [await inventory.StockedAsync("A+", site, inventory.Now.AddDays(3)), await inventory.StockedAsync("A+", site, inventory.Now.AddDays(9))];
        var (order, waiting) = (OrderId.From("amended"), OrderId.From("waits for the amended one's"));
        await inventory.AskAsync(inventory.Wish(order, site, 2, "A+"));
        await inventory.AskAsync(inventory.Wish(waiting, site, 1, "A+"));
        var amended = inventory.Wish(order, site, 1, "A+", attempt: 2);

        await inventory.AskAsync(amended with { Lines = [.. amended.Lines, new OrderLine(2, ComponentKind.RedCells, BloodGroup.Parse("O+"), 1)] });
        await inventory.AskAsync(inventory.Wish(order, site, 5, "A+"));

        var told = await inventory.AllocationAsync(order);
        told.OfType<AllocationLapsed>().ShouldHaveSingleItem().Units.ShouldBe([units[1]]);
        (await inventory.DecidedAsync(order)).LatestAttempt.ShouldBe(2);
        told[^1].ShouldBeOfType<AllocationDelayed>().Shortfalls.Select(shortfall => (shortfall.Line, shortfall.Missing)).ShouldBe([(2, 1)]);
        await Eventually.BecomesTrueAsync(async () => (await inventory.DecidedAsync(waiting)).Units.Contains(units[1]), "the unit went to who waits");
    }

    [Fact]
    public async Task A_patient_of_unknown_group_gets_what_the_policy_gives_to_anybody()
    {
        var site = SiteId.Parse("HN-PX", null);
        await inventory.StockedAsync("A+", site);
        var universal = await inventory.StockedAsync("O+", site);
        var order = OrderId.From("bleeds");

        await inventory.AskAsync(inventory.Wish(order, site, 1, "O+") with
        {
            Purpose = OrderPurpose.Patient,
            Urgency = OrderUrgency.Emergency,
            RecipientOfUnknownGroup = Recipient,
        });

        (await inventory.AllocationAsync(order)).OfType<UnitsAllocated>().Single().Units.ShouldHaveSingleItem().Unit.ShouldBe(universal);
        (await inventory.UnitAsync(universal)).Reservation!.RecipientGroup.ShouldBeNull();
    }

    [Fact]
    public async Task What_was_accepted_instead_of_a_patients_group_is_found()
    {
        var site = SiteId.Parse("HN-UB", null);
        var unit = await inventory.StockedAsync("O+", site);
        var (order, patient) = (OrderId.From("takes O+"), RecipientId.From("takes O+"));
        await inventory.TellOfRecipientAsync(patient, "O-", site: site);
        var wish = ForPatient(inventory.Wish(order, site, 1, "O-"), patient, "O-");

        await inventory.AskAsync(wish);
        var offered = (await inventory.AllocationAsync(order))[^1].ShouldBeOfType<AllocationDelayed>().Alternatives;
        await inventory.AskAsync(wish with { Attempt = 2, Lines = [new OrderLine(2, ComponentKind.RedCells, BloodGroup.Parse("O+"), 1)] });

        offered.ShouldContain(offer => offer.Group == BloodGroup.Parse("O+"));
        (await inventory.DecidedAsync(order)).Units.ShouldBe([unit]);
        (await inventory.UnitAsync(unit)).Reservation!.RecipientGroup.ShouldBe(BloodGroup.Parse("O-"));
    }

    [Fact]
    public async Task A_unit_that_ended_where_it_stood_is_replaced_when_the_order_asks_again()
    {
        var site = SiteId.Parse("HN-UB", null);
        var first = await inventory.StockedAsync("B-", site);
        var order = OrderId.From("one breaks");
        await inventory.AskAsync(inventory.Wish(order, site, 1, "B-"));
        var second = await inventory.StockedAsync("B-", site);

        await inventory.BloodBank(site).CommandAsync("/units/discard", new { scan = Scan(first), reason = "leaking" });
        await inventory.AskAsync(inventory.Wish(order, site, 1, "B-", attempt: 2));

        (await inventory.UnitAsync(first)).Fate.ShouldNotBeNull();
        (await inventory.UnitAsync(second)).Reservation.ShouldNotBeNull().Order.ShouldBe(order);
    }

    [Fact]
    public async Task An_order_that_becomes_an_emergency_makes_its_units_those_of_an_emergency()
    {
        var site = SiteId.Parse("HN-UB", null);
        var unit = await inventory.StockedAsync("A-", site);
        var (order, patient) = (OrderId.From("begins to bleed"), RecipientId.From("begins to bleed"));
        await inventory.TellOfRecipientAsync(patient, "A-", site: site);
        var wish = ForPatient(inventory.Wish(order, site, 1, "A-"), patient, "A-");
        await inventory.AskAsync(wish);

        await inventory.AskAsync(wish with { Attempt = 2, Urgency = OrderUrgency.Emergency });

        (await inventory.UnitAsync(unit)).Reservation.ShouldNotBeNull().Emergency.ShouldBeTrue();
    }

    [Fact]
    public async Task Nothing_is_set_aside_by_a_group_that_is_not_the_patients_any_more()
    {
        var site = SiteId.Parse("HN-UB", null);
        var (order, patient) = (OrderId.From("was AB+"), RecipientId.From("was AB+"));
        await inventory.TellOfRecipientAsync(patient, "AB+", site: site);
        var wish = ForPatient(inventory.Wish(order, site, 1, "AB+"), patient, "AB+");
        await inventory.AskAsync(wish);
        await inventory.TellOfRecipientAsync(patient, "B+", version: 2, site: site);
        var other = OrderId.From("gets it instead");

        var unit = await inventory.StockedAsync("AB+", site);
        await inventory.AskAsync(wish with { Attempt = 2 });
        await inventory.AskAsync(inventory.Wish(other, site, 1, "AB+"));

        await Eventually.BecomesTrueAsync(async () => (await inventory.DecidedAsync(other)).Units.Contains(unit), "the unit went to who may have it");
        var delayed = (await inventory.AllocationAsync(order))[^1].ShouldBeOfType<AllocationDelayed>();
        delayed.Shortfalls.ShouldHaveSingleItem().Explanation.ShouldBe("The patient's group has changed: amend the order.");
        delayed.Alternatives.ShouldBeEmpty();
    }

    private static Contracts.Request.V1.ReserveUnits ForPatient(Contracts.Request.V1.ReserveUnits wish, RecipientId patient, string group) => wish with
    {
        Purpose = OrderPurpose.Patient,
        Recipient = new ReservationRecipient(patient, BloodGroup.Parse(group)),
    };

    [Fact]
    public async Task It_is_told_when_a_unit_that_another_order_has_may_become_free()
    {
        var site = SiteId.Parse("HN-SS", null);
        var unit = await inventory.StockedAsync("A+", site);
        var (one, other) = (OrderId.From("has it"), OrderId.From("may get it"));
        await inventory.AskAsync(inventory.Wish(one, site, 1, "A+"));
        var lapsesAt = (await inventory.UnitAsync(unit)).Reservation!.LapsesAt;

        await Eventually.BecomesTrueAsync(() => inventory.TableSaysAsync(unit, "order_id is not null"), "the table knows of the reservation");
        await inventory.AskAsync(inventory.Wish(other, site, 1, "A+"));

        (await inventory.AllocationAsync(other))[^1].ShouldBeOfType<AllocationDelayed>().ExpectedAt.ShouldBe(lapsesAt + UnitDecider.LapseGrace);
    }

    private static string Scan(UnitNumber unit) => $"={unit.Donation}00=<{unit.Product}";

    private Task EndAt(DateTimeOffset now, Deadline deadline) =>
        ActivatorUtilities.CreateInstance<EndWaiting>(inventory.Services, new ManualClock(now)).HandleAsync(deadline, default);
}
