using System.Globalization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
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

/// <summary>Which donations wait for what, oldest first. What they wait for the release gate says, by the policy of today.</summary>
internal static class ShowReleaseBoard
{
    private const int Most = 500;

    private const string All = "all";

    /// <summary>In the order in which a donation passes them; the last two are ends.</summary>
    private static readonly IReadOnlyList<string> Statuses = ["testing", "reactive", "held", "processing", "ready", "signed", "released", "discarded"];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/donations", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithSummary("The release board: donations by status (testing, reactive, held, processing, ready, signed, released, discarded, or all), those not at an end where none is named; oldest first, at most 500. Narrowed by site and by local days of collection (from, to; both included); goes on after the donation named in next. Markers and cases by name only for laboratory, releaser, auditor and operator.");

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
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (status is not (null or All) && !Statuses.Contains(status, StringComparer.Ordinal))
            return Answers.Invalid("status", "invalid-value", $"A status is one of {string.Join(", ", Statuses)} or {All}.");
        var own = Care.SitesOf(region, caller.Site);
        if (site is { } asked && !own.Contains(asked))
            caller.RequireReading(asked);
        await readModels.WaitForAsync("release_board", after, cancellationToken: cancellationToken);

        var everywhere = caller.Roles.Contains(Roles.Auditor) || caller.Roles.Contains(Roles.Operator);
        IReadOnlyList<SiteId>? sites = site is { } one ? [one] : everywhere ? null : own;
        var now = clock.GetUtcNow();
        List<Row> rows = [];
        List<Row> page;
        do
        {
            page = await ReadAsync(database, sites, status, Begin(from, policy), Begin(to?.AddDays(1), policy), next, policy, now, cancellationToken);
            next = page.Count > 0 ? page[^1].Donation : next;
            rows.AddRange(page.Where(row => status is null or All || row.Status == status));
        }
        while (rows.Count < Most && page.Count == Most);

        // Who only handles bags sees that one is reactive or held, and not for what.
        var shown = rows.Take(Most).Select(row => caller.SeesFindings() ? row : row with { Tested = null, Reactive = null, Standings = null, Holds = null });
        return Results.Ok(new { Donations = shown, Next = rows.Count >= Most ? rows[Most - 1].Donation : (DonationNumber?)null });
    }

    /// <summary>The next rows, of which only the ends are told apart by the database.</summary>
    private static async Task<List<Row>> ReadAsync(
        NpgsqlDataSource database,
        IReadOnlyList<SiteId>? sites,
        string? status,
        DateTime? from,
        DateTime? before,
        DonationNumber? next,
        PolicyPack policy,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        // Only the conditions that are wanted, so that the planner sees which index serves them.
        List<string> conditions = [];
        List<NpgsqlParameter> values = [];
        void Where(string condition, NpgsqlParameter? value = null)
        {
            if (value is not null)
                values.Add(value);
            conditions.Add(condition.Replace("?", string.Create(CultureInfo.InvariantCulture, $"${values.Count}"), StringComparison.Ordinal));
        }

        if (status is "released")
            Where("done and released > 0");
        else if (status is "discarded")
            Where("done and released = 0");
        else if (status is not All)
            Where("not done");
        if (sites is not null)
            Where("site = any (?)", new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar, Value = sites.Select(site => site.ToString()).ToArray() });
        if (from is { } first)
            Where("collected_at >= ?", new NpgsqlParameter<DateTime> { TypedValue = first });
        if (before is { } end)
            Where("collected_at < ?", new NpgsqlParameter<DateTime> { TypedValue = end });
        if (next is { } last)
            Where("(collected_at, donation) > (select b.collected_at, b.donation from read.release_board as b where b.donation = ?)", new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Varchar, Value = last.ToString() });

#pragma warning disable CA2100 // The conditions are those above.
        await using var command = database.CreateCommand(
            $"""
            select donation, site, collected_at, volume_ml, grp, results, confirmations, holds, signed_by, waiting, released, discarded, used_up, first_expiry, version, done
            from read.release_board
            where {(conditions.Count == 0 ? "true" : string.Join(" and ", conditions))}
            order by collected_at, donation
            limit {Most.ToString(CultureInfo.InvariantCulture)}
            """);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(value);

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<Row> rows = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            var donation = new Donation
            {
                Number = DonationNumber.Parse(reader.GetString(0)),
                Site = SiteId.Parse(reader.GetString(1), null),
                CollectedAt = reader.GetFieldValue<DateTimeOffset>(2),
                VolumeMl = reader.GetInt32(3),
                Group = await reader.IsDBNullAsync(4, cancellationToken) ? null : BloodGroup.Parse(reader.GetString(4), null),
                Results = [.. reader.GetFieldValue<string[]>(5).Select(ReadResult)],
                Confirmations = Donation.Initial.Confirmations.AddRange(reader.GetFieldValue<string[]>(6).Select(ReadConfirmation)),
                Holds = [.. reader.GetFieldValue<string[]>(7).Select(recall => new DonationHold(RecallId.Parse(recall), default, ""))],
                SignedBy = await reader.IsDBNullAsync(8, cancellationToken) ? null : reader.GetString(8),
                Components = [.. reader.GetFieldValue<string[]>(9).Select(ReadComponent)],
            };
            var (released, discarded, usedUp) = (reader.GetInt32(10), reader.GetInt32(11), reader.GetInt32(12));
            // Through the gate goes only what waits.
            var isDone = reader.GetBoolean(15);
            var checks = isDone ? [] : ReleaseGate.Check(donation, policy, now);
            rows.Add(new Row(
                donation.Number.Value,
                donation.Site,
                isDone ? released > 0 ? "released" : "discarded" : StatusOf(donation, policy, checks),
                donation.CollectedAt,
                donation.VolumeMl,
                donation.Group,
                donation.Markers.Keys,
                [.. donation.Markers.Where(marker => marker.Value == MarkerResult.Reactive).Select(marker => marker.Key)],
                donation.Markers.Keys.ToDictionary(marker => marker, marker => donation.StandingOf(marker, policy), StringComparer.Ordinal),
                donation.Holds.Select(hold => hold.Recall),
                donation.SignedBy,
                donation.Components.Count,
                ReleaseGate.Open(donation, checks).Count,
                released,
                discarded,
                usedUp,
                await reader.IsDBNullAsync(13, cancellationToken) ? null : reader.GetFieldValue<DateTimeOffset>(13),
                reader.GetInt64(14)));
        }

        return rows;
    }

    private static string StatusOf(Donation donation, PolicyPack policy, IReadOnlyList<GateCheck> checks)
    {
        // A marker may let go of some kinds: then it makes the donation reactive only where nothing else waits.
        var isReactive = checks.Any(check => check is { Failure: "marker-reactive", Blocks: true })
            || (!donation.Components.IsEmpty && donation.Components.TrueForAll(component => ReleaseGate.IsBarred(donation, component, policy)));
        return isReactive ? "reactive"
            : donation.IsHeld ? "held"
            : donation.Group is null || checks.Any(check => check.Failure == "marker-missing") ? "testing"
            : donation.Components.IsEmpty ? "processing"
            : donation.SignedBy is not null ? "signed"
            : "ready";
    }

    private static RecordedResult ReadResult(string element) => element.Split(ReleaseBoardProjection.Between) is [var marker, var sequence, var result]
        ? new RecordedResult(marker, int.Parse(sequence, CultureInfo.InvariantCulture), result == "reactive" ? MarkerResult.Reactive : MarkerResult.Negative, TestPhase.Screening, new TestDetails())
        : throw new InvalidOperationException($"'{element}' is no result.");

    private static KeyValuePair<string, Confirmation> ReadConfirmation(string element) => element.Split(ReleaseBoardProjection.Between) is [var marker, var said]
        ? new(marker, Enum.Parse<Confirmation>(said, ignoreCase: true))
        : throw new InvalidOperationException($"'{element}' is no confirmation.");

    private static PreparedComponent ReadComponent(string element) => element.Split(ReleaseBoardProjection.Between) is [var unit, var kind, var expiry]
        ? new PreparedComponent(
            UnitNumber.Parse(unit),
            Enum.Parse<ComponentKind>(kind.Replace("-", "", StringComparison.Ordinal), ignoreCase: true),
            0,
            default,
            DateTimeOffset.ParseExact(expiry, "O", CultureInfo.InvariantCulture),
            default,
            Standing.Quarantined)
        : throw new InvalidOperationException($"'{element}' is no component.");

    /// <summary>The beginning of a day as the policy's jurisdiction counts it.</summary>
    private static DateTime? Begin(DateOnly? day, PolicyPack policy) => day is { } begins
        ? TimeZoneInfo.ConvertTimeToUtc(begins.ToDateTime(TimeOnly.MinValue), TimeZoneInfo.FindSystemTimeZoneById(policy.TimeZone))
        : null;

    private sealed record Row(
        DonationNumber Donation,
        SiteId Site,
        string Status,
        DateTimeOffset CollectedAt,
        int VolumeMl,
        BloodGroup? Group,
        IEnumerable<string>? Tested,
        IReadOnlyList<string>? Reactive,
        IReadOnlyDictionary<string, MarkerStanding>? Standings,
        IEnumerable<RecallId>? Holds,
        string? SignedBy,
        int Quarantined,
        int Releasable,
        int Released,
        int Discarded,
        int UsedUp,
        DateTimeOffset? FirstExpiry,
        long Version);
}
