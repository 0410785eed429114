using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Npgsql;

namespace Distribution.Inventory.Service.Discrepancies;

/// <summary>Facts about units that contradict the record, one row each.</summary>
internal sealed class DiscrepancyProjection : Projection
{
    public const string TableName = "discrepancies";

    public override string Name => TableName;

    public override int Version => 2;

    public override IReadOnlyList<string> Tables => [TableName];

    public override string Schema =>
        """
        create table discrepancies (
            unit text not null,
            version bigint not null,
            code text not null,
            detail text not null,
            actor text not null,
            site text not null,
            occurred_at timestamptz not null,
            recorded_at timestamptz not null,
            resolution text null,
            resolved_by text null,
            resolved_at timestamptz null,
            primary key (unit, version)
        );
        create index on discrepancies (site, recorded_at desc);
        create index on discrepancies (site, recorded_at desc) where resolved_at is null;
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case UnitDiscrepancyRecorded discrepancy:
                Add(stored, discrepancy, batch);
                break;
            case UnitDiscrepancyResolved resolved:
                Resolve(stored, resolved, batch);
                break;
        }
    }

    private static void Add(StoredEvent stored, UnitDiscrepancyRecorded discrepancy, NpgsqlBatch batch)
    {
        var command = new NpgsqlBatchCommand(
            "insert into discrepancies (unit, version, code, detail, actor, site, occurred_at, recorded_at) values ($1, $2, $3, $4, $5, $6, $7, $8)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stored.StreamId[(Unit.Category.Length + 1)..] });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = stored.Version });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = discrepancy.Code });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = discrepancy.Detail });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stored.Metadata.Actor });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stored.Metadata.Site });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = stored.Metadata.OccurredAt.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = stored.RecordedAt.ToUniversalTime() });
        batch.BatchCommands.Add(command);
    }
    private static void Resolve(StoredEvent stored, UnitDiscrepancyResolved resolved, NpgsqlBatch batch)
    {
        var command = new NpgsqlBatchCommand("update discrepancies set resolution = $3, resolved_by = $4, resolved_at = $5 where unit = $1 and version = $2");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stored.StreamId[(Unit.Category.Length + 1)..] });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = resolved.Of });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = resolved.Resolution });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stored.Metadata.Actor });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = stored.Metadata.OccurredAt.ToUniversalTime() });
        batch.BatchCommands.Add(command);
    }
}
