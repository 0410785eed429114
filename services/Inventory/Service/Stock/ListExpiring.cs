using System.Xml;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;

namespace Distribution.Inventory.Service.Stock;

/// <summary>What will be lost unless somebody uses it soon.</summary>
internal static class ListExpiring
{
    private const int Most = 500;
    private const string Usual = "P3D";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/stock/expiring", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .Produces<ExpiringList>()
        .WithSummary("Units that stand at a site in date and expire within a duration such as P3D, the first to expire first");

    private static async Task<IResult> HandleAsync(
        SiteId? site, string? within, LogPosition? after,
        Caller caller, Region region, NpgsqlDataSource dataSource, ReadModels readModels, TimeProvider clock, CancellationToken cancellationToken)
    {
        var at = site ?? caller.Site;
        StockReading.Require(caller, at, region);
        if (!TryDuration(within ?? Usual, out var duration))
            return Answers.Invalid("within", "within-invalid", "Give a duration of at most a year by ISO 8601, such as P3D or PT36H.");

        await readModels.WaitForAsync(StockProjection.TableName, after, cancellationToken: cancellationToken);
        var now = clock.GetUtcNow();
        await using var query = dataSource.CreateCommand(
            $"""
            select unit, kind, grp, expires_at, volume_ml, released, holds, order_id is not null
            from read.stock
            where site = $1 and fate is null and custody = 'at-site' and not issued and expires_at > $2 and expires_at <= $3
            order by expires_at, unit
            limit {Most + 1}
            """);
        query.Parameters.Add(new NpgsqlParameter<string> { TypedValue = at.ToString() });
        query.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now.ToUniversalTime() });
        query.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = (now + duration).ToUniversalTime() });
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        var units = new List<ExpiringUnit>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var expiresAt = reader.GetFieldValue<DateTimeOffset>(3);
            units.Add(new ExpiringUnit(
                UnitNumber.Parse(reader.GetString(0).AsSpan(), null),
                StockTexts.Kind(reader.GetString(1)),
                reader.IsDBNull(2) ? null : BloodGroup.Parse(reader.GetString(2).AsSpan(), null),
                expiresAt,
                Math.Round((expiresAt - now).TotalHours, 1, MidpointRounding.ToZero),
                reader.GetInt32(4),
                reader.GetBoolean(5),
                reader.GetInt32(6),
                reader.GetBoolean(7)));
        }

        return Results.Json(new ExpiringList(at, now, [.. units.Take(Most)], units.Count > Most), EventTypes.Json);
    }

    private static bool TryDuration(string text, out TimeSpan duration)
    {
        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return duration > TimeSpan.Zero && duration <= Longest;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            duration = default;
            return false;
        }
    }
}

/// <param name="More">There are more than are listed: narrow the question.</param>
internal sealed record ExpiringList(SiteId Site, DateTimeOffset At, IReadOnlyList<ExpiringUnit> Units, bool More);

/// <param name="HoursLeft">Until it expires, never rounded up.</param>
/// <param name="VolumeMl">Milliliters.</param>
/// <param name="Holds">How many reasons it is held for.</param>
internal sealed record ExpiringUnit(
    UnitNumber Unit,
    ComponentKind Kind,
    BloodGroup? Group,
    DateTimeOffset ExpiresAt,
    double HoursLeft,
    int VolumeMl,
    bool Released,
    int Holds,
    bool Reserved);
