using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Npgsql;

namespace Distribution.Inventory.Service.Discrepancies;

/// <summary>Facts about units that contradict the record, one row each.</summary>
internal sealed class DiscrepancyProjection : Projection
{
    public const string TableName = "discrepancies";

    public override string Name => TableName;

    public override int Version => 1;

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
            primary key (unit, version)
        );
        create index on discrepancies (site, recorded_at desc);
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        if (stored.Data is not UnitDiscrepancyRecorded discrepancy)
            return;
        var command = new NpgsqlBatchCommand("insert into discrepancies values ($1, $2, $3, $4, $5, $6, $7, $8)");
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
}
