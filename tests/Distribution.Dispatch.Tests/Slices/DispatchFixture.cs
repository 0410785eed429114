using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Contracts;
using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Request.V1;
using Distribution.Dispatches.Service.Consignments;
using Distribution.Dispatches.Service.Units;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Slices;

/// <summary>The Dispatch service on a database of its own, with what the other services would tell it.</summary>
public sealed class DispatchFixture() : ServiceFixture<Program>("dispatch")
{
    private int _units;

    public HttpClient Packing => Client(Packer, Centre, Roles.Dispatcher);

    public HttpClient Receiving => Client(Nurse, Hospital, Roles.BloodBank);

    private CommandRunner Runner => Services.GetRequiredService<CommandRunner>();

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public UnitNumber NewUnit() => UnitNumber.Parse($"A999026{Interlocked.Increment(ref _units):000000}D0101V00", null);

    /// <summary>Tells that units were reserved for a new order; answers the number of its consignment.</summary>
    public async Task<ConsignmentNumber> PlanAsync(params IReadOnlyList<UnitNumber> units)
    {
        var order = new OrderId(Guid.CreateVersion7());
        (await TellAsync(Prepare(order, units))).ShouldBeOfType<Outcome.Done>();
        var gate = await Store.LoadAsync<Gate>(units[0].ToString());
        return gate.State.Consignments.ShouldHaveSingleItem();
    }

    public async Task<OrderId> OrderOfAsync(ConsignmentNumber number) => (await Store.LoadAsync<Consignment>(number.ToString())).State.Order;

    public static PrepareConsignment Prepare(OrderId order, IReadOnlyList<UnitNumber> units) => new(
        order,
        Centre,
        Hospital,
        [.. units.Select((unit, index) => new ReservedUnit(unit, 1, Blood.Components.ComponentKind.RedCells, new(Blood.BloodGroups.Abo.O, Blood.BloodGroups.RhD.Positive), Now.AddDays(20 - index)))],
        Now.AddHours(8),
        Now.AddHours(6),
        By());

    public Task<Outcome> TellAsync(PrepareConsignment message, string? id = null) =>
        PlanForOrder.HandleAsync(Store, Runner, Services.GetRequiredService<Region>(), Context(id), message);

    public Task<Outcome> TellLateAsync(PrepareConsignment message, TimeSpan late) =>
        PlanForOrder.HandleAsync(
            Store, Runner, Services.GetRequiredService<Region>(), Context(null) with { Provenance = new Provenance("inventory", Centre, Now - late, Now) }, message);

    public Task<Outcome> TellAsync(UnitHeld message, string? id = null) => BlockUnit.HandleAsync(Runner, Context(id), message);

    public Task<Outcome> TellAsync(UnitReleasedFromHold message, string? id = null) => UnblockUnit.HandleAsync(Runner, Context(id), message);

    public Task<Outcome> TellAsync(ReservationLapsed message, string? id = null) => EndReservation.HandleAsync(Store, Runner, Context(id), message);

    public Task<Outcome> TellAsync(UnitFateRecorded message, string? id = null) => EndUnit.HandleAsync(Runner, Context(id), message);

    public static UnitHeld Held(UnitNumber unit, long version = 4) => new(unit, "donor-recall", null, version, By());

    public static UnitReleasedFromHold Unheld(UnitNumber unit, long version = 6) => new(unit, "donor-recall", false, null, version, By());

    public static Attribution By() => new("inventory", Centre, Now, "vn-26-2013.1", "correlation-1");

    /// <summary>What the scanner types for a bag.</summary>
    public static string Bag(UnitNumber unit) => $"={unit.Donation}00=<{unit.Product}";

    /// <summary>What the scanner types for a box; 0 for the papers.</summary>
    public static string BoxLabel(ConsignmentNumber number, int box = 1, int boxes = 1) => $"=${new BoxNumber(number, box, boxes)}";

    /// <summary>Packs every unit into one box and hands it over.</summary>
    public async Task SendAsync(ConsignmentNumber number, params IReadOnlyList<UnitNumber> units)
    {
        using var packing = Packing;
        foreach (var unit in units)
            (await packing.CommandAsync($"/consignments/{number}/pack", new { boxScan = BoxLabel(number), scan = Bag(unit) })).EnsureSuccessStatusCode();
        (await packing.CommandAsync($"/consignments/{number}/hand-over", new { carrierScan = Carrier })).EnsureSuccessStatusCode();
    }

    private static CommandContext Context(string? id) =>
        new($"test:{id ?? Guid.CreateVersion7().ToString()}", new Provenance("inventory", Centre, Now, Now), "vn-26-2013.1", CorrelationId: "correlation-1");
}
