using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Distribution.Inventory.Service.Stock;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Inventory.Service.Fates;

/// <summary>How units ended, where, when and why: one row per unit, so that an end told before the preparation still gets its component.</summary>
internal sealed class FateProjection : Projection
{
    public const string TableName = "fates";

    public override string Name => TableName;

    public override int Version => 1;

    public override IReadOnlyList<string> Tables => [TableName];

    public override string Schema =>
        """
        create table fates (
            unit text primary key,
            kind text null,
            fate text null,
            reason text null,
            site text null,
            ended_at timestamptz null
        );
        create index on fates (site, ended_at) where fate is not null;
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case UnitPrepared e:
                Meet(stored, batch, StockProjection.Text(e.Kind));
                break;
            case UnitMade e:
                Meet(stored, batch, StockProjection.Text(e.Kind));
                break;
            case UnitTransfused e:
                End(stored, batch, FateKind.Transfused, null, e.StartedAt);
                break;
            case UnitDiscarded e:
                End(stored, batch, FateKind.Discarded, e.Reason, stored.Metadata.OccurredAt);
                break;
            case UnitExpired e:
                End(stored, batch, FateKind.Expired, null, e.ExpiresAt);
                break;
            case UnitLost e:
                End(stored, batch, FateKind.Lost, e.Reason, stored.Metadata.OccurredAt);
                break;
            case UnitUsedUp e:
                End(stored, batch, FateKind.UsedUp, e.Procedure is { } procedure ? StockProjection.Text(procedure) : null, stored.Metadata.OccurredAt);
                break;
        }
    }

    private static void Meet(StoredEvent stored, NpgsqlBatch batch, string kind)
    {
        var command = new NpgsqlBatchCommand("insert into fates (unit, kind) values ($1, $2) on conflict (unit) do update set kind = excluded.kind");
        command.Parameters.Add(Of(UnitOf(stored)));
        command.Parameters.Add(Of(kind));
        batch.BatchCommands.Add(command);
    }

    private static void End(StoredEvent stored, NpgsqlBatch batch, FateKind fate, string? reason, DateTimeOffset endedAt)
    {
        var command = new NpgsqlBatchCommand(
            """
            insert into fates (unit, fate, reason, site, ended_at) values ($1, $2, $3, $4, $5)
            on conflict (unit) do update set fate = excluded.fate, reason = excluded.reason, site = excluded.site, ended_at = excluded.ended_at
            """);
        command.Parameters.Add(Of(UnitOf(stored)));
        command.Parameters.Add(Of(StockProjection.Text(fate)));
        command.Parameters.Add(Of(reason));
        command.Parameters.Add(Of(stored.Metadata.Site));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = endedAt.ToUniversalTime() });
        batch.BatchCommands.Add(command);
    }

    private static string UnitOf(StoredEvent stored) => stored.StreamId[(Unit.Category.Length + 1)..];

    private static NpgsqlParameter Of(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
