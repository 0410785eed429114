using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Distribution.Inventory.Service.Stock;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>The cases, their units and who has answered for them; where the units are now is in the stock's table.</summary>
internal sealed class RecallProjection : Projection
{
    public const string TableName = "recalls";

    public override string Name => TableName;

    public override int Version => 2;

    public override IReadOnlyList<string> Tables => [TableName, "recall_units", "recall_sites"];

    public override string Schema =>
        """
        create table recalls (
            recall text primary key,
            kind text not null,
            reason text not null,
            source text not null,
            site text not null,
            donations int not null,
            opened_at timestamptz not null,
            due_at timestamptz null,
            overdue boolean not null default false,
            closed boolean not null default false,
            cleared boolean not null default false,
            closed_at timestamptz null
        );
        create index on recalls (opened_at) where not closed;
        create table recall_units (
            recall text not null,
            unit text not null,
            primary key (recall, unit)
        );
        create table recall_sites (
            recall text not null,
            unit text not null,
            site text not null,
            acknowledged_by text not null,
            acknowledged_at timestamptz not null,
            primary key (recall, unit, site)
        );
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case RecallOpened e:
                Run(stored, batch,
                    "insert into recalls (recall, kind, reason, source, site, donations, opened_at, due_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
                    Of(StockProjection.Text(e.Kind)),
                    Of(e.Reason),
                    Of(StockProjection.Text(e.Source)),
                    Of(e.Site.ToString()),
                    new NpgsqlParameter<int> { TypedValue = e.Donations.Count },
                    new NpgsqlParameter<DateTimeOffset> { TypedValue = e.OpenedAt.ToUniversalTime() },
                    new NpgsqlParameter { Value = (object?)e.DueAt?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
                Add(stored, batch, e.Units);
                break;
            case RecallExtended e:
                Run(stored, batch,
                    """
                    update recalls set donations = donations + $2, closed = false, cleared = false, closed_at = null,
                        due_at = coalesce($3, due_at), overdue = overdue and $3 is null
                    where recall = $1
                    """,
                    new NpgsqlParameter<int> { TypedValue = e.Donations.Count },
                    new NpgsqlParameter { Value = (object?)e.DueAt?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
                Add(stored, batch, e.Units);
                break;
            case RecallAcknowledged e:
                Run(stored, batch,
                    "insert into recall_sites select $1, unnest($2), $3, $4, $5 on conflict do nothing",
                    Of(e.Units.Select(unit => unit.ToString())),
                    Of(e.Site.ToString()),
                    Of(stored.Metadata.Actor),
                    new NpgsqlParameter<DateTimeOffset> { TypedValue = stored.Metadata.OccurredAt.ToUniversalTime() });
                break;
            case RecallOverdue:
                Run(stored, batch, "update recalls set overdue = true where recall = $1");
                break;
            case RecallClosed e:
                Run(stored, batch,
                    "update recalls set closed = true, cleared = $2, closed_at = $3 where recall = $1",
                    new NpgsqlParameter<bool> { TypedValue = e.Cleared },
                    new NpgsqlParameter<DateTimeOffset> { TypedValue = e.ClosedAt.ToUniversalTime() });
                break;
            case UnitEvent or AllocationEvent or FamilyEvent or KnownRecipientEvent:
                break;
            default:
                throw new InvalidOperationException($"The recalls do not know {stored.Type}.");
        }
    }

    private static void Add(StoredEvent stored, NpgsqlBatch batch, IReadOnlyList<RecalledUnit> units) => Run(stored, batch,
        "insert into recall_units select $1, unnest($2) on conflict do nothing", Of(units.Select(unit => unit.Unit.ToString())));

    private static void Run(StoredEvent stored, NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(Of(stored.StreamId[(Recall.Category.Length + 1)..]));
        foreach (var value in values)
            command.Parameters.Add(value);
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter Of(string text) => new NpgsqlParameter<string> { TypedValue = text };

    private static NpgsqlParameter Of(IEnumerable<string> texts) => new NpgsqlParameter<string[]> { TypedValue = [.. texts] };
}
