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

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/donations", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithSummary("The release board: donations by status (testing, reactive, processing, ready, signed, released, discarded), all that are not at an end where none is named; oldest first, at most 500.");

    private static async Task<IResult> HandleAsync(
        string? status, LogPosition? after, Caller caller, NpgsqlDataSource database, ReadModels readModels, Region region, PolicyPack policy, CancellationToken cancellationToken)
    {
        if (status is not null && !Statuses.Contains(status, StringComparer.Ordinal))
            return Answers.Invalid("status", "invalid-value", $"A status is one of {string.Join(", ", Statuses)}.");
        await readModels.WaitForAsync("release_board", after, cancellationToken: cancellationToken);

        var everywhere = caller.Roles.Contains(Roles.Auditor) || caller.Roles.Contains(Roles.Operator);
        await using var command = database.CreateCommand(
            """
            select donation, site, collected_at, volume_ml, grp, tested, reactive, signed_by, quarantined, released, discarded, first_expiry, version, status
            from (
                select *, case
                    when quarantined = 0 and released > 0 then 'released'
                    when quarantined = 0 and discarded > 0 then 'discarded'
                    when cardinality(reactive) > 0 then 'reactive'
                    when grp is null or not tested @> $1 then 'testing'
                    when quarantined = 0 then 'processing'
                    when signed_by is not null then 'signed'
                    else 'ready'
                end as status
                from read.release_board
                where $2 or site = any ($3)
            ) as board
            where status = $4 or ($4 is null and status not in ('released', 'discarded'))
            order by collected_at, donation
            limit $5
            """);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = policy.MandatoryMarkers.ToArray() });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = everywhere });
        command.Parameters.Add(new NpgsqlParameter
        {
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar,
            Value = Care.SitesOf(region, caller.Site).Select(site => site.ToString()).ToArray(),
        });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)status ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });

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
                reader.GetFieldValue<string[]>(6),
                await reader.IsDBNullAsync(7, cancellationToken) ? null : reader.GetString(7),
                reader.GetInt32(8),
                reader.GetInt32(9),
                reader.GetInt32(10),
                await reader.IsDBNullAsync(11, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(11),
                reader.GetInt64(12)));
        }

        return Results.Ok(new { Donations = rows });
    }

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
        long Version);
}
