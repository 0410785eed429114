using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;

namespace Distribution.Inventory.Service.Stock;

/// <summary>Which units are behind a figure of the board.</summary>
internal static class ListUnits
{
    private const int Most = 500;

    /// <summary>Each status as a condition; the same words as the board's columns.</summary>
    private static readonly Dictionary<string, string> Conditions = new(StringComparer.Ordinal)
    {
        ["available"] = "site = $1 and fate is null and custody = 'at-site' and not issued and released and holds = 0 and order_id is null and expires_at > $4",
        ["reserved"] = "site = $1 and fate is null and custody = 'at-site' and not issued and order_id is not null",
        ["in-transit"] = "to_site = $1 and fate is null and custody = 'in-transit'",
        ["quarantine"] = "site = $1 and fate is null and custody = 'at-site' and not issued and not released",
        ["held"] = "site = $1 and fate is null and custody = 'at-site' and not issued and holds > 0",
        ["issued"] = "site = $1 and fate is null and issued",
        ["missing"] = "(site = $1 or to_site = $1) and fate is null and custody = 'missing'",
        ["ended"] = "site = $1 and fate is not null",
    };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/stock/units", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .Produces<UnitList>()
        .WithSummary("Units of a site by component, group and status, the first to expire first");

    private static async Task<IResult> HandleAsync(
        SiteId? site, string? kind, BloodGroup? group, string? status, LogPosition? after,
        Caller caller, NpgsqlDataSource dataSource, ReadModels readModels, TimeProvider clock, CancellationToken cancellationToken)
    {
        var at = site ?? caller.Site;
        caller.RequireReading(at);
        if (kind is not null && !StockTexts.IsKind(kind))
            return Answers.Invalid("kind", "invalid-value", $"'{kind}' is none of {string.Join(", ", StockTexts.AllKinds)}.");
        if (status is not null && !Conditions.ContainsKey(status))
            return Answers.Invalid("status", "invalid-value", $"'{status}' is none of {string.Join(", ", Conditions.Keys)}.");

        await readModels.WaitForAsync(StockProjection.TableName, after, cancellationToken: cancellationToken);
        var condition = status is null ? "site = $1 and fate is null" : Conditions[status];
#pragma warning disable CA2100 // The condition is one of the texts above, never a caller's.
        await using var query = dataSource.CreateCommand(
            $"""
            select unit, kind, grp, site, to_site, custody, consignment, released, holds, order_id, recipient, issued, fate, expires_at, version
            from read.stock
            where {condition} and ($2::text is null or kind = $2) and ($3::text is null or grp = $3) and ($4::timestamptz is not null)
            order by expires_at nulls last, unit
            limit {Most + 1}
            """);
#pragma warning restore CA2100
        query.Parameters.Add(new NpgsqlParameter<string> { TypedValue = at.ToString() });
        query.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = kind });
        query.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = group?.ToString() });
        query.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() });
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        var units = new List<ListedUnit>();
        while (await reader.ReadAsync(cancellationToken))
            units.Add(Read(reader));
        return Results.Json(new UnitList([.. units.Take(Most)], units.Count > Most), EventTypes.Json);
    }

    private static ListedUnit Read(NpgsqlDataReader row) => new(
        UnitNumber.Parse(row.GetString(0).AsSpan(), null),
        row.IsDBNull(1) ? null : StockTexts.Kind(row.GetString(1)),
        row.IsDBNull(2) ? null : BloodGroup.Parse(row.GetString(2).AsSpan(), null),
        Text(row, 3),
        Text(row, 4),
        row.GetString(5),
        Text(row, 6),
        row.GetBoolean(7),
        row.GetInt32(8),
        Text(row, 9) is { } order ? OrderId.Parse(order) : null,
        Text(row, 10) is { } recipient ? RecipientId.Parse(recipient) : null,
        row.GetBoolean(11),
        Text(row, 12),
        row.IsDBNull(13) ? null : row.GetFieldValue<DateTimeOffset>(13),
        row.GetInt64(14));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}

/// <param name="More">There are more than are listed: narrow the question.</param>
internal sealed record UnitList(IReadOnlyList<ListedUnit> Units, bool More);

/// <param name="Holds">How many reasons it is held for.</param>
internal sealed record ListedUnit(
    UnitNumber Unit,
    ComponentKind? Kind,
    BloodGroup? Group,
    string? Site,
    string? To,
    string Custody,
    string? Consignment,
    bool Released,
    int Holds,
    OrderId? Order,
    RecipientId? Recipient,
    bool Issued,
    string? Fate,
    DateTimeOffset? ExpiresAt,
    long Version);
