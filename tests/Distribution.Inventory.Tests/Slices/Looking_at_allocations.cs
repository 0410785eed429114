using System.Net;
using System.Text.Json;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Slices;

public sealed class Looking_at_allocations(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    [Fact]
    public async Task What_was_decided_for_an_order_is_told_with_its_reasons()
    {
        var unit = await inventory.StockedAsync("A+", Centre);
        var order = OrderId.From("looked at");
        await inventory.AskAsync(inventory.Wish(order, Centre, 2, "A+"));

        var view = await (await inventory.BloodBank(Centre).GetAsync($"/allocations/{order}")).JsonAsync();

        view.GetProperty("waiting").GetBoolean().ShouldBeTrue();
        var given = view.GetProperty("units").EnumerateArray().Single();
        given.GetProperty("unit").GetString().ShouldBe(unit.ToString());
        given.GetProperty("explanation")[0].GetString()!.ShouldContain("identical group");
        view.GetProperty("missing")[0].GetProperty("missing").GetInt32().ShouldBe(1);
        view.GetProperty("certificate").GetProperty("digest").GetString()!.Length.ShouldBe(64);
        view.GetProperty("history").EnumerateArray().Select(entry => entry.GetProperty("name").GetString()).ShouldBe(["demand-registered.v1", "units-allocated.v1"]);
        (await inventory.BloodBank(Elsewhere).GetAsync($"/allocations/{order}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await inventory.BloodBank(Centre).GetAsync($"/allocations/{OrderId.From("never asked")}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_plan_of_the_region_is_proven_and_reserves_nothing()
    {
        var (site, other) = (SiteId.Parse("HN-PS", null), SiteId.Parse("HN-UB", null));
        var unit = await inventory.StockedAsync("B-", other);
        var order = OrderId.From("could be helped from elsewhere");
        await inventory.AskAsync(inventory.Wish(order, site, 1, "B-"));
        var dispatcher = inventory.Client("A9990-C01", site, Roles.Dispatcher);

        var plan = await Eventually.GetAsync(
            async () => await (await dispatcher.GetAsync("/allocation/plan?scope=region")).JsonAsync(),
            answer => Choice(answer, order) is not null,
            "the order waits");
        var alone = await (await dispatcher.GetAsync("/allocation/plan")).JsonAsync();

        plan.GetProperty("proven").GetBoolean().ShouldBeTrue();
        var choice = Choice(plan, order)!.Value;
        choice.GetProperty("unit").GetString().ShouldBe(unit.ToString());
        choice.GetProperty("transfer").GetBoolean().ShouldBeTrue();
        Choice(alone, order).ShouldBeNull();
        alone.GetProperty("shortfalls").EnumerateArray().ShouldContain(line => line.GetProperty("order").GetString() == order.ToString());
        (await inventory.UnitAsync(unit)).Reservation.ShouldBeNull();
        // The order was told at once where such units stand.
        (await inventory.AllocationAsync(order)).OfType<AllocationDelayed>().Single().Alternatives.ShouldHaveSingleItem().Site.ShouldBe(other);
    }

    [Fact]
    public async Task A_plan_is_for_those_who_send_blood_and_those_who_look_after_it()
    {
        (await inventory.BloodBank(Centre).GetAsync("/allocation/plan?scope=region")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await inventory.Client("A9990-C01", Centre, Roles.Dispatcher).GetAsync($"/allocation/plan?site={Hospital}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await inventory.Client("A9990-C01", Centre, Roles.Dispatcher).GetAsync("/allocation/plan?scope=world")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static JsonElement? Choice(JsonElement plan, OrderId order) =>
        plan.GetProperty("choices").EnumerateArray().Where(choice => choice.GetProperty("order").GetString() == order.ToString()).Cast<JsonElement?>().SingleOrDefault();
}
