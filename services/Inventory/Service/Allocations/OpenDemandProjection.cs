using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>What is waited for: one row per order, with what it wants and what it lacks.</summary>
internal sealed class OpenDemandProjection : Projection
{
    public const string TableName = "open_demand";

    public override string Name => TableName;

    public override int Version => 1;

    public override IReadOnlyList<string> Tables => [TableName];

    public override string Schema =>
        """
        create table open_demand (
            order_id text primary key,
            supplier text not null,
            is_open boolean not null default false,
            will jsonb not null,
            missing jsonb not null default '[]',
            waits_until timestamptz null,
            version bigint not null,
            changed_tx bigint not null,
            changed_seq bigint not null
        );
        create index on open_demand (changed_tx, changed_seq);
        create index on open_demand (supplier) where is_open;
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case DemandRegistered e:
                Run(stored, batch,
                    """
                    insert into open_demand (order_id, supplier, will, waits_until, version, changed_tx, changed_seq) values ($1, $5, $6, $7, $2, $3, $4)
                    on conflict (order_id) do update set supplier = excluded.supplier, will = excluded.will, waits_until = excluded.waits_until,
                        is_open = false, missing = '[]', version = excluded.version, changed_tx = excluded.changed_tx, changed_seq = excluded.changed_seq
                    """,
                    new NpgsqlParameter<string> { TypedValue = e.Supplier.ToString() },
                    Json(EventTypes.Serialize(e)),
                    new NpgsqlParameter { Value = (object?)e.WaitUntil?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
                break;
            case UnitsAllocated e:
                Answer(stored, batch, e.WaitsUntil is not null, e.Shortfalls);
                break;
            case AllocationDelayed e:
                Answer(stored, batch, isOpen: true, e.Shortfalls);
                break;
            case AllocationDeclined e:
                Answer(stored, batch, isOpen: false, e.Shortfalls);
                break;
            case AllocationLapsed { Reason: not (Allocation.Lapsed or Allocation.Amended) }:
                Answer(stored, batch, isOpen: false, []);
                break;
            case AllocationLapsed:
                Run(stored, batch, "update open_demand set version = $2, changed_tx = $3, changed_seq = $4 where order_id = $1");
                break;
        }
    }

    private static void Answer(StoredEvent stored, NpgsqlBatch batch, bool isOpen, IReadOnlyList<AllocationShortfall> shortfalls) => Run(
        stored, batch,
        "update open_demand set version = $2, changed_tx = $3, changed_seq = $4, is_open = $5, missing = $6 where order_id = $1",
        new NpgsqlParameter<bool> { TypedValue = isOpen },
        Json(EventTypes.Serialize(shortfalls.Select(shortfall => new AllocationShortfall(shortfall.Line, shortfall.Missing)).ToArray())));

    private static void Run(StoredEvent stored, NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stored.StreamId[(Allocation.Category.Length + 1)..] });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = stored.Version });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = (long)stored.Position.TransactionId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = stored.Position.Sequence });
        foreach (var value in values)
            command.Parameters.Add(value);
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter Json(byte[] text) => new() { Value = text, NpgsqlDbType = NpgsqlDbType.Jsonb };
}
