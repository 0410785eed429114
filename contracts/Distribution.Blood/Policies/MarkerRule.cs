using System.Text.Json.Serialization;
using Distribution.Blood.Components;
using Distribution.Blood.Json;

namespace Distribution.Blood.Policies;

/// <summary>When a donation has to have a result of a test.</summary>
[JsonConverter(typeof(KebabEnumConverter<MarkerDemand>))]
public enum MarkerDemand
{
    /// <summary>Every donation.</summary>
    Mandatory = 10,

    /// <summary>Only where the donor's history gives reason; where it was done, its result counts.</summary>
    WhenIndicated = 20,
}

/// <summary>What a jurisdiction asks of one test, and what follows from a reactive result.</summary>
/// <param name="Name">In small letters, such as <c>hiv</c> or <c>antibody-screen</c>.</param>
/// <param name="Bars">The components that a reactive donation may not release; null means all of them.</param>
/// <param name="Repeats">How many repeat tests an initially reactive result asks for; 0: the first reactive result stands.</param>
/// <param name="ReleasesAfterNegativeRepeats">Whether a donation whose repeats were all negative may be released.</param>
/// <param name="DefersDonor">Whether a reactive result defers the donor.</param>
/// <param name="LookbackWindow">How far before the donor's last non-reactive donation a lookback reaches; null: no lookback.</param>
public sealed record MarkerRule(
    string Name,
    MarkerDemand Demand,
    IReadOnlyList<ComponentKind>? Bars = null,
    int Repeats = 0,
    bool ReleasesAfterNegativeRepeats = false,
    bool DefersDonor = true,
    TimeSpan? LookbackWindow = null)
{
    /// <summary>Whether a reactive result keeps a component of the kind from release.</summary>
    public bool Bar(ComponentKind kind) => Bars is null || Bars.Contains(kind);
}
