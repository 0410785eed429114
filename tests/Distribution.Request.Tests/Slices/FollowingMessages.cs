using System.Net.Http.Json;
using System.Text.Json;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Contracts.Dispatch.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Distribution.ServiceDefaults.Commands;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;
using static Distribution.Requests.Tests.Slices.RequestService;

namespace Distribution.Requests.Tests.Slices;

public sealed class FollowingMessages(RequestService service) : IClassFixture<RequestService>
{
    [Fact]
    public async Task An_order_is_followed_from_its_reservation_to_its_receipt_and_the_board_agrees()
    {
        var order = await service.PlaceAsync();

        await ExpectAsync(order, await ReserveAsync(order), "reserved", "awaiting-dispatch");
        await ExpectAsync(order, await DispatchAsync(order), "dispatched", "awaiting-receipt");
        await ExpectAsync(order, await ReceiveAsync(order), "met", "ended");
    }

    [Fact]
    public async Task A_box_that_is_heard_of_before_its_reservation_is_met_all_the_same()
    {
        var order = await service.PlaceAsync();

        await ReceiveAsync(order);
        await DispatchAsync(order);
        await ExpectAsync(order, await ReserveAsync(order), "met", "ended");
    }

    [Fact]
    public async Task The_board_does_not_step_back_when_the_reservation_is_heard_of_after_the_departure()
    {
        var order = await service.PlaceAsync();

        await DispatchAsync(order);

        await ExpectAsync(order, await ReserveAsync(order), "dispatched", "awaiting-receipt");
    }

    [Fact]
    public async Task A_canceled_order_stays_canceled_whatever_is_heard_of_it()
    {
        var order = await service.PlaceAsync();
        (await service.BloodBank.CommandAsync($"/orders/{order}/cancel", new { reason = "not needed" })).EnsureSuccessStatusCode();

        await ReserveAsync(order);
        await DispatchAsync(order);

        await ExpectAsync(order, await ReceiveAsync(order), "canceled", "ended");
        (await service.EventsAsync(order)).ShouldBe(
            ["order-placed.v1", "order-canceled.v1", "order-reservation-refused.v1", "order-dispatched.v1", "order-received.v1"]);
    }

    [Fact]
    public async Task A_unit_that_travels_although_it_was_left_out_serves_the_order()
    {
        var order = await service.PlaceAsync();
        await ReserveAsync(order);
        Taken(await Service.Orders.RecordDispatch.HandleAsync(
            Message($"dispatch {order}"),
            new ConsignmentDispatched(Box, order, Centre, Hospital, [Unit(1)], Now.AddHours(1), "A9990-C01", By()),
            service.Runner,
            default));

        var position = await ReceiveAsync(order, [Unit(1)], [], [Unit(2), Unit(9)]);

        await ExpectAsync(order, position, "met", "ended");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_board_counts_a_unit_that_was_missing_and_is_found_once(bool isFindHeardOfFirst)
    {
        var order = await service.PlaceAsync();
        await ReserveAsync(order);
        await DispatchAsync(order);
        Func<Task<LogPosition>>[] told =
        [
            () => ReceiveAsync(order, [Unit(1)], [Unit(2)], []),
            () => ReceiveAsync(order, [Unit(2)], [], []),
        ];
        LogPosition position = default;
        foreach (var tell in isFindHeardOfFirst ? told.Reverse() : told)
            position = await tell();

        var row = (await BoardAsync(position)).Single(row => row.GetProperty("order").GetString() == order.ToString());
        row.GetProperty("received").GetInt32().ShouldBe(2);
        row.GetProperty("missing").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_board_counts_what_stands_in_whichever_order_it_is_heard_of(bool isEndHeardOfFirst)
    {
        var order = await service.PlaceAsync();
        Func<Task<LogPosition>>[] told =
        [
            async () =>
            {
                await ReserveAsync(order);
                return Taken(await Service.Orders.RecordIssue.HandleAsync(
                    Message($"issue {order}"), new UnitIssued(Unit(1), order, Patient, "A9991-N02", By()), service.Runner, default));
            },
            async () =>
            {
                var later = By() with { OccurredAt = Now.AddHours(1) };
                Taken(await Service.Orders.RecordLapse.HandleAsync(
                    Message($"lapse {order}"), new ReservationLapsed(order, [Unit(2)], "lapsed", later), service.Runner, default));
                return Taken(await Service.Orders.RecordReturn.HandleAsync(
                    Message($"return {order}"), new UnitReturned(Unit(1), order, Patient, true, later), service.Runner, default));
            },
        ];
        LogPosition position = default;
        foreach (var tell in isEndHeardOfFirst ? told.Reverse() : told)
            position = await tell();

        var row = (await BoardAsync(position)).Single(row => row.GetProperty("order").GetString() == order.ToString());
        (row.GetProperty("reserved").GetInt32(), row.GetProperty("issued").GetInt32()).ShouldBe((1, 0));
    }

    [Fact]
    public async Task What_was_refused_is_not_offered_on_the_board_any_more()
    {
        var order = await service.PlaceAsync();
        Taken(await Service.Orders.RecordDelay.HandleAsync(
            Message($"delay {order}"),
            new ReservationDelayed(
                order, Centre, 1, [new(1, 2)], [new(1, Blood.Components.ComponentKind.RedCells, OPositive, 1, Centre, [], "other")], TimeProvider.System.GetUtcNow().AddDays(1), null, By()),
            service.Runner,
            default));

        var position = await WriteAsync(order, new OrderAlternativeRefused(order, 1, "will not do"));

        (await BoardAsync(position)).Single(row => row.GetProperty("order").GetString() == order.ToString()).GetProperty("alternatives").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task The_same_message_twice_is_taken_once()
    {
        var order = await service.PlaceAsync();

        await ReserveAsync(order);
        await ReserveAsync(order);

        (await service.EventsAsync(order)).ShouldBe(["order-placed.v1", "order-reserved.v1"]);
    }

    [Fact]
    public async Task Other_answers_are_recorded()
    {
        var declined = await service.PlaceAsync();
        var lapsed = await service.PlaceAsync();
        await ReserveAsync(lapsed);

        await ExpectAsync(declined, Taken(await Service.Orders.RecordDecline.HandleAsync(
            Message($"decline {declined}"), new ReservationDeclined(declined, Centre, "no-compatible-stock", [new(1, 2)], By()), service.Runner, default)), "declined", "ended");
        Taken(await Service.Orders.RecordFate.HandleAsync(
            Message($"fate {lapsed}"), lapsed, new UnitFateRecorded(Unit(2), Fate.Discarded, lapsed, null, "damaged", By()), service.Runner, default));
        // Another was asked for in its place, and there is none.
        Taken(await Service.Orders.RecordDecline.HandleAsync(
            Message($"decline {lapsed}"), new ReservationDeclined(lapsed, Centre, "not-in-time", [new(1, 1)], By(), 2), service.Runner, default));
        await ExpectAsync(lapsed, Taken(await Service.Orders.RecordLapse.HandleAsync(
            Message($"lapse {lapsed}"), new ReservationLapsed(lapsed, [Unit(1)], "lapsed", By()), service.Runner, default)), "unmet", "ended");
        (await service.EventsAsync(lapsed)).ShouldBe(
            ["order-placed.v1", "order-reserved.v1", "order-unit-ended.v1", "order-amended.v1", "order-shortfall-closed.v1", "order-reservation-lapsed.v1", "order-unmet.v1"]);
    }

    [Fact]
    public async Task News_of_an_order_that_was_never_placed_is_refused_so_that_it_stays_visible() =>
        (await Service.Orders.RecordIssue.HandleAsync(
            Message("stranger"), new UnitIssued(Unit(1), OrderId.From("stranger"), Patient, "A9991-N02", By()), service.Runner, default))
            .ShouldBeOfType<Outcome.Refused>().Reasons.ShouldHaveSingleItem().Code.ShouldBe("unknown-order");

    [Fact]
    public async Task An_order_whose_time_has_passed_without_an_ending_is_on_the_watchdogs_board()
    {
        var late = OrderId.From("late");
        var ended = OrderId.From("late and ended");
        var past = TimeProvider.System.GetUtcNow().AddHours(-1);
        var position = await WriteAsync(late, Placed with { Order = late, NeededBy = past });
        position = await WriteAsync(ended, Placed with { Order = ended, NeededBy = past }, Canceled with { Order = ended });
        var running = await service.PlaceAsync();

        var stuck = (await service.Operator.GetFromJsonAsync<JsonElement>($"/operations/stuck?after={position}")).EnumerateArray().ToArray();

        var orders = stuck.Select(one => one.GetProperty("order").GetProperty("order").GetString()).ToArray();
        orders.ShouldContain(late.ToString());
        orders.ShouldNotContain(ended.ToString());
        orders.ShouldNotContain(running.ToString());
        stuck[0].GetProperty("next").GetString().ShouldBe("awaiting-reservation");
    }

    [Fact]
    public async Task The_board_built_anew_is_the_board_that_was()
    {
        var order = await service.PlaceAsync();
        await ReserveAsync(order);
        await DispatchAsync(order);
        var position = await ReceiveAsync(order);
        var before = await BoardAsync(position);

        await service.Services.GetServices<ProjectionRunner>().Single(runner => runner.Status.Name == "orders").RebuildAsync();

        (await BoardAsync(position)).Select(row => row.GetRawText()).ShouldBe(before.Select(row => row.GetRawText()));
    }

    private async Task ExpectAsync(OrderId order, LogPosition position, string status, string next)
    {
        var view = await service.OrderAsync(order);
        view.GetProperty("status").GetString().ShouldBe(status);
        view.GetProperty("next").GetString().ShouldBe(next);
        (await BoardAsync(position)).Single(row => row.GetProperty("order").GetString() == order.ToString()).GetProperty("status").GetString().ShouldBe(status);
    }

    /// <summary>What is open and what has ended.</summary>
    private async Task<JsonElement[]> BoardAsync(LogPosition after) =>
    [
        .. await service.Auditor.GetFromJsonAsync<JsonElement[]>($"/orders?after={after}") ?? [],
        .. await service.Auditor.GetFromJsonAsync<JsonElement[]>($"/orders?open=false&after={after}") ?? [],
    ];

    private async Task<LogPosition> ReserveAsync(OrderId order) => Taken(await Service.Orders.RecordReservation.HandleAsync(
        Message($"reserve {order}"),
        new UnitsReserved(order, Centre, Hospital, [Public(1), Public(2)], [], TimeProvider.System.GetUtcNow().AddDays(1), By()),
        service.Runner,
        default));

    private async Task<LogPosition> DispatchAsync(OrderId order) => Taken(await Service.Orders.RecordDispatch.HandleAsync(
        Message($"dispatch {order}"),
        new ConsignmentDispatched(Box, order, Centre, Hospital, [Unit(1), Unit(2)], Now.AddHours(1), "A9990-C01", By()),
        service.Runner,
        default));

    private Task<LogPosition> ReceiveAsync(OrderId order) => ReceiveAsync(order, [Unit(1), Unit(2)], [], []);

    private async Task<LogPosition> ReceiveAsync(
        OrderId order, IReadOnlyList<UnitNumber> received, IReadOnlyList<UnitNumber> missing, IReadOnlyList<UnitNumber> unexpected) => Taken(await Service.Orders.RecordReceipt.HandleAsync(
        Message($"receive {string.Join(' ', received)} {order}"),
        new ConsignmentReceived(Box, order, Centre, Hospital, received, missing, unexpected, Now, By()),
        service.Runner,
        default));

    private async Task<LogPosition> WriteAsync(OrderId order, params OrderEvent[] events) =>
        (await service.Store.CommitAsync(new Commit
        {
            Metadata = Message("written").ToMetadata(),
            Appends = [new StreamAppend(Aggregate.StreamId<Order>(order.ToString()), (await service.Store.LoadAsync<Order>(order.ToString())).Version, events)],
        })).ShouldBeOfType<CommitResult.Committed>().Position;

    private static Contracts.Inventory.V1.ReservedUnit Public(int serial)
    {
        var unit = UnitFor(serial);
        return new(unit.Unit, unit.Line, unit.Kind, unit.Group, unit.ExpiresAt);
    }
}
