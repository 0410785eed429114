using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.Inventory.Allocating;
using Distribution.Inventory.Service.Stock;
using Npgsql;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>A usable unit as the stock table has it.</summary>
/// <param name="Offer">With the site where it stands, or will stand.</param>
/// <param name="Version">Of its stream, when the row was written.</param>
/// <param name="IsFree">Nobody has it, and it stands there.</param>
/// <param name="FreeAt">Of one that is reserved or on the road: when it may be free there; null where that is not known.</param>
internal sealed record StockedUnit(Offer Offer, long Version, bool IsFree, DateTimeOffset? FreeAt)
{
    /// <summary>The columns that <see cref="Read"/> reads, in its order.</summary>
    public const string Columns =
        """
        unit, kind, grp, site, to_site, custody, released, holds, order_id, issued, fate, expires_at, collected_at,
        antigens_positive, antigens_negative, cmv, lapses_at, arrives_at, version, changed_tx, changed_seq
        """;

    /// <summary>The position of the row's last change.</summary>
    public static (long Transaction, long Sequence) PositionOf(NpgsqlDataReader row) => (row.GetInt64(19), row.GetInt64(20));

    public static UnitNumber NumberOf(NpgsqlDataReader row) => UnitNumber.Parse(row.GetString(0).AsSpan(), null);

    /// <returns>Null where nobody may use the unit, or could soon.</returns>
    public static StockedUnit? Read(NpgsqlDataReader row, UnitNumber unit, PolicyPack policy)
    {
        var custody = row.GetString(5);
        var onTheRoad = custody is "in-transit";
        if (row.IsDBNull(1) || row.IsDBNull(2) || row.IsDBNull(11) || row.IsDBNull(12) || !row.GetBoolean(6) || row.GetInt32(7) > 0
            || row.GetBoolean(9) || !row.IsDBNull(10) || !(onTheRoad || custody is "at-site") || row.IsDBNull(onTheRoad ? 4 : 3))
        {
            return null;
        }

        var component = policy.FindComponent(unit.Product);
        var offer = new Offer(
            unit,
            StockTexts.Kind(row.GetString(1)),
            BloodGroup.Parse(row.GetString(2).AsSpan(), null),
            row.GetFieldValue<DateTimeOffset>(12),
            row.GetFieldValue<DateTimeOffset>(11),
            SiteId.Parse(row.GetString(onTheRoad ? 4 : 3), null))
        {
            AntigenPositive = AntigenSet.FromBits((uint)row.GetInt64(13)),
            AntigenNegative = AntigenSet.FromBits((uint)row.GetInt64(14)),
            Cmv = row.GetString(15) switch { "positive" => CmvStatus.Positive, "negative" => CmvStatus.Negative, _ => CmvStatus.Unknown },
            Irradiated = component?.Irradiated ?? false,
            Washed = component?.Washed ?? false,
        };
        var reserved = !row.IsDBNull(8);
        DateTimeOffset? freeAt = onTheRoad
            ? row.IsDBNull(17) ? null : row.GetFieldValue<DateTimeOffset>(17)
            : reserved && !row.IsDBNull(16) ? row.GetFieldValue<DateTimeOffset>(16) + UnitDecider.LapseGrace : null;
        return new StockedUnit(offer, row.GetInt64(18), !reserved && !onTheRoad, freeAt);
    }
}
