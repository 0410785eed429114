using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Slices.RequestService;

namespace Distribution.Requests.Tests.Slices;

public sealed class OrderingOverHttp(RequestService service) : IClassFixture<RequestService>
{
    [Fact]
    public async Task An_order_for_stock_is_placed_and_can_be_looked_at_with_its_version()
    {
        var order = await service.PlaceAsync();

        var answer = await service.BloodBank.GetAsync($"/orders/{order}");
        answer.Headers.ETag!.Tag.ShouldBe("\"1\"");
        var view = await answer.JsonAsync();
        view.GetProperty("status").GetString().ShouldBe("placed");
        view.GetProperty("next").GetString().ShouldBe("awaiting-reservation");
        view.GetProperty("supplier").GetString().ShouldBe("HN-BM");
        var placed = view.GetProperty("history").EnumerateArray().ShouldHaveSingleItem();
        placed.GetProperty("type").GetString().ShouldBe("order-placed.v1");
        placed.GetProperty("actor").GetString().ShouldBe("A9991-N01");
        placed.GetProperty("policy").GetString().ShouldBe("vn-26-2013.2");
    }

    [Fact]
    public async Task The_same_submission_twice_is_one_order()
    {
        var body = StockOrder();
        var first = await (await service.BloodBank.CommandAsync("/orders", body, key: "twice")).JsonAsync();
        var second = await (await service.BloodBank.CommandAsync("/orders", body, key: "twice")).JsonAsync();

        second.GetProperty("repeated").GetBoolean().ShouldBeTrue();
        var order = second.GetProperty("order").GetString()!;
        order.ShouldBe(first.GetProperty("order").GetString());
        (await service.EventsAsync(OrderId.Parse(order))).ShouldBe(["order-placed.v1"]);
    }

    [Fact]
    public async Task Every_reason_of_a_refusal_names_its_field()
    {
        var answer = await service.BloodBank.CommandAsync("/orders", new
        {
            purpose = "patient",
            lines = new[] { new { kind = "red-cells", quantity = 0 } },
            neededBy = TimeProvider.System.GetUtcNow().AddDays(-1),
        });

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.JsonAsync()).GetProperty("reasons").EnumerateArray()
            .Select(reason => $"{reason.GetProperty("code").GetString()} {reason.GetProperty("field").GetString()}")
            .ShouldBe(["recipient-required recipient", "quantity-invalid lines[0].quantity", "needed-by-past neededBy"], ignoreOrder: true);
    }

    [Fact]
    public async Task Only_the_blood_bank_orders()
    {
        var answer = await service.Client("A9991-N05", Given.Hospital, Roles.Dispatcher).CommandAsync("/orders", StockOrder());

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_supplier_and_an_auditor_see_an_order_and_another_hospital_does_not()
    {
        var order = await service.PlaceAsync();

        (await service.Supplier.GetAsync($"/orders/{order}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await service.Auditor.GetAsync($"/orders/{order}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var other = await service.Client("A9993-N01", SiteId.Parse("HN-UB", null), Roles.BloodBank).GetAsync($"/orders/{order}");
        other.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await other.JsonAsync()).GetProperty("code").GetString().ShouldBe("wrong-site");
    }

    [Fact]
    public async Task An_order_that_nobody_placed_is_not_found()
    {
        var order = OrderId.From("nobody placed it");

        var seen = await service.BloodBank.GetAsync($"/orders/{order}");
        seen.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await seen.JsonAsync()).GetProperty("code").GetString().ShouldBe("unknown-order");
        (await service.BloodBank.CommandAsync($"/orders/{order}/cancel", new { reason = "not needed" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_order_is_canceled_by_the_hospital_that_placed_it_and_by_nobody_else()
    {
        var order = await service.PlaceAsync();

        (await service.Supplier.CommandAsync($"/orders/{order}/cancel", new { reason = "not needed" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await service.BloodBank.CommandAsync($"/orders/{order}/cancel", new { reason = "not needed" }, ifMatch: 7)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await service.BloodBank.CommandAsync($"/orders/{order}/cancel", new { reason = "not needed" }, ifMatch: 1)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await service.OrderAsync(order)).GetProperty("status").GetString().ShouldBe("canceled");
    }

    [Fact]
    public async Task The_board_shows_what_was_just_placed_to_those_it_concerns()
    {
        var answer = await service.BloodBank.CommandAsync("/orders", StockOrder());
        var order = (await answer.JsonAsync()).GetProperty("order").GetString()!;
        var after = answer.Headers.GetValues("Log-Position").Single();

        (await BoardAsync(service.BloodBank, $"/orders?status=placed&hospital=HN-XP&after={after}")).ShouldContain(order);
        (await BoardAsync(service.Supplier, $"/orders?after={after}")).ShouldContain(order);
        (await BoardAsync(service.Auditor, $"/orders?after={after}")).ShouldContain(order);
        (await BoardAsync(service.BloodBank, $"/orders?status=met&after={after}")).ShouldNotContain(order);
        (await BoardAsync(service.Client("A9993-N01", SiteId.Parse("HN-UB", null), Roles.BloodBank), $"/orders?after={after}")).ShouldNotContain(order);
    }

    [Fact]
    public async Task A_status_that_there_is_not_is_refused() =>
        (await service.BloodBank.GetAsync("/orders?status=sent")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

    private static async Task<IEnumerable<string?>> BoardAsync(HttpClient client, string address) =>
        (await client.GetFromJsonAsync<JsonElement>(address)).EnumerateArray().Select(row => row.GetProperty("order").GetString());
}
