using System.Text.Json;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Requests.Service.OrderBoard;

/// <param name="Quantity">Units asked for.</param>
/// <param name="ChangedAt">When the last thing happened to it.</param>
internal sealed record OrderRow(
    string Order,
    string Purpose,
    SiteId Hospital,
    SiteId Supplier,
    string Status,
    int Quantity,
    int Reserved,
    int Received,
    int Missing,
    int Issued,
    string? Consignment,
    DateTimeOffset PlacedAt,
    DateTimeOffset NeededBy,
    DateTimeOffset? ReservedUntil,
    DateTimeOffset? ExpectedAt,
    DateTimeOffset ChangedAt,
    DateTimeOffset? EndedAt)
{
    public const string Columns =
        "order_id, purpose, hospital, supplier, status, quantity, reserved, cardinality(received), cardinality(missing), issued, consignment, placed_at, needed_by, lapses_at, expected_at, changed_at, ended_at";

    public static async Task<List<OrderRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var rows = new List<OrderRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        DateTimeOffset? Instant(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new OrderRow(
                reader.GetString(0),
                reader.GetString(1),
                SiteId.Parse(reader.GetString(2), null),
                SiteId.Parse(reader.GetString(3), null),
                reader.GetString(4),
                reader.GetInt32(5),
                reader.GetInt32(6),
                reader.GetInt32(7),
                reader.GetInt32(8),
                reader.GetInt32(9),
                reader.IsDBNull(10) ? null : reader.GetString(10),
                reader.GetFieldValue<DateTimeOffset>(11),
                reader.GetFieldValue<DateTimeOffset>(12),
                Instant(13),
                Instant(14),
                reader.GetFieldValue<DateTimeOffset>(15),
                Instant(16)));
        }

        return rows;
    }
}

internal static class ListOrders
{
    private const int MaximumRows = 500;

    private static readonly string[] Statuses = [.. Enum.GetNames<OrderStatus>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/orders", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithTags("orders")
        .WithSummary("The orders that the caller's site placed or is to serve, the most urgent first; of all sites for an auditor.")
        .Produces<IReadOnlyList<OrderRow>>();

    private static async Task<IResult> HandleAsync(
        string? status, SiteId? hospital, LogPosition? after, Caller caller, ReadModels readModels, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        if (status is not null && !Statuses.Contains(status, StringComparer.Ordinal))
            return Answers.Invalid("status", "invalid-value", $"A status is one of {string.Join(", ", Statuses)}.");

        await readModels.WaitForAsync(OrdersProjection.ProjectionName, after, cancellationToken: cancellationToken);
        await using var command = database.CreateCommand(
            $"""
            select {OrderRow.Columns} from read.orders
            where ($1 is null or status = $1) and ($2 is null or hospital = $2) and ($3 is null or hospital = $3 or supplier = $3)
            order by needed_by, order_id
            limit {MaximumRows}
            """);
        var sees = caller.Roles.Contains(Roles.Auditor) || caller.Roles.Contains(Roles.Operator) ? null : caller.Site.ToString();
        foreach (var value in new[] { status, hospital?.ToString(), sees })
            command.Parameters.Add(new NpgsqlParameter { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        return Results.Ok(await OrderRow.ReadAsync(command, cancellationToken));
    }
}
