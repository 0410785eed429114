using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Distribution.Requests.Service.OrderBoard;
using Npgsql;
using NpgsqlTypes;

namespace Distribution.Requests.Service.OrderForms;

/// <summary>One row per form: what it is, when it places itself next, and what came of the last time.</summary>
internal sealed class OrderFormsProjection : Projection
{
    public const string ProjectionName = "order_forms";

    public override string Name => ProjectionName;

    public override int Version => 1;

    public override IReadOnlyList<string> Tables { get; } = ["order_forms"];

    public override string Schema =>
        """
        create table order_forms (
            form_id text primary key,
            site text not null,
            kind text not null,
            name text not null,
            purpose text not null,
            quantity integer not null,
            saved_at timestamptz not null,
            paused boolean not null default false,
            next_at timestamptz,
            last_order text,
            last_placed_at timestamptz,
            skipped_at timestamptz,
            skipped_codes text[] not null default '{}',
            discarded_at timestamptz
        );
        create index order_forms_by_site on order_forms (site, kind, name);
        """;

    public override void Project(StoredEvent stored, NpgsqlBatch batch)
    {
        switch (stored.Data)
        {
            case OrderEvent or RecipientEvent or TubeEvent:
                break;
            case OrderFormSaved saved:
                Add(
                    batch,
                    stored,
                    """
                    insert into order_forms (form_id, site, kind, name, purpose, quantity, saved_at, next_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
                    on conflict (form_id) do update set kind = excluded.kind, name = excluded.name, purpose = excluded.purpose,
                        quantity = excluded.quantity, saved_at = excluded.saved_at, next_at = excluded.next_at
                    """,
                    saved.Site.ToString(),
                    Words.Of(saved.Kind),
                    saved.Name,
                    Words.Of(saved.Content.Purpose),
                    saved.Content.Lines.Sum(line => line.Quantity ?? 0),
                    saved.SavedAt.ToUniversalTime(),
                    Instant(saved.Next));
                break;
            case OrderFormDiscarded discarded:
                Add(
                    batch,
                    stored,
                    "update order_forms set discarded_at = $2, next_at = null, last_order = coalesce($3, last_order) where form_id = $1",
                    stored.Metadata.OccurredAt.ToUniversalTime(),
                    new NpgsqlParameter { Value = (object?)discarded.Order?.ToString() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
                break;
            case StandingOrderPlaced placed:
                Add(
                    batch,
                    stored,
                    // What is in order again needs nobody's eye any more.
                    "update order_forms set last_order = $2, last_placed_at = $3, next_at = $4, skipped_at = null, skipped_codes = '{}' where form_id = $1",
                    placed.Order.ToString(),
                    placed.Occurrence.ToUniversalTime(),
                    Instant(placed.Next));
                break;
            case StandingOrderSkipped skipped:
                Add(
                    batch,
                    stored,
                    "update order_forms set skipped_at = $2, skipped_codes = $3, next_at = $4 where form_id = $1",
                    skipped.Occurrence.ToUniversalTime(),
                    skipped.Reasons.Select(reason => reason.Code).Distinct(StringComparer.Ordinal).ToArray(),
                    Instant(skipped.Next));
                break;
            case StandingOrderPaused:
                Add(batch, stored, "update order_forms set paused = true, next_at = null where form_id = $1");
                break;
            case StandingOrderResumed resumed:
                Add(batch, stored, "update order_forms set paused = false, next_at = $2 where form_id = $1", Instant(resumed.Next));
                break;
            default:
                throw new InvalidOperationException($"{stored.Type} is no event of this service.");
        }
    }

    private static NpgsqlParameter Instant(DateTimeOffset? at) => new()
    {
        Value = at is { } instant ? instant.ToUniversalTime() : DBNull.Value,
        NpgsqlDbType = NpgsqlDbType.TimestampTz,
    };

    // $1 form; then the values.
    private static void Add(NpgsqlBatch batch, StoredEvent stored, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stored.StreamId[(OrderForm.Category.Length + 1)..] });
        foreach (var value in values)
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }
}
