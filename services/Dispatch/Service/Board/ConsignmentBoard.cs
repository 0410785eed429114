using System.Text.Json;
using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Npgsql;

namespace Distribution.Dispatches.Service.Board;

/// <summary>Which consignments are where, and what is amiss with which.</summary>
internal sealed class ConsignmentBoard : Projection
{
    public const string ProjectionName = "consignments";

    public override string Name => ProjectionName;

    public override int Version => 3;

    public override IReadOnlyList<string> Tables => ["consignments", "consignment_units", "ended_units", "boxes", "discrepancies"];

    public override string Schema =>
        """
        create table consignments (
            consignment text primary key, order_id text not null, from_site text not null, to_site text not null,
            status text not null, urgency int not null, deliver_at timestamptz, units int not null, packed int not null, left_out int not null,
            needed_by timestamptz not null, reserved_until timestamptz not null,
            dispatched_at timestamptz, expected_at timestamptz, arrived_at timestamptz, received_at timestamptz,
            overdue_since timestamptz, strayed_to text, open_discrepancies int not null);
        create index on consignments (from_site, status);
        create index on consignments (to_site, status);
        create index on consignments (order_id);
        create table consignment_units (
            consignment text not null, unit text not null, planned boolean not null, state text, box int, reserved_at timestamptz, ended boolean not null,
            sent boolean not null, checked_in boolean not null, expected boolean not null,
            accounted_for boolean not null default false, primary key (consignment, unit));
        create index on consignment_units (unit);
        create table ended_units (unit text not null, order_id text not null, ended_at timestamptz, primary key (unit, order_id));
        create table boxes (
            consignment text not null, box int not null, closed boolean not null, logger text, arrived_at timestamptz,
            files int not null, minimum_celsius double precision, maximum_celsius double precision, broken boolean not null,
            primary key (consignment, box));
        create table discrepancies (
            consignment text not null, unit text not null, order_id text not null, kind text not null, from_site text not null, to_site text not null,
            raised_at timestamptz not null, raised_by text not null,
            sender_code text, destination_code text, turn text, resolution text, code text, resolved_at timestamptz, resolved_by text,
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
                    insert into consignments (consignment, order_id, from_site, to_site, status, units, packed, left_out, needed_by, reserved_until, urgency, deliver_at, open_discrepancies)
                    values ($1, $2, $3, $4, 'planned', $5, 0, 0, $6, $7, $8, $9, 0)
                    """,
                    planned.Consignment.ToString(), planned.Order.ToString(), planned.From.ToString(), planned.To.ToString(),
                    planned.Units.Count, planned.NeededBy.ToUniversalTime(), planned.ReservedUntil.ToUniversalTime(),
                    (int)(planned.Urgency ?? ConsignmentUrgency.Routine), planned.DeliverAt is { } slot ? slot.ToUniversalTime() : DBNull.Value);
                Add(
                    batch,
                    """
                    insert into consignment_units (consignment, unit, planned, ended, sent, checked_in, expected)
                    select $1, unit, true, exists (select from ended_units e where e.unit = u.unit and e.order_id in ('', $3)), false, false, false
                    from unnest($2) u(unit)
                    """,
                    planned.Consignment.ToString(), planned.Units.Select(unit => unit.Unit.ToString()).ToArray(), planned.Order.ToString());
                Recount(batch, "consignment = $1", planned.Consignment.ToString());
                break;
            case ConsignmentEvent.UnitPicked picked:
                Move(stored, batch, picked.Unit.ToString(), "picked");
                break;
            case ConsignmentEvent.UnitPacked packed:
                Move(stored, batch, packed.Unit.ToString(), "packed", packed.Box);
                break;
            case ConsignmentEvent.UnitLeftOut left:
                Move(stored, batch, left.Unit.ToString(), "left-out");
                break;
            case ConsignmentEvent.ConsignmentDispatched dispatched:
                Add(
                    batch,
                    "update consignments set status = 'dispatched', dispatched_at = $2, expected_at = $3 where consignment = $1",
                    NumberOf(stored), dispatched.DispatchedAt.ToUniversalTime(), dispatched.ExpectedAt.ToUniversalTime());
                Add(
                    batch,
                    "update consignment_units set sent = true where consignment = $1 and unit = any ($2)",
                    NumberOf(stored), dispatched.Units.Select(unit => unit.ToString()).ToArray());
                break;
            case ConsignmentEvent.ConsignmentArrived:
                Add(
                    batch,
                    "update consignments set status = 'arrived', arrived_at = $2, overdue_since = null, strayed_to = null where consignment = $1",
                    NumberOf(stored), stored.Metadata.OccurredAt.ToUniversalTime());
                break;
            case ConsignmentEvent.BoxArrived arrived:
                AddBox(stored, batch, arrived.Box, "arrived_at = $3", stored.Metadata.OccurredAt.ToUniversalTime());
                Add(batch, "update consignments set strayed_to = null where consignment = $1", NumberOf(stored));
                break;
            case ConsignmentEvent.UnitCheckedIn checkedIn:
                Add(
                    batch,
                    """
                    insert into consignment_units (consignment, unit, planned, ended, sent, checked_in, expected) values ($1, $2, false, false, false, true, $3)
                    on conflict (consignment, unit) do update set checked_in = true, expected = excluded.expected
                    """,
                    NumberOf(stored), checkedIn.Unit.ToString(), checkedIn.Expected);
                Add(batch, "update consignments set overdue_since = null where consignment = $1", NumberOf(stored));
                break;
            case ConsignmentEvent.ConsignmentOverdue:
                Add(
                    batch,
                    "update consignments set overdue_since = $2 where consignment = $1",
                    NumberOf(stored), stored.Metadata.OccurredAt.ToUniversalTime());
                break;
            case ConsignmentEvent.ConsignmentMisdelivered strayed:
                Add(batch, "update consignments set strayed_to = $2 where consignment = $1", NumberOf(stored), strayed.Site.ToString());
                break;
            case ConsignmentEvent.ConsignmentReceived:
                Add(
                    batch,
                    "update consignments set status = 'received', received_at = coalesce(received_at, $2), overdue_since = null where consignment = $1",
                    NumberOf(stored), stored.Metadata.OccurredAt.ToUniversalTime());
                break;
            case ConsignmentEvent.DiscrepancyRaised raised:
                Add(
                    batch,
                    """
                    insert into discrepancies (consignment, unit, order_id, kind, from_site, to_site, raised_at, raised_by)
                    select $1, $2, $3, $4, from_site, to_site, $5, $6 from consignments where consignment = $1
                    on conflict (consignment, unit) do update
                    set kind = excluded.kind, raised_at = excluded.raised_at, raised_by = excluded.raised_by, sender_code = null, destination_code = null, turn = null,
                        resolution = null, code = null, resolved_at = null, resolved_by = null
                    """,
                    NumberOf(stored), raised.Unit.ToString(), raised.Order.ToString(), KindOf(raised.Kind),
                    stored.Metadata.OccurredAt.ToUniversalTime(), stored.Metadata.Actor);
                if (raised.Kind != DiscrepancyKind.Damaged)
                    Add(batch, "update consignment_units set accounted_for = false where consignment = $1 and unit = $2", NumberOf(stored), raised.Unit.ToString());
                Count(stored, batch);
                break;
            case ConsignmentEvent.DiscrepancyResolved resolved:
                Add(
                    batch,
                    """
                    update consignment_units u set accounted_for = true from discrepancies d
                    where u.consignment = $1 and u.unit = $2 and d.consignment = u.consignment and d.unit = u.unit and d.kind <> 'damaged'
                    """,
                    NumberOf(stored), resolved.Unit.ToString());
                Add(
                    batch,
                    "update discrepancies set resolution = $3, code = $4, turn = null, resolved_at = $5, resolved_by = $6 where consignment = $1 and unit = $2",
                    NumberOf(stored), resolved.Unit.ToString(), resolved.Resolution, resolved.Code is { } code ? NameOf(code) : DBNull.Value,
                    stored.Metadata.OccurredAt.ToUniversalTime(), stored.Metadata.Actor);
                Count(stored, batch);
                break;
            case ConsignmentEvent.ResolutionProposed { End: ConsignmentEnd.Sender } proposed:
                Add(
                    batch,
                    "update discrepancies set sender_code = $3, turn = 'destination' where consignment = $1 and unit = $2",
                    NumberOf(stored), proposed.Unit.ToString(), NameOf(proposed.Code));
                break;
            case ConsignmentEvent.ResolutionProposed proposed:
                Add(
                    batch,
                    "update discrepancies set destination_code = $3, turn = 'sender' where consignment = $1 and unit = $2",
                    NumberOf(stored), proposed.Unit.ToString(), NameOf(proposed.Code));
                break;
            case ConsignmentEvent.BoxClosed closed:
                AddBox(stored, batch, closed.Box, "closed = true, logger = $3", closed.Logger ?? (object)DBNull.Value);
                break;
            case ConsignmentEvent.BoxOpened opened:
                AddBox(stored, batch, opened.Box, "closed = false");
                break;
            case ConsignmentEvent.BoxTemperatureRead read:
                AddBox(
                    stored, batch, read.Box,
                    "files = b.files + 1, minimum_celsius = least(b.minimum_celsius, $3), maximum_celsius = greatest(b.maximum_celsius, $4)",
                    read.MinimumCelsius, read.MaximumCelsius);
                break;
            case ConsignmentEvent.ColdChainBroken broken:
                AddBox(stored, batch, broken.Box, "broken = true");
                break;
            // In one commit with the plan, and after it.
            case GateEvent.UnitPlanned { ReservedAt: { } reservedAt } planned:
                Add(
                    batch,
                    """
                    update consignment_units u set reserved_at = $3, ended = exists (
                        select from ended_units e where e.unit = $2 and e.order_id in ('', $4) and coalesce(e.ended_at, 'infinity') >= $3)
                    where u.consignment = $1 and u.unit = $2
                    """,
                    planned.Consignment.ToString(), planned.Unit.ToString(), reservedAt.ToUniversalTime(), planned.Order.ToString());
                Recount(batch, "consignment = $1", planned.Consignment.ToString());
                break;
            case GateEvent.ReservationEnded ended:
                End(batch, ended.Unit.ToString(), ended.Order.ToString(), ended.EndedAt);
                break;
            case GateEvent.UnitEnded ended:
                End(batch, ended.Unit.ToString(), "", null);
                break;
            case ConsignmentEvent.UnitMisdelivered or ConsignmentEvent.UnitInspected or ConsignmentEvent.UnitFoundDamaged or ConsignmentEvent.DoorTemperatureTaken:
            case GateEvent or NumberingEvent or CaptureEvent:
                break;
            default:
                throw new InvalidOperationException($"The board does not know {stored.Type}.");
        }
    }

    private static void Move(StoredEvent stored, NpgsqlBatch batch, string unit, string state, int? box = null)
    {
        Add(
            batch,
            "update consignment_units set state = $3, box = $4 where consignment = $1 and unit = $2",
            NumberOf(stored), unit, state, box is { } place ? place : DBNull.Value);
        Recount(batch, "consignment = $1", NumberOf(stored));
    }

    /// <summary>A unit that is nobody's any more, or not this order's, does not travel.</summary>
    /// <param name="at">A plan that was reserved later stands; null: none does.</param>
    private static void End(NpgsqlBatch batch, string unit, string order, DateTimeOffset? at)
    {
        object time = at is { } told ? told.ToUniversalTime() : DBNull.Value;
        Add(
            batch,
            """
            insert into ended_units as e (unit, order_id, ended_at) values ($1, $2, $3)
            on conflict (unit, order_id) do update
            set ended_at = case when e.ended_at is null or excluded.ended_at is null then null else greatest(e.ended_at, excluded.ended_at) end
            """,
            unit, order, time);
        Add(
            batch,
            """
            update consignment_units u set ended = true from consignments c
            where u.unit = $1 and c.consignment = u.consignment and ($2 = '' or c.order_id = $2)
                and coalesce(u.reserved_at, '-infinity') <= coalesce($3::timestamptz, 'infinity')
            """,
            unit, order, time);
        Recount(batch, "consignment in (select consignment from consignment_units where unit = $1)", unit);
    }

    /// <summary>How far the packing is. What is in a box stays on the board until somebody has taken it out.</summary>
    private static void Recount(NpgsqlBatch batch, string which, string value) => Add(
        batch,
        $"""
        update consignments c
        set packed = n.packed, left_out = n.left_out,
            status = case when n.gone = c.units then 'left-out' when n.packed + n.left_out = c.units then 'packed' when n.touched > 0 then 'packing' else 'planned' end
        from (
            select consignment,
                count(*) filter (where state = 'packed') as packed,
                count(*) filter (where state = 'left-out') as left_out,
                count(*) filter (where state is not null) as touched,
                count(*) filter (where state = 'left-out' or (ended and state is distinct from 'packed')) as gone
            from consignment_units where planned and {which} group by consignment) n
        where c.consignment = n.consignment and c.status in ('planned', 'packing', 'packed', 'left-out')
        """,
        value);

    private static void AddBox(StoredEvent stored, NpgsqlBatch batch, int box, string change, params ReadOnlySpan<object> values)
    {
        Add(
            batch,
            "insert into boxes (consignment, box, closed, files, broken) values ($1, $2, false, 0, false) on conflict do nothing",
            NumberOf(stored), box);
        Add(batch, $"update boxes b set {change} where consignment = $1 and box = $2", [NumberOf(stored), box, .. values]);
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
        DiscrepancyKind.Damaged => "damaged",
        DiscrepancyKind.Unsent => "unsent",
        _ => throw new InvalidOperationException($"Unknown kind {kind}."),
    };

    private static string NameOf(DiscrepancyResolution code) => JsonNamingPolicy.KebabCaseLower.ConvertName(code.ToString());

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }
}
