using Distribution.Blood.BloodGroups;
using Distribution.Blood.Isbt128;
using Distribution.Donations;

namespace Distribution.Checker;

/// <summary>I2, at its beginning: nobody gives who must not, by what the donor's own history knew when it was written.</summary>
internal sealed class DonorHistory(string streamId, Findings findings)
{
    private readonly List<DonorDeferred> _deferrals = [];
    private bool _isErased;

    /// <summary>As a donation established it, or a later one against it.</summary>
    public BloodGroup? Group { get; private set; }

    /// <summary>In the order in which they were recorded.</summary>
    public List<DonationNumber> Gifts { get; } = [];

    /// <summary>Deferred for good by what was found in the donation.</summary>
    public bool IsDeferredBy(DonationNumber donation) => _deferrals.Exists(deferral => deferral.Donation == donation && deferral.Until is null);

    public void Look(Entry<DonorEvent> entry)
    {
        switch (entry.Data)
        {
            case DonorRegistered:
                findings.Require(entry.Stored.Version == 1, "I9", "donors", streamId, "The donor was registered twice.");
                break;
            case DonorGave gave:
                Give(gave);
                break;
            case DonorDeferred deferred:
                _deferrals.Add(deferred);
                break;
            case DonorDeferralEnded ended:
                findings.Require(
                    _deferrals.RemoveAll(deferral => deferral.Reason == ended.Reason && (ended.Donation is null || deferral.Donation == ended.Donation)) > 0,
                    "I2", "ends of deferrals", streamId, $"A deferral for {ended.Reason} ended that there was not.");
                if (ended.VerifiedBy is { } verifier && CaseHistory.IsSame(verifier, entry.By.Actor))
                    findings.Violate("I2", streamId, $"The deferral for {ended.Reason} ended by one person alone.");
                break;
            case DonorIdentityErased:
                findings.Require(!_isErased, "I11", "erasures", streamId, "The identity was erased twice.");
                _isErased = true;
                break;
            case DonorGroupKnown known:
                // Judged by the donation that it rests on.
                Group = known.Group;
                break;
            default:
                findings.Violate("I9", streamId, $"No invariant knows {entry.Data.GetType().Name}.");
                break;
        }
    }

    private void Give(DonorGave gave)
    {
        findings.Require(!Gifts.Contains(gave.Donation), "I11", "gifts", streamId, $"{gave.Donation} was given twice.");
        Gifts.Add(gave.Donation);
        var standing = _deferrals.Find(deferral => deferral.Until is null || deferral.Until > gave.CollectedAt);
        findings.Require(
            standing is null, "I2", "gifts", streamId, $"{gave.Donation} was given while deferred for {standing?.Reason} {(standing?.Until is { } until ? $"until {until:O}" : "for good")}.");
    }
}
