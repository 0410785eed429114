using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Inventory.Service.Discrepancies;

/// <summary>The board of what does not fit.</summary>
internal static class ListDiscrepancies
{
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/discrepancies", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .Produces<DiscrepancyList>()
        .WithSummary("Facts that contradict the record, the newest first; the caller's own site unless another is named; open=true: only those that nobody has resolved");

    private static async Task<IResult> HandleAsync(
        SiteId? site, bool? open, LogPosition? after, Caller caller, NpgsqlDataSource dataSource, ReadModels readModels, CancellationToken cancellationToken)
    {
        // Auditors and operators look at all sites at once where they name none.
        var everywhere = site is null && (caller.Roles.Contains(Roles.Auditor) || caller.Roles.Contains(Roles.Operator));
        var at = site ?? caller.Site;
        caller.RequireReading(at);
        await readModels.WaitForAsync(DiscrepancyProjection.TableName, after, cancellationToken: cancellationToken);
        await using var query = dataSource.CreateCommand(
            """
            select unit, code, detail, actor, site, occurred_at, recorded_at, version, resolution, resolved_by, resolved_at from read.discrepancies
            where ($1::text is null or site = $1) and ($2::boolean is null or (resolved_at is null) = $2)
            order by recorded_at desc, unit, version desc
            limit 500
            """);
        query.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = everywhere ? null : at.ToString() });
        query.Parameters.Add(new NpgsqlParameter { Value = (object?)open ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Boolean });
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        var rows = new List<ListedDiscrepancy>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new ListedDiscrepancy(
                UnitNumber.Parse(reader.GetString(0).AsSpan(), null),
                reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                reader.GetFieldValue<DateTimeOffset>(5), reader.GetFieldValue<DateTimeOffset>(6), reader.GetInt64(7),
                reader.IsDBNull(8) ? null : reader.GetString(8),
                reader.IsDBNull(9) ? null : reader.GetString(9),
                reader.IsDBNull(10) ? null : reader.GetFieldValue<DateTimeOffset>(10)));
        }

        return Results.Json(new DiscrepancyList(rows, rows.Count == Most), EventTypes.Json);
    }
}

/// <param name="More">There may be older ones than are listed.</param>
internal sealed record DiscrepancyList(IReadOnlyList<ListedDiscrepancy> Discrepancies, bool More);

/// <param name="Version">At which it stands in the unit's history; names it where it is resolved.</param>
/// <param name="Resolution">What was the matter; null while nobody has said.</param>
internal sealed record ListedDiscrepancy(
    UnitNumber Unit,
    string Code,
    string Detail,
    string Actor,
    string Site,
    DateTimeOffset OccurredAt,
    DateTimeOffset RecordedAt,
    long Version,
    string? Resolution,
    string? ResolvedBy,
    DateTimeOffset? ResolvedAt);
