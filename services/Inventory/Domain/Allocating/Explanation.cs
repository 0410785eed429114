using System.Collections.Immutable;
using System.Globalization;
using Distribution.Blood.Isbt128;

namespace Distribution.Inventory.Allocating;

/// <summary>The next best unit for a line.</summary>
/// <param name="CostsMore">By at least so much everything together would cost more with it: its reduced cost.</param>
/// <param name="GivenTo">The line that it went to; null when it is free.</param>
public sealed record Alternative(UnitNumber Unit, CostTerms Cost, long CostsMore, AskId? GivenTo)
{
    /// <summary>The most important thing that it would cost, and how much of that.</summary>
    public (CostTier Tier, long Steps) Difference => AllocationCost.Describe(CostsMore);
}

/// <summary>Why a line got this unit.</summary>
/// <param name="Next">Null: no other unit would have done.</param>
/// <param name="Sentence">The same in English.</param>
public sealed record ChoiceExplanation(Choice Choice, Alternative? Next, string Sentence)
{
    internal static ChoiceExplanation Of(Ask ask, Choice choice, Alternative? next) => new(choice, next, Say(ask, choice, next));

    private static string Say(Ask ask, Choice choice, Alternative? next)
    {
        var group = choice.Cost.Preference switch
        {
            _ when ask.GroupUnknown => $"of a group for anybody, choice {choice.Cost.Preference + 1}",
            0 => "of the identical group",
            1 => "of a compatible group",
            2 => "of the group that everybody can take",
            3 => "of the same ABO group and the other RhD type",
            _ => "of a compatible group and the other RhD type",
        };
        var days = ask.PrefersFresh
            ? $"{Text.Count(choice.Cost.Days, "day")} old where fresh is wanted"
            : $"with {Text.Count(choice.Cost.Days, "day")} left";
        var regret = choice.Cost.Sparing == 0 ? "" : $", {Text.Count(choice.Cost.Sparing, "point")} of what others need more";
        var way = choice.Cost.HalfHours == 0 ? "at hand" : $"up to {choice.Cost.HalfHours * 30} minutes away";
        var instead = next switch
        {
            null => "No other unit would do.",
            { CostsMore: 0 } => $"{next.Unit} would have done as well.",
            _ => $"Next best is {next.Unit}, which costs at least {Text.Of(next.Difference)} more{(next.GivenTo is { } other ? $" and went to {other}" : "")}.",
        };
        return $"{choice.Unit} is {group}, {days}, {way}{regret}. {instead}";
    }
}

/// <summary>Why a line did not get all that it asked for.</summary>
/// <param name="Stopped">How many units each rule stood against; each unit counts for the first that did.</param>
/// <param name="GivenToOthers">Units that would have done and went to lines that were more pressing, or could take no other.</param>
/// <param name="Sentence">The same in English.</param>
public sealed record ShortfallExplanation(
    Shortfall Shortfall, ImmutableSortedDictionary<Obstacle, int> Stopped, int GivenToOthers, string Sentence)
{
    /// <param name="counts">Of units, by obstacle.</param>
    internal static ShortfallExplanation Of(Ask ask, Shortfall shortfall, int[] counts, int givenToOthers)
    {
        var stopped = Enum.GetValues<Obstacle>()
            .Where(obstacle => obstacle != Obstacle.None && counts[(int)obstacle] > 0)
            .ToImmutableSortedDictionary(obstacle => obstacle, obstacle => counts[(int)obstacle]);
        return new ShortfallExplanation(shortfall, stopped, givenToOthers, Say(ask, shortfall, stopped, givenToOthers));
    }

    private static string Say(Ask ask, Shortfall shortfall, ImmutableSortedDictionary<Obstacle, int> stopped, int givenToOthers)
    {
        var reasons = stopped
            .Where(pair => pair.Key != Obstacle.OtherComponent)
            .Select(pair => $"{pair.Value} {Because(pair.Key)}")
            .ToList();
        if (givenToOthers > 0)
            reasons.Add($"{givenToOthers} went to other lines");
        var why = reasons.Count == 0 ? "there is none of this component" : $"of the units of this component {string.Join(", ", reasons)}";
        return $"{shortfall.Quantity} of {Text.Count(ask.Quantity, "unit")} could not be found: {why}.";
    }

    private static string Because(Obstacle obstacle) => obstacle switch
    {
        Obstacle.GroupUnknown => "could not be judged, as a group is not known",
        Obstacle.GroupIncompatible => "had another group",
        Obstacle.AntigenPositive => "had an excluded antigen",
        Obstacle.AntigenNotTested => "were not tested for an excluded antigen",
        Obstacle.NotIrradiated => "were not irradiated",
        Obstacle.CmvNotNegative => "were not known to be CMV negative",
        Obstacle.NotWashed => "were not washed",
        Obstacle.NotFresh => "were too old",
        Obstacle.NoLane => "had no way there",
        Obstacle.ExpiresTooEarly => "expired too early",
        _ => "were another component",
    };
}

internal static class Text
{
    public static string Count(long number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");

    public static string Of((CostTier Tier, long Steps) difference) => difference.Tier switch
    {
        CostTier.Unmet => "another line's need",
        CostTier.Compatibility => Count(difference.Steps, "step") + " of compatibility",
        CostTier.Sparing => Count(difference.Steps, "point") + " of what others need more",
        CostTier.Days => Count(difference.Steps, "day"),
        _ => Count(difference.Steps * 30, "minute") + " on the way",
    };
}
