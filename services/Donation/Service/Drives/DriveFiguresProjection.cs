using System.Text.Json;
using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Donations.Service.Drives;

/// <summary>
/// What drives were planned for and what they brought: donations, donors turned away, and what was made of the donations and
/// what of that was discarded. Rates are computed when asked.
/// </summary>
internal sealed class DriveFiguresProjection : Projection
{
    public const string ReadModel = "drive_figures";

    public override string Name => ReadModel;

    public override int Version => 1;

    public override IReadOnlyList<string> Tables => ["drives", "drive_donations", "drive_deferrals"];

    public override string Schema =>
        """
        create table drives (
            drive varchar primary key,
            name varchar not null,
            series varchar not null,
            kind varchar not null,
            sites varchar[] not null,
            first_day date not null,
            last_day date not null,
            target_units integer not null,
            sessions jsonb not null,
            canceled_for varchar
        );
        create index on drives (series, first_day);
        create table drive_donations (
            donation varchar primary key,
            drive varchar not null,
            session varchar,
            volume_ml integer not null,
            prepared integer not null default 0,
            discarded integer not null default 0
        );
        create index on drive_donations (drive);
        create table drive_deferrals (
            drive varchar not null,
            session varchar not null,
            donor varchar not null,
            primary key (drive, session, donor)
        );
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case DrivePlanned planned:
                Plan(
                    batch,
                    "insert into drives (drive, name, series, kind, sites, first_day, last_day, target_units, sessions) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    stored, DrivePlan.Of(planned));
                break;
            case DriveAmended amended:
                Plan(
                    batch,
                    "update drives set name = $2, series = $3, kind = $4, sites = $5, first_day = $6, last_day = $7, target_units = $8, sessions = $9 where drive = $1",
                    stored, DrivePlan.Of(amended));
                break;
            case DriveCanceled canceled:
                Add(batch, "update drives set canceled_for = $2 where drive = $1", IdOf<Drive>(stored), canceled.Reason);
                break;
            case DonationCollected { Drive: { } drive } collected:
                Add(
                    batch,
                    "insert into drive_donations (donation, drive, session, volume_ml) values ($1, $2, nullif($3, ''), $4)",
                    collected.Donation.ToString(), drive.ToString(), collected.Session ?? "", collected.VolumeMl);
                break;
            case ComponentPrepared:
                Count(batch, stored, "prepared = prepared + 1");
                break;
            // What it was made into has been counted; it can be discarded no more.
            case ComponentUsedUp:
                Count(batch, stored, "prepared = prepared - 1");
                break;
            case ComponentDiscarded:
                Count(batch, stored, "discarded = discarded + 1");
                break;
            case DonorDeferred { Drive: { } drive } deferred:
                // A donor with two reasons is turned away once.
                Add(
                    batch,
                    "insert into drive_deferrals (drive, session, donor) values ($1, $2, $3) on conflict do nothing",
                    drive.ToString(), deferred.Session ?? "", IdOf<Donor>(stored));
                break;
            case DonationEvent or DonorEvent or ImplicationEvent:
                break;
            default:
                throw new InvalidOperationException($"The figures of drives do not know {stored.Type}.");
        }
    }

    private static void Plan(NpgsqlBatch batch, string sql, StoredEvent stored, DrivePlan plan) => Add(
        batch,
        sql,
        IdOf<Drive>(stored),
        plan.Name,
        plan.Series,
        JsonNamingPolicy.KebabCaseLower.ConvertName(plan.Kind.ToString()),
        plan.Sites.Select(site => site.ToString()).ToArray(),
        plan.From,
        plan.To,
        plan.TargetUnits,
        new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Jsonb, Value = JsonSerializer.Serialize(plan.Sessions, EventTypes.Json) });

    // Of a donation that was given at no drive there is no row to change.
    private static void Count(NpgsqlBatch batch, StoredEvent stored, string set) =>
        Add(batch, $"update drive_donations set {set} where donation = $1", IdOf<Donation>(stored));

    private static string IdOf<TState>(StoredEvent stored)
        where TState : Blood.Deciding.IAggregate<TState> => stored.StreamId[(TState.Category.Length + 1)..];

    private static void Add(NpgsqlBatch batch, string sql, params IReadOnlyList<object> values)
    {
#pragma warning disable CA2100 // The texts are those above.
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }
}
