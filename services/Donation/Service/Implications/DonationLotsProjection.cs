using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Npgsql;

namespace Distribution.Donations.Service.Implications;

/// <summary>Which donations a lot of bags or reagents touched, for the day on which the lot turns out to be bad.</summary>
internal sealed class DonationLotsProjection : Projection
{
    public const string ProjectionName = "donation_lots";

    public override string Name => ProjectionName;

    public override int Version => 1;

    public override IReadOnlyList<string> Tables => ["donation_lots"];

    public override string Schema =>
        """
        create table donation_lots (
            lot varchar not null,
            kind varchar not null,
            donation varchar not null,
            primary key (lot, kind, donation)
        );
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case DonationCollected { BagLot: { } lot }:
                Add(batch, lot, "bag", stored);
                break;
            case MarkerResultRecorded { ReagentLot: { } lot }:
                Add(batch, lot, "reagent", stored);
                break;
            case MarkerConfirmed { ReagentLot: { } lot }:
                Add(batch, lot, "reagent", stored);
                break;
            case GroupDeterminationRecorded { ReagentLot: { } lot }:
                Add(batch, lot, "reagent", stored);
                break;
            case DonationEvent or DonorEvent or DriveEvent or ImplicationEvent:
                break;
            default:
                throw new InvalidOperationException($"The lots of donations do not know {stored.Type}.");
        }
    }

    private static void Add(NpgsqlBatch batch, string lot, string kind, StoredEvent stored)
    {
        var command = new NpgsqlBatchCommand("insert into donation_lots (lot, kind, donation) values ($1, $2, $3) on conflict do nothing");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = lot });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = kind });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stored.StreamId[(Donation.Category.Length + 1)..] });
        batch.BatchCommands.Add(command);
    }
}
