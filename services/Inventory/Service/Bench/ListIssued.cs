using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;

namespace Distribution.Inventory.Service.Bench;

/// <summary>The boards of what is out with patients, and of what has been for too long without anybody saying what became of it.</summary>
internal static class ListIssued
{
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/bench/issued", (SiteId? site, LogPosition? after, Caller caller, NpgsqlDataSource dataSource, ReadModels readModels, TimeProvider clock, CancellationToken cancellationToken) =>
                HandleAsync(site, after, overdue: false, caller, dataSource, readModels, clock, cancellationToken))
            .RequireAuthorization(Roles.AnyStaff)
            .Produces<IssuedList>()
            .WithSummary("Units that are out with patients, the first due first; the caller's own site unless another is named");
        routes.MapGet("/bench/unaccounted", (SiteId? site, LogPosition? after, Caller caller, NpgsqlDataSource dataSource, ReadModels readModels, TimeProvider clock, CancellationToken cancellationToken) =>
                HandleAsync(site, after, overdue: true, caller, dataSource, readModels, clock, cancellationToken))
            .RequireAuthorization(Roles.AnyStaff)
            .Produces<IssuedList>()
            .WithSummary("Units that were handed out and of which nobody has said in time what became; the caller's own site unless another is named");
    }

    private static async Task<IResult> HandleAsync(
        SiteId? site, LogPosition? after, bool overdue, Caller caller, NpgsqlDataSource dataSource, ReadModels readModels, TimeProvider clock, CancellationToken cancellationToken)
    {
        var everywhere = site is null && (caller.Roles.Contains(Roles.Auditor) || caller.Roles.Contains(Roles.Operator));
        var at = site ?? caller.Site;
        caller.RequireReading(at);
        await readModels.WaitForAsync(BenchProjection.TableName, after, cancellationToken: cancellationToken);
        var now = clock.GetUtcNow();
        await using var query = dataSource.CreateCommand(
            $"""
            select unit, site, order_id, recipient, issued_by, verified_by, issued_at, due, indication is not null, crossmatch_due, crossmatched_at from read.bench
            where accounted_at is null and ($1::text is null or site = $1) and ($2::timestamptz is null or due <= $2)
            order by due, unit, version
            limit {Most + 1}
            """);
        query.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = everywhere ? null : at.ToString() });
        query.Parameters.Add(new NpgsqlParameter { Value = overdue ? now : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz });
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        var rows = new List<IssuedRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var due = reader.GetFieldValue<DateTimeOffset>(7);
            rows.Add(new IssuedRow(
                UnitNumber.Parse(reader.GetString(0).AsSpan(), null),
                reader.GetString(1),
                OrderId.Parse(reader.GetString(2)),
                RecipientId.Parse(reader.GetString(3)),
                reader.GetString(4),
                reader.GetString(5),
                reader.GetFieldValue<DateTimeOffset>(6),
                due,
                due <= now,
                reader.GetBoolean(8),
                reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9),
                reader.IsDBNull(10) ? null : reader.GetFieldValue<DateTimeOffset>(10)));
        }

        return Results.Json(new IssuedList([.. rows.Take(Most)], rows.Count > Most), EventTypes.Json);
    }
}

/// <param name="More">There are more than are listed.</param>
internal sealed record IssuedList(IReadOnlyList<IssuedRow> Units, bool More);

/// <param name="Due">Until then it is to be accounted for.</param>
/// <param name="Overdue">It was not.</param>
/// <param name="Emergency">Handed out before all was known that is wanted otherwise.</param>
/// <param name="CrossmatchDue">Until then it is crossmatched afterwards.</param>
internal sealed record IssuedRow(
    UnitNumber Unit,
    string Site,
    OrderId Order,
    RecipientId Recipient,
    string IssuedBy,
    string VerifiedBy,
    DateTimeOffset IssuedAt,
    DateTimeOffset Due,
    bool Overdue,
    bool Emergency,
    DateTimeOffset? CrossmatchDue,
    DateTimeOffset? CrossmatchedAt);
