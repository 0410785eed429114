using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Inventory;

// CAREFUL: the stored names, the member names and the texts of enums ARE the storage format of every history ever written.

/// <summary>What can happen to the units of one donation together.</summary>
public abstract record FamilyEvent
{
    private protected FamilyEvent()
    {
    }
}

/// <summary>One more unit of the donation is known; in one commit with the first that is told of it.</summary>
[StoredAs("unit-listed.v1")]
public sealed record UnitListed(UnitNumber Unit) : FamilyEvent;

/// <summary>No unit of the donation may be used, those not yet told of included.</summary>
/// <param name="Reason">In words or as a code. Never who the donor is.</param>
[StoredAs("family-held.v1")]
public sealed record FamilyHeld(RecallId Recall, string Reason, RecallKind Kind) : FamilyEvent;

[StoredAs("family-hold-ended.v1")]
public sealed record FamilyHoldEnded(RecallId Recall) : FamilyEvent;
