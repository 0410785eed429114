using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Dispatches.Service.Board;

internal static class ShowLedger
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/ledger", HandleAsync)
            .RequireAuthorization(Roles.AnyStaff)
            .WithTags("ledger")
            .Produces<Ledger>()
            .WithSummary("What left and what came, lane by lane, with the consignments whose books do not balance yet: units on the road, missing or one too many. The balance is 0 when every unit that left has come or both ends have accounted for it.");

    private static async Task<IResult> HandleAsync(
        SiteId? site, LogPosition? after, Caller caller, ReadModels readModels, NpgsqlDataSource dataSource, TimeProvider clock, CancellationToken cancellationToken)
    {
        var where = ListConsignments.SiteToRead(caller, site);
        await readModels.WaitForAsync(ConsignmentBoard.ProjectionName, after, cancellationToken: cancellationToken);

        await using var command = dataSource.CreateCommand(
            """
            select c.consignment, c.from_site, c.to_site, c.status, c.dispatched_at,
                count(*) filter (where u.gone),
                count(*) filter (where u.gone and u.checked_in),
                count(*) filter (where u.gone and not u.checked_in and u.accounted_for),
                count(*) filter (where u.gone and not u.checked_in and d.unit is not null and not u.accounted_for),
                count(*) filter (where u.checked_in and not u.sent and not u.accounted_for)
            from read.consignments c
            join lateral (
                -- What was packed with what came without a hand-over in the books has left, and did not come.
                select p.*, p.sent or (c.dispatched_at is null and c.status = 'received' and p.box is not null and not p.checked_in
                    and exists (select from read.discrepancies m where m.consignment = p.consignment and m.unit = p.unit)) as gone
                from read.consignment_units p where p.consignment = c.consignment) u on true
            left join read.discrepancies d on d.consignment = u.consignment and d.unit = u.unit
            where ($1 is null or c.from_site = $1 or c.to_site = $1) and (u.gone or u.checked_in)
            group by c.consignment, c.from_site, c.to_site, c.status, c.dispatched_at
            order by c.dispatched_at, c.consignment
            """);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)where?.ToString() ?? DBNull.Value });
        var now = clock.GetUtcNow();
        var all = new List<LedgerConsignment>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var dispatchedAt = reader.GetFieldValue<DateTimeOffset?>(4);
            all.Add(new LedgerConsignment(
                ConsignmentNumber.Parse(reader.GetString(0), null),
                SiteId.Parse(reader.GetString(1), null),
                SiteId.Parse(reader.GetString(2), null),
                reader.GetString(3),
                dispatchedAt,
                dispatchedAt is { } left ? (int)(now - left).TotalMinutes : null,
                new Account(
                    (int)reader.GetInt64(5), (int)reader.GetInt64(6), (int)reader.GetInt64(7), (int)reader.GetInt64(8), (int)reader.GetInt64(9))));
        }

        return Results.Json(
            new Ledger(
                [.. all.GroupBy(consignment => (consignment.From, consignment.To))
                    .OrderBy(lane => lane.Key.From.ToString(), StringComparer.Ordinal).ThenBy(lane => lane.Key.To.ToString(), StringComparer.Ordinal)
                    .Select(lane => new LedgerLane(lane.Key.From, lane.Key.To, lane.Aggregate(Account.None, (sum, consignment) => sum.Plus(consignment.Account))))],
                [.. all.Where(consignment => consignment.Account.Balance != 0)],
                all.Sum(consignment => consignment.Account.Balance)),
            EventTypes.Json);
    }

    /// <param name="Open">The consignments whose books do not balance, the longest on the road first.</param>
    private sealed record Ledger(IReadOnlyList<LedgerLane> Lanes, IReadOnlyList<LedgerConsignment> Open, int Balance);

    private sealed record LedgerLane(SiteId From, SiteId To, Account Account);

    private sealed record LedgerConsignment(
        ConsignmentNumber Consignment, SiteId From, SiteId To, string Status, DateTimeOffset? DispatchedAt, int? AgeMinutes, Account Account);

    /// <summary>Units.</summary>
    /// <param name="HandedOver">Left in the books, or was packed with what came without having left there.</param>
    /// <param name="Received">Of those, checked in.</param>
    /// <param name="AccountedFor">Of those that were not checked in, what both ends agree on.</param>
    /// <param name="Missing">Of those that were not checked in, what stands on the board.</param>
    /// <param name="Surplus">Checked in and never sent, and the ends have not agreed why.</param>
    private sealed record Account(int HandedOver, int Received, int AccountedFor, int Missing, int Surplus)
    {
        public static Account None { get; } = new(0, 0, 0, 0, 0);

        /// <summary>Neither checked in nor said to be missing.</summary>
        public int OnTheRoad => HandedOver - Received - AccountedFor - Missing;

        /// <summary>0 when the books agree with the shelves.</summary>
        public int Balance => HandedOver - Received - AccountedFor + Surplus;

        public Account Plus(Account other) => new(
            HandedOver + other.HandedOver,
            Received + other.Received,
            AccountedFor + other.AccountedFor,
            Missing + other.Missing,
            Surplus + other.Surplus);
    }
}
