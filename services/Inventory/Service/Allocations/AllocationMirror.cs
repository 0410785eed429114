using System.Collections.Immutable;
using System.Text.Json;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.Inventory.Allocating;
using Distribution.ServiceDefaults.Commands;
using Npgsql;
using Polly.Timeout;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>
/// The usable units and the waiting orders in memory, because a decision looks at all of them: read once from the tables, from then on only
/// what has changed. Like the tables it only proposes: each unit's and order's own stream says whether it is so.
/// </summary>
internal sealed class AllocationMirror(NpgsqlDataSource dataSource, PolicyPack policy) : IDisposable
{
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private readonly Lock _lock = new();
    private readonly Dictionary<SiteId, Dictionary<UnitNumber, StockedUnit>> _units = [];
    private readonly Dictionary<UnitNumber, SiteId> _siteOf = [];
    private readonly Dictionary<SiteId, Dictionary<OrderId, (OpenDemand Demand, long Version)>> _demands = [];
    private readonly Dictionary<OrderId, SiteId> _supplierOf = [];
    private readonly Dictionary<UnitNumber, Promise> _promisedUnits = [];
    private readonly Dictionary<OrderId, Promise> _promisedOrders = [];
    private readonly HashSet<SiteId> _changed = [];
    private (long Transaction, long Sequence) _stockAt = (-1, -1);
    private (long Transaction, long Sequence) _demandAt = (-1, -1);
    private long _asked;
    private long _covered;

    /// <summary>Takes in what the tables have taken in until now.</summary>
    /// <exception cref="TimeoutRejectedException">The tables are being built: like a database that is away.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var mine = Interlocked.Increment(ref _asked);
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            // Somebody asked the tables after we came: that is new enough.
            if (Volatile.Read(ref _covered) >= mine)
                return;
            var covers = Volatile.Read(ref _asked);
            await ReadAsync(cancellationToken);
            Volatile.Write(ref _covered, covers);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn)
        {
            throw new TimeoutRejectedException("The stock table is being built.", exception);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Everything at one moment, in a short critical section.</summary>
    public T Look<T>(Func<View, T> look)
    {
        lock (_lock)
            return look(new View(this));
    }

    /// <summary>A decision in the making: what it promises is nobody else's until it is committed, or given up.</summary>
    public async Task<Outcome> DecideAsync(Func<Seat, Task<Outcome>> decide)
    {
        var seat = new Seat();
        try
        {
            var outcome = await decide(seat);
            if (outcome is Outcome.Done { Repeated: false })
                Keep(seat);
            return outcome;
        }
        finally
        {
            Withdraw(seat);
        }
    }

    /// <summary>The sites at which a unit has become free, or somebody has begun to wait, since the last asking.</summary>
    public IReadOnlyList<SiteId> TakeChanged()
    {
        lock (_lock)
        {
            SiteId[] changed = [.. _changed];
            _changed.Clear();
            return changed;
        }
    }

    /// <summary>Tells what the streams of what was promised will be at.</summary>
    public void Fix(Seat seat, IReadOnlyDictionary<string, long> versions)
    {
        lock (_lock)
        {
            foreach (var unit in seat.Units.Where(unit => IsOf(seat, _promisedUnits, unit)))
                _promisedUnits[unit] = new Promise(seat, versions.GetValueOrDefault(Aggregate.StreamId<Unit>(unit.ToString())));
            foreach (var order in seat.Orders.Where(order => IsOf(seat, _promisedOrders, order)))
                _promisedOrders[order] = new Promise(seat, versions.GetValueOrDefault(Aggregate.StreamId<Allocation>(order.ToString())));
        }
    }

    /// <summary>What was promised is committed: it stays promised until the tables say so.</summary>
    private void Keep(Seat seat)
    {
        lock (_lock)
        {
            foreach (var unit in seat.Units.Where(unit => IsOf(seat, _promisedUnits, unit)))
            {
                var version = _promisedUnits[unit].Version;
                if (_siteOf.TryGetValue(unit, out var site) && _units[site][unit].Version < version)
                    _promisedUnits[unit] = new Promise(null, version);
                else
                    _promisedUnits.Remove(unit);
            }

            foreach (var order in seat.Orders.Where(order => IsOf(seat, _promisedOrders, order)))
            {
                var version = _promisedOrders[order].Version;
                if (_supplierOf.TryGetValue(order, out var site) && _demands[site][order].Version < version)
                    _promisedOrders[order] = new Promise(null, version);
                else
                    _promisedOrders.Remove(order);
                // While it was promised nobody else gave it anything.
                if (_supplierOf.TryGetValue(order, out var supplier))
                    _changed.Add(supplier);
            }

            seat.Clear();
        }
    }

    /// <summary>What was promised is not given: others may have it.</summary>
    public void Withdraw(Seat seat)
    {
        lock (_lock)
            Free(seat);
    }

    private void Free(Seat seat)
    {
        foreach (var unit in seat.Units.Where(unit => IsOf(seat, _promisedUnits, unit)))
        {
            _promisedUnits.Remove(unit);
            if (_siteOf.TryGetValue(unit, out var site))
                _changed.Add(site);
        }

        foreach (var order in seat.Orders.Where(order => IsOf(seat, _promisedOrders, order)))
            _promisedOrders.Remove(order);
        seat.Clear();
    }

    private static bool IsOf<TKey>(Seat seat, Dictionary<TKey, Promise> promises, TKey key)
        where TKey : notnull => promises.TryGetValue(key, out var promise) && promise.Seat == seat;

    public void Dispose() => _refreshing.Dispose();

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var first = _stockAt.Transaction < 0;
        await using var batch = dataSource.CreateBatch();
        // Of the first reading what nobody may use is left out; later it tells that somebody no longer may.
        var stock = new NpgsqlBatchCommand(first
            ? $"select {StockedUnit.Columns} from read.stock where (changed_tx, changed_seq) > ($1, $2) and fate is null and released and holds = 0"
            : $"select {StockedUnit.Columns} from read.stock where (changed_tx, changed_seq) > ($1, $2)");
        stock.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _stockAt.Transaction });
        stock.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _stockAt.Sequence });
        batch.BatchCommands.Add(stock);
        var demand = new NpgsqlBatchCommand(
            "select order_id, supplier, is_open, will::text, missing::text, version, changed_tx, changed_seq from read.open_demand where (changed_tx, changed_seq) > ($1, $2)"
            + (first ? " and is_open" : ""));
        demand.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _demandAt.Transaction });
        demand.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _demandAt.Sequence });
        batch.BatchCommands.Add(demand);

        var units = new List<(UnitNumber Unit, StockedUnit? Stocked)>();
        var demands = new List<(OrderId Order, SiteId Supplier, OpenDemand? Demand, long Version)>();
        var (stockAt, demandAt) = (_stockAt, _demandAt);
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var unit = StockedUnit.NumberOf(reader);
                units.Add((unit, StockedUnit.Read(reader, unit, policy)));
                stockAt = Later(stockAt, StockedUnit.PositionOf(reader));
            }

            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                demands.Add((
                    OrderId.Parse(reader.GetString(0)),
                    SiteId.Parse(reader.GetString(1), null),
                    reader.GetBoolean(2) ? Read(reader.GetString(3), reader.GetString(4)) : null,
                    reader.GetInt64(5)));
                demandAt = Later(demandAt, (reader.GetInt64(6), reader.GetInt64(7)));
            }
        }

        lock (_lock)
        {
            foreach (var (unit, stocked) in units)
                Take(unit, stocked);
            foreach (var (order, supplier, open, version) in demands)
                Take(order, supplier, open, version);
            // An empty table was read, too.
            (_stockAt, _demandAt) = (stockAt.Transaction < 0 ? (0, 0) : stockAt, demandAt.Transaction < 0 ? (0, 0) : demandAt);
        }
    }

    private static (long, long) Later((long, long) one, (long, long) other) => one.CompareTo(other) >= 0 ? one : other;

    private static OpenDemand Read(string will, string missing) => new(
        JsonSerializer.Deserialize<DemandRegistered>(will, EventTypes.Json)!,
        ImmutableSortedDictionary.CreateRange(
            JsonSerializer.Deserialize<AllocationShortfall[]>(missing, EventTypes.Json)!.Select(line => KeyValuePair.Create(line.Line, line.Missing))));

    private void Take(UnitNumber unit, StockedUnit? stocked)
    {
        if (_siteOf.Remove(unit, out var before))
            _units[before].Remove(unit);
        if (stocked is not null)
        {
            var site = stocked.Offer.Site;
            _siteOf[unit] = site;
            if (!_units.TryGetValue(site, out var there))
                _units[site] = there = [];
            there[unit] = stocked;
            if (stocked.IsFree)
                _changed.Add(site);
        }

        if (_promisedUnits.TryGetValue(unit, out var promise) && promise.Seat is null && (stocked is null || stocked.Version >= promise.Version))
            _promisedUnits.Remove(unit);
    }

    private void Take(OrderId order, SiteId supplier, OpenDemand? demand, long version)
    {
        if (_supplierOf.Remove(order, out var before))
            _demands[before].Remove(order);
        if (demand is not null)
        {
            _supplierOf[order] = supplier;
            if (!_demands.TryGetValue(supplier, out var there))
                _demands[supplier] = there = [];
            there[order] = (demand, version);
            // A unit may have become free before we heard of the order.
            _changed.Add(supplier);
        }

        if (_promisedOrders.TryGetValue(order, out var promise) && promise.Seat is null && (demand is null || version >= promise.Version))
            _promisedOrders.Remove(order);
    }

    /// <summary>What one decision in the making has promised.</summary>
    internal sealed class Seat
    {
        public List<UnitNumber> Units { get; } = [];

        public List<OrderId> Orders { get; } = [];

        public void Clear()
        {
            Units.Clear();
            Orders.Clear();
        }
    }

    /// <param name="Seat">Null: given, and not yet in the tables.</param>
    /// <param name="Version">What the stream will be at when it is given.</param>
    private sealed record Promise(Seat? Seat, long Version);

    /// <summary>To be used within <see cref="Look"/> only.</summary>
    internal readonly struct View(AllocationMirror mirror)
    {
        /// <summary>What stands free at a site and is not promised to anybody.</summary>
        public List<Offer> FreeAt(SiteId site)
        {
            var free = new List<Offer>();
            if (!mirror._units.TryGetValue(site, out var units))
                return free;
            foreach (var (number, unit) in units)
            {
                if (unit.IsFree && (mirror._promisedUnits.Count == 0 || !mirror._promisedUnits.ContainsKey(number)))
                    free.Add(unit.Offer);
            }

            return free;
        }

        public List<Offer> FreeEverywhere()
        {
            var sites = new List<Offer>();
            foreach (var site in mirror._units.Keys)
                sites.AddRange(FreeAt(site));
            return sites;
        }

        /// <summary>What is reserved at a site or on the road to it, and when that may end.</summary>
        public List<Arrival> ArrivalsAt(SiteId site) => mirror._units.TryGetValue(site, out var units)
            ? [.. units.Values.Where(unit => unit.FreeAt is not null).Select(unit => new Arrival(unit.Offer, unit.FreeAt!.Value))]
            : [];

        /// <summary>The orders that wait for units of a site, without those that somebody is just deciding on.</summary>
        public List<OpenDemand> OpenAt(SiteId site)
        {
            var promised = mirror._promisedOrders;
            return mirror._demands.TryGetValue(site, out var demands)
                ? [.. demands.Values.Where(demand => !promised.ContainsKey(demand.Demand.Will.Order)).Select(demand => demand.Demand)]
                : [];
        }

        public List<OpenDemand> OpenEverywhere()
        {
            var demands = new List<OpenDemand>();
            foreach (var site in mirror._demands.Keys)
                demands.AddRange(OpenAt(site));
            return demands;
        }

        /// <param name="own">The order that asks: its stream was read, and whoever else decides on it loses the race by its version.</param>
        /// <returns>False, and nothing is promised, where somebody was first.</returns>
        public bool TryPromise(Seat seat, IReadOnlyList<UnitNumber> units, IReadOnlyList<OrderId> orders, OrderId? own)
        {
            var (promisedUnits, promisedOrders) = (mirror._promisedUnits, mirror._promisedOrders);
            if (units.Any(promisedUnits.ContainsKey) || orders.Any(order => order != own && promisedOrders.ContainsKey(order)))
                return false;
            foreach (var unit in units)
                promisedUnits[unit] = new Promise(seat, 0);
            foreach (var order in orders)
                promisedOrders[order] = new Promise(seat, 0);
            seat.Units.AddRange(units);
            seat.Orders.AddRange(orders);
            return true;
        }

        public void Withdraw(Seat seat) => mirror.Free(seat);
    }
}
