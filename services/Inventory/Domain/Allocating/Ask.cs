using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Json;
using Distribution.Blood.Network;

namespace Distribution.Inventory.Allocating;

/// <summary>How pressing a line is, least first.</summary>
[JsonConverter(typeof(KebabEnumConverter<AskPriority>))]
public enum AskPriority
{
    /// <summary>Fills a shelf on its fixed day.</summary>
    Standing,

    Routine,

    Urgent,

    /// <summary>Somebody bleeds: never waits behind anything else, however long that has waited.</summary>
    Emergency,
}

/// <summary>One line of an order.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AskId(OrderId Order, int Line) : IComparable<AskId>
{
    public int CompareTo(AskId other) => Order.Value.CompareTo(other.Order.Value) is var order and not 0 ? order : Line.CompareTo(other.Line);

    public override string ToString() => $"{Order}/{Line}";
}

/// <summary>What one line of an order wants.</summary>
/// <param name="Kind">Nothing else will do.</param>
/// <param name="Group">The patient's, or the one a stock wants; a group that is not defined gets nothing.</param>
/// <param name="ExactGroup">A stock wants this very group; a patient may get any that is compatible.</param>
/// <param name="Quantity">Units still wanted.</param>
/// <param name="NeededBy">Until then, and the way there, a unit must be in date. Already past: from now.</param>
/// <param name="WaitingSince">When it was placed.</param>
public sealed record Ask(
    AskId Id,
    ComponentKind Kind,
    BloodGroup Group,
    bool ExactGroup,
    int Quantity,
    AskPriority Priority,
    DateTimeOffset NeededBy,
    DateTimeOffset WaitingSince,
    SiteId Destination)
{
    /// <summary>What a unit must be known to lack.</summary>
    public AntigenSet WithoutAntigens { get; init; }

    public bool Irradiated { get; init; }

    public bool CmvNegative { get; init; }

    public bool Washed { get; init; }

    /// <summary>For somebody whose group nobody knows: only <see cref="AllocationTerms.EmergencyGroups"/> will do, whatever <see cref="Group"/> says.</summary>
    public bool GroupUnknown { get; init; }

    /// <summary>The patient's group, where another was accepted: only what <see cref="AllocationTerms.MayLetPass"/> allows will do. Null elsewhere.</summary>
    public BloodGroup? InsteadOf { get; init; }

    /// <summary>Collected less than so many times 24 hours before it is needed; null: any age.</summary>
    public int? FresherThanDays { get; init; }

    /// <summary>Of the units that will do, the freshest instead of the first to expire.</summary>
    public bool PrefersFresh { get; init; }
}
