using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.Inventory.Service.Stock;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;

namespace Distribution.Inventory.Service.Fates;

/// <summary>How many units ended how, by day, component and reason.</summary>
internal static class CountFates
{
    private const int UsualDays = 30;
    private const int MostDays = 3660;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/fates", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .Produces<FateCounts>()
        .WithSummary("Units expired, discarded with their reasons, transfused, lost and used up, by day; of the last 30 days unless others are named");

    private static async Task<IResult> HandleAsync(
        SiteId? site, DateOnly? from, DateOnly? to, LogPosition? after,
        Caller caller, Region region, PolicyPack policy, NpgsqlDataSource dataSource, ReadModels readModels, TimeProvider clock, CancellationToken cancellationToken)
    {
        // Auditors and operators look at all sites at once where they name none.
        var everywhere = site is null && (caller.Roles.Contains(Roles.Auditor) || caller.Roles.Contains(Roles.Operator));
        var at = site ?? caller.Site;
        StockReading.Require(caller, at, region);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(policy.TimeZone);
        var last = to ?? DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).DateTime);
        var first = from ?? last.AddDays(-Math.Min(UsualDays - 1, last.DayNumber));
        if (first > last || last.DayNumber - first.DayNumber >= MostDays)
            return Answers.Invalid("from", "range-invalid", $"Give days from the first to the last, {MostDays} at most.");

        await readModels.WaitForAsync(FateProjection.TableName, after, cancellationToken: cancellationToken);
        await using var query = dataSource.CreateCommand(
            """
            select (ended_at at time zone $4)::date, site, kind, fate, reason, count(*)
            from read.fates
            where fate is not null and ($1::text is null or site = $1)
                and ended_at >= $2::date::timestamp at time zone $4 and ended_at < ($3::date + 1)::timestamp at time zone $4
            group by 1, 2, 3, 4, 5
            order by 1, 2, 3 nulls last, 4, 5 nulls first
            """);
        query.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = everywhere ? null : at.ToString() });
        query.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = first });
        query.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = last });
        query.Parameters.Add(new NpgsqlParameter<string> { TypedValue = policy.TimeZone });
        await using var reader = await query.ExecuteReaderAsync(cancellationToken);
        var rows = new List<FateCount>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new FateCount(
                reader.GetFieldValue<DateOnly>(0),
                reader.GetString(1),
                reader.IsDBNull(2) ? null : reader.GetString(2),
                reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.GetInt64(5)));
        }

        return Results.Json(new FateCounts(first, last, rows), EventTypes.Json);
    }
}

internal sealed record FateCounts(DateOnly From, DateOnly To, IReadOnlyList<FateCount> Rows);

/// <param name="Day">By the policy's time zone: of the beginning of a transfusion, of the instant of an expiry, else of when it was done.</param>
/// <param name="Kind">The component; null where nobody has told what the unit is.</param>
/// <param name="Reason">Why it was discarded or lost, by what procedure it was used up; null where there is no more to say.</param>
internal sealed record FateCount(DateOnly Day, string Site, string? Kind, string Fate, string? Reason, long Count);
