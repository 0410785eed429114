using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Inventory.Service.Bench;

/// <summary>The board of units that were handed out uncrossmatched and are still to be crossmatched.</summary>
internal static class ListUncrossmatched
{
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/bench/retrospective-crossmatches", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .Produces<UncrossmatchedList>()
        .WithSummary("Units handed out in an emergency whose crossmatch is missing, the first due first; overdue=true: only those whose time is over");

    private static async Task<IResult> HandleAsync(
        SiteId? site, bool? overdue, LogPosition? after, Caller caller, NpgsqlDataSource dataSource, ReadModels readModels, TimeProvider clock, CancellationToken cancellationToken)
    {
        var everywhere = site is null && (caller.Roles.Contains(Roles.Auditor) || caller.Roles.Contains(Roles.Operator));
        var at = site ?? caller.Site;
        caller.RequireReading(at);
        await readModels.WaitForAsync(BenchProjection.TableName, after, cancellationToken: cancellationToken);
        var now = clock.GetUtcNow();
        // Only what came back has nobody to be tested for: of what was thrown away or lost, some may have run in.
        await using var query = dataSource.CreateCommand(
            $"""
            select unit, site, order_id, recipient, issued_by, indication, issued_at, crossmatch_due from read.bench
            where crossmatch_due is not null and crossmatched_at is null and coalesce(accounted_as, '') <> 'returned'
                and ($1::text is null or site = $1) and ($2::boolean is null or (crossmatch_due <= $3) = $2)
            order by crossmatch_due, unit, version
            limit {Most + 1}
            """);
        query.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = everywhere ? null : at.ToString() });
        query.Parameters.Add(new NpgsqlParameter { Value = (object?)overdue ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Boolean });
        query.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        var rows = new List<UncrossmatchedRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var due = reader.GetFieldValue<DateTimeOffset>(7);
            rows.Add(new UncrossmatchedRow(
                UnitNumber.Parse(reader.GetString(0).AsSpan(), null),
                reader.GetString(1),
                OrderId.Parse(reader.GetString(2)),
                RecipientId.Parse(reader.GetString(3)),
                reader.GetString(4),
                reader.IsDBNull(5) ? null : reader.GetString(5),
                reader.GetFieldValue<DateTimeOffset>(6),
                due,
                due <= now));
        }

        return Results.Json(new UncrossmatchedList([.. rows.Take(Most)], rows.Count > Most), EventTypes.Json);
    }
}

/// <param name="More">There are more than are listed.</param>
internal sealed record UncrossmatchedList(IReadOnlyList<UncrossmatchedRow> Units, bool More);

/// <param name="AuthorizedBy">Who answers for it: in an emergency the physician.</param>
/// <param name="Indication">Why it could not wait; null where it was told later of a site without a connection.</param>
internal sealed record UncrossmatchedRow(
    UnitNumber Unit,
    string Site,
    OrderId Order,
    RecipientId Recipient,
    string AuthorizedBy,
    string? Indication,
    DateTimeOffset IssuedAt,
    DateTimeOffset Due,
    bool Overdue);
