using System.Text.Json.Serialization;
using Distribution.Blood.Antigens;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Json;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.Inventory.Allocating;

namespace Distribution.Inventory.Safety;

/// <summary>All that says whether this unit may be handed out for this patient now.</summary>
/// <param name="Known">What we have been told of the patient.</param>
/// <param name="Site">Where it would be handed out.</param>
/// <param name="At">The instant that time is judged by.</param>
public sealed record SafetyCase(Unit Unit, OrderId Order, RecipientId Recipient, KnownRecipient Known, PolicyPack Policy, SiteId Site, DateTimeOffset At)
{
    /// <summary>How the bag looks; null where nobody has looked yet, and then it is not judged.</summary>
    public Appearance? Appearance { get; init; }

    /// <summary>It would be handed out by a physician to somebody who bleeds.</summary>
    public bool Emergency { get; init; }

    /// <summary>What is known of the unit beside its group.</summary>
    public UnitTyping Typing { get; init; } = UnitTyping.Of(Unit);
}

/// <summary>What is known of a unit beside its group; what is not known counts as not so.</summary>
/// <param name="Negative">Antigens that its cells were typed for and lack.</param>
/// <param name="CmvNegative">Found to be free of cytomegalovirus.</param>
public sealed record UnitTyping(AntigenSet Negative, bool CmvNegative)
{
    public static UnitTyping Unknown { get; } = new(AntigenSet.None, false);

    /// <summary>What it was typed for, both ways, counts as there.</summary>
    public static UnitTyping Of(Unit unit) => new(unit.AntigenNegative.Except(unit.AntigenPositive), unit.Cmv == CmvStatus.Negative);
}

[JsonConverter(typeof(KebabEnumConverter<SafetyVerdict>))]
public enum SafetyVerdict
{
    /// <summary>Nothing stands against it.</summary>
    Pass = 10,

    /// <summary>It stands against it, and those who may have let it pass.</summary>
    Overridden = 20,

    /// <summary>It stands against it, and there are some who may let it pass.</summary>
    Override = 30,

    /// <summary>It stands against it, and nobody may let it pass.</summary>
    HardStop = 40,
}

/// <summary>What one rule says.</summary>
/// <param name="Code">Of the rule; stays.</param>
/// <param name="Message">What stands against it, in words for people; null where nothing does.</param>
/// <param name="Field">What the caller named that the rule is about, where it is that and not the unit.</param>
/// <param name="Roles">Who may let it pass, any one of them.</param>
/// <param name="Countersigned">A second person has to agree to that.</param>
public sealed record SafetyFinding(
    string Code, SafetyVerdict Verdict, string? Message = null, string? Field = null, IReadOnlyList<string>? Roles = null, bool Countersigned = false)
{
    /// <summary>The unit may not be handed out as it is.</summary>
    [JsonIgnore]
    public bool Blocks => Verdict is SafetyVerdict.Override or SafetyVerdict.HardStop;
}
