using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Contracts.Inventory.V1;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;
using static Distribution.Requests.Tests.Slices.RequestService;

namespace Distribution.Requests.Tests.Slices;

public sealed class ChangingOrdersOverHttp(RequestService service) : IClassFixture<RequestService>
{
    private HttpClient Dispatcher => service.Client("A9990-N05", Centre, Roles.Dispatcher);

    [Fact]
    public async Task An_order_with_special_requirements_is_shown_with_them()
    {
        var answer = await service.BloodBank.CommandAsync("/orders", new
        {
            purpose = "stock",
            urgency = "urgent",
            neededBy = TimeProvider.System.GetUtcNow().AddDays(1),
            lines = new[] { new { kind = "red-cells", group = "O+", quantity = 2, requirements = new { cmvNegative = true, withoutAntigens = new[] { "K", "Jka" }, fresherThanDays = 7 } } },
        });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var view = await service.OrderAsync(OrderId.Parse((await answer.JsonAsync()).GetProperty("order").GetString()!));
        view.GetProperty("urgency").GetString().ShouldBe("urgent");
        var requirements = view.GetProperty("lines")[0].GetProperty("requirements");
        requirements.GetProperty("withoutAntigens").GetString().ShouldBe("K,Jka");
        requirements.GetProperty("cmvNegative").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_wrong_with_an_order_is_named_field_by_field()
    {
        var answer = await service.BloodBank.CommandAsync("/orders", new
        {
            purpose = "stock",
            neededBy = TimeProvider.System.GetUtcNow().AddMinutes(5),
            slot = TimeProvider.System.GetUtcNow().AddHours(3),
            lines = new[] { new { kind = "red-cells", group = "O+", quantity = 2, requirements = new { withoutAntigens = new[] { "Q" }, fresherThanDays = 0 } } },
        });

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await ReasonsAsync(answer)).ShouldBe(
            [
                "antigen-unknown lines[0].requirements.withoutAntigens[0]",
                "fresher-than-days-invalid lines[0].requirements.fresherThanDays",
                "slot-unknown slot",
                "slot-too-late slot",
                "needed-by-too-soon neededBy",
            ],
            ignoreOrder: true);
        var malformed = await service.BloodBank.CommandAsync("/orders", new { purpose = "stock", urgency = "at once", lines = Array.Empty<object>() });
        malformed.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await malformed.JsonAsync()).GetProperty("field").GetString().ShouldBe("urgency");
    }

    [Fact]
    public async Task An_order_is_amended_on_the_version_that_was_seen_by_the_hospital_that_placed_it()
    {
        var order = await service.PlaceAsync();
        var body = new { lines = new object[] { new { kind = "red-cells", group = "O+", quantity = 3 }, new { kind = "plasma", group = "AB+", quantity = 1 } } };

        (await service.Supplier.CommandAsync($"/orders/{order}/amendment", body)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await service.BloodBank.CommandAsync($"/orders/{order}/amendment", body, ifMatch: 7)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await service.BloodBank.CommandAsync($"/orders/{order}/amendment", body, ifMatch: 1)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var view = await service.OrderAsync(order);
        view.GetProperty("attempt").GetInt32().ShouldBe(2);
        view.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("quantity").GetInt32()).ShouldBe([3, 1]);
        (await RowAsync(order)).GetProperty("quantity").GetInt32().ShouldBe(4);
        (await service.BloodBank.CommandAsync($"/orders/{OrderId.From("nobody's")}/amendment", body)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var cut = await service.BloodBank.CommandAsync($"/orders/{order}/amendment", new { lines = Array.Empty<object>() });
        (await ReasonsAsync(cut)).ShouldBe(["no-lines lines"]);
    }

    [Fact]
    public async Task Who_bleeds_is_ordered_for_before_the_group_is_known_and_from_the_supplier_where_that_is_wanted()
    {
        var registered = await (await service.BloodBank.CommandAsync("/recipients", Person())).JsonAsync();
        var recipient = registered.GetProperty("recipient").GetString();
        object Order(string urgency, string kind) => new
        {
            purpose = "patient",
            recipient,
            urgency,
            from = "supplier",
            neededBy = TimeProvider.System.GetUtcNow().AddHours(2),
            lines = new[] { new { kind, quantity = 2 } },
        };

        (await ReasonsAsync(await service.BloodBank.CommandAsync("/orders", Order("urgent", "red-cells")))).ShouldBe(["recipient-group-not-established recipient"]);
        (await ReasonsAsync(await service.BloodBank.CommandAsync("/orders", Order("emergency", "cryoprecipitate")))).ShouldBe(["no-emergency-group lines[0].kind"]);
        var answer = await service.BloodBank.CommandAsync("/orders", Order("emergency", "red-cells"));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var view = await service.OrderAsync(OrderId.Parse((await answer.JsonAsync()).GetProperty("order").GetString()!));
        view.GetProperty("supplier").GetString().ShouldBe("HN-BM");
        view.TryGetProperty("recipientGroup", out _).ShouldBeFalse();
        view.GetProperty("lines")[0].GetProperty("group").GetString().ShouldStartWith("O");
    }

    [Fact]
    public async Task What_is_short_waits_and_what_is_offered_instead_is_taken_or_left()
    {
        var order = await service.PlaceAsync();
        await DelayAsync(order, 1);
        var waiting = await service.OrderAsync(order);
        waiting.GetProperty("status").GetString().ShouldBe("waiting");
        waiting.GetProperty("next").GetString().ShouldBe("awaiting-stock");
        waiting.GetProperty("lines")[0].GetProperty("short").GetInt32().ShouldBe(2);
        waiting.GetProperty("lines")[0].GetProperty("explanation").GetString().ShouldBe("all O+ are spoken for");
        waiting.GetProperty("alternatives").GetArrayLength().ShouldBe(1);
        var row = await RowAsync(order);
        row.GetProperty("status").GetString().ShouldBe("waiting");
        (row.GetProperty("short").GetInt32(), row.GetProperty("alternatives").GetInt32()).ShouldBe((2, 1));

        var never = await service.BloodBank.CommandAsync($"/orders/{order}/alternatives/acceptance", new { line = 1, kind = "red-cells", group = "B+", quantity = 1 });
        (await ReasonsAsync(never)).ShouldBe(["alternative-not-offered line"]);
        (await service.BloodBank.CommandAsync($"/orders/{order}/alternatives/refusal", new { line = 1, reason = "must be O positive" })).EnsureSuccessStatusCode();
        (await service.OrderAsync(order)).GetProperty("alternatives").GetArrayLength().ShouldBe(0);
        await DelayAsync(order, 2);
        (await service.BloodBank.CommandAsync($"/orders/{order}/alternatives/acceptance", new { line = 1, kind = "red-cells", group = "O-", quantity = 1 })).EnsureSuccessStatusCode();

        var view = await service.OrderAsync(order);
        view.GetProperty("status").GetString().ShouldBe("placed");
        view.GetProperty("lines").EnumerateArray()
            .Select(line => (line.GetProperty("group").GetString(), line.GetProperty("quantity").GetInt32()))
            .ShouldBe([("O+", 1), ("O-", 1)]);
        view.GetProperty("lines")[1].GetProperty("substituteFor").GetInt32().ShouldBe(1);
        (await service.EventsAsync(order)).ShouldBe(
            ["order-placed.v1", "order-delayed.v1", "order-alternative-refused.v1", "order-delayed.v1", "order-alternative-accepted.v1", "order-amended.v1"]);
        (await RowAsync(order)).GetProperty("status").GetString().ShouldBe("placed");
    }

    [Fact]
    public async Task What_was_found_in_parts_is_counted_once_and_what_will_not_come_is_told()
    {
        var order = await service.PlaceAsync();
        Task<Outcome> Reserve(int serial, int time, int missing) => Service.Orders.RecordReservation.HandleAsync(
            Message($"reserve {serial} {order}"),
            new UnitsReserved(
                order,
                Centre,
                Hospital,
                [new(Unit(serial), 1, ComponentKind.RedCells, OPositive, TimeProvider.System.GetUtcNow().AddDays(20))],
                missing == 0 ? [] : [new(1, missing)],
                TimeProvider.System.GetUtcNow().AddDays(1),
                By() with { OccurredAt = Now.AddHours(time) },
                1,
                null,
                missing == 0 ? null : TimeProvider.System.GetUtcNow().AddDays(1)),
            service.Runner,
            default);
        Taken(await Reserve(1, 1, 1));
        var partly = await RowAsync(order);
        (partly.GetProperty("status").GetString(), partly.GetProperty("reserved").GetInt32(), partly.GetProperty("short").GetInt32()).ShouldBe(("reserved", 1, 1));
        partly.TryGetProperty("waitsUntil", out _).ShouldBeTrue();

        Taken(await Service.Orders.RecordDecline.HandleAsync(
            Message($"close {order}"),
            new ReservationDeclined(order, Centre, "not-in-time", [new(1, 1)], By() with { OccurredAt = Now.AddHours(3) }, 1, TimeProvider.System.GetUtcNow().AddDays(2)),
            service.Runner,
            default));

        var closed = await RowAsync(order);
        (closed.GetProperty("short").GetInt32(), closed.TryGetProperty("waitsUntil", out _), closed.TryGetProperty("stockExpectedAt", out _)).ShouldBe((1, false, true));
        // Found before the looking ended and heard of after it: it comes all the same.
        Taken(await Reserve(2, 2, 0));
        var late = await RowAsync(order);
        (late.GetProperty("reserved").GetInt32(), late.GetProperty("short").GetInt32()).ShouldBe((2, 1));
        (await service.EventsAsync(order)).ShouldBe(["order-placed.v1", "order-reserved.v1", "order-shortfall-closed.v1", "order-reserved.v1"]);
    }

    [Fact]
    public async Task The_suppliers_dispatcher_declines_and_says_what_is_expected_when()
    {
        var order = await service.PlaceAsync();
        var expectedAt = TimeProvider.System.GetUtcNow().AddHours(5);

        (await service.BloodBank.CommandAsync($"/orders/{order}/decline", new { reason = "no" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var elsewhere = service.Client("A9991-N05", Hospital, Roles.Dispatcher);
        (await elsewhere.CommandAsync($"/orders/{order}/decline", new { reason = "no" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Dispatcher.CommandAsync($"/orders/{order}/decline", new { reason = "freezer down", expectedAt })).EnsureSuccessStatusCode();

        var view = await service.OrderAsync(order);
        view.GetProperty("status").GetString().ShouldBe("declined");
        view.GetProperty("expectedAt").GetDateTimeOffset().ShouldBe(expectedAt, TimeSpan.FromSeconds(1));
        (await ReasonsAsync(await service.BloodBank.CommandAsync($"/orders/{order}/amendment", new { lines = new[] { new { kind = "plasma", group = "O+", quantity = 1 } } })))
            .ShouldContain(reason => reason.StartsWith("already-ended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_board_shows_what_is_open_with_emergencies_first_and_what_is_overdue()
    {
        var routine = await service.PlaceAsync();
        var ended = await service.PlaceAsync();
        (await service.BloodBank.CommandAsync($"/orders/{ended}/cancel", new { reason = "not needed" })).EnsureSuccessStatusCode();
        var answer = await service.BloodBank.CommandAsync(
            "/orders", new { purpose = "stock", urgency = "emergency", lines = new[] { new { kind = "red-cells", group = "O+", quantity = 1 } } });
        var emergency = (await answer.JsonAsync()).GetProperty("order").GetString()!;
        var after = answer.Headers.GetValues("Log-Position").Single();

        var open = await BoardAsync($"/orders?after={after}");
        open[0].ShouldBe(emergency);
        open.ShouldContain(routine.ToString());
        open.ShouldNotContain(ended.ToString());
        (await BoardAsync($"/orders?open=false&after={after}")).ShouldContain(ended.ToString());
        (await BoardAsync($"/orders?urgency=emergency&after={after}")).ShouldBe([emergency]);
        (await BoardAsync($"/orders?overdue=true&after={after}")).ShouldNotContain(emergency);
        (await service.BloodBank.GetAsync("/orders?urgency=soon")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_unit_that_came_back_is_shown_as_returned_and_the_board_counts_it_no_more()
    {
        var order = await service.PlaceAsync();
        var at = By() with { OccurredAt = Now };
        Taken(await Service.Orders.RecordIssue.HandleAsync(Message($"issue {order}"), new UnitIssued(Unit(1), order, Patient, "A9991-N02", at), service.Runner, default));
        (await RowAsync(order)).GetProperty("issued").GetInt32().ShouldBe(1);
        Taken(await Service.Orders.RecordReturn.HandleAsync(
            Message($"return {order}"), new UnitReturned(Unit(1), order, Patient, true, at with { OccurredAt = Now.AddHours(1) }), service.Runner, default));

        (await RowAsync(order)).GetProperty("issued").GetInt32().ShouldBe(0);
        (await service.EventsAsync(order)).ShouldBe(["order-placed.v1", "order-unit-issued.v1", "order-unit-returned.v1"]);
    }

    private async Task DelayAsync(OrderId order, int time) => Taken(await Service.Orders.RecordDelay.HandleAsync(
        Message($"delay {time} {order}"),
        new ReservationDelayed(
            order,
            Centre,
            1,
            [new(1, 2, "all O+ are spoken for")],
            [new Contracts.Inventory.V1.Alternative(1, ComponentKind.RedCells, BloodGroup.Parse("O-"), 1, Centre, [], "RhD negative")],
            TimeProvider.System.GetUtcNow().AddDays(1),
            null,
            By() with { OccurredAt = Now.AddHours(time) }),
        service.Runner,
        default));

    private async Task<JsonElement> RowAsync(OrderId order)
    {
        var after = await service.Store.HeadAsync();
        return (await service.BloodBank.GetFromJsonAsync<JsonElement[]>($"/orders?after={after}"))!
            .Single(row => row.GetProperty("order").GetString() == order.ToString());
    }

    private async Task<string[]> BoardAsync(string address) =>
        [.. (await service.BloodBank.GetFromJsonAsync<JsonElement[]>(address))!.Select(row => row.GetProperty("order").GetString()!)];

    private static async Task<string[]> ReasonsAsync(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var body = await answer.JsonAsync();
        return [.. body.GetProperty("reasons").EnumerateArray()
            .Select(reason => $"{reason.GetProperty("code").GetString()} {(reason.TryGetProperty("field", out var field) ? field.GetString() : "")}")];
    }
}
