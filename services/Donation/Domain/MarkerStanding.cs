using System.Text.Json.Serialization;
using Distribution.Blood.Json;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>What all results of a marker say together, by the policy. There is no zero: what nobody has judged is not negative.</summary>
[JsonConverter(typeof(KebabEnumConverter<MarkerStanding>))]
public enum MarkerStanding
{
    Missing = 10,
    Negative = 20,

    /// <summary>Reactive, and the policy wants it repeated.</summary>
    InitiallyReactive = 30,

    /// <summary>Reactive, then negative as often as the policy wants.</summary>
    NegativeOnRepeat = 40,

    /// <summary>Reactive for good.</summary>
    RepeatReactive = 50,
}

public static class MarkerStandings
{
    /// <summary>The strictest rule stands in for one that the policy does not have (any more).</summary>
    public static MarkerRule RuleOf(this PolicyPack pack, string marker) => pack.FindMarker(marker) ?? new MarkerRule(marker, MarkerDemand.Mandatory);

    /// <summary>Whether the marker lets components leave quarantine that it would otherwise keep.</summary>
    public static bool Passes(this MarkerRule rule, MarkerStanding standing) => standing switch
    {
        MarkerStanding.Negative => true,
        MarkerStanding.NegativeOnRepeat => rule.ReleasesAfterNegativeRepeats,
        MarkerStanding.Missing => rule.Demand != MarkerDemand.Mandatory,
        _ => false,
    };
}
