extern alias inventory;

using System.Diagnostics;
using System.Globalization;
using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Contracts;
using Distribution.Contracts.Request.V1;
using Distribution.EventStore;
using Distribution.Inventory;
using Distribution.Inventory.Allocating;
using Distribution.ServiceDefaults.Commands;
using Distribution.Testing;
using Microsoft.Extensions.DependencyInjection;
using ReserveUnits = inventory::Distribution.Inventory.Service.Allocations.ReserveUnits;

namespace Distribution.Benchmarks;

/// <summary>
/// Orders as the Inventory service takes them, on a real PostgreSQL with its projections, its rounds and its relay running: one urgent order
/// after the other, from the message in hand to the durable commit; then many clients at once for too little stock, beside one client.
/// </summary>
internal static class AllocationServiceBench
{
    private const double UrgentGoal = 10;
    private const int Clients = 64;

    private static readonly SiteId Centre = SiteId.Parse("HN-BM", null);
    private static readonly SiteId Hospital = SiteId.Parse("HN-XP", null);
    private static readonly SiteId Other = SiteId.Parse("HN-PS", null);

    public static async Task MeasureAsync(Figures figures, bool quick)
    {
        // The service has no files of its own to serve.
        Environment.SetEnvironmentVariable("ASPNETCORE_TEST_CONTENTROOT_DISTRIBUTION_INVENTORY_SERVICE", AppContext.BaseDirectory);
        var service = new BenchedInventory();
        await service.InitializeAsync();
        try
        {
            await UrgentAsync(service, figures, quick ? 300 : 2_000);
            await ScarceAsync(service, figures, quick ? 200 : 2_000);
        }
        finally
        {
            await service.DisposeAsync();
        }
    }

    private static async Task UrgentAsync(BenchedInventory service, Figures figures, int orders)
    {
        const int WarmUp = 200;
        // As many more as will be given away: it is never less than a stock of 3,500.
        await service.ImportAsync(Other, 3_500 + orders + WarmUp, seed: 1);
        var random = new Random(2);
        var times = new List<double>(orders);
        for (var number = 0; number < orders + WarmUp; number++)
        {
            var message = Order($"urgent {number}", Other, SiteId.Parse("HN-UB", null), random, OrderUrgency.Urgent, quantity: 1);
            var started = Stopwatch.GetTimestamp();
            await service.AskAsync(message);
            if (number >= WarmUp)
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        var detail = string.Create(CultureInfo.InvariantCulture, $"{orders} orders on 3,500 typed units, decided and durable");
        figures.Told("urgent order through the service, p50", [Figures.Percentile([.. times], 50)], "ms", detail);
        figures.AtMost("urgent order through the service, p99", UrgentGoal, [Figures.Percentile([.. times], 99)], "ms", detail);
    }

    private static async Task ScarceAsync(BenchedInventory service, Figures figures, int orders)
    {
        // Two units are asked for where there is one.
        await service.ImportAsync(Centre, orders, seed: 3);
        await service.ImportAsync(Hospital, orders, seed: 4);
        var many = await PlaceAsync(service, Messages("many", Centre, Hospital, orders), Clients);
        var one = await PlaceAsync(service, Messages("one", Hospital, Other, orders), 1);
        var detail = $"{orders} orders for {orders} units; {many.Told}";
        figures.Told($"orders placed by {Clients} clients", [many.Rate], "orders/s", detail);
        figures.Told("orders placed one at a time", [one.Rate], "orders/s", one.Told);
        figures.ToldRatio($"  {Clients} clients beside one", [(many.Rate, one.Rate)], "orders/s");
    }

    private static Contracts.Request.V1.ReserveUnits[] Messages(string name, SiteId supplier, SiteId destination, int orders)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, orders).Select(number => Order(
            $"{name} {number}", supplier, destination, random, random.Next(10) switch { 0 => OrderUrgency.Emergency, < 3 => OrderUrgency.Urgent, _ => OrderUrgency.Routine }, random.Next(1, 4)))];
    }

    private static async Task<(double Rate, string Told)> PlaceAsync(BenchedInventory service, Contracts.Request.V1.ReserveUnits[] messages, int clients)
    {
        var next = -1;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var number && number < messages.Length)
                await service.AskAsync(messages[number]);
        }));
        var rate = messages.Length / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return (rate, await CheckAsync(service, [.. messages.Select(message => message.Order)]));
    }

    /// <summary>Every order has its answer, and no unit two orders.</summary>
    /// <exception cref="InvalidOperationException">An order was lost, or a unit given twice.</exception>
    private static async Task<string> CheckAsync(BenchedInventory service, IReadOnlyList<OrderId> orders)
    {
        var allocations = await service.Store.LoadAsync<Allocation>([.. orders.Select(order => order.ToString())]);
        var lost = allocations.Count(allocation => !allocation.State.Attempts.Contains(1));
        var given = allocations.SelectMany(allocation => allocation.State.Units.Select(unit => (Unit: unit, Order: allocation.State.Demand!.Order))).ToList();
        var twice = given.Count - given.DistinctBy(pair => pair.Unit).Count();
        var units = await service.Store.LoadAsync<Unit>([.. given.Select(pair => pair.Unit.ToString())]);
        var others = given.Zip(units).Count(pair => pair.Second.State.Reservation?.Order != pair.First.Order);
        if (lost + twice + others > 0)
            throw new InvalidOperationException($"{lost} orders were lost, {twice} units given twice, {others} units say otherwise.");
        var served = allocations.Count(allocation => allocation.State is { IsOpen: false });
        return $"no unit twice, no order lost: {served} served, {orders.Count - served} wait, {given.Count} units given";
    }

    private static Contracts.Request.V1.ReserveUnits Order(string name, SiteId supplier, SiteId destination, Random random, OrderUrgency urgency, int quantity)
    {
        var now = TimeProvider.System.GetUtcNow();
        var group = Group(random);
        return new Contracts.Request.V1.ReserveUnits(
            OrderId.From(name), 1, OrderPurpose.Patient, supplier, destination,
            [new OrderLine(1, ComponentKind.RedCells, group, quantity)],
            new ReservationRecipient(RecipientId.From(name), group),
            new Attribution("A9999-N01", destination, now, null, name),
            urgency, now.AddHours(4), now, now.AddHours(8));
    }

    private static BloodGroup Group(Random random) => new(
        random.Next(100) switch { < 45 => Abo.O, < 75 => Abo.B, < 95 => Abo.A, _ => Abo.AB },
        random.Next(50) == 0 ? RhD.Negative : RhD.Positive);

    private sealed class BenchedInventory() : ServiceFixture<inventory::Program>("inventory")
    {
        private ReserveUnits? _consumer;
        private int _serial;
        private int _imported;

        public async Task AskAsync(Contracts.Request.V1.ReserveUnits message)
        {
            _consumer ??= ActivatorUtilities.CreateInstance<ReserveUnits>(Services);
            var now = TimeProvider.System.GetUtcNow();
            var outcome = await _consumer.HandleAsync(
                message,
                new CommandContext($"bench:{message.Order}", new Provenance(message.By.Actor, message.By.Site, now, now), null, CorrelationId: message.By.CorrelationId),
                default);
            if (outcome is not Outcome.Done)
                throw new InvalidOperationException($"{message.Order} was not taken: {outcome}.");
        }

        /// <summary>Released and typed red cells, in the stock table.</summary>
        public async Task ImportAsync(SiteId site, int count, int seed)
        {
            await Store.ImportAsync(StreamsAsync(site, count, new Random(seed)));
            _imported += count;
            await Eventually.BecomesTrueAsync(async () => await CountAsync() == _imported, "the stock table has all units", TimeSpan.FromMinutes(3));
        }

        private async Task<long> CountAsync()
        {
            await using var query = Application.CreateCommand("select count(*) from read.stock where released");
            return await query.ExecuteScalarAsync() as long? ?? 0;
        }

        private async IAsyncEnumerable<ImportedStream> StreamsAsync(SiteId site, int count, Random random)
        {
            var product = ProductCode.Parse("D0101V00");
            var now = TimeProvider.System.GetUtcNow();
            for (var i = 0; i < count; i++)
            {
                var unit = new UnitNumber(DonationNumber.Create("A9999", 26, ++_serial), product);
                var collected = now.AddMinutes(-random.Next(60, 30 * 24 * 60));
                var (negative, positive) = Typing(random);
                var metadata = new EventMetadata { Actor = "A9999-L01", Site = site.ToString(), OccurredAt = collected };
                object[] events =
                [
                    new UnitPrepared(unit, ComponentKind.RedCells, collected, site, collected.AddHours(4), collected.AddDays(42), 280, site),
                    new UnitReleased(Group(random), "A9999-R02"),
                    new UnitTyped(positive, negative, random.Next(10) == 0 ? CmvStatus.Negative : null),
                ];
                yield return new ImportedStream(Aggregate.StreamId<Unit>(unit.ToString()), [.. events.Select(data => new ImportedEvent(data, metadata))]);
            }

            await Task.CompletedTask;
        }

        private static (AntigenSet Negative, AntigenSet Positive) Typing(Random random)
        {
            var (negative, positive) = (AntigenSet.None, AntigenSet.None);
            foreach (var name in new[] { "C", "c", "E", "e", "K", "Jka", "Jkb", "Fya", "Fyb", "M", "S", "s", "Mia" })
            {
                var antigen = AntigenSet.Of(name);
                if (random.Next(3) == 0)
                    negative |= antigen;
                else
                    positive |= antigen;
            }

            return (negative, positive);
        }
    }
}
