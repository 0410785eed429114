using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Dispatches.Service.Board;

internal static class ListDiscrepancies
{
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/discrepancies", HandleAsync)
            .RequireAuthorization(Roles.AnyStaff)
            .WithTags("discrepancies")
            .Produces<DiscrepancyRow[]>()
            .WithSummary("What arrived and was not sent, or was sent and did not arrive: oldest first, at most 500. open=true leaves out what is resolved.");

    private static async Task<IResult> HandleAsync(
        SiteId? site, bool? open, LogPosition? after, Caller caller, ReadModels readModels, NpgsqlDataSource dataSource, TimeProvider clock, CancellationToken cancellationToken)
    {
        var where = ListConsignments.SiteToRead(caller, site);
        await readModels.WaitForAsync(ConsignmentBoard.ProjectionName, after, cancellationToken: cancellationToken);

        await using var command = dataSource.CreateCommand(
            """
            select consignment, order_id, unit, kind, from_site, to_site, raised_at, raised_by, resolution, resolved_at, resolved_by,
                code, sender_code, destination_code, turn
            from read.discrepancies
            where ($1 is null or from_site = $1 or to_site = $1) and ($2 is null or $2 = (resolution is null))
            order by resolution is not null, raised_at, consignment, unit
            limit $3
            """);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)where?.ToString() ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Boolean, Value = (object?)open ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        var now = clock.GetUtcNow();
        var rows = new List<DiscrepancyRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new DiscrepancyRow(
                ConsignmentNumber.Parse(reader.GetString(0), null),
                OrderId.Parse(reader.GetString(1), null),
                UnitNumber.Parse(reader.GetString(2), null),
                reader.GetString(3),
                SiteId.Parse(reader.GetString(4), null),
                SiteId.Parse(reader.GetString(5), null),
                reader.GetFieldValue<DateTimeOffset>(6),
                reader.GetString(7),
                Text(8),
                reader.GetFieldValue<DateTimeOffset?>(9),
                Text(10),
                Text(11),
                Text(12),
                Text(13),
                Text(14),
                (int)((reader.GetFieldValue<DateTimeOffset?>(9) ?? now) - reader.GetFieldValue<DateTimeOffset>(6)).TotalMinutes));
        }

        return Results.Json(rows, EventTypes.Json);

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    /// <param name="Code">What both ends said.</param>
    /// <param name="BySender">What the sender says; null while it has not spoken.</param>
    /// <param name="ByDestination">What the destination says; where both have spoken and it stands open, they do not agree.</param>
    /// <param name="Turn">Whose answer is waited for: sender or destination; null where either may begin.</param>
    /// <param name="AgeMinutes">From its raising to its resolution, or to now.</param>
    private sealed record DiscrepancyRow(
        ConsignmentNumber Consignment,
        OrderId Order,
        UnitNumber Unit,
        string Kind,
        SiteId From,
        SiteId To,
        DateTimeOffset RaisedAt,
        string RaisedBy,
        string? Resolution,
        DateTimeOffset? ResolvedAt,
        string? ResolvedBy,
        string? Code,
        string? BySender,
        string? ByDestination,
        string? Turn,
        int AgeMinutes);
}
