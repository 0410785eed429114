using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Distribution.Inventory.Service.Stock;
using Npgsql;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>Which units to look at for an order. The stock table only proposes; each unit's own history says whether it may serve.</summary>
internal sealed class Candidates(NpgsqlDataSource dataSource, IEventStore store, ProjectionReading projections)
{
    /// <summary>A table that lags proposes worse; waiting for it for longer than this would be worse still.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int Page = 64;

    /// <summary>The units proposed, as they are now, until enough of them may serve or there are no more.</summary>
    /// <exception cref="InvalidOperationException">Too few were found in a table that lags: nobody is declined on that, the message comes again.</exception>
    public async Task<IReadOnlyDictionary<UnitNumber, Loaded<Unit>>> FindAsync(AllocateUnits command, Provenance by, CancellationToken cancellationToken)
    {
        // What was committed before we started must be among the candidates: a unit just released is not overlooked.
        var caughtUp = await projections.WaitForAsync(StockProjection.TableName, await store.HeadAsync(cancellationToken), Patience, cancellationToken);

        var found = new Dictionary<UnitNumber, Loaded<Unit>>();
        foreach (var line in command.Lines)
        {
            // Lines that want the same component share its units.
            var wanted = command.Lines.Where(other => other.Kind == line.Kind).Sum(other => other.Quantity);
            var enough = 0;
            var proposed = new List<UnitNumber>();
            while (enough < wanted)
            {
                var page = await ProposeAsync(command, line, proposed, by, cancellationToken);
                if (page.Count == 0)
                    break;
                proposed.AddRange(page);
                var unseen = page.Where(unit => !found.ContainsKey(unit)).ToArray();
                var loaded = await store.LoadAsync<Unit>([.. unseen.Select(unit => unit.ToString())], cancellationToken);
                foreach (var (unit, history) in unseen.Zip(loaded))
                    found.Add(unit, history);
                enough += AllocationDecider.Suitable(command, line, page.Select(unit => found[unit].State), by.Now, by).Count();
            }

            if (enough < wanted && !caughtUp)
                throw new InvalidOperationException("The stock table has not caught up: whether there is enough cannot be said.");
        }

        return found;
    }

    private async Task<List<UnitNumber>> ProposeAsync(
        AllocateUnits command, AllocationLine line, IReadOnlyList<UnitNumber> proposed, Provenance by, CancellationToken cancellationToken)
    {
        await using var query = dataSource.CreateCommand(
            """
            select unit from read.stock
            where site = $1 and kind = $2 and grp = any ($3) and custody = 'at-site' and released and holds = 0
                and order_id is null and not issued and fate is null and expires_at > $4
                and unit <> all ($6)
            order by array_position($3, grp), expires_at, unit
            limit $5
            """);
        query.Parameters.Add(new NpgsqlParameter<string> { TypedValue = command.Supplier.ToString() });
        query.Parameters.Add(new NpgsqlParameter<string> { TypedValue = StockProjection.Text(line.Kind) });
        query.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. command.GroupsFor(line).Select(group => group.ToString())] });
        query.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = by.Latest.ToUniversalTime() });
        query.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Page });
        query.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. proposed.Select(unit => unit.ToString())] });
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        var units = new List<UnitNumber>();
        while (await reader.ReadAsync(cancellationToken))
            units.Add(UnitNumber.Parse(reader.GetString(0).AsSpan(), null));
        return units;
    }
}
