using System.Text.Json.Serialization;
using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;
using Distribution.Blood.Network;

namespace Distribution.Inventory.Allocating;

/// <summary>What is known of a unit's cytomegalovirus.</summary>
[JsonConverter(typeof(KebabEnumConverter<CmvStatus>))]
public enum CmvStatus
{
    /// <summary>As good as positive.</summary>
    Unknown,

    Positive,
    Negative,
}

/// <summary>One unit that may be given: released, not held, not reserved.</summary>
/// <param name="Site">Where it stands.</param>
public sealed record Offer(
    UnitNumber Unit,
    ComponentKind Kind,
    BloodGroup Group,
    DateTimeOffset CollectedAt,
    DateTimeOffset ExpiresAt,
    SiteId Site)
{
    /// <summary>What it was tested for and lacks. What is in neither set was not tested; what is in both counts as there.</summary>
    public AntigenSet AntigenNegative { get; init; }

    public AntigenSet AntigenPositive { get; init; }

    public bool Irradiated { get; init; }

    public bool Washed { get; init; }

    public CmvStatus Cmv { get; init; }
}
