using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Npgsql;

namespace Distribution.Dispatches.Service.Board;

/// <summary>Which consignments are where, and what is amiss with which.</summary>
internal sealed class ConsignmentBoard : Projection
{
    public const string ProjectionName = "consignments";

    public override string Name => ProjectionName;

    public override int Version => 1;

    public override IReadOnlyList<string> Tables => ["consignments", "consignment_units", "discrepancies"];

    public override string Schema =>
        """
        create table consignments (
            consignment text primary key, order_id text not null, from_site text not null, to_site text not null,
            status text not null, units int not null, packed int not null, left_out int not null,
            needed_by timestamptz not null, reserved_until timestamptz not null,
            dispatched_at timestamptz, expected_at timestamptz, arrived_at timestamptz, received_at timestamptz,
            open_discrepancies int not null);
        create index on consignments (from_site, status);
        create index on consignments (to_site, status);
        create table consignment_units (
            consignment text not null, unit text not null, state text, primary key (consignment, unit));
        create table discrepancies (
            consignment text not null, unit text not null, order_id text not null, kind text not null, from_site text not null, to_site text not null,
            raised_at timestamptz not null, raised_by text not null, resolution text, resolved_at timestamptz, resolved_by text,
            primary key (consignment, unit));
        create index on discrepancies (raised_at) where resolution is null;
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case ConsignmentEvent.ConsignmentPlanned planned:
                Add(
                    batch,
                    """
                    insert into consignments (consignment, order_id, from_site, to_site, status, units, packed, left_out, needed_by, reserved_until, open_discrepancies)
                    values ($1, $2, $3, $4, 'planned', $5, 0, 0, $6, $7, 0)
                    """,
                    planned.Consignment.ToString(), planned.Order.ToString(), planned.From.ToString(), planned.To.ToString(),
                    planned.Units.Count, planned.NeededBy.ToUniversalTime(), planned.ReservedUntil.ToUniversalTime());
                Add(
                    batch,
                    "insert into consignment_units (consignment, unit) select $1, unit from unnest($2) unit",
                    planned.Consignment.ToString(), planned.Units.Select(unit => unit.Unit.ToString()).ToArray());
                break;
            case ConsignmentEvent.UnitPicked picked:
                Move(stored, batch, picked.Unit.ToString(), "picked");
                break;
            case ConsignmentEvent.UnitPacked packed:
                Move(stored, batch, packed.Unit.ToString(), "packed");
                break;
            case ConsignmentEvent.UnitLeftOut left:
                Move(stored, batch, left.Unit.ToString(), "left-out");
                break;
            case ConsignmentEvent.ConsignmentDispatched dispatched:
                Add(
                    batch,
                    "update consignments set status = 'dispatched', dispatched_at = $2, expected_at = $3 where consignment = $1",
                    NumberOf(stored), dispatched.DispatchedAt.ToUniversalTime(), dispatched.ExpectedAt.ToUniversalTime());
                break;
            case ConsignmentEvent.ConsignmentArrived:
                Add(
                    batch,
                    "update consignments set status = 'arrived', arrived_at = $2 where consignment = $1",
                    NumberOf(stored), stored.Metadata.OccurredAt.ToUniversalTime());
                break;
            case ConsignmentEvent.ConsignmentReceived:
                Add(
                    batch,
                    "update consignments set status = 'received', received_at = coalesce(received_at, $2) where consignment = $1",
                    NumberOf(stored), stored.Metadata.OccurredAt.ToUniversalTime());
                break;
            case ConsignmentEvent.DiscrepancyRaised raised:
                Add(
                    batch,
                    """
                    insert into discrepancies (consignment, unit, order_id, kind, from_site, to_site, raised_at, raised_by)
                    select $1, $2, $3, $4, from_site, to_site, $5, $6 from consignments where consignment = $1
                    on conflict (consignment, unit) do update
                    set kind = excluded.kind, raised_at = excluded.raised_at, raised_by = excluded.raised_by, resolution = null, resolved_at = null, resolved_by = null
                    """,
                    NumberOf(stored), raised.Unit.ToString(), raised.Order.ToString(), KindOf(raised.Kind),
                    stored.Metadata.OccurredAt.ToUniversalTime(), stored.Metadata.Actor);
                Count(stored, batch);
                break;
            case ConsignmentEvent.DiscrepancyResolved resolved:
                Add(
                    batch,
                    "update discrepancies set resolution = $3, resolved_at = $4, resolved_by = $5 where consignment = $1 and unit = $2",
                    NumberOf(stored), resolved.Unit.ToString(), resolved.Resolution, stored.Metadata.OccurredAt.ToUniversalTime(), stored.Metadata.Actor);
                Count(stored, batch);
                break;
            case ConsignmentEvent.UnitCheckedIn or GateEvent or NumberingEvent:
                break;
            default:
                throw new InvalidOperationException($"The board does not know {stored.Type}.");
        }
    }

    private static void Move(StoredEvent stored, NpgsqlBatch batch, string unit, string state)
    {
        Add(batch, "update consignment_units set state = $3 where consignment = $1 and unit = $2", NumberOf(stored), unit, state);
        Add(
            batch,
            """
            update consignments c
            set packed = n.packed, left_out = n.left_out,
                status = case when n.left_out = c.units then 'left-out' when n.packed + n.left_out = c.units then 'packed' else 'packing' end
            from (
                select count(*) filter (where state = 'packed') as packed, count(*) filter (where state = 'left-out') as left_out
                from consignment_units where consignment = $1) n
            where c.consignment = $1
            """,
            NumberOf(stored));
    }

    private static void Count(StoredEvent stored, NpgsqlBatch batch) => Add(
        batch,
        """
        update consignments set open_discrepancies = (select count(*) from discrepancies where consignment = $1 and resolution is null)
        where consignment = $1
        """,
        NumberOf(stored));

    private static string NumberOf(StoredEvent stored) => stored.StreamId[(Consignment.Category.Length + 1)..];

    private static string KindOf(DiscrepancyKind kind) => kind switch
    {
        DiscrepancyKind.Missing => "missing",
        DiscrepancyKind.Unexpected => "unexpected",
        _ => throw new InvalidOperationException($"Unknown kind {kind}."),
    };

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }
}
