using System.Globalization;
using Distribution.Blood.Isbt128;
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

    public override int Version => 4;

    public override IReadOnlyList<string> Tables { get; } = ["orders"];

    // Of reserved, lapsed, issued and returned units each news is kept as unit@time, for it comes swapped: what stands is read off by the
    // times, as in the fold.
    public override string Schema =>
        """
        create table orders (
            order_id text primary key,
            purpose text not null,
            hospital text not null,
            supplier text not null,
            status text not null,
            quantity integer not null,
            urgency text not null,
            reserved text[] not null default '{}',
            short integer not null default 0,
            alternatives integer[] not null default '{}',
            answer_attempt integer not null default 0,
            answer_told bigint not null default 0,
            answer_told_at timestamptz not null default '-infinity',
            waits_until timestamptz,
            stock_expected_at timestamptz,
            received text[] not null default '{}',
            missing text[] not null default '{}',
            issued text[] not null default '{}',
            lapsed text[] not null default '{}',
            returned text[] not null default '{}',
            consignment text,
            placed_at timestamptz not null,
            needed_by timestamptz not null,
            due_at timestamptz,
            slot timestamptz,
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
            case RecipientEvent or TubeEvent or OrderFormEvent:
                break;
            case OrderPlaced placed:
                Add(
                    batch,
                    stored,
                    """
                    insert into orders (order_id, purpose, hospital, supplier, status, quantity, placed_at, needed_by, changed_at, version, urgency, due_at, slot)
                    values ($1, $4, $5, $6, 'placed', $7, $3, $8, $3, $2, $9, $10, $11)
                    """,
                    placed.Purpose == OrderPurpose.Patient ? "patient" : "stock",
                    placed.Hospital.ToString(),
                    placed.Supplier.ToString(),
                    placed.Lines.Sum(line => line.Quantity),
                    placed.NeededBy.ToUniversalTime(),
                    Words.Of(placed.Urgency ?? OrderUrgency.Routine),
                    Instant(placed.DueAt),
                    Instant(placed.Slot));
                break;
            case OrderAmended amended:
                Update(
                    batch,
                    stored,
                    // What Inventory said to an older asking no longer says what is short.
                    """
                    quantity = $4, needed_by = $5, urgency = $6, due_at = $7, slot = $8,
                    answer_attempt = $9 - 1, answer_told = 9223372036854775807, answer_told_at = 'infinity', short = 0, alternatives = '{}', waits_until = null, stock_expected_at = null,
                    status = case when status = 'waiting' then 'placed' else status end
                    """,
                    amended.Lines.Sum(line => line.Quantity),
                    amended.NeededBy.ToUniversalTime(),
                    Words.Of(amended.Urgency),
                    Instant(amended.DueAt),
                    Instant(amended.Slot),
                    amended.Attempt);
                break;
            case OrderReserved reserved:
                Update(
                    batch,
                    stored,
                    """
                    reserved = array(select distinct unnest(reserved || $4) order by 1), lapses_at = greatest(lapses_at, $5),
                    status = case when status in ('placed', 'waiting') and cardinality(reserved || $4) > 0 then 'reserved' else status end
                    """,
                    reserved.Units.Select(unit => At(unit.Unit, reserved.ReservedAt)).ToArray(),
                    reserved.LapsesAt.ToUniversalTime());
                Answer(batch, stored, reserved.Attempt, reserved.Told, reserved.ReservedAt, reserved.Shortfalls, reserved.Alternatives, reserved.WaitsUntil, null);
                break;
            case OrderDelayed delayed:
                Answer(batch, stored, delayed.Attempt, delayed.Told, delayed.ToldAt, delayed.Shortfalls, delayed.Alternatives, delayed.WaitsUntil, delayed.ExpectedAt);
                break;
            case OrderShortfallClosed closed:
                Answer(batch, stored, closed.Attempt, long.MaxValue, DateTimeOffset.MaxValue, closed.Shortfalls, closed.Alternatives, null, closed.ExpectedAt);
                break;
            case OrderAlternativeRefused refused:
                Update(batch, stored, "alternatives = array_remove(alternatives, $4)", refused.Line);
                break;
            case OrderAlternativeAccepted:
                Update(batch, stored, "status = status");
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
            case OrderUnitIssued issued:
                Update(batch, stored, "issued = array(select distinct unnest(issued || $4) order by 1)", (object)new[] { At(issued.Unit, issued.IssuedAt) });
                break;
            case OrderUnitReturned returned:
                Update(batch, stored, "returned = array(select distinct unnest(returned || $4) order by 1)", (object)new[] { At(returned.Unit, returned.ReturnedAt) });
                break;
            case OrderReservationLapsed lapsed:
                Update(
                    batch,
                    stored,
                    "lapsed = array(select distinct unnest(lapsed || $4) order by 1)",
                    (object)lapsed.Units.Select(unit => At(unit, lapsed.LapsedAt)).ToArray());
                break;
            case OrderReservationRefused or OrderUnitEnded:
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
            case OrderDeclined declined:
                Update(batch, stored, "short = $4, stock_expected_at = $5", declined.Shortfalls.Sum(shortfall => shortfall.Missing), Instant(declined.ExpectedAt));
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
        Update(batch, stored, "status = $4, ended_at = $3, waits_until = null, alternatives = '{}'", status);

    // Answers come swapped: the one that was told last on the newest asking stands.
    private static void Answer(
        NpgsqlBatch batch,
        StoredEvent stored,
        int? attempt,
        long? told,
        DateTimeOffset? toldAt,
        IReadOnlyList<Shortfall> shortfalls,
        IReadOnlyList<Alternative>? alternatives,
        DateTimeOffset? waitsUntil,
        DateTimeOffset? expectedAt) => Add(
            batch,
            stored,
            """
            update orders set
                answer_attempt = $4, answer_told = $10, answer_told_at = $5, short = $6, alternatives = $7, waits_until = $8, stock_expected_at = $9, changed_at = $3, version = $2,
                status = case when status = 'placed' and $8 is not null and $6 > 0 and cardinality(reserved) = 0 then 'waiting' else status end
            where order_id = $1 and ended_at is null and (answer_attempt, answer_told, answer_told_at) <= ($4, $10, $5)
            """,
            attempt ?? 1,
            (toldAt ?? default).ToUniversalTime(),
            shortfalls.Sum(shortfall => shortfall.Missing),
            alternatives?.Select(alternative => alternative.Line).Order().ToArray() ?? [],
            Instant(waitsUntil),
            Instant(expectedAt),
            told ?? 0);

    private static string At(UnitNumber unit, DateTimeOffset? at) => string.Create(CultureInfo.InvariantCulture, $"{unit}@{(at ?? default).UtcDateTime:O}");

    private static object Instant(DateTimeOffset? at) => new NpgsqlParameter
    {
        Value = at is { } instant ? instant.ToUniversalTime() : DBNull.Value,
        NpgsqlDbType = NpgsqlDbType.TimestampTz,
    };

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
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }
}
