using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;

namespace Distribution.Inventory;

/// <summary>What a case does to one unit, and what a patient's reaction says of one.</summary>
public static class UnitRecallDecider
{
    /// <summary>Use is stopped wherever the unit is; what has met its end is past stopping.</summary>
    /// <param name="person">Whose act it was; null where the unit came under a case that was there before it.</param>
    public static Decision<UnitEvent> Hold(Unit state, RecallId recall, SiteId site, string? person)
    {
        if (state.Fate is not null || state.IsHeldFor(recall))
            return Decision<UnitEvent>.AlreadyDone;

        List<UnitEvent> events = [];
        var reason = recall.ToString();
        // Somebody held it by hand in the words of the case: that hold could be ended by hand, this one cannot.
        if (state.Holds.Contains(reason))
            events.Add(new UnitHoldEnded(reason, state.Holds.Count > 1, state.Reservation?.Order));
        events.Add(new UnitHeld(reason, state.Reservation?.Order, site, person, recall));
        return Decision<UnitEvent>.Accept(events);
    }

    /// <summary>The case came to nothing. Other reasons to hold the unit stay.</summary>
    public static Decision<UnitEvent> EndHold(Unit state, RecallId recall, string verifiedBy) =>
        state.Fate is not null || !state.IsHeldFor(recall)
            ? Decision<UnitEvent>.AlreadyDone
            : Decision<UnitEvent>.Accept(new UnitHoldEnded(recall.ToString(), state.Holds.Count > 1, state.Reservation?.Order, verifiedBy));

    /// <summary>A patient reacted to it: whatever the record says of the unit, this is true.</summary>
    public static Decision<UnitEvent> ReportReaction(Unit state, UnitReactionReported reaction)
    {
        if (state.Reactions.Contains(reaction))
            return Decision<UnitEvent>.AlreadyDone; // Told before.

        List<UnitEvent> events = [reaction];
        if (state.Facts is null)
            events.Add(new UnitDiscrepancyRecorded("unknown-unit", "We had not been told that this unit was prepared."));
        if (state.Fate is not { Kind: FateKind.Transfused })
            events.Add(new UnitDiscrepancyRecorded("reaction-without-transfusion", $"A reaction to it was reported at {reaction.Site}, and no transfusion."));
        return Decision<UnitEvent>.Accept([.. events.Where(@event => @event is not UnitDiscrepancyRecorded discrepancy || !state.Discrepancies.Contains(discrepancy))]);
    }
}
