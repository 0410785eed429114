using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>How components leave quarantine: by two people, through <see cref="ReleaseGate"/>.</summary>
public static class ReleaseDecider
{
    /// <summary>The first call signs; the second, by somebody else, releases whatever is in quarantine and in date.</summary>
    public static Decision<DonationEvent> Release(Donation state, PolicyPack pack, Provenance by)
    {
        if (state.Number is null)
            return DonationDecider.Unknown;

        // Nothing waits and something went out: the release that is asked for has been made.
        if (!state.InQuarantine.Any() && state.Components.Exists(component => component.Standing == Standing.Released))
            return Decision<DonationEvent>.AlreadyDone;

        // Looked at for both signatures: the first one must not rest on a gate that was shut.
        var reasons = ReleaseGate.WhyNot(state, pack, by.Latest);
        if (string.Equals(state.SignedBy, by.Actor, StringComparison.OrdinalIgnoreCase))
            reasons.Add(new Rejection("second-person-required", "You have signed; another person releases."));
        if (reasons.Count > 0)
            return Decision<DonationEvent>.Reject(reasons);

        if (state.SignedBy is not { } first)
            return Decision<DonationEvent>.Accept(new ReleaseSigned(by.Actor));
        return Decision<DonationEvent>.Accept(
        [
            .. state.InQuarantine.Where(component => !component.IsExpired(by.Latest)).Select(component => new ComponentReleased(
                component.Unit, component.Kind, component.VolumeMl, component.PreparedAt, component.ExpiresAt, state.CollectedAt, state.Site, component.Site,
                state.Group!.Value, first)),
        ]);
    }
}
