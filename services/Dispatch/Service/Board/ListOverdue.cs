using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Dispatches.Service.Board;

internal static class ListOverdue
{
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/overdue", HandleAsync)
            .RequireAuthorization(Roles.AnyStaff)
            .Produces<OverdueRow[]>()
            .WithSummary("Consignments from or to a site that are late, the latest first: arrival (30 minutes after it was expected nothing has been scanned at the destination) or departure (not handed over and its reservations are over). At most 500.");

    private static async Task<IResult> HandleAsync(
        SiteId? site, LogPosition? after, Caller caller, ReadModels readModels, NpgsqlDataSource dataSource, TimeProvider clock, CancellationToken cancellationToken)
    {
        var where = ListConsignments.SiteToRead(caller, site);
        await readModels.WaitForAsync(ConsignmentBoard.ProjectionName, after, cancellationToken: cancellationToken);

        var now = clock.GetUtcNow();
        await using var command = dataSource.CreateCommand(
            """
            select consignment, order_id, from_site, to_site, late, due, strayed_to
            from (
                select consignment, order_id, from_site, to_site, strayed_to,
                    case when overdue_since is not null then 'arrival' else 'departure' end as late,
                    case when overdue_since is not null then expected_at else reserved_until end as due
                from read.consignments
                where ($1 is null or from_site = $1 or to_site = $1)
                    and (overdue_since is not null or (status in ('planned', 'packing', 'packed') and reserved_until < $2))) late
            order by due, consignment
            limit $3
            """);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)where?.ToString() ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        var rows = new List<OverdueRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var due = reader.GetFieldValue<DateTimeOffset>(5);
            rows.Add(new OverdueRow(
                ConsignmentNumber.Parse(reader.GetString(0), null),
                OrderId.Parse(reader.GetString(1), null),
                SiteId.Parse(reader.GetString(2), null),
                SiteId.Parse(reader.GetString(3), null),
                reader.GetString(4),
                due,
                (int)(now - due).TotalMinutes,
                reader.IsDBNull(6) ? null : SiteId.Parse(reader.GetString(6), null)));
        }

        return Results.Json(rows, EventTypes.Json);
    }

    /// <param name="Late">arrival or departure.</param>
    /// <param name="Due">When it should have happened.</param>
    private sealed record OverdueRow(
        ConsignmentNumber Number, OrderId Order, SiteId From, SiteId To, string Late, DateTimeOffset Due, int MinutesLate, SiteId? StrayedTo);
}
