using Distribution.Blood.Deciding;

namespace Distribution.Inventory;

/// <summary>Takes contradictions off the board once somebody has looked at them.</summary>
public static class DiscrepancyDecider
{
    /// <param name="of">The version at which the contradiction is to stand.</param>
    /// <param name="isOne">There is one at that version.</param>
    /// <param name="resolution">What was the matter, in words.</param>
    public static Decision<UnitEvent> Resolve(Unit state, long of, bool isOne, string resolution)
    {
        if (!isOne)
            return Decision<UnitEvent>.Reject("unknown-discrepancy", "No contradiction stands at this version of the unit's history.", "version");
        return state.Resolved.Contains(of)
            ? Decision<UnitEvent>.AlreadyDone // Somebody has looked at it.
            : Decision<UnitEvent>.Accept(new UnitDiscrepancyResolved(of, resolution));
    }
}
