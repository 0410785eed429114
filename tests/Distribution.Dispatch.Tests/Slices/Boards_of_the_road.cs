using System.Text.Json;
using Distribution.Blood.Isbt128;
using Distribution.Contracts.Inventory.V1;
using Distribution.Dispatches.Service.Consignments;
using Distribution.EventStore;
using Distribution.EventStore.Deadlines;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Slices.Answering;
using static Distribution.Dispatches.Tests.Slices.DispatchFixture;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Slices;

public sealed class Boards_of_the_road(DispatchFixture dispatch) : IClassFixture<DispatchFixture>
{
    [Fact]
    public async Task A_consignment_that_does_not_arrive_is_on_the_board_of_both_ends_until_it_does()
    {
        var unit = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(unit);
        using var packing = dispatch.Packing;
        using var receiving = dispatch.Receiving;
        // So long ago that its time was over at once.
        var left = TimeProvider.System.GetUtcNow().AddHours(-3);
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number), scan = Bag(unit) }, occurredAt: left));
        await Ok(packing.CommandAsync($"/consignments/{number}/hand-over", new { carrierScan = Carrier }, occurredAt: left));

        await Eventually.BecomesTrueAsync(async () => await LateAsync(packing, number) == "arrival", "the consignment is overdue at the sender");
        (await LateAsync(receiving, number)).ShouldBe("arrival");
        (await RowAsync(receiving, number)).GetProperty("late").GetString().ShouldBe("arrival");

        await Ok(receiving.CommandAsync("/receipts", new { scan = BoxLabel(number) }));
        (await LateAsync(receiving, number)).ShouldBeNull();
        (await RowAsync(receiving, number)).TryGetProperty("late", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_consignment_that_has_not_left_when_its_reservations_end_is_late_too()
    {
        var unit = dispatch.NewUnit();
        await dispatch.TellAsync(Prepare(Blood.Identifiers.OrderId.From("never left"), [unit]) with { ReservedUntil = TimeProvider.System.GetUtcNow().AddMinutes(-1) });
        var number = (await dispatch.Store.LoadAsync<Gate>(unit.ToString())).State.Consignments.ShouldHaveSingleItem();
        using var packing = dispatch.Packing;
        (await LateAsync(packing, number)).ShouldBe("departure");
        (await RowAsync(packing, number)).GetProperty("late").GetString().ShouldBe("departure");
    }

    [Fact]
    public async Task A_consignment_falls_overdue_once_however_often_its_deadline_comes_up()
    {
        var unit = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(unit);
        await dispatch.SendAsync(number, unit);
        var dispatched = (await dispatch.Store.ReadStreamAsync($"consignment-{number}")).Events.Select(stored => stored.Data).OfType<ConsignmentEvent.ConsignmentDispatched>().Single();
        var deadline = RaiseOverdue.DeadlineOf(dispatched);
        deadline.DueAt.ShouldBe(dispatched.ExpectedAt + TimeSpan.FromMinutes(30));

        var handler = dispatch.Services.GetServices<IDeadlineHandler>().OfType<RaiseOverdue>().ShouldHaveSingleItem();
        await handler.HandleAsync(deadline, CancellationToken.None);
        await handler.HandleAsync(deadline, CancellationToken.None);
        (await dispatch.Store.ReadStreamAsync($"consignment-{number}")).Events.Count(stored => stored.Data is ConsignmentEvent.ConsignmentOverdue).ShouldBe(1);
    }

    [Fact]
    public async Task The_ledger_shows_what_is_on_one_side_of_the_books_until_both_ends_agree()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit()];
        var stranger = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(units);
        await dispatch.SendAsync(number, units);
        using var packing = dispatch.Packing;
        using var receiving = dispatch.Receiving;
        (await AccountAsync(packing, number))!.Value.GetProperty("onTheRoad").GetInt32().ShouldBe(2);

        await Ok(receiving.CommandAsync("/receipts", new { scan = Bag(units[0]) }));
        await Ok(receiving.CommandAsync("/receipts", new { scan = Bag(stranger), consignment = number }));
        await Ok(receiving.CommandAsync($"/consignments/{number}/complete-receipt", new { }));
        var account = (await AccountAsync(receiving, number))!.Value;
        (account.GetProperty("missing").GetInt32(), account.GetProperty("surplus").GetInt32(), account.GetProperty("balance").GetInt32()).ShouldBe((1, 1, 2));

        foreach (var (unit, code) in new[] { (units[1], "found-at-sender"), (stranger, "kept-at-destination") })
        {
            await Ok(receiving.CommandAsync($"/consignments/{number}/discrepancies/resolve", new { unit, resolution = code }));
            (await AccountAsync(receiving, number)).ShouldNotBeNull();
            await Ok(packing.CommandAsync($"/consignments/{number}/discrepancies/resolve", new { unit, resolution = code }));
        }

        (await AccountAsync(receiving, number)).ShouldBeNull();
        (await dispatch.Store.LoadAsync<Consignment>(number.ToString())).State.Balance.ShouldBe(0);
    }

    [Fact]
    public async Task What_came_without_a_hand_over_in_the_books_stands_in_the_ledger_until_both_ends_agree()
    {
        var unit = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(unit);
        using var packing = dispatch.Packing;
        using var receiving = dispatch.Receiving;
        await Ok(receiving.CommandAsync("/receipts", new { scan = Bag(unit) }));
        (await AccountAsync(packing, number))!.Value.GetProperty("surplus").GetInt32().ShouldBe(1);
        await Ok(receiving.CommandAsync($"/consignments/{number}/complete-receipt", new { }));

        await Ok(packing.CommandAsync($"/consignments/{number}/discrepancies/resolve", new { unit, resolution = "counted-wrong" }));
        await Ok(receiving.CommandAsync($"/consignments/{number}/discrepancies/resolve", new { unit, resolution = "counted-wrong" }));
        (await AccountAsync(packing, number)).ShouldBeNull();
    }

    [Fact]
    public async Task What_was_packed_and_did_not_come_is_on_the_books_though_nobody_handed_it_over()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit()];
        var number = await dispatch.PlanAsync(units);
        using var packing = dispatch.Packing;
        using var receiving = dispatch.Receiving;
        foreach (var unit in units)
            await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number), scan = Bag(unit) }));
        await Ok(receiving.CommandAsync("/receipts", new { scan = Bag(units[0]) }));
        await Ok(receiving.CommandAsync($"/consignments/{number}/complete-receipt", new { }));

        var account = (await AccountAsync(packing, number)).ShouldNotBeNull();
        (account.GetProperty("missing").GetInt32(), account.GetProperty("surplus").GetInt32()).ShouldBe((1, 1));
        foreach (var unit in units)
        {
            await Ok(packing.CommandAsync($"/consignments/{number}/discrepancies/resolve", new { unit, resolution = "counted-wrong" }));
            await Ok(receiving.CommandAsync($"/consignments/{number}/discrepancies/resolve", new { unit, resolution = "counted-wrong" }));
        }

        (await AccountAsync(packing, number)).ShouldBeNull();
        (await dispatch.Store.LoadAsync<Consignment>(number.ToString())).State.Balance.ShouldBe(0);
    }

    [Fact]
    public async Task The_most_pressing_consignment_is_at_the_head_of_the_board()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit()];
        var routine = await dispatch.PlanAsync(units[0]);
        await dispatch.TellAsync(Prepare(Blood.Identifiers.OrderId.From("pressing"), [units[1]]) with { Urgency = Contracts.Request.V1.OrderUrgency.Emergency });
        var pressing = (await dispatch.Store.LoadAsync<Gate>(units[1].ToString())).State.Consignments.ShouldHaveSingleItem();
        using var packing = dispatch.Packing;
        var rows = (await Ok(packing.GetAsync($"/consignments?after={await dispatch.Store.HeadAsync()}"))).EnumerateArray().Select(row => row.GetProperty("number").GetString()).ToList();
        rows.IndexOf(pressing.ToString()).ShouldBeLessThan(rows.IndexOf(routine.ToString()));
    }

    [Fact]
    public async Task A_consignment_of_which_nothing_is_left_leaves_the_board()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit()];
        var number = await dispatch.PlanAsync(units);
        using var packing = dispatch.Packing;
        (await FindAsync(packing, number)).ShouldNotBeNull();
        await dispatch.TellAsync(new ReservationLapsed(await dispatch.OrderOfAsync(number), [units[0]], "lapsed", By()));
        (await FindAsync(packing, number)).ShouldNotBeNull();
        await dispatch.TellAsync(new UnitFateRecorded(units[1], Fate.Discarded, null, null, "broken", By()));

        (await FindAsync(packing, number)).ShouldBeNull();
        (await FindAsync(packing, number, "&status=left-out")).ShouldNotBeNull();
        (await Ok(packing.GetAsync($"/consignments/{number}"))).GetProperty("status").GetString().ShouldBe("left-out");
    }

    [Fact]
    public async Task A_consignment_whose_reservation_ended_before_it_was_planned_never_comes_onto_the_board()
    {
        var unit = dispatch.NewUnit();
        var message = Prepare(Blood.Identifiers.OrderId.From("ended before"), [unit]);
        await dispatch.TellAsync(new ReservationLapsed(message.Order, [unit], "lapsed", By()));
        await dispatch.TellAsync(message);
        var number = (await dispatch.Store.LoadAsync<Gate>(unit.ToString())).State.Consignments.ShouldHaveSingleItem();
        using var packing = dispatch.Packing;
        (await FindAsync(packing, number)).ShouldBeNull();
    }

    [Fact]
    public async Task What_lapsed_and_was_reserved_for_the_same_order_again_leaves_on_its_new_consignment()
    {
        var unit = dispatch.NewUnit();
        var message = Prepare(Blood.Identifiers.OrderId.From("reserved again"), [unit]);
        await dispatch.TellAsync(message);
        var old = (await dispatch.Store.LoadAsync<Gate>(unit.ToString())).State.Consignments.ShouldHaveSingleItem();
        await dispatch.TellAsync(new ReservationLapsed(message.Order, [unit], "lapsed", By()));
        await dispatch.TellAsync(message with { By = By() });
        var anew = (await dispatch.Store.LoadAsync<Gate>(unit.ToString())).State.Consignments.Single(number => number != old);

        using var packing = dispatch.Packing;
        (await FindAsync(packing, old)).ShouldBeNull();
        (await FindAsync(packing, anew)).ShouldNotBeNull().GetProperty("status").GetString().ShouldBe("planned");
        (await Ok(packing.GetAsync($"/consignments/{anew}"))).GetProperty("status").GetString().ShouldBe("planned");
        await dispatch.SendAsync(anew, unit);
        (await FindAsync(packing, anew)).ShouldNotBeNull().GetProperty("status").GetString().ShouldBe("dispatched");
    }

    [Fact]
    public async Task What_is_packed_stays_on_the_board_until_it_is_taken_out()
    {
        var unit = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(unit);
        using var packing = dispatch.Packing;
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number), scan = Bag(unit) }));
        await dispatch.TellAsync(new ReservationLapsed(await dispatch.OrderOfAsync(number), [unit], "lapsed", By()));
        (await FindAsync(packing, number)).ShouldNotBeNull();
        await Ok(packing.CommandAsync($"/consignments/{number}/leave-out", new { scan = Bag(unit), reason = "lapsed" }));
        (await FindAsync(packing, number)).ShouldBeNull();
    }

    private async Task<string?> LateAsync(HttpClient client, ConsignmentNumber number)
    {
        var head = await dispatch.Store.HeadAsync();
        var row = (await Ok(client.GetAsync($"/consignments/overdue?after={head}"))).EnumerateArray().FirstOrDefault(row => row.GetProperty("number").GetString() == number.ToString());
        return row.ValueKind == JsonValueKind.Undefined ? null : row.GetProperty("late").GetString();
    }

    private async Task<JsonElement?> AccountAsync(HttpClient client, ConsignmentNumber number)
    {
        var head = await dispatch.Store.HeadAsync();
        var row = (await Ok(client.GetAsync($"/ledger?after={head}"))).GetProperty("open").EnumerateArray().FirstOrDefault(row => row.GetProperty("consignment").GetString() == number.ToString());
        return row.ValueKind == JsonValueKind.Undefined ? null : row.GetProperty("account");
    }

    private async Task<JsonElement> RowAsync(HttpClient client, ConsignmentNumber number) => (await FindAsync(client, number)).ShouldNotBeNull();

    private async Task<JsonElement?> FindAsync(HttpClient client, ConsignmentNumber number, string more = "")
    {
        var head = await dispatch.Store.HeadAsync();
        var row = (await Ok(client.GetAsync($"/consignments?after={head}{more}"))).EnumerateArray().FirstOrDefault(row => row.GetProperty("number").GetString() == number.ToString());
        return row.ValueKind == JsonValueKind.Undefined ? null : row;
    }
}
