using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;

namespace Distribution.Inventory;

/// <summary>Which units have a label, and whether what is on the bag is that label.</summary>
public static class LabelDecider
{
    /// <summary>Why no label is printed: none for a unit that may be used, wherever it is.</summary>
    /// <param name="at">The instant by which expiry is judged.</param>
    public static IReadOnlyList<Rejection> WhyNone(Unit state, DateTimeOffset at) => UnitDecider.Unfit(state, at);

    /// <param name="zone">Whose clock labels show.</param>
    public static Decision<UnitEvent> Verify(Unit state, LabelReading label, TimeZoneInfo zone, Provenance by)
    {
        var reasons = WhyNone(state, by.Latest);
        if (reasons.Count > 0)
            return Decision<UnitEvent>.Reject(reasons);
        var facts = state.Facts!;
        var differences = label.DifferencesFrom(facts.Unit, state.Group ?? default, facts.ExpiresAt, zone);
        if (differences.Count > 0)
            return Decision<UnitEvent>.Reject("label-differs", $"This is not the label of {facts.Unit}: {string.Join("; ", differences)}.", "scan");
        return state.LabelVerified
            ? Decision<UnitEvent>.AlreadyDone // The same label once more.
            : Decision<UnitEvent>.Accept(new UnitLabelVerified(label.Data));
    }
}
