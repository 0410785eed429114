using Distribution.Blood.Antigens;
using Distribution.Blood.Deciding;
using Distribution.Inventory.Allocating;
using static Distribution.Inventory.UnitWords;

namespace Distribution.Inventory;

/// <summary>What the laboratory finds in a unit beside its group. It only grows: of two findings that differ the worse counts.</summary>
public static class TypingDecider
{
    /// <summary>Two findings on one unit contradict each other.</summary>
    public const string Differs = "typing-differs";

    /// <param name="positive">What it has.</param>
    /// <param name="negative">What it lacks; none of what it has.</param>
    /// <param name="cmv">Null where it was not tested for.</param>
    public static Decision<UnitEvent> Type(Unit state, AntigenSet positive, AntigenSet negative, CmvStatus? cmv, Provenance by)
    {
        var refusals = Unknown(state).Concat(EndedAlready(state)).ToList();
        if (state.Facts is not null && state.Fate is null && (state.Custody.Kind != CustodyKind.AtSite || state.Custody.Site != by.Site))
            refusals.Add(NotHere(state, by.Site));
        if (refusals.Count > 0)
            return Decision<UnitEvent>.Reject(refusals);
        if (state.AntigenPositive.Contains(positive) && state.AntigenNegative.Contains(negative) && (cmv is null || cmv == state.Cmv))
            return Decision<UnitEvent>.AlreadyDone; // The same findings again.

        List<UnitEvent> events = [new UnitTyped(positive, negative, cmv)];
        var both = (state.AntigenNegative & positive) | (state.AntigenPositive & negative);
        if (!both.IsEmpty)
            events.AddRange(New(state, Discrepancy(Differs, $"Typed both with and without {both}: it counts as having it.")));
        if (cmv is not null && state.Cmv != CmvStatus.Unknown && cmv != state.Cmv)
            events.AddRange(New(state, Discrepancy(Differs, "Tested both positive and negative for cytomegalovirus: it counts as positive.")));
        return Decision<UnitEvent>.Accept(events);
    }

    /// <summary>What is known of a unit made of these: it has what any of them has, and lacks what all of them lack.</summary>
    public static (AntigenSet? Positive, AntigenSet? Negative, CmvStatus? Cmv) Inherited(IReadOnlyList<Unit> sources)
    {
        var positive = sources.Aggregate(AntigenSet.None, (all, source) => all | source.AntigenPositive);
        var negative = sources.Aggregate(AntigenSet.All, (all, source) => all & source.AntigenNegative.Except(source.AntigenPositive));
        CmvStatus? cmv = sources.Any(source => source.Cmv == CmvStatus.Positive) ? CmvStatus.Positive
            : sources.All(source => source.Cmv == CmvStatus.Negative) ? CmvStatus.Negative
            : null;
        return (positive.IsEmpty ? null : positive, negative.IsEmpty || sources.Count == 0 ? null : negative, cmv);
    }
}
