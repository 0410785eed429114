using System.Text.Json.Serialization;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;
using Distribution.Blood.Network;

namespace Distribution.Inventory;

// CAREFUL: the stored names, the member names and the texts of the enums ARE the storage format of every history ever written.

/// <summary>What can happen to one case of units that must not be used.</summary>
public abstract record RecallEvent
{
    private protected RecallEvent()
    {
    }
}

/// <summary>The units are called back.</summary>
/// <param name="Reason">In words or as a code. Never who the donor or the patient is.</param>
/// <param name="Source">Who ends it.</param>
/// <param name="Donations">Those that the case is about, whether or not anything made of them is known.</param>
/// <param name="Units">Where each was when the case reached it.</param>
/// <param name="Site">Whose case it is.</param>
/// <param name="DueAt">When every site has to have answered; null where no law sets a time.</param>
[StoredAs("recall-opened.v1")]
public sealed record RecallOpened(
    RecallId Recall,
    RecallKind Kind,
    string Reason,
    RecallSource Source,
    IReadOnlyList<DonationNumber> Donations,
    IReadOnlyList<RecalledUnit> Units,
    SiteId Site,
    DateTimeOffset OpenedAt,
    DateTimeOffset? DueAt) : RecallEvent;

/// <summary>More has come to belong to the case; one that had been closed as complete is open again.</summary>
/// <param name="Donations">Only those that were not in it.</param>
/// <param name="Units">Only those that were not in it.</param>
/// <param name="DueAt">When every site has to have answered, where that is later than before; null where nothing changed, and in events older than this member.</param>
[StoredAs("recall-extended.v1")]
public sealed record RecallExtended(IReadOnlyList<DonationNumber> Donations, IReadOnlyList<RecalledUnit> Units, DateTimeOffset? DueAt = null) : RecallEvent;

/// <summary>A site has put the units aside, or says what became of them.</summary>
/// <param name="Units">Only those that it had not answered for.</param>
[StoredAs("recall-acknowledged.v1")]
public sealed record RecallAcknowledged(SiteId Site, IReadOnlyList<UnitNumber> Units) : RecallEvent;

/// <summary>Its time is over and somebody has not answered.</summary>
/// <param name="Sites">Those that have not acknowledged every unit they have or had last.</param>
/// <param name="Units">Those in no hands that answered for them, and not ended.</param>
[StoredAs("recall-overdue.v1")]
public sealed record RecallOverdue(DateTimeOffset DueAt, IReadOnlyList<SiteId> Sites, IReadOnlyList<UnitNumber> Units) : RecallEvent;

/// <summary>The case has ended.</summary>
/// <param name="Source">Who had opened it.</param>
/// <param name="Cleared">It came to nothing and the holds end; otherwise every unit has met its end and the holds stay.</param>
/// <param name="VerifiedBy">The second person's staff code.</param>
/// <param name="ClosedAt">When it was decided.</param>
[StoredAs("recall-closed.v1")]
public sealed record RecallClosed(
    RecallId Recall, RecallSource Source, bool Cleared, string Reason, string VerifiedBy, DateTimeOffset ClosedAt) : RecallEvent;

/// <summary>A unit as the case met it.</summary>
/// <param name="Site">Where it stood, was issued from, left from or was to come from.</param>
/// <param name="To">Where its leg leads, on the road or missing.</param>
/// <param name="Fate">How it had ended; null where it had not and was held.</param>
public sealed record RecalledUnit(UnitNumber Unit, CustodyKind Whereabouts, SiteId? Site, SiteId? To, FateKind? Fate)
{
    public static RecalledUnit Of(UnitNumber unit, Unit state) =>
        new(unit, state.Custody.Kind, state.Custody.Site, state.Custody.To, state.Fate?.Kind);
}

/// <summary>Who opened a case, and so who may say that it came to nothing.</summary>
[JsonConverter(typeof(KebabEnumConverter<RecallSource>))]
public enum RecallSource
{
    /// <summary>The centre's donations: what a donor or a test showed.</summary>
    DonationService = 10,

    /// <summary>Staff who have the units, or a patient's reaction.</summary>
    Inventory = 20,
}
