using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;

namespace Distribution.Inventory.Service.Stock;

/// <summary>The board: how many of what a site has.</summary>
internal static class GetStock
{
    /// <summary>What expires within this time is shown apart.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromDays(3);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/stock", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .Produces<StockBoard>()
        .WithSummary("A site's stock by component and group; the caller's own site unless another is named");

    private static async Task<IResult> HandleAsync(
        SiteId? site, LogPosition? after, Caller caller, NpgsqlDataSource dataSource, ReadModels readModels, TimeProvider clock, CancellationToken cancellationToken)
    {
        var at = site ?? caller.Site;
        caller.RequireReading(at);
        await readModels.WaitForAsync(StockProjection.TableName, after, cancellationToken: cancellationToken);
        var now = clock.GetUtcNow();
        await using var query = dataSource.CreateCommand(
            """
            select kind, grp,
                count(*) filter (where free),
                count(*) filter (where here and order_id is not null),
                count(*) filter (where custody = 'in-transit' and to_site = $1),
                count(*) filter (where here and not released),
                count(*) filter (where here and holds > 0),
                count(*) filter (where free and expires_at <= $3)
            from (
                select *, site = $1 and custody = 'at-site' and not issued as here,
                    site = $1 and custody = 'at-site' and not issued and released and holds = 0 and order_id is null and expires_at > $2 as free
                from read.stock where fate is null and kind is not null and (site = $1 or to_site = $1)) s
            group by kind, grp
            order by kind, grp nulls last
            """);
        query.Parameters.Add(new NpgsqlParameter<string> { TypedValue = at.ToString() });
        query.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        query.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now + Soon });
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        var rows = new List<StockRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new StockRow(
                StockTexts.Kind(reader.GetString(0)),
                reader.IsDBNull(1) ? null : BloodGroup.Parse(reader.GetString(1).AsSpan(), null),
                reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7)));
        }

        return Results.Json(new StockBoard(at, now, rows), EventTypes.Json);
    }
}

internal sealed record StockBoard(SiteId Site, DateTimeOffset At, IReadOnlyList<StockRow> Rows);

/// <param name="Group">Null in quarantine, before the group is told.</param>
/// <param name="InTransit">On the road to the site.</param>
/// <param name="Held">In the site's hands and stopped; such a unit may be reserved or in quarantine too.</param>
/// <param name="ExpiringSoon">Of those available, within three days.</param>
internal sealed record StockRow(
    ComponentKind Kind, BloodGroup? Group, long Available, long Reserved, long InTransit, long Quarantine, long Held, long ExpiringSoon);
