using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Donations;

namespace Distribution.Checker;

/// <summary>One case as Donation tells it: which donations, whether it has come to nothing, and who says so.</summary>
internal sealed class CaseHistory(string streamId, Findings findings)
{
    private bool _isOpened;
    private bool _hasEnded;

    public string StreamId => streamId;

    public HashSet<DonationNumber> Donations { get; } = [];

    public string? Marker { get; private set; }

    public DonorId? Donor { get; private set; }

    /// <summary>It came to nothing; a case that has ended otherwise keeps its holds.</summary>
    public bool IsCleared { get; private set; }

    public static bool IsSame(string person, string other) => string.Equals(person, other, StringComparison.OrdinalIgnoreCase);

    public void Look(Entry<ImplicationEvent> entry)
    {
        switch (entry.Data)
        {
            case ImplicationOpened opened:
                findings.Require(!_isOpened, "I11", "cases", streamId, "The case was opened twice.");
                (_isOpened, Marker, Donor) = (true, opened.Marker, opened.Donor);
                Add(opened.Donations);
                break;
            case ImplicationExtended extended:
                findings.Require(!_hasEnded, "I5", "cases", streamId, "The case was extended after it had ended.");
                Add(extended.Donations);
                break;
            case ImplicationEnded ended:
                findings.Require(Donations.SetEquals(ended.Donations), "I6", "ends of cases", streamId, "The end of the case names other donations than the case.");
                End(entry, ended.VerifiedBy, isCleared: true);
                break;
            case RecallTold told:
                Add(told.Donations);
                break;
            case RecallEnded ended:
                End(entry, ended.VerifiedBy, ended.Cleared);
                break;
            default:
                findings.Violate("I9", streamId, $"No invariant knows {entry.Data.GetType().Name}.");
                break;
        }
    }

    private void Add(IReadOnlyList<DonationNumber> donations)
    {
        foreach (var donation in donations)
            findings.Require(Donations.Add(donation), "I11", "donations named by cases", streamId, $"{donation} came into the case twice.");
    }

    private void End(Entry<ImplicationEvent> entry, string verifiedBy, bool isCleared)
    {
        findings.Require(!_hasEnded, "I5", "cases", streamId, "The case ended twice.");
        findings.Require(!IsSame(verifiedBy, entry.By.Actor), "I2", "ends of cases", streamId, "The case was ended by one person alone.");
        (_hasEnded, IsCleared) = (true, isCleared);
    }
}
