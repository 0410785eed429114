using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>What travelled on which consignment, by any of the words that told of it.</summary>
internal sealed class ConsignmentProjection : Projection
{
    public const string TableName = "consignment_units";

    public override string Name => TableName;

    public override int Version => 1;

    public override IReadOnlyList<string> Tables => [TableName];

    public override string Schema =>
        """
        create table consignment_units (
            consignment text not null,
            unit text not null,
            from_site text null,
            to_site text not null,
            primary key (consignment, unit)
        );
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case UnitDispatched e:
                Add(stored, batch, e.Consignment.ToString(), e.From.ToString(), e.To.ToString());
                break;
            case UnitReceived e:
                Add(stored, batch, e.Consignment.ToString(), null, e.Site.ToString());
                break;
            case UnitMissing e:
                Add(stored, batch, e.Consignment.ToString(), e.From.ToString(), e.To.ToString());
                break;
            case UnitEvent or AllocationEvent or FamilyEvent or RecallEvent or KnownRecipientEvent:
                break;
            default:
                throw new InvalidOperationException($"The consignments do not know {stored.Type}.");
        }
    }

    private static void Add(StoredEvent stored, NpgsqlBatch batch, string consignment, string? from, string to)
    {
        var command = new NpgsqlBatchCommand(
            """
            insert into consignment_units values ($1, $2, $3, $4)
            on conflict (consignment, unit) do update set from_site = coalesce(consignment_units.from_site, excluded.from_site)
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consignment });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stored.StreamId[(Unit.Category.Length + 1)..] });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)from ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = to });
        batch.BatchCommands.Add(command);
    }
}
