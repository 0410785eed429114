using System.Text.Json;
using Distribution.EventStore;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Donations.Service.Drives;

/// <summary>What a drive or one of its sessions has brought.</summary>
/// <param name="Collected">Donations.</param>
/// <param name="Deferred">Donors who were turned away.</param>
/// <param name="Components">What was made of the donations and has not been made into something else.</param>
/// <param name="DiscardedComponents">Of those.</param>
/// <param name="DiscardedDonations">Of which nothing is left but discards.</param>
internal sealed record Brought(int Collected, long VolumeMl, int Deferred, int Components, int DiscardedComponents, int DiscardedDonations)
{
    /// <summary>Donors turned away of all who were received; null where nobody was.</summary>
    public decimal? DeferralRate => Rate(Deferred, Deferred + Collected);

    /// <summary>Components discarded of all that were made; null where none was.</summary>
    public decimal? DiscardRate => Rate(DiscardedComponents, Components);

    internal static decimal? Rate(int part, int whole) => whole == 0 ? null : decimal.Round((decimal)part / whole, 4);
}

/// <summary>A drive as planned, with what it has brought.</summary>
internal sealed record DriveRow(
    string Drive,
    string Name,
    string Series,
    string Kind,
    IReadOnlyList<string> Sites,
    DateOnly From,
    DateOnly To,
    int TargetUnits,
    IReadOnlyList<DriveSession> Sessions,
    string? CanceledFor,
    Brought Brought);

internal static class DriveFigures
{
    private const int Most = 500;

    /// <summary>Drives with what they brought, the latest first.</summary>
    /// <param name="database">The service's.</param>
    /// <param name="drives">Only these; null: all.</param>
    /// <param name="series">Only of this series; null: of all.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<IReadOnlyList<DriveRow>> ReadAsync(
        NpgsqlDataSource database, IReadOnlyList<string>? drives, string? series, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select d.drive, d.name, d.series, d.kind, d.sites, d.first_day, d.last_day, d.target_units, d.sessions::text, d.canceled_for,
                g.collected, g.volume_ml, t.deferred, g.components, g.discarded_components, g.discarded_donations
            from read.drives d
            cross join lateral (
                select count(*)::int as collected, coalesce(sum(volume_ml), 0)::bigint as volume_ml,
                    coalesce(sum(prepared), 0)::int as components, coalesce(sum(discarded), 0)::int as discarded_components,
                    (count(*) filter (where prepared > 0 and discarded = prepared))::int as discarded_donations
                from read.drive_donations where drive = d.drive
            ) g
            cross join lateral (select count(distinct donor)::int as deferred from read.drive_deferrals where drive = d.drive) t
            where ($1::text[] is null or d.drive = any ($1)) and ($2::text is null or d.series = $2)
            order by d.first_day desc, d.drive
            limit $3
            """);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = drives is null ? DBNull.Value : drives.ToArray() });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)series ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<DriveRow> rows = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new DriveRow(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetString(2),
                reader.GetString(3),
                reader.GetFieldValue<string[]>(4),
                reader.GetFieldValue<DateOnly>(5),
                reader.GetFieldValue<DateOnly>(6),
                reader.GetInt32(7),
                JsonSerializer.Deserialize<List<DriveSession>>(reader.GetString(8), EventTypes.Json)!,
                await reader.IsDBNullAsync(9, cancellationToken) ? null : reader.GetString(9),
                ReadBrought(reader, 10)));
        }

        return rows;
    }

    /// <summary>What each session brought, by its id; what named no session stands under the empty one.</summary>
    public static async Task<IReadOnlyDictionary<string, Brought>> ReadSessionsAsync(NpgsqlDataSource database, string drive, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select session, sum(collected)::int, sum(volume_ml)::bigint, sum(deferred)::int, sum(components)::int, sum(discarded_components)::int, sum(discarded_donations)::int
            from (
                select coalesce(session, '') as session, count(*) as collected, sum(volume_ml) as volume_ml, 0 as deferred, sum(prepared) as components,
                    sum(discarded) as discarded_components, count(*) filter (where prepared > 0 and discarded = prepared) as discarded_donations
                from read.drive_donations where drive = $1 group by 1
                union all
                select session, 0, 0, count(*), 0, 0, 0 from read.drive_deferrals where drive = $1 group by 1
            ) as figures
            group by session
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = drive });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sessions = new Dictionary<string, Brought>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
            sessions.Add(reader.GetString(0), ReadBrought(reader, 1));
        return sessions;
    }

    /// <summary>The drive of the series that began nearest to one year before; null where none began within half a year of that day.</summary>
    public static async Task<string?> FindYearBeforeAsync(NpgsqlDataSource database, DriveRow drive, CancellationToken cancellationToken)
    {
        // Half a year: farther away it would be the series' other campaign of a year, or this one.
        await using var command = database.CreateCommand(
            """
            select drive from read.drives
            where series = $1 and drive <> $2 and first_day < $3 and canceled_for is null and abs(first_day - $4) <= 183
            order by abs(first_day - $4), first_day, drive
            limit 1
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = drive.Series });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = drive.Drive });
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = drive.From });
        command.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = drive.From.AddYears(-1) });
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    private static Brought ReadBrought(NpgsqlDataReader reader, int first) => new(
        reader.GetInt32(first),
        reader.GetInt64(first + 1),
        reader.GetInt32(first + 2),
        reader.GetInt32(first + 3),
        reader.GetInt32(first + 4),
        reader.GetInt32(first + 5));
}
