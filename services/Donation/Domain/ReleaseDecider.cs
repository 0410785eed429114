using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>One of two people finds components fit for release.</summary>
/// <param name="Products">Which of the donation's components; null: whatever is fit.</param>
public sealed record ReleaseComponents(IReadOnlyList<ProductCode>? Products = null);

/// <summary>How components leave quarantine: by two people, through <see cref="ReleaseGate"/>.</summary>
public static class ReleaseDecider
{
    /// <summary>
    /// The first call signs, for the components that are named or for all that are fit; the second, by somebody else, releases them.
    /// A second call for components that the signature does not cover is a first one for those.
    /// </summary>
    /// <param name="pack">The version in force when it occurred.</param>
    /// <param name="packNow">The version in force where we are told; null: the same. A release that is told late passes both gates: it does not slip under a rule that has come since.</param>
    public static Decision<DonationEvent> Release(Donation state, ReleaseComponents command, PolicyPack pack, Provenance by, PolicyPack? packNow = null)
    {
        if (state.Number is not { } number)
            return DonationDecider.Unknown;
        UnitNumber[]? named = command.Products is null ? null : [.. command.Products.Distinct().Select(product => new UnitNumber(number, product))];
        if (IsDone(state, named))
            return Decision<DonationEvent>.AlreadyDone;

        // Looked at for both signatures: the first one must not rest on a gate that was shut.
        IReadOnlyList<GateCheck> checks = ReleaseGate.Check(state, pack, by.Latest);
        if (packNow is not null && packNow.Version != pack.Version)
            checks = [.. checks, .. ReleaseGate.Check(state, packNow, by.Latest)];
        var open = ReleaseGate.Open(state, checks);
        var reasons = WhyNotNamed(state, named);
        var wanted = named?.Where(unit => state.Find(unit)?.Standing == Standing.Quarantined).ToList() ?? [.. open];
        if (wanted.Count == 0 || wanted.Except(open).Any())
        {
            reasons.AddRange(checks
                .Where(check => !check.IsPassed && (check.Blocks || named is null || check.Components.Intersect(wanted).Any()))
                .Select(check => new Rejection(check.Failure!, check.Evidence))
                .Distinct());
        }

        if (by.OccurredAt < LastToSee(state, wanted))
            reasons.Add(new Rejection("occurred-before", "Nobody releases before everything to be judged was there: collected, prepared and measured.", "Occurred-At"));

        var covered = state.SignedBy is null ? [] : state.SignedFor is { } units ? wanted.Where(units.Contains).ToList() : wanted;
        var isCovered = covered.Count > 0 && (named is null || covered.Count == wanted.Count);
        var isSameHand = string.Equals(state.SignedBy, by.Actor, StringComparison.OrdinalIgnoreCase);
        if (isSameHand && isCovered && covered.Count == wanted.Count)
            reasons.Add(new Rejection("second-person-required", "You have signed; another person releases."));
        if (reasons.Count > 0)
            return Decision<DonationEvent>.Reject(reasons);

        if (state.SignedBy is not { } first || isSameHand || !isCovered)
            return Decision<DonationEvent>.Accept(new ReleaseSigned(by.Actor, wanted));
        return Decision<DonationEvent>.Accept(
        [
            .. state.Components.Where(component => covered.Contains(component.Unit)).Select(component => new ComponentReleased(
                component.Unit, component.Kind, component.VolumeMl, component.PreparedAt, component.ExpiresAt, state.CollectedAt, state.Site, component.Site,
                state.Group!.Value, first, component.From)),
        ]);
    }

    /// <summary>When the last of what a release judges was there, as far as the record says when.</summary>
    private static DateTimeOffset LastToSee(Donation state, IReadOnlyCollection<UnitNumber> wanted) => state.Components
        .Where(component => wanted.Contains(component.Unit)).Select(component => component.PreparedAt)
        .Concat(state.Results.Select(result => result.Details.MeasuredAt ?? state.CollectedAt))
        .Append(state.CollectedAt).Max();

    /// <summary>What is asked for has been released: all that is named, or something, and nothing waits.</summary>
    private static bool IsDone(Donation state, UnitNumber[]? named)
    {
        bool IsReleased(PreparedComponent? component) => component?.Standing == Standing.Released;
        return named is null
            ? !state.InQuarantine.Any() && state.Components.Exists(IsReleased)
            : named.Length > 0 && named.All(unit => IsReleased(state.Find(unit)));
    }

    private static List<Rejection> WhyNotNamed(Donation state, UnitNumber[]? named)
    {
        if (named is [])
            return [new Rejection("no-components", "Name the components, or leave the list out to release whatever is fit.", "components")];
        return
        [
            .. (named ?? []).Select(unit => state.Find(unit) switch
            {
                null => new Rejection("unknown-unit", $"{unit} has not been prepared.", "components"),
                { Standing: Standing.Discarded } => new Rejection("already-discarded", $"{unit} has been discarded.", "components"),
                { Standing: Standing.UsedUp } => new Rejection("used-up", $"Of {unit} others have been made; release those.", "components"),
                _ => null,
            }).OfType<Rejection>(),
        ];
    }
}
