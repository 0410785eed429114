using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Donations;

// The stored names and the members' names below ARE the storage format: rename a record freely, never these.

/// <summary>What happens to a case of donations that must not be used.</summary>
public abstract record ImplicationEvent
{
    private protected ImplicationEvent()
    {
    }
}

/// <summary>Donations are in doubt.</summary>
/// <param name="Reason">In words or as a code. Never who the donor is.</param>
/// <param name="Marker">The marker that gave the reason, where one did.</param>
/// <param name="Donor">Whose donations they are, where they are one donor's. Never leaves the service.</param>
/// <param name="Donations">The one that gave the reason first, where one did.</param>
/// <param name="DueAt">When everything has to be held and the consignees told; null where no law sets a time.</param>
[StoredAs("implication-opened.v1")]
public sealed record ImplicationOpened(
    RecallId Recall,
    RecallKind Kind,
    string Reason,
    IReadOnlyList<DonationNumber> Donations,
    DateTimeOffset OpenedAt,
    string? Marker = null,
    DonorId? Donor = null,
    DateTimeOffset? DueAt = null) : ImplicationEvent;

/// <summary>More donations are in doubt for the same reason.</summary>
/// <param name="Donations">Only those that were not concerned before.</param>
[StoredAs("implication-extended.v1")]
public sealed record ImplicationExtended(
    RecallId Recall, RecallKind Kind, string Reason, IReadOnlyList<DonationNumber> Donations, DateTimeOffset? DueAt = null) : ImplicationEvent;

/// <summary>The case came to nothing.</summary>
/// <param name="Reason">A code.</param>
/// <param name="VerifiedBy">The second person's staff code; the first is the event's actor.</param>
/// <param name="Donations">All that were concerned.</param>
[StoredAs("implication-ended.v1")]
public sealed record ImplicationEnded(
    RecallId Recall, string Reason, string VerifiedBy, IReadOnlyList<DonationNumber> Donations, DateTimeOffset EndedAt) : ImplicationEvent;

/// <summary>Inventory told of a case of its own.</summary>
/// <param name="Donations">Only those that were not told before; what nobody has collected here is among them.</param>
[StoredAs("recall-told.v1")]
public sealed record RecallTold(
    RecallId Recall, RecallKind Kind, string Reason, IReadOnlyList<DonationNumber> Donations, DateTimeOffset OpenedAt) : ImplicationEvent;

/// <summary>Inventory told that its case has ended.</summary>
/// <param name="Cleared">The units may be used again; otherwise every one of them has met its end, and what is here stays held.</param>
[StoredAs("recall-ended.v1")]
public sealed record RecallEnded(RecallId Recall, bool Cleared, string Reason, string VerifiedBy, DateTimeOffset EndedAt) : ImplicationEvent;
