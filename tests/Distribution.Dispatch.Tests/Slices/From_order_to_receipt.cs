using System.Net;
using System.Text.Json;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Contracts.Inventory.V1;
using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Slices.DispatchFixture;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Slices;

public sealed class Planning_for_an_order(DispatchFixture dispatch) : IClassFixture<DispatchFixture>
{
    [Fact]
    public async Task Happens_once_however_often_the_message_comes()
    {
        var unit = dispatch.NewUnit();
        var message = Prepare(OrderId.From("twice"), [unit]);
        (await dispatch.TellAsync(message, "twice")).ShouldBeOfType<Outcome.Done>().Repeated.ShouldBeFalse();
        (await dispatch.TellAsync(message, "twice")).ShouldBeOfType<Outcome.Done>().Repeated.ShouldBeTrue();
        (await dispatch.Store.LoadAsync<Gate>(unit.ToString())).State.Consignments.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Takes_the_year_of_the_day_on_which_it_is_planned_and_not_of_the_reservation()
    {
        var unit = dispatch.NewUnit();
        (await dispatch.TellLateAsync(Prepare(OrderId.From("late"), [unit]), TimeSpan.FromDays(400))).ShouldBeOfType<Outcome.Done>();

        var number = (await dispatch.Store.LoadAsync<Gate>(unit.ToString())).State.Consignments.ShouldHaveSingleItem();
        var today = await dispatch.PlanAsync(dispatch.NewUnit());
        number.ToString()[..7].ShouldBe(today.ToString()[..7]);
    }

    [Fact]
    public async Task Gives_every_consignment_a_number_of_its_own_when_many_orders_come_at_once()
    {
        var numbers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => dispatch.PlanAsync(dispatch.NewUnit())));
        numbers.ShouldBeUnique();
        numbers.ShouldAllBe(number => number.Facility == "A9990");
        numbers.Max(number => number.Serial).ShouldBeLessThanOrEqualTo(22);
    }

    [Fact]
    public async Task Is_refused_where_the_region_knows_no_such_site()
    {
        var outcome = await dispatch.TellAsync(Prepare(OrderId.From("nowhere"), [dispatch.NewUnit()]) with { To = Blood.Network.SiteId.Parse("NOWHERE", null) });
        outcome.ShouldBeOfType<Outcome.Refused>().Reasons.ShouldHaveSingleItem().Code.ShouldBe("unknown-site");
    }
}

public sealed class From_order_to_receipt(DispatchFixture dispatch) : IClassFixture<DispatchFixture>
{
    [Fact]
    public async Task A_consignment_is_packed_sent_received_and_its_discrepancies_resolved()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit(), dispatch.NewUnit()];
        var stranger = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(units);
        using var packing = dispatch.Packing;
        using var receiving = dispatch.Receiving;

        var list = await (await packing.GetAsync($"/consignments/{number}")).JsonAsync();
        list.GetProperty("units").EnumerateArray().Select(unit => unit.GetProperty("unit").GetString())
            .ShouldBe(units.Reverse().Select(unit => unit.ToString()), "What expires first is picked first.");

        await Ok(packing.CommandAsync($"/consignments/{number}/pick", new { scan = Bag(units[0]) }));
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number, 1, 2), scan = Bag(units[0]) }));
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number, 2, 2), scan = Bag(units[1]) }));
        await Ok(packing.CommandAsync($"/consignments/{number}/leave-out", new { scan = Bag(units[2]), reason = "bag-damaged" }));
        (await RowAsync(packing, number)).GetProperty("status").GetString().ShouldBe("packed");
        await Ok(packing.CommandAsync($"/consignments/{number}/hand-over", new { carrierScan = "='A9990000C07" }));

        await Ok(receiving.CommandAsync($"/consignments/{number}/arrive", new { scan = BoxLabel(number, 0, 2) }));
        await Ok(receiving.CommandAsync($"/consignments/{number}/check-in", new { scan = Bag(units[0]) }));
        await Ok(receiving.CommandAsync($"/consignments/{number}/check-in", new { scan = Bag(stranger) }));
        var completed = await Ok(receiving.CommandAsync($"/consignments/{number}/complete-receipt", new { }));

        var view = await (await receiving.GetAsync($"/consignments/{number}")).JsonAsync();
        view.GetProperty("status").GetString().ShouldBe("received");
        view.GetProperty("handedOverTo").GetString().ShouldBe("A9990-C07");
        view.GetProperty("boxes").GetArrayLength().ShouldBe(2);

        var position = completed.GetProperty("position").GetString();
        var open = await Ok(receiving.GetAsync($"/discrepancies?open=true&after={position}"));
        var ours = open.EnumerateArray().Where(row => row.GetProperty("consignment").GetString() == number.ToString())
            .ToDictionary(row => row.GetProperty("unit").GetString()!, row => row.GetProperty("kind").GetString());
        ours.ShouldBe(new Dictionary<string, string?> { [units[1].ToString()] = "missing", [stranger.ToString()] = "unexpected" }, ignoreOrder: true);

        await Ok(packing.CommandAsync($"/consignments/{number}/discrepancies/resolve", new { unit = stranger, resolution = "sent-by-mistake", note = "wrong box at packing" }));
        var waiting = (await Ok(receiving.GetAsync($"/discrepancies?open=true&after={await dispatch.Store.HeadAsync()}"))).EnumerateArray().Single(row => row.GetProperty("unit").GetString() == stranger.ToString());
        waiting.GetProperty("bySender").GetString().ShouldBe("sent-by-mistake");
        waiting.GetProperty("turn").GetString().ShouldBe("destination");
        await Ok(receiving.CommandAsync($"/consignments/{number}/discrepancies/resolve", new { unit = stranger, resolution = "sent-by-mistake" }));
        await Ok(receiving.CommandAsync($"/consignments/{number}/check-in", new { scan = Bag(units[1]) }));
        await Ok(receiving.CommandAsync($"/consignments/{number}/complete-receipt", new { }));
        (await RowAsync(receiving, number)).GetProperty("openDiscrepancies").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_repeat_of_a_request_answers_as_before_and_changes_nothing()
    {
        var unit = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(unit);
        using var packing = dispatch.Packing;
        var body = new { boxScan = BoxLabel(number), scan = Bag(unit) };
        var first = await Ok(packing.CommandAsync($"/consignments/{number}/pack", body, key: "scan-1"));
        var second = await Ok(packing.CommandAsync($"/consignments/{number}/pack", body, key: "scan-1"));
        second.GetProperty("repeated").GetBoolean().ShouldBeTrue();
        second.GetProperty("position").GetString().ShouldBe(first.GetProperty("position").GetString());
        (await dispatch.Store.LoadAsync<Consignment>(number.ToString())).Version.ShouldBe(2);
    }

    [Fact]
    public async Task A_decision_on_an_outdated_view_is_refused()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit()];
        var number = await dispatch.PlanAsync(units);
        using var packing = dispatch.Packing;
        var seen = (await packing.GetAsync($"/consignments/{number}")).Headers.ETag!.Tag;
        seen.ShouldBe("\"1\"");
        await Ok(packing.CommandAsync($"/consignments/{number}/pick", new { scan = Bag(units[0]) }, ifMatch: 1));
        await Problem(packing.CommandAsync($"/consignments/{number}/pick", new { scan = Bag(units[1]) }, ifMatch: 1), HttpStatusCode.Conflict, "stale");
    }

    [Fact]
    public async Task What_other_services_tell_stops_the_packing()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit(), dispatch.NewUnit(), dispatch.NewUnit()];
        var number = await dispatch.PlanAsync(units);
        var order = await dispatch.OrderOfAsync(number);
        await dispatch.TellAsync(Held(units[0]));
        await dispatch.TellAsync(new ReservationLapsed(order, [units[1], units[1]], "lapsed", By()));
        await dispatch.TellAsync(new UnitFateRecorded(units[2], Fate.Discarded, order, null, "broken", By()));
        await dispatch.TellAsync(Held(units[3]));
        await dispatch.TellAsync(Unheld(units[3]));

        using var packing = dispatch.Packing;
        async Task Refused(UnitNumber unit, string code) => await Problem(
            packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number), scan = Bag(unit) }), HttpStatusCode.UnprocessableEntity, code);
        await Refused(units[0], "unit-held");
        await Refused(units[1], "reservation-ended");
        await Refused(units[2], "unit-ended");
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number), scan = Bag(units[3]) }));

        var view = await (await packing.GetAsync($"/consignments/{number}")).JsonAsync();
        view.GetProperty("units").EnumerateArray()
            .ToDictionary(unit => unit.GetProperty("unit").GetString()!, unit => unit.GetProperty("stops").EnumerateArray().Select(stop => stop.GetProperty("code").GetString()).FirstOrDefault())
            .ShouldBe(
                new Dictionary<string, string?>
                {
                    [units[0].ToString()] = "unit-held",
                    [units[1].ToString()] = "reservation-ended",
                    [units[2].ToString()] = "unit-ended",
                    [units[3].ToString()] = null,
                },
                ignoreOrder: true);
    }

    [Fact]
    public async Task News_told_twice_is_told_once()
    {
        var unit = dispatch.NewUnit();
        await dispatch.TellAsync(Held(unit), $"{unit}-hold");
        (await dispatch.TellAsync(Held(unit), $"{unit}-hold")).ShouldBeOfType<Outcome.Done>().Repeated.ShouldBeTrue();
        (await dispatch.TellAsync(Held(unit), $"{unit}-hold-again")).ShouldBeOfType<Outcome.Done>();
        (await dispatch.Store.LoadAsync<Gate>(unit.ToString())).Version.ShouldBe(1);
    }

    [Fact]
    public async Task Of_a_hold_and_a_hand_over_at_the_same_moment_the_log_never_shows_the_hold_first()
    {
        using var packing = dispatch.Packing;
        for (var round = 0; round < 25; round++)
        {
            var unit = dispatch.NewUnit();
            var number = await dispatch.PlanAsync(unit);
            await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number), scan = Bag(unit) }));
            var handOver = packing.CommandAsync($"/consignments/{number}/hand-over", new { carrierScan = Carrier });
            var hold = dispatch.TellAsync(Held(unit));
            await Task.WhenAll(handOver, hold);

            var blocked = (await dispatch.Store.ReadStreamAsync($"gate-{unit}")).Events.Single(stored => stored.Data is GateEvent.UnitBlocked);
            var dispatched = (await dispatch.Store.ReadStreamAsync($"consignment-{number}")).Events.SingleOrDefault(stored => stored.Data is ConsignmentEvent.ConsignmentDispatched);
            if ((await handOver).IsSuccessStatusCode)
            {
                dispatched.ShouldNotBeNull().Position.ShouldBeLessThan(blocked.Position);
            }
            else
            {
                dispatched.ShouldBeNull();
            }
        }
    }

    [Fact]
    public async Task A_consignment_that_was_never_handed_over_is_received_all_the_same()
    {
        var unit = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(unit);
        using var receiving = dispatch.Receiving;
        await Problem(receiving.CommandAsync($"/consignments/{number}/complete-receipt", new { }), HttpStatusCode.UnprocessableEntity, "nothing-to-receive");
        await Ok(receiving.CommandAsync($"/consignments/{number}/check-in", new { scan = Bag(unit) }));
        await Ok(receiving.CommandAsync($"/consignments/{number}/complete-receipt", new { }));
        var received = (await dispatch.Store.ReadStreamAsync($"consignment-{number}")).Events.Select(stored => stored.Data).OfType<ConsignmentEvent.ConsignmentReceived>().Single();
        received.DispatchedAt.ShouldBeNull();
        received.Received.ShouldBe([unit]);
    }

    [Fact]
    public async Task Only_the_right_people_at_the_right_end_may_act()
    {
        var unit = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(unit);
        var bag = new { scan = Bag(unit) };
        using var elsewhere = dispatch.Client("A9999-D01", Elsewhere, Roles.Dispatcher);
        using var nurse = dispatch.Client(Nurse, Centre, Roles.BloodBank);
        using var auditor = dispatch.Client("A9990-A01", Elsewhere, Roles.Auditor);
        using var nobody = dispatch.Anonymous();
        using var packing = dispatch.Packing;

        await Problem(elsewhere.CommandAsync($"/consignments/{number}/pick", bag), HttpStatusCode.Forbidden, "wrong-site");
        await Problem(elsewhere.GetAsync($"/consignments/{number}"), HttpStatusCode.Forbidden, "wrong-site");
        await Problem(elsewhere.GetAsync("/consignments?site=HN-BM"), HttpStatusCode.Forbidden, "wrong-site");
        await Problem(nurse.CommandAsync($"/consignments/{number}/pick", bag), HttpStatusCode.Forbidden, "role-missing");
        await Problem(nurse.CommandAsync($"/consignments/{number}/check-in", bag), HttpStatusCode.Forbidden, "wrong-site");
        await Problem(auditor.CommandAsync($"/consignments/{number}/pick", bag), HttpStatusCode.Forbidden, "role-missing");
        (await auditor.GetAsync($"/consignments/{number}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await auditor.GetAsync("/consignments")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Problem(nobody.GetAsync($"/consignments/{number}"), HttpStatusCode.Unauthorized, "not-authenticated");
        await Problem(packing.CommandAsync($"/consignments/{number}/hand-over", new { carrierScan = Packer.ToLowerInvariant() }), HttpStatusCode.UnprocessableEntity, "refused");
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_is_said_with_a_code_and_the_field()
    {
        var unit = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(unit);
        using var packing = dispatch.Packing;
        var wrongSymbol = await Problem(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = Bag(unit), scan = Bag(unit) }), HttpStatusCode.BadRequest, "wrong-symbol");
        wrongSymbol.GetProperty("field").GetString().ShouldBe("boxScan");
        await Problem(packing.CommandAsync($"/consignments/{number}/hand-over", new { carrierScan = "who?" }), HttpStatusCode.BadRequest, "invalid-staff-code");
        await Problem(packing.CommandAsync("/consignments/A99902699999/pick", new { scan = Bag(unit) }), HttpStatusCode.NotFound, "unknown-consignment");
        await Problem(packing.GetAsync("/consignments/A99902699999"), HttpStatusCode.NotFound, "unknown-consignment");
        await Problem(packing.GetAsync("/consignments?status=lost"), HttpStatusCode.BadRequest, "invalid-value");
        var both = await Problem(packing.CommandAsync($"/consignments/{number}/leave-out", new { scan = Bag(dispatch.NewUnit()), reason = "" }), HttpStatusCode.UnprocessableEntity, "refused");
        both.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("field").GetString()).ShouldBe(["scan", "reason"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_description_of_the_api_tells_what_every_command_takes()
    {
        using var anybody = dispatch.Anonymous();
        var description = await Ok(anybody.GetAsync("/openapi/v1.json"));
        string[] Fields(string path)
        {
            var schema = description.GetProperty("paths").GetProperty($"/consignments/{{number}}/{path}").GetProperty("post")
                .GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
            if (schema.TryGetProperty("$ref", out var reference))
                schema = description.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
            return [.. schema.GetProperty("properties").EnumerateObject().Select(property => property.Name)];
        }

        Fields("pick").ShouldBe(["scan"]);
        Fields("pack").ShouldBe(["boxScan", "scan"], ignoreOrder: true);
        Fields("leave-out").ShouldBe(["scan", "reason"], ignoreOrder: true);
        Fields("hand-over").ShouldBe(["carrierScan"]);
        Fields("discrepancies/resolve").ShouldBe(["unit", "resolution", "note"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_board_built_anew_is_the_board_as_it_was()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit()];
        var number = await dispatch.PlanAsync(units);
        await dispatch.SendAsync(number, units);
        using var receiving = dispatch.Receiving;
        await Ok(receiving.CommandAsync($"/consignments/{number}/check-in", new { scan = Bag(units[0]) }));
        await Ok(receiving.CommandAsync($"/consignments/{number}/complete-receipt", new { }));
        (await RowAsync(receiving, number)).GetProperty("openDiscrepancies").GetInt32().ShouldBe(1);

        var before = await BoardAsync();
        foreach (var projection in dispatch.Services.GetServices<ProjectionRunner>())
            await projection.RebuildAsync();
        (await BoardAsync()).ShouldBe(before);
        before.ShouldContain(number.ToString());
    }

    private async Task<string> BoardAsync()
    {
        await using var command = dispatch.Application.CreateCommand(
            """
            select concat(
                (select string_agg(c::text, ';' order by consignment) from read.consignments c),
                (select string_agg(u::text, ';' order by consignment, unit) from read.consignment_units u),
                (select string_agg(b::text, ';' order by consignment, box) from read.boxes b),
                (select string_agg(e::text, ';' order by unit, order_id) from read.ended_units e),
                (select string_agg(d::text, ';' order by consignment, unit) from read.discrepancies d))
            """);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private async Task<JsonElement> RowAsync(HttpClient client, ConsignmentNumber number)
    {
        var head = await dispatch.Store.HeadAsync();
        var rows = await Ok(client.GetAsync($"/consignments?after={head}"));
        return rows.EnumerateArray().Single(row => row.GetProperty("number").GetString() == number.ToString());
    }

    private static async Task<JsonElement> Ok(Task<HttpResponseMessage> answer)
    {
        using var response = await answer;
        var json = await response.JsonAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, json.ToString());
        return json;
    }

    private static async Task<JsonElement> Problem(Task<HttpResponseMessage> answer, HttpStatusCode status, string code)
    {
        using var response = await answer;
        var json = await response.JsonAsync();
        response.StatusCode.ShouldBe(status, json.ToString());
        json.GetProperty("code").GetString().ShouldBe(code, json.ToString());
        return json;
    }
}
