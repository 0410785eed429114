using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>The label on a component's bag is scanned back.</summary>
public sealed record VerifyLabel(ProductCode Product, LabelReading Label);

/// <summary>Which components have a label, and whether what is on the bag is that label.</summary>
public static class LabelDecider
{
    /// <summary>
    /// Why no label is printed: none where the component has been released and may be used still, or nothing keeps it back from
    /// its release.
    /// </summary>
    /// <param name="at">The instant by which expiry is judged.</param>
    public static IReadOnlyList<Rejection> WhyNone(Donation state, ProductCode product, PolicyPack pack, DateTimeOffset at)
    {
        if (state.Number is not { } number)
            return DonationDecider.Unknown.Rejections;
        var unit = new UnitNumber(number, product);
        return state.Find(unit) switch
        {
            null => [new Rejection("unknown-unit", $"{unit} has not been prepared.")],
            { Standing: Standing.Discarded } => [new Rejection("already-discarded", $"{unit} has been discarded.")],
            { Standing: Standing.UsedUp } => [new Rejection("used-up", $"Of {unit} others have been made; label those.")],
            { Standing: Standing.Released } component => WhyNoLongerUsed(state, component, at),
            _ => WhyKeptBack(state, unit, pack, at),
        };
    }

    public static Decision<DonationEvent> Verify(Donation state, VerifyLabel command, PolicyPack pack, Provenance by)
    {
        var reasons = WhyNone(state, command.Product, pack, by.Latest);
        if (reasons.Count > 0)
            return Decision<DonationEvent>.Reject(reasons);
        var component = state.Find(new UnitNumber(state.Number!.Value, command.Product))!;
        var differences = command.Label.DifferencesFrom(component.Unit, state.Group ?? default, component.ExpiresAt, pack.Zone());
        if (differences.Count > 0)
            return Decision<DonationEvent>.Reject("label-differs", $"This is not the label of {component.Unit}: {string.Join("; ", differences)}.", "scan");
        return component.LabelVerified
            ? Decision<DonationEvent>.AlreadyDone
            : Decision<DonationEvent>.Accept(new ComponentLabelVerified(component.Unit, command.Label.Data));
    }

    // A release is not taken back, but nobody puts a new label on what must not be used any more.
    private static IReadOnlyList<Rejection> WhyNoLongerUsed(Donation state, PreparedComponent component, DateTimeOffset at)
    {
        List<Rejection> reasons = [.. state.Holds.Where(hold => !hold.Ended)
            .Select(hold => new Rejection("donation-held", $"The donation is held for the case {hold.Recall}: {hold.Reason}."))];
        if (component.IsExpired(at))
            reasons.Add(new Rejection("component-expired", $"{component.Unit} has expired."));
        return reasons;
    }

    private static IReadOnlyList<Rejection> WhyKeptBack(Donation state, UnitNumber unit, PolicyPack pack, DateTimeOffset at)
    {
        var checks = ReleaseGate.Check(state, pack, at);
        return ReleaseGate.Open(state, checks).Contains(unit)
            ? []
            : [.. checks.Where(check => !check.IsPassed && (check.Blocks || check.Components.Contains(unit)))
                .Select(check => new Rejection(check.Failure!, check.Evidence))];
    }
}
