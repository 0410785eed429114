using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;

namespace Distribution.Inventory;

/// <summary>What is decided on all units of a donation at once.</summary>
public static class FamilyDecider
{
    /// <summary>The units that are told of for the first time; those known before are not listed again.</summary>
    public static Decision<FamilyEvent> List(Family state, IReadOnlyList<UnitNumber> units) =>
        Decision<FamilyEvent>.Accept([.. units.Distinct().Where(unit => !state.Units.Contains(unit)).Select(unit => new UnitListed(unit))]);

    public static Decision<FamilyEvent> Hold(Family state, RecallId recall, string reason, RecallKind kind) => state.IsHeldFor(recall)
        ? Decision<FamilyEvent>.AlreadyDone // A case is not counted.
        : Decision<FamilyEvent>.Accept(new FamilyHeld(recall, reason, kind));

    public static Decision<FamilyEvent> EndHold(Family state, RecallId recall) => state.IsHeldFor(recall)
        ? Decision<FamilyEvent>.Accept(new FamilyHoldEnded(recall))
        : Decision<FamilyEvent>.AlreadyDone; // Not held for this case, or no longer.
}
