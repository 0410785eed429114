using System.Globalization;
using System.Text.Json;
using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Npgsql;

namespace Distribution.Donations.Service.Board;

/// <summary>One row per donation: what the release board asks. What a status is depends on the policy and is judged when asked.</summary>
internal sealed class ReleaseBoardProjection : Projection
{
    /// <summary>Between the parts of one element.</summary>
    internal const char Between = '|';

    /// <summary>A signature covers what was there to see.</summary>
    private const string Unsigned = "signed_by = null, signed_for = null";

    /// <summary>The component in $3 leaves quarantine.</summary>
    private const string NoLongerWaiting =
        "quarantined = quarantined - 1, waiting = array(select unit from unnest(waiting) with ordinality as u (unit, n) where not starts_with(unit, $3 || '|') order by n)";

    /// <summary>One more result of the marker in $3: what it is stands in $4.</summary>
    private const string OneMoreResult =
        "results = results || ($3 || '|' || 1 + (select count(*) from unnest(results) as r where starts_with(r, $3 || '|')) || '|' || $4)";

    public override string Name => "release_board";

    public override int Version => 2;

    public override IReadOnlyList<string> Tables => ["release_board"];

    public override string Schema =>
        """
        create table release_board (
            donation varchar primary key,
            site varchar not null,
            collected_at timestamptz not null,
            volume_ml integer not null,
            grp varchar,
            results text[] not null default '{}',
            confirmations text[] not null default '{}',
            holds text[] not null default '{}',
            signed_by varchar,
            signed_for text[],
            waiting text[] not null default '{}',
            quarantined integer not null default 0,
            released integer not null default 0,
            discarded integer not null default 0,
            used_up integer not null default 0,
            first_expiry timestamptz,
            version bigint not null,
            done boolean generated always as (quarantined = 0 and released + discarded > 0) stored
        );
        create index on release_board (site, collected_at, donation);
        create index on release_board (collected_at, donation);
        create index on release_board (site, collected_at, donation) where not done;
        create index on release_board (collected_at, donation) where not done;
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case DonorEvent or DriveEvent or ImplicationEvent:
                break;
            case DonationCollected collected:
                Add(
                    batch,
                    "insert into release_board (donation, site, collected_at, volume_ml, version) values ($1, $2, $3, $4, $5)",
                    collected.Donation.ToString(), collected.Site.ToString(), collected.CollectedAt.ToUniversalTime(), collected.VolumeMl, stored.Version);
                break;
            case GroupDetermined determined:
                Update(batch, stored, $"{Unsigned}, grp = $3", determined.Group.ToString());
                break;
            case GroupDeterminationRecorded recorded:
                Update(batch, stored, $"{Unsigned}, grp = nullif($3, '')", recorded.Established?.ToString() ?? "");
                break;
            case GroupCorrected corrected:
                Update(batch, stored, $"{Unsigned}, grp = nullif($3, '')", corrected.Established?.ToString() ?? "");
                break;
            case MarkersTested tested:
                foreach (var (marker, result) in tested.Results.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    Update(batch, stored, $"{Unsigned}, {OneMoreResult}", marker, Text(result));
                break;
            case MarkerResultRecorded recorded:
                Update(batch, stored, $"{Unsigned}, {OneMoreResult}", recorded.Marker, Text(recorded.Result));
                break;
            case MarkerResultCorrected corrected:
                Update(
                    batch, stored, $"{Unsigned}, results = array_replace(results, $3 || $4, $3 || $5)",
                    string.Create(CultureInfo.InvariantCulture, $"{corrected.Marker}{Between}{corrected.Sequence}{Between}"), Text(corrected.From), Text(corrected.To));
                break;
            case MarkerConfirmed confirmed:
                Update(
                    batch, stored, $"{Unsigned}, confirmations = array(select c from unnest(confirmations) as c where not starts_with(c, $3 || '|') union all select $3 || '|' || $4 order by 1)",
                    confirmed.Marker, Text(confirmed.Confirmation));
                break;
            case DonationHeld held:
                Update(batch, stored, $"{Unsigned}, holds = holds || $3::text", held.Recall.ToString());
                break;
            case DonationHoldEnded ended:
                Update(batch, stored, "holds = array_remove(holds, $3)", ended.Recall.ToString());
                break;
            case ComponentPrepared prepared:
                Update(
                    batch, stored, $"{Unsigned}, quarantined = quarantined + 1, waiting = waiting || $4::text, first_expiry = least(first_expiry, $3)",
                    prepared.ExpiresAt.ToUniversalTime(),
                    string.Create(CultureInfo.InvariantCulture, $"{prepared.Unit}{Between}{Text(prepared.Kind)}{Between}{prepared.ExpiresAt.ToUniversalTime():O}"));
                break;
            case ComponentUsedUp used:
                Update(batch, stored, $"{Unsigned}, {NoLongerWaiting}, used_up = used_up + 1", used.Unit.ToString());
                break;
            case ReleaseSigned signed:
                // As one text: an array parameter cannot be left out.
                Update(batch, stored, "signed_by = $3, signed_for = string_to_array(nullif($4, ''), ' ')", signed.Person, string.Join(' ', signed.Components ?? []));
                break;
            case ComponentReleased released:
                Update(
                    batch, stored,
                    $"{NoLongerWaiting}, released = released + 1, signed_for = nullif(array_remove(signed_for, $3), '{{}}'), signed_by = case when signed_for <> array[$3] then signed_by end",
                    released.Unit.ToString());
                break;
            case ComponentDiscarded discarded:
                Update(batch, stored, $"{NoLongerWaiting}, discarded = discarded + 1", discarded.Unit.ToString());
                break;
            case ComponentLabelVerified:
                Update(batch, stored, null);
                break;
            default:
                throw new InvalidOperationException($"The release board does not know {stored.Type}.");
        }
    }

    private static string Text<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString());

    private static void Update(NpgsqlBatch batch, StoredEvent stored, string? set, params IReadOnlyList<object> values) => Add(
        batch,
        $"update release_board set {(set is null ? "" : set + ", ")}version = $2 where donation = $1",
        [stored.StreamId[(Donation.Category.Length + 1)..], stored.Version, .. values]);

    private static void Add(NpgsqlBatch batch, string sql, params IReadOnlyList<object> values)
    {
#pragma warning disable CA2100 // The texts are those above.
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }
}
