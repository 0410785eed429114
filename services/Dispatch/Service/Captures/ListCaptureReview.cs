using Distribution.Blood.Network;
using Distribution.Dispatches.Service.Board;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Dispatches.Service.Captures;

internal static class ListCaptureReview
{
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/review", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .Produces<CaptureReviewRow[]>()
        .WithSummary("Lines of satellites' files that no consignment has, or that contradict one: oldest first, at most 500. open=true leaves out what is resolved.");

    private static async Task<IResult> HandleAsync(
        SiteId? site, bool? open, LogPosition? after, Caller caller, ReadModels readModels, NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        var where = ListConsignments.SiteToRead(caller, site);
        await readModels.WaitForAsync(CaptureReview.TableName, after, cancellationToken: cancellationToken);

        await using var command = dataSource.CreateCommand(
            """
            select site, device, sequence, code, action, scanned, consignment, message, actor, occurred_at, recorded_at, resolution, resolved_by, resolved_at
            from read.capture_review
            where ($1 is null or site = $1) and ($2 is null or $2 = (resolved_at is null))
            order by recorded_at, site, device, sequence, code
            limit $3
            """);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)where?.ToString() ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Boolean, Value = (object?)open ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        var rows = new List<CaptureReviewRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new CaptureReviewRow(
                SiteId.Parse(reader.GetString(0), null),
                reader.GetString(1), reader.GetInt64(2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
                reader.IsDBNull(6) ? null : reader.GetString(6),
                reader.GetString(7), reader.GetString(8),
                reader.GetFieldValue<DateTimeOffset>(9), reader.GetFieldValue<DateTimeOffset>(10),
                reader.IsDBNull(11) ? null : reader.GetString(11),
                reader.IsDBNull(12) ? null : reader.GetString(12),
                reader.GetFieldValue<DateTimeOffset?>(13)));
        }

        return Results.Json(rows, EventTypes.Json);
    }

    /// <param name="Code">What is the matter.</param>
    /// <param name="Actor">Whom the line names.</param>
    /// <param name="OccurredAt">By the device's clock.</param>
    private sealed record CaptureReviewRow(
        SiteId Site,
        string Device,
        long Sequence,
        string Code,
        string Action,
        string Scanned,
        string? Consignment,
        string Message,
        string Actor,
        DateTimeOffset OccurredAt,
        DateTimeOffset RecordedAt,
        string? Resolution,
        string? ResolvedBy,
        DateTimeOffset? ResolvedAt);
}
