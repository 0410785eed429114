using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Npgsql;

namespace Distribution.Donations.Service.Board;

/// <summary>One row per donation: what the release board asks. What a status is depends on the policy and is judged when asked.</summary>
internal sealed class ReleaseBoardProjection : Projection
{
    public override string Name => "release_board";

    public override int Version => 1;

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
            quarantined integer not null default 0,
            released integer not null default 0,
            discarded integer not null default 0,
            first_expiry timestamptz,
            version bigint not null
        );
        create index on release_board (site, collected_at, donation);
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case DonorEvent or DriveEvent:
                break;
            case DonationCollected collected:
                Add(
                    batch,
                    "insert into release_board (donation, site, collected_at, volume_ml, version) values ($1, $2, $3, $4, $5)",
                    collected.Donation.ToString(), collected.Site.ToString(), collected.CollectedAt.ToUniversalTime(), collected.VolumeMl, stored.Version);
                break;
            case GroupDetermined determined:
                Update(batch, stored, "grp = $3", determined.Group.ToString());
                break;
            case MarkersTested tested:
                Update(
                    batch, stored, "tested = array(select distinct unnest(tested || $3) order by 1), reactive = reactive || $4",
                    tested.Results.Keys.Order(StringComparer.Ordinal).ToArray(),
                    tested.Results.Where(pair => pair.Value == MarkerResult.Reactive).Select(pair => pair.Key).Order(StringComparer.Ordinal).ToArray());
                break;
            case ComponentPrepared prepared:
                Update(
                    batch, stored, "quarantined = quarantined + 1, signed_by = null, first_expiry = least(first_expiry, $3)",
                    prepared.ExpiresAt.ToUniversalTime());
                break;
            case ReleaseSigned signed:
                Update(batch, stored, "signed_by = $3", signed.Person);
                break;
            case ComponentReleased:
                Update(batch, stored, "quarantined = quarantined - 1, released = released + 1, signed_by = null");
                break;
            case ComponentDiscarded:
                Update(batch, stored, "quarantined = quarantined - 1, discarded = discarded + 1");
                break;
            default:
                throw new InvalidOperationException($"The release board does not know {stored.Type}.");
        }
    }

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
