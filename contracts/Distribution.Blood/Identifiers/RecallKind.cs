using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Identifiers;

/// <summary>Why units are called back.</summary>
[JsonConverter(typeof(KebabEnumConverter<RecallKind>))]
public enum RecallKind
{
    /// <summary>The donor was found reactive later.</summary>
    Lookback = 10,

    /// <summary>Staff call back a donation, a lot, a donor's donations, a consignment or single units.</summary>
    Recall = 20,

    /// <summary>Two determinations of a group disagree.</summary>
    GroupDisagreement = 30,

    /// <summary>A patient reacted to a transfusion: the units made of the same donations.</summary>
    Reaction = 40,

    /// <summary>A result that a release rested on was corrected.</summary>
    Correction = 50,
}
