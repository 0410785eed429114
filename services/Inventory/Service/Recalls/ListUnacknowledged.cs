using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.Inventory.Service.Stock;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>The board of who has not answered, for how long, and for what.</summary>
internal static class ListUnacknowledged
{
    private const int Most = 500;

    /// <summary>Open cases: each unit with each site that has to answer for it and has not. As RecallDecider.AnsweringSites, in the tables' words.</summary>
    public const string Unanswered =
        """
        select u.recall, u.unit, need.site
        from read.recall_units u
            join read.stock s on s.unit = u.unit
            cross join lateral unnest(case s.custody
                when 'in-transit' then array[s.to_site]
                when 'missing' then array[s.site, s.to_site]
                else array[s.site] end) as need (site)
        where need.site is not null
            and not exists (select from read.recall_sites a where a.recall = u.recall and a.unit = u.unit and a.site = need.site)
        """;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/recalls/unacknowledged", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .Produces<UnacknowledgedList>()
        .WithSummary("Sites that have not answered for called back units, the oldest case first; the caller's own site and its own cases");

    private static async Task<IResult> HandleAsync(
        LogPosition? after, Caller caller, RecallDesk desk, NpgsqlDataSource dataSource, ReadModels readModels, TimeProvider clock, CancellationToken cancellationToken)
    {
        await readModels.WaitForAsync(RecallProjection.TableName, after, cancellationToken: cancellationToken);
        await readModels.WaitForAsync(StockProjection.TableName, after, cancellationToken: cancellationToken);
        await using var query = dataSource.CreateCommand(
            $"""
            select r.recall, r.kind, r.reason, r.site, r.opened_at, r.due_at, r.overdue, n.site, array_agg(distinct n.unit order by n.unit)
            from read.recalls r join ({Unanswered}) n on n.recall = r.recall
            where not r.closed and ($1::text is null or r.site = $1 or n.site = $1)
            group by r.recall, r.kind, r.reason, r.site, r.opened_at, r.due_at, r.overdue, n.site
            order by r.opened_at, r.recall, n.site
            limit {Most + 1}
            """);
        query.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = desk.ReadsAll(caller) ? null : caller.Site.ToString() });
        var now = clock.GetUtcNow();
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        var rows = new List<UnacknowledgedRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var openedAt = reader.GetFieldValue<DateTimeOffset>(4);
            rows.Add(new UnacknowledgedRow(
                RecallId.Parse(reader.GetString(0)),
                reader.GetString(1),
                reader.GetString(2),
                SiteId.Parse(reader.GetString(3).AsSpan(), null),
                openedAt,
                (long)(now - openedAt).TotalMinutes,
                reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5),
                reader.GetBoolean(6),
                SiteId.Parse(reader.GetString(7).AsSpan(), null),
                [.. reader.GetFieldValue<string[]>(8).Select(unit => UnitNumber.Parse(unit.AsSpan(), null))]));
        }

        return Results.Json(new UnacknowledgedList([.. rows.Take(Most)], rows.Count > Most), EventTypes.Json);
    }
}

/// <param name="More">There are more than are listed.</param>
internal sealed record UnacknowledgedList(IReadOnlyList<UnacknowledgedRow> Rows, bool More);

/// <param name="OpenedBy">Whose case it is.</param>
/// <param name="AgeMinutes">Since the case was opened.</param>
/// <param name="Overdue">It was not answered in time.</param>
/// <param name="Site">Who has to answer.</param>
/// <param name="Units">What for.</param>
internal sealed record UnacknowledgedRow(
    RecallId Recall,
    string Kind,
    string Reason,
    SiteId OpenedBy,
    DateTimeOffset OpenedAt,
    long AgeMinutes,
    DateTimeOffset? DueAt,
    bool Overdue,
    SiteId Site,
    IReadOnlyList<UnitNumber> Units);
