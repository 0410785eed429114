using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.Inventory.Service.Stock;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>The cases, and how far each has come.</summary>
internal static class ListRecalls
{
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/recalls", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .Produces<RecallList>()
        .WithSummary("Cases of units called back, the newest first: the caller's own and those that concern its site");

    private static async Task<IResult> HandleAsync(
        bool? open, LogPosition? after, Caller caller, RecallDesk desk, NpgsqlDataSource dataSource, ReadModels readModels, TimeProvider clock, CancellationToken cancellationToken)
    {
        await readModels.WaitForAsync(RecallProjection.TableName, after, cancellationToken: cancellationToken);
        await readModels.WaitForAsync(StockProjection.TableName, after, cancellationToken: cancellationToken);
        await using var query = dataSource.CreateCommand(
            $"""
            select r.recall, r.kind, r.reason, r.source, r.site, r.opened_at, r.due_at, r.overdue, r.closed, r.cleared, r.closed_at, r.donations,
                (select count(*) from read.recall_units u where u.recall = r.recall),
                (select count(*) from read.recall_units u join read.stock s on s.unit = u.unit where u.recall = r.recall and s.fate is null),
                (select count(distinct n.site) from ({ListUnacknowledged.Unanswered}) n where n.recall = r.recall)
            from read.recalls r
            where ($1::boolean is null or r.closed <> $1)
                and ($2::text is null or r.site = $2
                    or exists (select from read.recall_units u join read.stock s on s.unit = u.unit where u.recall = r.recall and $2 in (s.site, s.to_site))
                    or exists (select from read.recall_sites a where a.recall = r.recall and a.site = $2))
            order by r.opened_at desc, r.recall
            limit {Most + 1}
            """);
        query.Parameters.Add(new NpgsqlParameter<bool?> { TypedValue = open });
        query.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = desk.ReadsAll(caller) ? null : caller.Site.ToString() });
        var now = clock.GetUtcNow();
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        var rows = new List<ListedRecall>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var openedAt = reader.GetFieldValue<DateTimeOffset>(5);
            DateTimeOffset? closedAt = reader.IsDBNull(10) ? null : reader.GetFieldValue<DateTimeOffset>(10);
            rows.Add(new ListedRecall(
                RecallId.Parse(reader.GetString(0)),
                reader.GetString(1),
                reader.GetString(2),
                reader.GetString(3),
                SiteId.Parse(reader.GetString(4).AsSpan(), null),
                openedAt,
                (long)((closedAt ?? now) - openedAt).TotalMinutes,
                reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6),
                reader.GetBoolean(7),
                !reader.GetBoolean(8),
                reader.GetBoolean(9),
                closedAt,
                reader.GetInt32(11),
                reader.GetInt64(12),
                reader.GetInt64(13),
                reader.GetInt64(14)));
        }

        return Results.Json(new RecallList([.. rows.Take(Most)], rows.Count > Most), EventTypes.Json);
    }
}

/// <param name="More">There are more than are listed.</param>
internal sealed record RecallList(IReadOnlyList<ListedRecall> Recalls, bool More);

/// <param name="Site">Whose case it is.</param>
/// <param name="AgeMinutes">From its opening to its end, or until now.</param>
/// <param name="Unaccounted">Units that have not met their end.</param>
/// <param name="Unacknowledged">Sites that have not answered for a unit they have or had last.</param>
internal sealed record ListedRecall(
    RecallId Recall,
    string Kind,
    string Reason,
    string Source,
    SiteId Site,
    DateTimeOffset OpenedAt,
    long AgeMinutes,
    DateTimeOffset? DueAt,
    bool Overdue,
    bool Open,
    bool Cleared,
    DateTimeOffset? ClosedAt,
    int Donations,
    long Units,
    long Unaccounted,
    long Unacknowledged);
