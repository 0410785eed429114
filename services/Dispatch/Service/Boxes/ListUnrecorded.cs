using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Dispatches.Service.Board;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Dispatches.Service.Boxes;

internal static class ListUnrecorded
{
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/boxes/no-temperature-record", HandleAsync)
            .RequireAuthorization(Roles.AnyStaff)
            .WithTags("boxes")
            .Produces<UnrecordedBox[]>()
            .WithSummary("Boxes that were packed and whose consignment has arrived, handed over in the books or not, and no good temperature file of the journey has been sent, the oldest first. At most 500.");

    private static async Task<IResult> HandleAsync(
        SiteId? site, LogPosition? after, Caller caller, ReadModels readModels, NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        var where = ListConsignments.SiteToRead(caller, site);
        await readModels.WaitForAsync(ConsignmentBoard.ProjectionName, after, cancellationToken: cancellationToken);

        await using var command = dataSource.CreateCommand(
            """
            select c.consignment, u.box, c.from_site, c.to_site, b.logger, c.dispatched_at, coalesce(c.arrived_at, c.received_at), count(*)
            from read.consignments c
            join read.consignment_units u on u.consignment = c.consignment and u.box is not null
            left join read.boxes b on b.consignment = u.consignment and b.box = u.box
            where ($1 is null or c.from_site = $1 or c.to_site = $1) and c.status in ('arrived', 'received') and coalesce(b.files, 0) = 0
            group by c.consignment, u.box, c.from_site, c.to_site, b.logger, c.dispatched_at, c.arrived_at, c.received_at
            order by c.dispatched_at, c.consignment, u.box
            limit $2
            """);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)where?.ToString() ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        var rows = new List<UnrecordedBox>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new UnrecordedBox(
                ConsignmentNumber.Parse(reader.GetString(0), null),
                reader.GetInt32(1),
                SiteId.Parse(reader.GetString(2), null),
                SiteId.Parse(reader.GetString(3), null),
                reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.GetFieldValue<DateTimeOffset?>(5),
                reader.GetFieldValue<DateTimeOffset?>(6),
                (int)reader.GetInt64(7)));
        }

        return Results.Json(rows, EventTypes.Json);
    }

    /// <param name="Logger">The number of the logger put inside; null where nobody said.</param>
    private sealed record UnrecordedBox(
        ConsignmentNumber Consignment, int Box, SiteId From, SiteId To, string? Logger, DateTimeOffset? DispatchedAt, DateTimeOffset? ArrivedAt, int Units);
}
