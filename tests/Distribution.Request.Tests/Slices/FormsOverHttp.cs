using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.Requests.Service.OrderForms;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Slices;

public sealed class FormsOverHttp(RequestService service) : IClassFixture<RequestService>
{
    private static readonly object[] Lines = [new { kind = "red-cells", group = "O+", quantity = 2 }];

    [Fact]
    public async Task A_draft_is_kept_changed_and_used_up_by_its_order()
    {
        var form = await SaveAsync(new { kind = "draft", name = "later", purpose = "stock", lines = Array.Empty<object>() });
        var tooSoon = await service.BloodBank.CommandAsync($"/order-forms/{form}/place", new { });
        tooSoon.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await CodesAsync(tooSoon)).ShouldBe(["no-lines", "needed-by-required"], ignoreOrder: true);
        (await service.BloodBank.CommandAsync($"/order-forms/{form}", new { kind = "draft", name = "later", purpose = "stock", lines = Lines }, ifMatch: 1)).EnsureSuccessStatusCode();

        var body = new { neededBy = TimeProvider.System.GetUtcNow().AddDays(1) };
        var answer = await service.BloodBank.CommandAsync($"/order-forms/{form}/place", body, key: "place-the-draft");
        var again = await service.BloodBank.CommandAsync($"/order-forms/{form}/place", body, key: "place-the-draft");

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var order = (await answer.JsonAsync()).GetProperty("order").GetString()!;
        (await again.JsonAsync()).GetProperty("order").GetString().ShouldBe(order);
        (await service.OrderAsync(OrderId.Parse(order))).GetProperty("form").GetString().ShouldBe(form);
        var kept = await FormAsync(form);
        kept.GetProperty("discarded").GetBoolean().ShouldBeTrue();
        kept.GetProperty("lastOrder").GetString().ShouldBe(order);
        kept.GetProperty("history").GetArrayLength().ShouldBe(3);
        (await BoardAsync("draft")).ShouldNotContain(row => row.GetProperty("form").GetString() == form);
    }

    [Fact]
    public async Task A_template_orders_again_and_again()
    {
        var form = await SaveAsync(new { kind = "template", name = "weekly", purpose = "stock", lines = Lines });
        var neededBy = TimeProvider.System.GetUtcNow().AddDays(1);

        var first = await (await service.BloodBank.CommandAsync($"/order-forms/{form}/place", new { neededBy })).JsonAsync();
        var second = await (await service.BloodBank.CommandAsync($"/order-forms/{form}/place", new { neededBy, urgency = "urgent" })).JsonAsync();

        first.GetProperty("order").GetString().ShouldNotBe(second.GetProperty("order").GetString());
        (await BoardAsync("template")).ShouldContain(row => row.GetProperty("form").GetString() == form);
    }

    [Fact]
    public async Task An_order_is_copied_into_a_draft_once()
    {
        var order = await service.PlaceAsync();

        var first = await (await service.BloodBank.CommandAsync($"/orders/{order}/duplicate", new { }, key: "copy")).JsonAsync();
        var again = await (await service.BloodBank.CommandAsync($"/orders/{order}/duplicate", new { }, key: "copy")).JsonAsync();

        again.GetProperty("form").GetString().ShouldBe(first.GetProperty("form").GetString());
        var draft = await FormAsync(first.GetProperty("form").GetString()!);
        draft.GetProperty("kind").GetString().ShouldBe("draft");
        draft.GetProperty("content").GetProperty("lines")[0].GetProperty("group").GetString().ShouldBe("O+");
        (await service.Supplier.CommandAsync($"/orders/{order}/duplicate", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await service.BloodBank.CommandAsync($"/orders/{OrderId.From("nobody's")}/duplicate", new { })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_form_is_its_sites_own()
    {
        var form = await SaveAsync(new { kind = "template", name = "ours", purpose = "stock", lines = Lines });
        var stranger = service.Client("A9993-N01", SiteId.Parse("HN-UB", null), Roles.BloodBank);

        (await stranger.GetAsync($"/order-forms/{form}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await stranger.CommandAsync($"/order-forms/{form}/discard", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await stranger.CommandAsync($"/order-forms/{form}/place", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await service.BloodBank.GetAsync($"/order-forms/{OrderFormId.From("nobody's")}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await service.BloodBank.GetAsync("/order-forms?kind=favourite")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await service.BloodBank.CommandAsync("/order-forms", new { kind = "draft", name = "", purpose = "stock", lines = Lines })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await service.BloodBank.CommandAsync($"/order-forms/{form}/discard", new { })).EnsureSuccessStatusCode();
        (await BoardAsync("template")).ShouldNotContain(row => row.GetProperty("form").GetString() == form);
    }

    [Fact]
    public async Task A_standing_order_pauses_and_goes_on()
    {
        var form = await SaveAsync(Standing("on and off"));

        (await service.BloodBank.CommandAsync($"/order-forms/{form}/pause", new { reason = "holidays" })).EnsureSuccessStatusCode();
        (await RowAsync(form)).GetProperty("paused").GetBoolean().ShouldBeTrue();
        (await service.BloodBank.CommandAsync($"/order-forms/{form}/resume", new { })).EnsureSuccessStatusCode();

        var row = await RowAsync(form);
        row.GetProperty("paused").GetBoolean().ShouldBeFalse();
        row.GetProperty("next").GetDateTimeOffset().ShouldBeGreaterThan(TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task A_standing_order_places_itself_twice_a_week_for_a_month_however_often_it_is_looked_at()
    {
        var form = await SaveAsync(Standing("for a month"));
        var start = (await FormAsync(form)).GetProperty("next").GetDateTimeOffset();
        var clock = new ManualClock(start);

        while (clock.GetUtcNow() < start.AddDays(28))
        {
            var deadline = new Deadline(FormDesk.DeadlineName, Aggregate.StreamId<OrderForm>(form), clock.GetUtcNow());
            await Handler(clock).HandleAsync(deadline, default);
            await Handler(clock).HandleAsync(deadline, default);
            clock.Advance((await FormAsync(form)).GetProperty("next").GetDateTimeOffset() - clock.GetUtcNow());
        }

        var placed = (await FormAsync(form)).GetProperty("history").EnumerateArray()
            .Where(change => change.GetProperty("type").GetString() == "standing-order-placed.v1")
            .Select(change => change.GetProperty("data").GetProperty("order").GetString()!).ToArray();
        placed.Length.ShouldBe(8);
        placed.ShouldBeUnique();
        foreach (var order in placed)
            (await service.OrderAsync(OrderId.Parse(order))).GetProperty("urgency").GetString().ShouldBe("standing");
    }

    [Fact]
    public async Task What_cannot_be_placed_at_its_time_stands_on_the_board()
    {
        var form = await SaveAsync(Standing("skipped"));
        var clock = new ManualClock((await FormAsync(form)).GetProperty("next").GetDateTimeOffset());
        var policies = new PolicyBook(Policy with { Components = [] });

        await new PlaceStandingOrder(
                service.Store, service.Runner, service.Services.GetRequiredService<FormDesk>(), service.Services.GetRequiredService<Region>(), policies, clock)
            .HandleAsync(new Deadline(FormDesk.DeadlineName, Aggregate.StreamId<OrderForm>(form), clock.GetUtcNow()), default);

        (await RowAsync(form)).GetProperty("skippedCodes").EnumerateArray().Select(code => code.GetString()).ShouldBe(["unknown-component"]);
    }

    [Fact]
    public async Task A_standing_order_that_is_due_is_placed_by_the_service_itself()
    {
        var form = OrderFormId.From("due");
        var now = TimeProvider.System.GetUtcNow();
        var saved = new OrderFormSaved(
            form,
            OrderFormKind.Standing,
            "due",
            Hospital,
            new OrderFormContent(OrderPurpose.Stock, [new OrderFormLine(Blood.Components.ComponentKind.RedCells, 2, OPositive)], false),
            now.AddDays(-3),
            new StandingSchedule(Enum.GetValues<Weekday>(), new TimeOnly(6, 30), 24));
        (await service.Store.CommitAsync(new Commit
        {
            Metadata = RequestService.Message("written").ToMetadata(),
            Appends = [new StreamAppend(Aggregate.StreamId<OrderForm>(form.ToString()), 0, [saved])],
            Deadlines = [new Deadline(FormDesk.DeadlineName, Aggregate.StreamId<OrderForm>(form.ToString()), now)],
        })).ShouldBeOfType<CommitResult.Committed>();

        var history = await Eventually.GetAsync(
            async () => (await FormAsync(form.ToString())).GetProperty("history").EnumerateArray().Select(change => change.GetProperty("type").GetString()).ToArray(),
            seen => seen.Contains("standing-order-placed.v1"),
            "the standing order is placed");

        history.Count(type => type == "standing-order-skipped.v1").ShouldBe(2);
    }

    [Fact]
    public async Task The_soonest_is_told_with_the_vans_to_come()
    {
        var slots = await service.BloodBank.GetFromJsonAsync<JsonElement>("/slots?count=3");

        slots.GetProperty("supplier").GetString().ShouldBe("HN-BM");
        slots.GetProperty("slots").GetArrayLength().ShouldBeLessThanOrEqualTo(3);
        (slots.GetProperty("earliest").GetDateTimeOffset() - slots.GetProperty("now").GetDateTimeOffset()).ShouldBeGreaterThan(TimeSpan.FromMinutes(25));
        (await service.BloodBank.GetAsync("/slots?site=HN-NOWHERE")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await service.BloodBank.GetAsync("/slots?count=0")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static object Standing(string name) => new
    {
        kind = "standing",
        name,
        purpose = "stock",
        lines = Lines,
        schedule = new { days = new[] { "monday", "thursday" }, placeAt = "06:30", neededAfterHours = 24 },
    };

    private PlaceStandingOrder Handler(TimeProvider clock) => new(
        service.Store,
        service.Runner,
        service.Services.GetRequiredService<FormDesk>(),
        service.Services.GetRequiredService<Region>(),
        service.Services.GetRequiredService<PolicyBook>(),
        clock);

    private async Task<string> SaveAsync(object body)
    {
        var answer = await service.BloodBank.CommandAsync("/order-forms", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).GetProperty("form").GetString()!;
    }

    private async Task<JsonElement> FormAsync(string form) => await service.BloodBank.GetFromJsonAsync<JsonElement>($"/order-forms/{form}");

    private async Task<JsonElement[]> BoardAsync(string kind) =>
        (await service.BloodBank.GetFromJsonAsync<JsonElement[]>($"/order-forms?kind={kind}&after={await service.Store.HeadAsync()}"))!;

    private async Task<JsonElement> RowAsync(string form) =>
        (await BoardAsync("standing")).Single(row => row.GetProperty("form").GetString() == form);

    private static async Task<string[]> CodesAsync(HttpResponseMessage answer) =>
        [.. (await answer.JsonAsync()).GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString()!)];
}
