using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Npgsql;

namespace Distribution.Donations.Service.Implications;

/// <summary>One row per case: what the board of open cases asks.</summary>
internal sealed class ImplicationsProjection : Projection
{
    public const string ProjectionName = "implications";

    public override string Name => ProjectionName;

    public override int Version => 1;

    public override IReadOnlyList<string> Tables => ["implications"];

    public override string Schema =>
        """
        create table implications (
            recall varchar primary key,
            kind varchar not null,
            reason varchar not null,
            marker varchar,
            site varchar,
            donations integer not null default 0,
            opened_at timestamptz not null,
            due_at timestamptz,
            ended_at timestamptz
        );
        create index on implications (opened_at) where ended_at is null;
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case DonorEvent or DriveEvent or DonationEvent:
                break;
            case ImplicationOpened opened:
                Add(
                    batch,
                    "insert into implications (recall, kind, reason, marker, site, donations, opened_at, due_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
                    opened.Recall.ToString(), Kinds.Name(opened.Kind), opened.Reason, opened.Marker, stored.Metadata.Site, opened.Donations.Count,
                    opened.OpenedAt.ToUniversalTime(), opened.DueAt?.ToUniversalTime());
                break;
            case ImplicationExtended extended:
                Add(
                    batch,
                    "update implications set donations = donations + $2, due_at = coalesce(due_at, $3) where recall = $1",
                    extended.Recall.ToString(), extended.Donations.Count, extended.DueAt?.ToUniversalTime());
                break;
            case ImplicationEnded ended:
                Add(batch, "update implications set ended_at = $2 where recall = $1", ended.Recall.ToString(), ended.EndedAt.ToUniversalTime());
                break;
            // Of no site: whoever opened it stands in a hospital, and every centre has to know.
            case RecallTold told:
                Add(
                    batch,
                    """
                    insert into implications (recall, kind, reason, donations, opened_at) values ($1, $2, $3, $4, $5)
                    on conflict (recall) do update set kind = excluded.kind, reason = excluded.reason, donations = implications.donations + excluded.donations
                    """,
                    told.Recall.ToString(), Kinds.Name(told.Kind), told.Reason, told.Donations.Count, told.OpenedAt.ToUniversalTime());
                break;
            // Told before the case itself, it leaves a row that has ended.
            case RecallEnded ended:
                Add(
                    batch,
                    """
                    insert into implications (recall, kind, reason, opened_at, ended_at) values ($1, 'recall', $2, $3, $3)
                    on conflict (recall) do update set ended_at = excluded.ended_at
                    """,
                    ended.Recall.ToString(), ended.Reason, ended.EndedAt.ToUniversalTime());
                break;
            default:
                throw new InvalidOperationException($"The board of cases does not know {stored.Type}.");
        }
    }

    private static void Add(NpgsqlBatch batch, string sql, params IReadOnlyList<object?> values)
    {
#pragma warning disable CA2100 // The texts are those above.
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        batch.BatchCommands.Add(command);
    }
}
