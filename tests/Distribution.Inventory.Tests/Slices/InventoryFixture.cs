using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Contracts;
using Distribution.Contracts.Dispatch.V1;
using Distribution.Contracts.Donation.V1;
using Distribution.Contracts.Request.V1;
using Distribution.EventStore;
using Distribution.Inventory.Service.Recalls;
using Distribution.Inventory.Service.Recipients;
using Distribution.Inventory.Service.Units;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using ReleaseReservation = Distribution.Inventory.Service.Allocations.ReleaseReservation;
using ReserveUnits = Distribution.Inventory.Service.Allocations.ReserveUnits;

namespace Distribution.Inventory.Tests.Slices;

/// <summary>The inventory service on real nodes; messages are given to its consumers as the bus would give them.</summary>
public sealed class InventoryFixture() : ServiceFixture<Program>("inventory")
{
    private static readonly SiteId Centre = SiteId.Parse("HN-BM", null);
    private readonly TimeProvider _clock = TimeProvider.System;
    private int _sequence;

    public DateTimeOffset Now => _clock.GetUtcNow();

    public UnitNumber NextUnit(ComponentKind kind = ComponentKind.RedCells) => Stories.Number(Interlocked.Increment(ref _sequence), kind);

    public HttpClient BloodBank(SiteId site) => Client(Stories.Nurse, site, Roles.BloodBank);

    public async Task PrepareAsync(UnitNumber unit, DateTimeOffset? expiresAt = null, SiteId? site = null, Guid? message = null) => Taken(await Consumer<ReceiveComponent>()
        .HandleAsync(new ComponentPrepared(unit, Facts(unit, expiresAt, site), By(site)), Context(By(site), message), default));

    public async Task ReleaseAsync(UnitNumber unit, string group = "O+", DateTimeOffset? expiresAt = null, SiteId? site = null, UnitNumber? from = null) => Taken(await Consumer<ReceiveComponent>()
        .HandleAsync(new ComponentReleased(unit, Facts(unit, expiresAt, site) with { From = from }, BloodGroup.Parse(group), "A9990-R02", By(site)), Context(By(site)), default));

    public async Task UsedUpAsync(UnitNumber unit, params IReadOnlyList<UnitNumber> into) => Taken(await Consumer<ReceiveComponent>()
        .HandleAsync(new ComponentUsedUp(unit, Facts(unit, null, null), into, By()), Context(By()), default));

    public async Task<UnitNumber> ReleasedAsync(string group = "O+", SiteId? site = null, DateTimeOffset? expiresAt = null)
    {
        var unit = NextUnit();
        await ReleaseAsync(unit, group, expiresAt, site);
        return unit;
    }

    /// <summary>A unit that is released, and that the stock table knows of.</summary>
    public async Task<UnitNumber> StockedAsync(string group, SiteId site, DateTimeOffset? expiresAt = null)
    {
        var unit = await ReleasedAsync(group, site, expiresAt);
        await Eventually.BecomesTrueAsync(() => TableSaysAsync(unit, "released"), "the stock table has the unit");
        return unit;
    }

    /// <param name="condition">On the unit's row.</param>
    public async Task<bool> TableSaysAsync(UnitNumber unit, string condition)
    {
#pragma warning disable CA2100 // The tests' own conditions.
        await using var query = Application.CreateCommand($"select 1 from read.stock where unit = $1 and {condition}");
#pragma warning restore CA2100
        query.Parameters.Add(new Npgsql.NpgsqlParameter<string> { TypedValue = unit.ToString() });
        return await query.ExecuteScalarAsync() is not null;
    }

    public Task<Outcome> ReserveAsync(
        OrderId order, SiteId supplier, int quantity, string group = "O+", RecipientId? recipient = null, int attempt = 1, Guid? message = null) =>
        Consumer<ReserveUnits>().HandleAsync(
            new Contracts.Request.V1.ReserveUnits(
                order,
                attempt,
                recipient is null ? OrderPurpose.Stock : OrderPurpose.Patient,
                supplier,
                recipient is null ? SiteId.Parse("HN-XP", null) : supplier,
                [new OrderLine(1, ComponentKind.RedCells, BloodGroup.Parse(group), quantity)],
                recipient is { } id ? new ReservationRecipient(id, BloodGroup.Parse(group)) : null,
                By(supplier)),
            Context(By(supplier), message),
            default);

    /// <summary>What Request asks with everything that it may say.</summary>
    public async Task AskAsync(Contracts.Request.V1.ReserveUnits message) =>
        Taken(await Consumer<ReserveUnits>().HandleAsync(message, Context(message.By), default));

    /// <summary>A stock's order for red cells that waits for what is short.</summary>
    public Contracts.Request.V1.ReserveUnits Wish(OrderId order, SiteId supplier, int quantity, string group, int attempt = 1) => new(
        order,
        attempt,
        OrderPurpose.Stock,
        supplier,
        supplier,
        [new OrderLine(1, ComponentKind.RedCells, BloodGroup.Parse(group), quantity)],
        null,
        By(supplier),
        NeededBy: Now.AddHours(2),
        PlacedAt: Now,
        WaitUntil: Now.AddHours(5));

    public async Task<Allocation> DecidedAsync(OrderId order) => (await Store.LoadAsync<Allocation>(order.ToString())).State;

    /// <returns>The same recipient.</returns>
    public async Task<RecipientId> TellOfRecipientAsync(
        RecipientId recipient, string? group, long version = 1, AntigenSet antibodies = default, UnitRequirements? requirements = null, bool sampled = true, DateTimeOffset? validUntil = null, SiteId? site = null)
    {
        var at = site ?? Stories.Hospital;
        Taken(await Consumer<RecordRecipient>().HandleAsync(
            new RecipientChanged(
                recipient,
                version,
                at,
                group is null ? null : BloodGroup.Parse(group),
                antibodies,
                requirements,
                sampled ? new Contracts.Request.V1.RecipientSample(Stories.Tube, Now.AddHours(-2), validUntil ?? Now.AddHours(70), false) : null,
                By(at)),
            Context(By(at)),
            default));
        return recipient;
    }

    /// <summary>One unit of red cells of the hospital's own for somebody whose group is not established.</summary>
    public async Task<UnitNumber> ReserveForEmergencyAsync(OrderId order, SiteId site, RecipientId recipient)
    {
        Taken(await Consumer<ReserveUnits>().HandleAsync(
            new Contracts.Request.V1.ReserveUnits(
                order,
                1,
                OrderPurpose.Patient,
                site,
                site,
                [new OrderLine(1, ComponentKind.RedCells, Stories.OPositive, 1)],
                null,
                By(site),
                OrderUrgency.Emergency,
                RecipientOfUnknownGroup: recipient),
            Context(By(site)),
            default));
        return (await AllocationAsync(order)).OfType<UnitsAllocated>().Single().Units.Single().Unit;
    }

    public async Task ColdChainBrokenAsync(Leg leg, params IReadOnlyList<UnitNumber> units) => Taken(await Consumer<RecordColdChain>().HandleAsync(
        new ColdChainBroken(leg.Consignment, leg.Order, 1, units, "12.4 °C for 40 minutes", Now.AddHours(-2), Now.AddHours(-1), By(leg.From)), Context(By(leg.From)), default));

    public async Task DamagedAsync(Leg leg, IReadOnlyList<UnitNumber> received, params IReadOnlyList<DamagedUnit> damaged) => Taken(await Consumer<RecordConsignment>().HandleAsync(
        new ConsignmentReceived(leg.Consignment, leg.Order, leg.From, leg.To, received, [], [], Now, By(leg.To), damaged), Context(By(leg.To)), default));

    public async Task<KnownRecipient> RecipientAsync(RecipientId recipient) => (await Store.LoadAsync<KnownRecipient>(recipient.ToString())).State;

    public async Task GiveBackAsync(OrderId order) => Taken(await Consumer<ReleaseReservation>().HandleAsync(
        new Contracts.Request.V1.ReleaseReservation(order, "order-canceled", By()), Context(By()), default));

    public async Task DispatchedAsync(Leg leg, params IReadOnlyList<UnitNumber> units) => Taken(await Consumer<RecordConsignment>().HandleAsync(
        new ConsignmentDispatched(leg.Consignment, leg.Order, leg.From, leg.To, units, Now.AddMinutes(25), "A9990-C01", By(leg.From)), Context(By(leg.From)), default));

    public async Task ReceivedAsync(Leg leg, IReadOnlyList<UnitNumber> received, IReadOnlyList<UnitNumber> missing) => Taken(await Consumer<RecordConsignment>().HandleAsync(
        new ConsignmentReceived(leg.Consignment, leg.Order, leg.From, leg.To, received, missing, [], Now, By(leg.To)), Context(By(leg.To)), default));

    public async Task ImplicateAsync(
        RecallId recall, IReadOnlyList<DonationNumber> donations, DateTimeOffset? dueAt = null, DateTimeOffset? occurredAt = null, Guid? message = null)
    {
        var by = By() with { OccurredAt = occurredAt ?? Now };
        Taken(await Consumer<RecordImplication>().HandleAsync(
            new DonationsImplicated(recall, RecallKind.Lookback, "hiv repeat reactive", donations, dueAt, by), Context(by, message), default));
    }

    public async Task EndImplicationAsync(RecallId recall) => Taken(await Consumer<RecordImplication>().HandleAsync(
        new ImplicationEnded(recall, "confirmed negative", "A9990-R02", By()), Context(By()), default));

    public async Task<Recall> RecallAsync(RecallId recall) => (await Store.LoadAsync<Recall>(recall.ToString())).State;

    public async Task<Unit> UnitAsync(UnitNumber unit) => (await Store.LoadAsync<Unit>(unit.ToString())).State;

    public async Task<IReadOnlyList<object>> AllocationAsync(OrderId order) =>
        [.. (await Store.ReadStreamAsync(Aggregate.StreamId<Allocation>(order.ToString()))).Events.Select(stored => stored.Data)];

    public T Consumer<T>()
        where T : class => ActivatorUtilities.CreateInstance<T>(Services);

    private static void Taken(Outcome outcome) => outcome.ShouldBeOfType<Outcome.Done>();

    private ComponentFacts Facts(UnitNumber unit, DateTimeOffset? expiresAt, SiteId? site) => new(
        Enum.GetValues<ComponentKind>().Single(kind => Stories.Description(kind) == unit.Product.Description), Today.AddDays(-2), SiteId.Parse("HN-HK", null), Today.AddDays(-1), expiresAt ?? Today.AddDays(30), 250, site ?? Centre);

    /// <summary>The same for all messages on a unit.</summary>
    private DateTimeOffset Today { get; } = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    private Attribution By(SiteId? site = null) => new("A9990-L01", site ?? Centre, Now, null, "correlation");

    private CommandContext Context(Attribution by, Guid? message = null) => new(
        $"test:{message ?? Guid.CreateVersion7():D}", new Provenance(by.Actor, by.Site, by.OccurredAt, Now), "vn-26-2013.1", CorrelationId: by.CorrelationId);
}
