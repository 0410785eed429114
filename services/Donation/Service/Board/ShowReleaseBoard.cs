using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.Donations.Service.Donations;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Donations.Service.Board;

/// <summary>Which donations wait for what, oldest first.</summary>
internal static class ShowReleaseBoard
{
    private const int Most = 500;

    /// <summary>In the order in which a donation passes them; the last two are ends.</summary>
    private static readonly IReadOnlyList<string> Statuses = ["testing", "reactive", "processing", "ready", "signed", "released", "discarded"];

    private const string All = "all";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/donations", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithSummary("The release board: donations by status (testing, reactive, processing, ready, signed, released, discarded, or all), those not at an end where none is named; oldest first, at most 500. Narrowed by site and by local days of collection (from, to; both included); goes on after the donation named in next.");

    private static async Task<IResult> HandleAsync(
        string? status,
        SiteId? site,
        DateOnly? from,
        DateOnly? to,
        DonationNumber? next,
        LogPosition? after,
        Caller caller,
        NpgsqlDataSource database,
        ReadModels readModels,
        Region region,
        PolicyPack policy,
        CancellationToken cancellationToken)
    {
        if (status is not (null or All) && !Statuses.Contains(status, StringComparer.Ordinal))
            return Answers.Invalid("status", "invalid-value", $"A status is one of {string.Join(", ", Statuses)} or {All}.");
        var own = Care.SitesOf(region, caller.Site);
        if (site is { } asked && !own.Contains(asked))
            caller.RequireReading(asked);
        await readModels.WaitForAsync("release_board", after, cancellationToken: cancellationToken);

        var everywhere = caller.Roles.Contains(Roles.Auditor) || caller.Roles.Contains(Roles.Operator);
        await using var command = database.CreateCommand(
            """
            select donation, site, collected_at, volume_ml, grp, tested, reactive, signed_by, quarantined, released, discarded, first_expiry, version, status, used_up
            from (
                select *, case
                    when done and released > 0 then 'released'
                    when done then 'discarded'
                    when exists (select from unnest(reactive) as marker where marker <> all ($6)) then 'reactive'
                    when grp is null or not tested @> $1 then 'testing'
                    when quarantined = 0 then 'processing'
                    when not exists (
                        select from unnest(waiting) as kind
                        where not exists (select from unnest(reactive) as marker where marker || ' ' || kind = any ($7))) then 'reactive'
                    when signed_by is not null then 'signed'
                    else 'ready'
                end as status
                from read.release_board
                where ($2 or site = any ($3))
                    and ($8 or not done)
                    and ($9::timestamptz is null or collected_at >= $9)
                    and ($10::timestamptz is null or collected_at < $10)
                    and ($11::varchar is null or (collected_at, donation) > (select collected_at, donation from read.release_board where donation = $11))
            ) as board
            where $4::text is null or status = $4
            order by collected_at, donation
            limit $5
            """);
        // A marker may let go of some kinds: then it makes the donation reactive only where nothing else waits.
        var partial = policy.Markers.Where(rule => rule.Bars is not null).ToList();
        command.Parameters.Add(Texts(policy.MandatoryMarkers));
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = site is null && everywhere });
        command.Parameters.Add(new NpgsqlParameter
        {
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar,
            Value = (site is { } one ? [one] : own).Select(place => place.ToString()).ToArray(),
        });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = status is null or All ? DBNull.Value : status });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        command.Parameters.Add(Texts(partial.Select(rule => rule.Name)));
        command.Parameters.Add(Texts(partial.SelectMany(rule => rule.Bars!.Select(kind => $"{rule.Name} {ReleaseBoardProjection.Text(kind)}"))));
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = status is "released" or "discarded" or All });
        command.Parameters.Add(Instant(from, policy));
        command.Parameters.Add(Instant(to?.AddDays(1), policy));
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Varchar, Value = next is { } last ? last.ToString() : DBNull.Value });

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<Row> rows = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new Row(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetString(13),
                reader.GetFieldValue<DateTimeOffset>(2),
                reader.GetInt32(3),
                await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetString(4),
                reader.GetFieldValue<string[]>(5),
                [.. reader.GetFieldValue<string[]>(6).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                await reader.IsDBNullAsync(7, cancellationToken) ? null : reader.GetString(7),
                reader.GetInt32(8),
                reader.GetInt32(9),
                reader.GetInt32(10),
                await reader.IsDBNullAsync(11, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(11),
                reader.GetInt64(12),
                reader.GetInt32(14)));
        }

        return Results.Ok(new { Donations = rows, Next = rows.Count == Most ? rows[^1].Donation : null });
    }

    private static NpgsqlParameter Texts(IEnumerable<string> values) => new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = values.ToArray() };

    /// <summary>The beginning of a day as the policy's jurisdiction counts it.</summary>
    private static NpgsqlParameter Instant(DateOnly? day, PolicyPack policy) => new()
    {
        NpgsqlDbType = NpgsqlDbType.TimestampTz,
        Value = day is { } begins ? TimeZoneInfo.ConvertTimeToUtc(begins.ToDateTime(TimeOnly.MinValue), TimeZoneInfo.FindSystemTimeZoneById(policy.TimeZone)) : DBNull.Value,
    };

    private sealed record Row(
        string Donation,
        string Site,
        string Status,
        DateTimeOffset CollectedAt,
        int VolumeMl,
        string? Group,
        IReadOnlyList<string> Tested,
        IReadOnlyList<string> Reactive,
        string? SignedBy,
        int Quarantined,
        int Released,
        int Discarded,
        DateTimeOffset? FirstExpiry,
        long Version,
        int UsedUp);
}
