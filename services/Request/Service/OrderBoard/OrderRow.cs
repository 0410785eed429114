using Distribution.Blood.Network;
using Npgsql;

namespace Distribution.Requests.Service.OrderBoard;

/// <param name="Quantity">Units asked for.</param>
/// <param name="Short">Units that could not be set aside, by the last answer.</param>
/// <param name="Alternatives">How many kinds of units are offered instead.</param>
/// <param name="DueAt">When it is to leave the supplier, or to come by its slot.</param>
/// <param name="WaitsUntil">Until when what is short is looked for.</param>
/// <param name="StockExpectedAt">When units that would do are expected.</param>
/// <param name="ExpectedAt">When the box is expected.</param>
/// <param name="ChangedAt">When the last thing happened to it.</param>
/// <param name="Overdue">It has not left in its time, or has not ended by the time it was needed.</param>
internal sealed record OrderRow(
    string Order,
    string Purpose,
    string Urgency,
    SiteId Hospital,
    SiteId Supplier,
    string Status,
    int Quantity,
    int Reserved,
    int Short,
    int Alternatives,
    int Received,
    int Missing,
    int Issued,
    string? Consignment,
    DateTimeOffset PlacedAt,
    DateTimeOffset NeededBy,
    DateTimeOffset? DueAt,
    DateTimeOffset? Slot,
    DateTimeOffset? ReservedUntil,
    DateTimeOffset? WaitsUntil,
    DateTimeOffset? StockExpectedAt,
    DateTimeOffset? ExpectedAt,
    DateTimeOffset ChangedAt,
    DateTimeOffset? EndedAt,
    bool Overdue)
{
    /// <summary>Now is parameter $1.</summary>
    public const string IsOverdue =
        "(ended_at is null and (needed_by < $1 or (due_at < $1 and (status in ('placed', 'waiting') or (status = 'reserved' and supplier <> hospital)))))";

    /// <summary>The emergencies first, then what is due first; what has ended last.</summary>
    public const string Sequence = "(ended_at is not null), (urgency = 'emergency') desc, coalesce(due_at, needed_by), order_id";

    private const string ReservedUnits =
        """
        (select count(*)::integer from (select split_part(told, '@', 1) as unit, max(split_part(told, '@', 2) collate "C") as at from unnest(reserved) told group by 1) kept
         where not exists (select 1 from unnest(lapsed) ended where split_part(ended, '@', 1) = kept.unit and split_part(ended, '@', 2) collate "C" >= kept.at))
        """;

    private const string IssuedUnits =
        """
        (select count(*)::integer from (select split_part(told, '@', 1) as unit, max(split_part(told, '@', 2) collate "C") as at from unnest(issued) told group by 1) handed
         where not exists (select 1 from unnest(returned) back where split_part(back, '@', 1) = handed.unit and split_part(back, '@', 2) collate "C" >= handed.at))
        """;

    /// <summary>Now is parameter $1.</summary>
    public const string Columns =
        $"""
        order_id, purpose, urgency, hospital, supplier, status, quantity, {ReservedUnits}, short, cardinality(alternatives), cardinality(received), cardinality(missing),
        {IssuedUnits}, consignment, placed_at, needed_by, due_at, slot, lapses_at, waits_until, stock_expected_at, expected_at, changed_at, ended_at, {IsOverdue}
        """;

    public static async Task<List<OrderRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var rows = new List<OrderRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        DateTimeOffset? Instant(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new OrderRow(
                reader.GetString(0),
                reader.GetString(1),
                reader.GetString(2),
                SiteId.Parse(reader.GetString(3), null),
                SiteId.Parse(reader.GetString(4), null),
                reader.GetString(5),
                reader.GetInt32(6),
                reader.GetInt32(7),
                reader.GetInt32(8),
                reader.GetInt32(9),
                reader.GetInt32(10),
                reader.GetInt32(11),
                reader.GetInt32(12),
                reader.IsDBNull(13) ? null : reader.GetString(13),
                reader.GetFieldValue<DateTimeOffset>(14),
                reader.GetFieldValue<DateTimeOffset>(15),
                Instant(16),
                Instant(17),
                Instant(18),
                Instant(19),
                Instant(20),
                Instant(21),
                reader.GetFieldValue<DateTimeOffset>(22),
                Instant(23),
                reader.GetBoolean(24)));
        }

        return rows;
    }
}
