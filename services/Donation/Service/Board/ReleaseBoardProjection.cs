using System.Text.Json;
using Distribution.Blood.Components;
using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Npgsql;

namespace Distribution.Donations.Service.Board;

/// <summary>One row per donation: what the release board asks. What a status is depends on the policy and is judged when asked.</summary>
internal sealed class ReleaseBoardProjection : Projection
{
    /// <summary>A signature covers what was there to see.</summary>
    private const string Unsigned = "signed_by = null, signed_for = null";

    /// <summary>One component of the kind in $3 leaves quarantine.</summary>
    private const string NoLongerWaiting =
        "quarantined = quarantined - 1, waiting = waiting[:array_position(waiting, $3) - 1] || waiting[array_position(waiting, $3) + 1:]";

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
            tested text[] not null default '{}',
            reactive text[] not null default '{}',
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
            case DonorEvent or ImplicationEvent:
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
            case MarkersTested tested:
                Update(
                    batch, stored, $"{Unsigned}, tested = array(select distinct unnest(tested || $3) order by 1), reactive = array(select distinct unnest(reactive || $4) order by 1)",
                    tested.Results.Keys.Order(StringComparer.Ordinal).ToArray(),
                    tested.Results.Where(pair => pair.Value == MarkerResult.Reactive).Select(pair => pair.Key).Order(StringComparer.Ordinal).ToArray());
                break;
            case GroupDeterminationRecorded recorded:
                Update(batch, stored, $"{Unsigned}, grp = nullif($3, '')", recorded.Established?.ToString() ?? "");
                break;
            case GroupCorrected corrected:
                Update(batch, stored, $"{Unsigned}, grp = nullif($3, '')", corrected.Established?.ToString() ?? "");
                break;
            case MarkerResultRecorded { Result: MarkerResult.Reactive } recorded:
                // A marker as often as it was reactive, so that a correction takes one of them away.
                Update(batch, stored, $"{Unsigned}, tested = array(select distinct unnest(tested || $3::text) order by 1), reactive = array_append(reactive, $3)", recorded.Marker);
                break;
            case MarkerResultRecorded recorded:
                Update(batch, stored, $"{Unsigned}, tested = array(select distinct unnest(tested || $3::text) order by 1)", recorded.Marker);
                break;
            case MarkerResultCorrected { To: MarkerResult.Reactive } corrected:
                Update(batch, stored, $"{Unsigned}, reactive = array_append(reactive, $3)", corrected.Marker);
                break;
            case MarkerResultCorrected corrected:
                Update(
                    batch, stored,
                    $"{Unsigned}, reactive = reactive[:array_position(reactive, $3) - 1] || reactive[array_position(reactive, $3) + 1:]",
                    corrected.Marker);
                break;
            case MarkerConfirmed or DonationHeld or DonationHoldEnded:
                Update(batch, stored, Unsigned);
                break;
            case ComponentPrepared prepared:
                Update(
                    batch, stored, $"{Unsigned}, quarantined = quarantined + 1, waiting = array_append(waiting, $4), first_expiry = least(first_expiry, $3)",
                    prepared.ExpiresAt.ToUniversalTime(), Text(prepared.Kind));
                break;
            case ComponentUsedUp used:
                Update(batch, stored, $"{Unsigned}, {NoLongerWaiting}, used_up = used_up + 1", Text(used.Kind));
                break;
            case ReleaseSigned signed:
                // As one text: an array parameter cannot be left out.
                Update(batch, stored, "signed_by = $3, signed_for = string_to_array(nullif($4, ''), ' ')", signed.Person, string.Join(' ', signed.Components ?? []));
                break;
            case ComponentReleased released:
                Update(
                    batch, stored,
                    $"{NoLongerWaiting}, released = released + 1, signed_for = nullif(array_remove(signed_for, $4), '{{}}'), signed_by = case when signed_for <> array[$4] then signed_by end",
                    Text(released.Kind), released.Unit.ToString());
                break;
            case ComponentDiscarded discarded:
                Update(batch, stored, $"{NoLongerWaiting}, discarded = discarded + 1", Text(discarded.Kind));
                break;
            default:
                throw new InvalidOperationException($"The release board does not know {stored.Type}.");
        }
    }

    /// <summary>As the board and its query write a kind.</summary>
    internal static string Text(ComponentKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    private static void Update(NpgsqlBatch batch, StoredEvent stored, string set, params IReadOnlyList<object> values) => Add(
        batch,
        $"update release_board set {set}, version = $2 where donation = $1",
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
