using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Requests.Service.OrderBoard;

/// <summary>One row per order: where it stands and what it still lacks.</summary>
internal sealed class OrdersProjection : Projection
{
    public const string ProjectionName = "orders";

    public override string Name => ProjectionName;

    public override int Version => 2;

    public override IReadOnlyList<string> Tables { get; } = ["orders"];

    public override string Schema =>
        """
        create table orders (
            order_id text primary key,
            purpose text not null,
            hospital text not null,
            supplier text not null,
            status text not null,
            quantity integer not null,
            reserved integer not null default 0,
            received text[] not null default '{}',
            missing text[] not null default '{}',
            issued integer not null default 0,
            consignment text,
            placed_at timestamptz not null,
            needed_by timestamptz not null,
            lapses_at timestamptz,
            expected_at timestamptz,
            changed_at timestamptz not null,
            ended_at timestamptz,
            version bigint not null
        );
        create index orders_by_hospital on orders (hospital, needed_by);
        create index orders_by_supplier on orders (supplier, needed_by);
        create index orders_open on orders (needed_by) where ended_at is null;
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case RecipientEvent or TubeEvent:
                break;
            case OrderPlaced placed:
                Add(
                    batch,
                    stored,
                    """
                    insert into orders (order_id, purpose, hospital, supplier, status, quantity, placed_at, needed_by, changed_at, version)
                    values ($1, $4, $5, $6, 'placed', $7, $3, $8, $3, $2)
                    """,
                    placed.Purpose == OrderPurpose.Patient ? "patient" : "stock",
                    placed.Hospital.ToString(),
                    placed.Supplier.ToString(),
                    placed.Lines.Sum(line => line.Quantity),
                    placed.NeededBy.ToUniversalTime());
                break;
            case OrderReserved reserved:
                Update(batch, stored, "reserved = $4, lapses_at = $5, status = case when status = 'placed' then 'reserved' else status end", reserved.Units.Count, reserved.LapsesAt.ToUniversalTime());
                break;
            case OrderDispatched dispatched:
                Update(
                    batch,
                    stored,
                    "consignment = $4, expected_at = $5, status = case when status in ('placed', 'reserved') then 'dispatched' else status end",
                    dispatched.Consignment.ToString(),
                    dispatched.ExpectedAt.ToUniversalTime());
                break;
            case OrderReceived received:
                Update(
                    batch,
                    stored,
                    // Sets, not sums: a unit that was missing and is found, in whichever order that is heard of, counts once.
                    """
                    consignment = $4,
                    received = array(select distinct unnest(received || $5) order by 1),
                    missing = array(select unnest(missing || $6) except select unnest(received || $5) order by 1),
                    status = case when ended_at is null then 'received' else status end
                    """,
                    received.Consignment.ToString(),
                    received.Received.Select(unit => unit.ToString()).ToArray(),
                    received.Missing.Select(unit => unit.ToString()).ToArray());
                break;
            case OrderUnitIssued:
                Update(batch, stored, "issued = issued + 1");
                break;
            case OrderReservationLapsed or OrderReservationRefused or OrderUnitEnded:
                Update(batch, stored, "status = status");
                break;
            case OrderMet:
                End(batch, stored, "met");
                break;
            case OrderPartlyMet:
                End(batch, stored, "partly-met");
                break;
            case OrderUnmet:
                End(batch, stored, "unmet");
                break;
            case OrderDeclined:
                End(batch, stored, "declined");
                break;
            case OrderCanceled:
                End(batch, stored, "canceled");
                break;
            default:
                throw new InvalidOperationException($"{stored.Type} is no event of an order or a recipient.");
        }
    }

    private static void End(NpgsqlBatch batch, StoredEvent stored, string status) =>
        Update(batch, stored, "status = $4, ended_at = $3", status);

    private static void Update(NpgsqlBatch batch, StoredEvent stored, string assignments, params object[] values) =>
        Add(batch, stored, $"update orders set {assignments}, changed_at = $3, version = $2 where order_id = $1", values);

    // $1 order, $2 version, $3 when it happened; then the values.
    private static void Add(NpgsqlBatch batch, StoredEvent stored, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stored.StreamId[(Order.Category.Length + 1)..] });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = stored.Version });
        command.Parameters.Add(new NpgsqlParameter { Value = stored.Metadata.OccurredAt.ToUniversalTime(), NpgsqlDbType = NpgsqlDbType.TimestampTz });
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }
}
