using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.Inventory.Service.Allocations;
using Distribution.ServiceDefaults.Commands;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Slices;

public sealed class Serving_orders(InventoryFixture inventory) : IClassFixture<InventoryFixture>
{
    [Fact]
    public async Task A_unit_released_a_moment_ago_is_reserved_with_the_answer_in_one_commit()
    {
        var unit = await inventory.ReleasedAsync("AB-");
        var order = OrderId.From("released a moment ago");

        var outcome = await inventory.ReserveAsync(order, Centre, 2, "AB-");

        outcome.ShouldBeOfType<Outcome.Done>();
        var allocated = (await inventory.AllocationAsync(order))[^1].ShouldBeOfType<UnitsAllocated>();
        allocated.Units.ShouldHaveSingleItem().Unit.ShouldBe(unit);
        allocated.Shortfalls.Select(shortfall => (shortfall.Line, shortfall.Missing)).ShouldBe([(1, 1)]);
        (await inventory.UnitAsync(unit)).Reservation!.Order.ShouldBe(order);
    }

    [Fact]
    public async Task The_same_message_and_the_same_attempt_are_answered_once()
    {
        await inventory.ReleasedAsync("A-");
        await inventory.ReleasedAsync("A-");
        var order = OrderId.From("twice");
        var message = Guid.CreateVersion7();

        await inventory.ReserveAsync(order, Centre, 1, "A-", message: message);
        var repeated = await inventory.ReserveAsync(order, Centre, 1, "A-", message: message);
        await inventory.ReserveAsync(order, Centre, 1, "A-");

        repeated.ShouldBeOfType<Outcome.Done>().Repeated.ShouldBeTrue();
        (await inventory.AllocationAsync(order)).OfType<UnitsAllocated>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Many_orders_racing_for_a_few_units_get_each_unit_once()
    {
        var site = SiteId.Parse("HN-PS", null);
        for (var i = 0; i < 5; i++)
            await inventory.ReleasedAsync("B-", site);
        OrderId[] orders = [.. Enumerable.Range(1, 20).Select(i => OrderId.From($"race {i}"))];

        await Task.WhenAll(orders.Select(order => inventory.ReserveAsync(order, site, 1, "B-")));

        var answers = new List<object>();
        foreach (var order in orders)
            answers.Add((await inventory.AllocationAsync(order)).Where(told => told is not DemandRegistered).ShouldHaveSingleItem());
        answers.OfType<UnitsAllocated>().SelectMany(allocated => allocated.Units).Select(unit => unit.Unit).Distinct().Count().ShouldBe(5);
        answers.OfType<AllocationDeclined>().Count().ShouldBe(15);
    }

    [Fact]
    public async Task A_patient_gets_the_identical_group_before_the_universal_one()
    {
        var site = SiteId.Parse("HN-UB", null);
        var universal = await inventory.ReleasedAsync("O-", site, inventory.Now.AddDays(1));
        var identical = await inventory.ReleasedAsync("AB+", site, inventory.Now.AddDays(20));
        var order = OrderId.From("patient");

        await inventory.ReserveAsync(order, site, 2, "AB+", Recipient);

        (await inventory.AllocationAsync(order)).OfType<UnitsAllocated>().Single().Units.Select(unit => unit.Unit).ShouldBe([identical, universal]);
    }

    [Fact]
    public async Task Giving_back_is_told_at_once_and_frees_what_has_not_left_when_that_is_known()
    {
        var gone = await inventory.ReleasedAsync("O-");
        var late = await inventory.ReleasedAsync("O-");
        var kept = await inventory.ReleasedAsync("O-");
        var order = OrderId.From("given back");
        await inventory.ReserveAsync(order, Centre, 3, "O-");
        await inventory.DispatchedAsync(Journey with { Order = order, Consignment = ConsignmentNumber.Create("A9990", 26, 77) }, gone);

        await inventory.GiveBackAsync(order);

        var given = (await inventory.AllocationAsync(order)).OfType<AllocationLapsed>().Single();
        given.Units.ShouldBeEmpty();
        given.Pending.ShouldBe([late, kept], ignoreOrder: true);
        (await inventory.UnitAsync(kept)).Reservation!.Order.ShouldBe(order);
        // Handed over before the giving back was known, told after it.
        await inventory.DispatchedAsync(Journey with { Order = order, Consignment = ConsignmentNumber.Create("A9990", 26, 78) }, late);
        var freeAt = given.FreeAt.ShouldNotBeNull();
        await LapseAt(freeAt, new Deadline(LapseAllocation.DeadlineName, $"allocation-{order}", freeAt));

        (await inventory.AllocationAsync(order)).OfType<AllocationLapsed>().Last().Units.ShouldBe([kept]);
        (await inventory.UnitAsync(late)).Custody.Kind.ShouldBe(CustodyKind.InTransit);
        (await inventory.UnitAsync(late)).Reservation!.Order.ShouldBe(order);
        (await inventory.UnitAsync(kept)).IsAvailable(inventory.Now).ShouldBeTrue();
        (await inventory.UnitAsync(gone)).Reservation!.Order.ShouldBe(order);
    }

    [Fact]
    public async Task A_reservation_lapses_at_its_deadline_and_not_before()
    {
        var unit = await inventory.ReleasedAsync("A+");
        var order = OrderId.From("lapsing");
        await inventory.ReserveAsync(order, Centre, 1, "A+");
        var lapsesAt = (await inventory.UnitAsync(unit)).Reservation!.LapsesAt;
        var dueAt = lapsesAt + UnitDecider.LapseGrace;
        (await DeadlineAsync($"allocation-{order}")).ShouldBe(dueAt);
        var deadline = new Deadline(LapseAllocation.DeadlineName, $"allocation-{order}", dueAt);

        await LapseAt(dueAt.AddMinutes(-1), deadline with { DueAt = dueAt.AddMinutes(-1) });
        (await inventory.UnitAsync(unit)).Reservation.ShouldNotBeNull();
        await LapseAt(dueAt, deadline);

        (await inventory.AllocationAsync(order)).OfType<AllocationLapsed>().Single().Reason.ShouldBe("lapsed");
        (await inventory.UnitAsync(unit)).Reservation.ShouldBeNull();
    }

    private Task LapseAt(DateTimeOffset now, Deadline deadline) => new LapseAllocation(
        inventory.Store, inventory.Services.GetRequiredService<CommandRunner>(), new ManualClock(now)).HandleAsync(deadline, default);

    private async Task<DateTimeOffset> DeadlineAsync(string stream)
    {
        await using var query = inventory.Application.CreateCommand("select due_at from deadlines where stream_id = $1");
        query.Parameters.Add(new Npgsql.NpgsqlParameter<string> { TypedValue = stream });
        return new DateTimeOffset(((DateTime)(await query.ExecuteScalarAsync())!).ToUniversalTime());
    }
}
