using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Contracts.Inventory.V1;

/// <summary>Inventory opened a case by itself (a reaction, a recall of units or of a consignment): what the centre still has of the donations must wait, too.</summary>
public sealed record RecallOpened(
    RecallId Recall, RecallKind Kind, string Reason, IReadOnlyList<DonationNumber> Donations, Attribution By);

/// <summary>The case that Inventory opened has ended.</summary>
/// <param name="Cleared">The units may be used again; otherwise every one of them has met its end.</param>
public sealed record RecallClosed(RecallId Recall, bool Cleared, string Reason, string VerifiedBy, Attribution By);
