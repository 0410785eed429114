using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Contracts.Donation.V1;

/// <summary>Nothing made of these donations may be used until the case has ended: hold it wherever it is and account for it.</summary>
/// <param name="Recall">The case. Told again with the same id, it adds what was not told before.</param>
/// <param name="Reason">In words or as a code, such as <c>hiv repeat reactive</c>. Never who the donor is.</param>
/// <param name="DueAt">When everything has to be held and the consignees told; null where no law sets a time.</param>
public sealed record DonationsImplicated(
    RecallId Recall, RecallKind Kind, string Reason, IReadOnlyList<DonationNumber> Donations, DateTimeOffset? DueAt, Attribution By);

/// <summary>The case came to nothing: what was held for it is held for it no more.</summary>
/// <param name="VerifiedBy">The second person's staff code.</param>
public sealed record ImplicationEnded(RecallId Recall, string Reason, string VerifiedBy, Attribution By);
