using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Distribution.Inventory.Service.Stock;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Inventory.Service.Bench;

/// <summary>What was handed out for whom and what came of it: one row for each time.</summary>
internal sealed class BenchProjection : Projection
{
    public const string TableName = "bench";

    public override string Name => TableName;

    public override int Version => 2;

    public override IReadOnlyList<string> Tables => [TableName];

    public override string Schema =>
        """
        create table bench (
            unit text not null,
            version bigint not null,
            site text not null,
            order_id text not null,
            recipient text not null,
            issued_by text not null,
            verified_by text not null,
            issued_at timestamptz not null,
            due timestamptz not null,
            indication text null,
            crossmatch_due timestamptz null,
            crossmatch_overdue boolean not null default false,
            crossmatched_at timestamptz null,
            compatible boolean null,
            accounted_at timestamptz null,
            accounted_as text null,
            primary key (unit, version)
        );
        create index on bench (site, due) where accounted_at is null;
        create index on bench (site, crossmatch_due) where crossmatch_due is not null and crossmatched_at is null;
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case UnitIssued e:
                // Before events said it, a day was the time that every policy gave.
                Issue(stored, batch, e.Order.ToString(), e.Recipient.ToString(), e.VerifiedBy, e.AccountBy ?? stored.Metadata.OccurredAt.AddDays(1), null, null);
                break;
            case UnitIssuedInEmergency e:
                Issue(stored, batch, e.Order.ToString(), e.Recipient.ToString(), e.VerifiedBy, e.AccountBy, e.Indication, e.CrossmatchDue);
                break;
            case UnitIssueRecorded e:
                Issue(stored, batch, e.Order.ToString(), e.Recipient.ToString(), e.VerifiedBy, e.AccountBy, null, e.CrossmatchDue);
                break;
            case UnitCrossmatched e:
                Run(stored, batch,
                    """
                    update bench set crossmatched_at = $2, compatible = $5
                    where unit = $1 and order_id = $3 and recipient = $4 and crossmatch_due is not null
                    """,
                    Of(stored.Metadata.OccurredAt), Of(e.Order.ToString()), Of(e.Recipient.ToString()), new NpgsqlParameter<bool> { TypedValue = e.Compatible });
                break;
            case UnitIncompatibilityFound e:
                Run(stored, batch,
                    """
                    update bench set crossmatched_at = coalesce(crossmatched_at, $2), compatible = false
                    where unit = $1 and recipient = $3 and crossmatch_due is not null and coalesce(accounted_as, '') <> 'returned'
                    """,
                    Of(stored.Metadata.OccurredAt), Of(e.Recipient.ToString()));
                break;
            case UnitCrossmatchOverdue e:
                Run(stored, batch,
                    "update bench set crossmatch_overdue = true where unit = $1 and order_id = $2 and crossmatch_due = $3", Of(e.Order.ToString()), Of(e.DueAt));
                break;
            case UnitReturned e:
                // Only that hand-over of it: another may stand that nobody has accounted for.
                Run(stored, batch,
                    "update bench set accounted_at = $2, accounted_as = 'returned' where unit = $1 and accounted_at is null and order_id = $3 and recipient = $4",
                    Of(stored.Metadata.OccurredAt), Of(e.Order.ToString()), Of(e.Recipient.ToString()));
                break;
            case UnitTransfused:
                Account(stored, batch, StockProjection.Text(FateKind.Transfused));
                break;
            case UnitDiscarded:
                Account(stored, batch, StockProjection.Text(FateKind.Discarded));
                break;
            case UnitExpired:
                Account(stored, batch, StockProjection.Text(FateKind.Expired));
                break;
            case UnitLost:
                Account(stored, batch, StockProjection.Text(FateKind.Lost));
                break;
            case UnitUsedUp:
                Account(stored, batch, StockProjection.Text(FateKind.UsedUp));
                break;
        }
    }

    private static void Issue(
        StoredEvent stored, NpgsqlBatch batch, string order, string recipient, string verifiedBy, DateTimeOffset due, string? indication, DateTimeOffset? crossmatchDue) => Run(
        stored,
        batch,
        """
        insert into bench (unit, version, site, order_id, recipient, issued_by, verified_by, issued_at, due, indication, crossmatch_due)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        new NpgsqlParameter<long> { TypedValue = stored.Version },
        Of(stored.Metadata.Site),
        Of(order),
        Of(recipient),
        Of(stored.Metadata.Actor),
        Of(verifiedBy),
        Of(stored.Metadata.OccurredAt),
        Of(due),
        new NpgsqlParameter { Value = (object?)indication ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        new NpgsqlParameter { Value = (object?)crossmatchDue?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });

    private static void Account(StoredEvent stored, NpgsqlBatch batch, string how) => Run(
        stored, batch, "update bench set accounted_at = $2, accounted_as = $3 where unit = $1 and accounted_at is null", Of(stored.Metadata.OccurredAt), Of(how));

    private static void Run(StoredEvent stored, NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(Of(stored.StreamId[(Unit.Category.Length + 1)..]));
        foreach (var value in values)
            command.Parameters.Add(value);
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter Of(string text) => new NpgsqlParameter<string> { TypedValue = text };

    private static NpgsqlParameter Of(DateTimeOffset instant) => new NpgsqlParameter<DateTimeOffset> { TypedValue = instant.ToUniversalTime() };
}
