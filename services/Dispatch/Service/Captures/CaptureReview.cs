using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Npgsql;

namespace Distribution.Dispatches.Service.Captures;

/// <summary>Lines of satellites' files that somebody has to look at.</summary>
internal sealed class CaptureReview : Projection
{
    public const string TableName = "capture_review";

    public override string Name => TableName;

    public override int Version => 1;

    public override IReadOnlyList<string> Tables => [TableName];

    public override string Schema =>
        """
        create table capture_review (
            site text not null, device text not null, sequence bigint not null, code text not null,
            action text not null, scanned text not null, consignment text, message text not null, actor text not null,
            occurred_at timestamptz not null, recorded_at timestamptz not null,
            resolution text, resolved_by text, resolved_at timestamptz,
            primary key (site, device, sequence, code));
        create index on capture_review (site, recorded_at) where resolved_at is null;
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case CaptureEvent.LineUnplaced unplaced:
                Add(
                    batch,
                    """
                    insert into capture_review (site, device, sequence, code, action, scanned, consignment, message, actor, occurred_at, recorded_at)
                    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                    on conflict (site, device, sequence, code) do update
                    set action = excluded.action, scanned = excluded.scanned, consignment = excluded.consignment, message = excluded.message, actor = excluded.actor,
                        occurred_at = excluded.occurred_at, recorded_at = excluded.recorded_at, resolution = null, resolved_by = null, resolved_at = null
                    """,
                    unplaced.Site.ToString(), unplaced.Device, unplaced.Sequence, unplaced.Code, unplaced.Action, unplaced.Scanned,
                    unplaced.Consignment ?? (object)DBNull.Value, unplaced.Text, stored.Metadata.Actor,
                    stored.Metadata.OccurredAt.ToUniversalTime(), stored.RecordedAt.ToUniversalTime());
                break;
            case CaptureEvent.LineSettled settled:
                Add(
                    batch,
                    "update capture_review set resolution = $4, resolved_by = $5, resolved_at = $6 where site = $1 and device = $2 and sequence = $3 and resolved_at is null",
                    settled.Site.ToString(), settled.Device, settled.Sequence, settled.Resolution, stored.Metadata.Actor, stored.Metadata.OccurredAt.ToUniversalTime());
                break;
            case ConsignmentEvent or GateEvent or NumberingEvent:
                break;
            default:
                throw new InvalidOperationException($"The board of captures does not know {stored.Type}.");
        }
    }

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }
}
