using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Inventory.Allocating;

/// <summary>What a cost is for, the most important first.</summary>
[JsonConverter(typeof(KebabEnumConverter<CostTier>))]
public enum CostTier
{
    /// <summary>A unit that a line does without.</summary>
    Unmet,

    /// <summary>A group that is not the recipient's own.</summary>
    Compatibility,

    /// <summary>A unit that somebody else will need more.</summary>
    Sparing,

    /// <summary>Days that a unit could have waited, or its age where fresh is wanted.</summary>
    Days,

    /// <summary>Half hours on the way.</summary>
    Lead,
}

/// <summary>
/// The weights. No number of choices of any kind makes up for one step of <see cref="CostTier.Unmet"/>: first as much as
/// possible is met, and the most pressing of it. Below that one step of a tier outweighs all lower tiers of one unit.
/// </summary>
public static class AllocationCost
{
    /// <summary>A term counts no further than this. For days it is beyond the two years of frozen plasma, for leads three weeks.</summary>
    public const int MostDays = 1023;

    public const int MostHalfHours = 1023;

    public const int MostSparing = 255;

    public const int MostPreference = 7;

    public const long LeadStep = 1;

    public const long DaysStep = LeadStep * (MostHalfHours + 1);

    public const long SparingStep = DaysStep * (MostDays + 1);

    public const long PreferenceStep = SparingStep * (MostSparing + 1);

    /// <summary>More than one unit can cost by all tiers below: 2^31.</summary>
    public const long MostOfUnit = PreferenceStep * (MostPreference + 1);

    /// <summary>What may be asked for at once.</summary>
    public const int MostAsked = 1 << 16;

    /// <summary>2^47. Costs of <see cref="MostAsked"/> units do not reach it.</summary>
    public const long UnmetStep = MostOfUnit * MostAsked;

    /// <summary>Of one unit that is not met. With 2^13 points an unmet unit costs up to 2^60: half of what the solver takes.</summary>
    public const int MostPoints = 8191;

    private const int EmergencyPoints = 4096;

    /// <summary>Each quarter of a day of waiting is a point.</summary>
    private const int WaitingHours = 6;

    /// <summary>
    /// How pressing a unit of the line is. Waiting makes every line more pressing than any fresh one of its neighbor above:
    /// a standing order after 2 days passes a routine one placed now, and after 16 days an urgent one, so none starves
    /// while emergencies leave anything. Only an emergency is never passed. Which lines are met depends on the order of
    /// these points alone, never on how far apart they are: sets of lines that can be met together form a matroid.
    /// </summary>
    public static int Points(Ask ask, DateTimeOffset now)
    {
        var (from, to) = ask.Priority switch
        {
            AskPriority.Emergency => (EmergencyPoints, MostPoints),
            AskPriority.Urgent => (1 + (16 * 24 / WaitingHours), EmergencyPoints - 1),
            AskPriority.Routine => (1 + (2 * 24 / WaitingHours), EmergencyPoints - 1),
            _ => (1, EmergencyPoints - 1),
        };
        var waited = (long)((now - ask.WaitingSince).TotalHours / WaitingHours);
        return (int)Math.Clamp(from + waited, from, to);
    }

    /// <summary>Of one unit that the line does without.</summary>
    public static long Unmet(Ask ask, DateTimeOffset now) => Points(ask, now) * UnmetStep;

    /// <summary>The most important tier that a difference reaches, and by how many steps.</summary>
    public static (CostTier Tier, long Steps) Describe(long difference) => difference switch
    {
        >= MostOfUnit => (CostTier.Unmet, Math.Max(1, difference / UnmetStep)),
        >= PreferenceStep => (CostTier.Compatibility, difference / PreferenceStep),
        >= SparingStep => (CostTier.Sparing, difference / SparingStep),
        >= DaysStep => (CostTier.Days, difference / DaysStep),
        _ => (CostTier.Lead, difference),
    };
}

/// <summary>What it costs to give a unit to a line, term by term.</summary>
/// <param name="Preference">0 the identical group, then as <see cref="Blood.Compatibility.AboRhCompatibility.Preference"/> has it.</param>
/// <param name="Sparing">Points of regret.</param>
/// <param name="Days">Whole days that the unit has left, or its age in whole days where the line prefers fresh ones.</param>
/// <param name="HalfHours">Half hours on the way, a begun one counted.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CostTerms(int Preference, int Sparing, int Days, int HalfHours)
{
    public long Total =>
        (Preference * AllocationCost.PreferenceStep) + (Sparing * AllocationCost.SparingStep) + (Days * AllocationCost.DaysStep) + (HalfHours * AllocationCost.LeadStep);
}
