using System.Text.Json;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Dispatches.Service.Board;

internal static class ListConsignments
{
    private const int Most = 500;

    private static readonly IReadOnlyList<string> Statuses =
        [.. Enum.GetNames<ConsignmentStatus>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("", HandleAsync)
            .RequireAuthorization(Roles.AnyStaff)
            .Produces<ConsignmentRow[]>()
            .WithSummary("Consignments from or to a site, the most urgent first; of all sites for those who may look across. At most 500. What nothing is left of shows with status=left-out only. Late: departure or arrival.");

    private static async Task<IResult> HandleAsync(
        SiteId? site, string? status, LogPosition? after, Caller caller, ReadModels readModels, NpgsqlDataSource dataSource, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (status is not null && !Statuses.Contains(status, StringComparer.Ordinal))
            return Answers.Invalid("status", "invalid-value", $"A status is one of {string.Join(", ", Statuses)}.");
        var where = SiteToRead(caller, site);
        await readModels.WaitForAsync(ConsignmentBoard.ProjectionName, after, cancellationToken: cancellationToken);

        await using var command = dataSource.CreateCommand(
            """
            select consignment, order_id, from_site, to_site, status, units, packed, left_out, needed_by, reserved_until,
                dispatched_at, expected_at, arrived_at, received_at, open_discrepancies,
                case
                    when overdue_since is not null then 'arrival'
                    when status in ('planned', 'packing', 'packed') and reserved_until < $4 then 'departure'
                end,
                strayed_to, urgency, deliver_at
            from read.consignments
            where ($1 is null or from_site = $1 or to_site = $1) and status = coalesce($2, status) and ($2 is not null or status <> 'left-out')
            order by received_at is not null, urgency desc, coalesce(deliver_at, needed_by), consignment
            limit $3
            """);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)where?.ToString() ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)status ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() });
        var rows = new List<ConsignmentRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new ConsignmentRow(
                ConsignmentNumber.Parse(reader.GetString(0), null),
                OrderId.Parse(reader.GetString(1), null),
                SiteId.Parse(reader.GetString(2), null),
                SiteId.Parse(reader.GetString(3), null),
                reader.GetString(4),
                reader.GetInt32(5),
                reader.GetInt32(6),
                reader.GetInt32(7),
                reader.GetFieldValue<DateTimeOffset>(8),
                reader.GetFieldValue<DateTimeOffset>(9),
                reader.GetFieldValue<DateTimeOffset?>(10),
                reader.GetFieldValue<DateTimeOffset?>(11),
                reader.GetFieldValue<DateTimeOffset?>(12),
                reader.GetFieldValue<DateTimeOffset?>(13),
                reader.GetInt32(14),
                reader.IsDBNull(15) ? null : reader.GetString(15),
                reader.IsDBNull(16) ? null : SiteId.Parse(reader.GetString(16), null),
                (ConsignmentUrgency)reader.GetInt32(17),
                reader.GetFieldValue<DateTimeOffset?>(18)));
        }

        return Results.Json(rows, EventTypes.Json);
    }

    /// <summary>The site asked for, where the caller may look there; the own one unless the caller looks across sites.</summary>
    internal static SiteId? SiteToRead(Caller caller, SiteId? asked)
    {
        if (asked is { } site)
        {
            caller.RequireReading(site);
            return site;
        }

        return caller.Roles.Contains(Roles.Auditor) || caller.Roles.Contains(Roles.Operator) ? null : caller.Site;
    }

    private sealed record ConsignmentRow(
        ConsignmentNumber Number,
        OrderId Order,
        SiteId From,
        SiteId To,
        string Status,
        int Units,
        int Packed,
        int LeftOut,
        DateTimeOffset NeededBy,
        DateTimeOffset ReservedUntil,
        DateTimeOffset? DispatchedAt,
        DateTimeOffset? ExpectedAt,
        DateTimeOffset? ArrivedAt,
        DateTimeOffset? ReceivedAt,
        int OpenDiscrepancies,
        string? Late,
        SiteId? StrayedTo,
        ConsignmentUrgency Urgency,
        DateTimeOffset? DeliverAt);
}
