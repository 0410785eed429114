using System.Globalization;
using System.Text.Json;
using Distribution.Blood.Antigens;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Inventory.Service.Stock;

/// <summary>What is in stock, and where: one row per unit.</summary>
internal sealed class StockProjection : Projection
{
    public const string TableName = "stock";

    public override string Name => TableName;

    public override int Version => 6;

    public override IReadOnlyList<string> Tables => [TableName];

    public override string Schema =>
        """
        create table stock (
            unit text primary key,
            donation text not null,
            kind text null,
            grp text null,
            site text null,
            to_site text null,
            custody text not null default 'unknown',
            consignment text null,
            closed text[] not null default '{}',
            released boolean not null default false,
            holds int not null default 0,
            order_id text null,
            recipient text null,
            issued boolean not null default false,
            fate text null,
            expires_at timestamptz null,
            volume_ml int null,
            collected_at timestamptz null,
            antigens_positive bigint not null default 0,
            antigens_negative bigint not null default 0,
            cmv text not null default 'unknown',
            lapses_at timestamptz null,
            arrives_at timestamptz null,
            changed_tx bigint not null default 0,
            changed_seq bigint not null default 0,
            version bigint not null
        );
        create index on stock (site, kind, grp, expires_at)
            where custody = 'at-site' and released and holds = 0 and order_id is null and not issued and fate is null;
        create index on stock (site) where fate is null;
        -- What has changed since a reader looked last; never more than a page of it.
        create index on stock (changed_tx, changed_seq);
        create index on stock (to_site) where fate is null and to_site is not null;
        """;

    /// <summary>An enum's text as it is stored and sent.</summary>
    public static string Text<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case UnitPrepared e:
                Meet(stored, batch);
                // A unit that was met before we were told of it stays where it was met.
                Update(stored, batch,
                    "kind = $3, expires_at = $4, volume_ml = $5, collected_at = $7, site = case when custody = 'unknown' and fate is null then $6 else site end, custody = case when custody = 'unknown' and fate is null then 'at-site' else custody end",
                    Of(Text(e.Kind)), Of(e.ExpiresAt.ToUniversalTime()), new NpgsqlParameter<int> { TypedValue = e.VolumeMl }, Of(e.Site.ToString()), Of(e.CollectedAt.ToUniversalTime()));
                break;
            case UnitMade e:
                Meet(stored, batch);
                Update(stored, batch,
                    """
                    kind = $3, expires_at = $4, volume_ml = $5, site = $6, custody = 'at-site', consignment = null, to_site = null, arrives_at = null, released = true, grp = $7,
                    collected_at = $8, antigens_positive = antigens_positive | $9, antigens_negative = antigens_negative | $10,
                    cmv = case when cmv = 'positive' then cmv else coalesce($11, cmv) end
                    """,
                    Of(Text(e.Kind)), Of(e.ExpiresAt.ToUniversalTime()), new NpgsqlParameter<int> { TypedValue = e.VolumeMl }, Of(e.Site.ToString()), Of(e.Group.ToString()),
                    Of(e.CollectedAt.ToUniversalTime()), Of(e.AntigenPositive), Of(e.AntigenNegative), Of(e.Cmv is { } made ? Text(made) : null));
                break;
            case UnitReleased e:
                Update(stored, batch, "released = true, grp = $3", Of(e.Group.ToString()));
                break;
            case UnitTyped e:
                Update(stored, batch,
                    """
                    antigens_positive = antigens_positive | $3, antigens_negative = antigens_negative | $4,
                    cmv = case when cmv = 'positive' then cmv else coalesce($5, cmv) end
                    """,
                    Of(e.Positive), Of(e.Negative), Of(e.Cmv is { } typed ? Text(typed) : null));
                break;
            case UnitHeld:
                // A case may stop a unit that nobody has told of.
                Meet(stored, batch);
                Update(stored, batch, "holds = holds + 1");
                break;
            case UnitHoldEnded:
                Update(stored, batch, "holds = holds - 1");
                break;
            case UnitReserved e:
                Update(stored, batch,
                    "order_id = $3, recipient = $4, lapses_at = $5", Of(e.Order.ToString()), Of(e.Recipient?.ToString()), Of(e.LapsesAt.ToUniversalTime()));
                break;
            case UnitReservationRenewed e:
                Update(stored, batch, "lapses_at = $3", Of(e.LapsesAt.ToUniversalTime()));
                break;
            case UnitReservationEnded:
                Update(stored, batch, "order_id = null, recipient = null, lapses_at = null");
                break;
            case UnitDispatched e:
                Meet(stored, batch);
                // Told after the receipt of the same leg, or of a unit that another site has: it is where it is.
                Update(stored, batch,
                    """
                    custody = case when $3 = any (closed) or (custody in ('at-site', 'issued-out') and site <> $4) then custody else 'in-transit' end,
                    consignment = case when $3 = any (closed) or (custody in ('at-site', 'issued-out') and site <> $4) then consignment else $3 end,
                    site = case when $3 = any (closed) or (custody in ('at-site', 'issued-out') and site <> $4) then site else $4 end,
                    to_site = case when $3 = any (closed) or (custody in ('at-site', 'issued-out') and site <> $4) then to_site else $5 end,
                    arrives_at = case when $3 = any (closed) or (custody in ('at-site', 'issued-out') and site <> $4) then arrives_at else $6 end
                    """,
                    Of(e.Consignment.ToString()), Of(e.From.ToString()), Of(e.To.ToString()), Of(e.ExpectedAt.ToUniversalTime()));
                break;
            case UnitReceived e:
                Meet(stored, batch);
                Update(stored, batch,
                    "custody = 'at-site', consignment = null, site = $4, to_site = null, arrives_at = null, closed = array_append(closed, $3)",
                    Of(e.Consignment.ToString()), Of(e.Site.ToString()));
                break;
            case UnitMissing e:
                Meet(stored, batch);
                Update(stored, batch,
                    """
                    custody = case when custody = 'unknown' or (custody = 'in-transit' and consignment = $3) or (custody = 'at-site' and site = $4) then 'missing' else custody end,
                    consignment = case when custody = 'unknown' or (custody = 'in-transit' and consignment = $3) or (custody = 'at-site' and site = $4) then $3 else consignment end,
                    site = case when custody = 'unknown' or (custody = 'in-transit' and consignment = $3) or (custody = 'at-site' and site = $4) then $4 else site end,
                    to_site = case when custody = 'unknown' or (custody = 'in-transit' and consignment = $3) or (custody = 'at-site' and site = $4) then $5 else to_site end,
                    closed = array_append(closed, $3)
                    """,
                    Of(e.Consignment.ToString()), Of(e.From.ToString()), Of(e.To.ToString()));
                break;
            case UnitFound e:
                Meet(stored, batch);
                Update(stored, batch, "custody = 'at-site', consignment = null, site = $3, to_site = null, arrives_at = null", Of(e.Site.ToString()));
                break;
            case UnitIssued e:
                Update(stored, batch, "issued = true, custody = 'issued-out', recipient = $3", Of(e.Recipient.ToString()));
                break;
            case UnitIssuedInEmergency e:
                Update(stored, batch, "issued = true, custody = 'issued-out', recipient = $3", Of(e.Recipient.ToString()));
                break;
            case UnitIssueRecorded e:
                Meet(stored, batch);
                Update(stored, batch,
                    "issued = true, custody = 'issued-out', consignment = null, site = $4, to_site = null, recipient = $3", Of(e.Recipient.ToString()), Of(e.Site.ToString()));
                break;
            case UnitReturned:
                Update(stored, batch, "issued = false, custody = 'at-site', consignment = null, to_site = null, arrives_at = null, recipient = null");
                break;
            case UnitTransfused:
                Meet(stored, batch);
                End(stored, batch, FateKind.Transfused);
                break;
            case UnitDiscarded:
                Meet(stored, batch);
                End(stored, batch, FateKind.Discarded);
                break;
            case UnitExpired:
                End(stored, batch, FateKind.Expired);
                break;
            case UnitLost:
                Meet(stored, batch);
                End(stored, batch, FateKind.Lost);
                break;
            case UnitUsedUp:
                End(stored, batch, FateKind.UsedUp);
                break;
            case UnitDiscrepancyRecorded or UnitReactionReported:
                Meet(stored, batch);
                Update(stored, batch);
                break;
            case UnitCrossmatched or UnitIncompatibilityFound or UnitLabelVerified or UnitStored or UnitRulesOverridden or UnitCrossmatchOverdue or UnitDiscrepancyResolved:
                Update(stored, batch);
                break;
            case AllocationEvent or FamilyEvent or RecallEvent or KnownRecipientEvent:
                break;
            default:
                throw new InvalidOperationException($"The stock does not know {stored.Type}.");
        }
    }

    private static void End(StoredEvent stored, NpgsqlBatch batch, FateKind fate) =>
        Update(stored, batch, "fate = $3, order_id = null, lapses_at = null", Of(Text(fate)));

    /// <summary>A fact may be the first that is heard of a unit.</summary>
    private static void Meet(StoredEvent stored, NpgsqlBatch batch)
    {
        var command = new NpgsqlBatchCommand("insert into stock (unit, donation, version) values ($1, $2, 0) on conflict do nothing");
        command.Parameters.Add(Of(UnitOf(stored)));
        command.Parameters.Add(Of(UnitOf(stored)[..DonationNumber.Length]));
        batch.BatchCommands.Add(command);
    }

    private static void Update(StoredEvent stored, NpgsqlBatch batch, string? set = null, params ReadOnlySpan<NpgsqlParameter> values)
    {
        var changed = 3 + values.Length;
        var command = new NpgsqlBatchCommand(string.Create(
            CultureInfo.InvariantCulture,
            $"update stock set version = $2, changed_tx = ${changed}, changed_seq = ${changed + 1}{(set is null ? "" : ", " + set)} where unit = $1"));
        command.Parameters.Add(Of(UnitOf(stored)));
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = stored.Version });
        foreach (var value in values)
            command.Parameters.Add(value);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = (long)stored.Position.TransactionId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = stored.Position.Sequence });
        batch.BatchCommands.Add(command);
    }

    private static string UnitOf(StoredEvent stored) => stored.StreamId[(Unit.Category.Length + 1)..];

    private static NpgsqlParameter Of(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Of(AntigenSet? antigens) => new NpgsqlParameter<long> { TypedValue = (antigens ?? AntigenSet.None).Bits };

    private static NpgsqlParameter Of(DateTimeOffset instant) => new NpgsqlParameter<DateTimeOffset> { TypedValue = instant };
}
