using System.Net;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Slices.Answering;
using static Distribution.Dispatches.Tests.Slices.DispatchFixture;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Slices;

public sealed class Receiving_by_scanning(DispatchFixture dispatch) : IClassFixture<DispatchFixture>
{
    [Fact]
    public async Task Takes_papers_boxes_and_units_at_one_address_and_says_what_is_still_to_come()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit(), dispatch.NewUnit()];
        var number = await dispatch.PlanAsync(units);
        using var packing = dispatch.Packing;
        using var receiving = dispatch.Receiving;
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number, 1, 2), scan = Bag(units[0]) }));
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number, 1, 2), scan = Bag(units[1]) }));
        await Ok(packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number, 2, 2), scan = Bag(units[2]) }));
        await Ok(packing.CommandAsync($"/consignments/{number}/hand-over", new { carrierScan = Carrier }));

        var note = await Ok(receiving.CommandAsync("/receipts", new { scan = BoxLabel(number, 0, 2) }));
        (note.GetProperty("what").GetString(), note.GetProperty("verdict").GetString()).ShouldBe(("consignment", "arrived"));
        note.GetProperty("boxesExpected").Numbers().ShouldBe([1, 2]);
        note.GetProperty("unitsExpected").GetInt32().ShouldBe(3);

        var box = await Ok(receiving.CommandAsync("/receipts", new { scan = BoxLabel(number, 1, 2) }, key: $"{number}-box-1"));
        (box.GetProperty("what").GetString(), box.GetProperty("verdict").GetString()).ShouldBe(("box", "arrived"));
        box.GetProperty("boxesArrived").Numbers().ShouldBe([1]);
        box.GetProperty("next").GetString().ShouldBe("scan-boxes");
        (await Ok(receiving.CommandAsync("/receipts", new { scan = BoxLabel(number, 1, 2) }, key: $"{number}-box-1"))).GetProperty("verdict").GetString().ShouldBe("already");
        (await Ok(receiving.CommandAsync("/receipts", new { scan = BoxLabel(number, 2, 2) }))).GetProperty("next").GetString().ShouldBe("scan-units");

        // Its own list says where it belongs.
        var unit = await Ok(receiving.CommandAsync("/receipts", new { scan = Bag(units[0]) }));
        (unit.GetProperty("what").GetString(), unit.GetProperty("verdict").GetString()).ShouldBe(("unit", "expected"));
        unit.GetProperty("consignment").GetString().ShouldBe(number.ToString());
        unit.GetProperty("unitsMissing").Texts().ShouldBe([units[1].ToString(), units[2].ToString()]);
        (await Ok(receiving.CommandAsync("/receipts", new { scan = Bag(units[0]) }))).GetProperty("verdict").GetString().ShouldBe("already");

        var stranger = dispatch.NewUnit();
        (await Problem(receiving.CommandAsync("/receipts", new { scan = Bag(stranger) }), HttpStatusCode.UnprocessableEntity, "consignment-required"))
            .GetProperty("field").GetString().ShouldBe("consignment");
        (await Ok(receiving.CommandAsync("/receipts", new { scan = Bag(stranger), consignment = number }))).GetProperty("verdict").GetString().ShouldBe("unexpected");
        var damaged = await Ok(receiving.CommandAsync("/receipts", new { scan = Bag(units[1]), condition = "bag-leaking" }));
        damaged.GetProperty("verdict").GetString().ShouldBe("expected");
        damaged.GetProperty("unitsDamaged").GetArrayLength().ShouldBe(1);

        await Ok(receiving.CommandAsync($"/consignments/{number}/complete-receipt", new { }));
        var view = await Ok(receiving.GetAsync($"/consignments/{number}"));
        view.GetProperty("discrepancies").EnumerateArray().ToDictionary(row => row.GetProperty("unit").GetString()!, row => row.GetProperty("kind").GetString()).ShouldBe(
            new Dictionary<string, string?> { [units[2].ToString()] = "missing", [stranger.ToString()] = "unexpected", [units[1].ToString()] = "damaged" },
            ignoreOrder: true);
        view.GetProperty("balance").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Twice_is_once_for_a_bag_that_another_list_named_before_its_reservation_lapsed()
    {
        var unit = dispatch.NewUnit();
        var dead = await dispatch.PlanAsync(unit);
        await dispatch.TellAsync(new Contracts.Inventory.V1.ReservationLapsed(await dispatch.OrderOfAsync(dead), [unit], "lapsed", By()));
        await dispatch.TellAsync(Prepare(new Blood.Identifiers.OrderId(Guid.CreateVersion7()), [unit]));
        var number = (await dispatch.Store.LoadAsync<Gate>(unit.ToString())).State.Consignments.Single(consignment => consignment != dead);
        await dispatch.SendAsync(number, unit);
        using var receiving = dispatch.Receiving;

        (await Ok(receiving.CommandAsync("/receipts", new { scan = Bag(unit) }))).GetProperty("consignment").GetString().ShouldBe(number.ToString());
        var again = await Ok(receiving.CommandAsync("/receipts", new { scan = Bag(unit) }));
        (again.GetProperty("consignment").GetString(), again.GetProperty("verdict").GetString()).ShouldBe((number.ToString(), "already"));
        (await dispatch.Store.LoadAsync<Consignment>(dead.ToString())).State.CheckedIn.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_bag_that_was_settled_and_sent_again_came_by_the_later_list()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit()];
        var lost = await dispatch.PlanAsync(units);
        await dispatch.SendAsync(lost, units);
        using var packing = dispatch.Packing;
        using var receiving = dispatch.Receiving;
        await Ok(receiving.CommandAsync("/receipts", new { scan = Bag(units[0]) }));
        await Ok(receiving.CommandAsync($"/consignments/{lost}/complete-receipt", new { }));
        await Ok(packing.CommandAsync($"/consignments/{lost}/discrepancies/resolve", new { unit = units[1], resolution = "found-at-sender" }));
        await Ok(receiving.CommandAsync($"/consignments/{lost}/discrepancies/resolve", new { unit = units[1], resolution = "found-at-sender" }));
        await dispatch.TellAsync(Prepare(new Blood.Identifiers.OrderId(Guid.CreateVersion7()), [units[1]]));
        var anew = (await dispatch.Store.LoadAsync<Gate>(units[1].ToString())).State.Consignments.Single(consignment => consignment != lost);
        await dispatch.SendAsync(anew, units[1]);

        (await Ok(receiving.CommandAsync("/receipts", new { scan = Bag(units[1]) }))).GetProperty("consignment").GetString().ShouldBe(anew.ToString());
    }

    [Fact]
    public async Task Refuses_what_belongs_elsewhere_and_tells_both_ends_that_it_stands_there()
    {
        UnitNumber[] units = [dispatch.NewUnit(), dispatch.NewUnit()];
        var number = await dispatch.PlanAsync(units);
        await dispatch.SendAsync(number, units);
        using var elsewhere = dispatch.Client("A9999-N01", Elsewhere, Roles.BloodBank);

        await Problem(elsewhere.CommandAsync("/receipts", new { scan = BoxLabel(number) }), HttpStatusCode.UnprocessableEntity, "wrong-site");
        await Problem(elsewhere.CommandAsync("/receipts", new { scan = Bag(units[0]) }), HttpStatusCode.UnprocessableEntity, "wrong-site");
        await Problem(elsewhere.CommandAsync("/receipts", new { scan = Bag(units[0]), consignment = number }), HttpStatusCode.UnprocessableEntity, "wrong-site");

        var events = (await dispatch.Store.ReadStreamAsync($"consignment-{number}")).Events.Select(stored => stored.Data).ToList();
        events.OfType<ConsignmentEvent.ConsignmentMisdelivered>().ShouldHaveSingleItem().Site.ShouldBe(Elsewhere);
        events.OfType<ConsignmentEvent.UnitMisdelivered>().ShouldHaveSingleItem().Unit.ShouldBe(units[0]);
        using var receiving = dispatch.Receiving;
        var row = (await Ok(receiving.GetAsync($"/consignments?after={await dispatch.Store.HeadAsync()}"))).EnumerateArray().Single(row => row.GetProperty("number").GetString() == number.ToString());
        row.GetProperty("strayedTo").GetString().ShouldBe(Elsewhere.ToString());
        row.GetProperty("openDiscrepancies").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Says_what_is_wrong_with_a_scan_and_a_condition()
    {
        var unit = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(unit);
        await dispatch.SendAsync(number, unit);
        using var receiving = dispatch.Receiving;
        using var packing = dispatch.Packing;
        await Problem(receiving.CommandAsync("/receipts", new { scan = "=%5100" }), HttpStatusCode.BadRequest, "wrong-symbol");
        await Problem(receiving.CommandAsync("/receipts", new { scan = $"=${number}0301" }), HttpStatusCode.BadRequest, "invalid-consignment");
        await Problem(receiving.CommandAsync("/receipts", new { scan = "=$A99902699999" + "0001" }), HttpStatusCode.NotFound, "unknown-consignment");
        (await Problem(receiving.CommandAsync("/receipts", new { scan = Bag(unit), condition = "lovely" }), HttpStatusCode.BadRequest, "appearance-invalid"))
            .GetProperty("field").GetString().ShouldBe("condition");
        await Problem(receiving.CommandAsync($"/consignments/{number}/inspection", new { scan = Bag(unit), appearance = "normal", celsius = 70 }), HttpStatusCode.BadRequest, "celsius-out-of-range");
        await Problem(packing.CommandAsync("/receipts", new { scan = Bag(unit) }), HttpStatusCode.Forbidden, "role-missing");
    }

    [Fact]
    public async Task Tells_of_a_unit_found_unfit_after_the_receipt_at_once()
    {
        var unit = dispatch.NewUnit();
        var number = await dispatch.PlanAsync(unit);
        await dispatch.SendAsync(number, unit);
        using var receiving = dispatch.Receiving;
        await Ok(receiving.CommandAsync($"/consignments/{number}/inspection", new { scan = Bag(unit), appearance = "normal", celsius = 5.5 }));
        await Ok(receiving.CommandAsync($"/consignments/{number}/complete-receipt", new { }));
        await Ok(receiving.CommandAsync($"/consignments/{number}/inspection", new { scan = Bag(unit), appearance = "clots" }));

        var receipts = (await dispatch.Store.ReadStreamAsync($"consignment-{number}")).Events.Select(stored => stored.Data).OfType<ConsignmentEvent.ConsignmentReceived>().ToList();
        receipts.Count.ShouldBe(2);
        receipts[1].Damaged.ShouldBe([new DamagedUnit(unit, DamageReason.Clots)]);
    }
}
