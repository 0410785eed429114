using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Policies;
using Distribution.Inventory.Safety;
using static Distribution.Inventory.UnitWords;

namespace Distribution.Inventory;

/// <summary>
/// The bench without a connection: what was done there is told later, as facts. Nothing is refused; what the rules would have had
/// against it stands as discrepancies under the rules' own codes.
/// </summary>
public static partial class BenchDecider
{
    /// <summary>It was handed out at <c>by.Site</c> at <c>by.OccurredAt</c>.</summary>
    /// <param name="known">What we have been told of the patient.</param>
    /// <param name="order">Null where nobody wrote it down: then that of the reservation for the patient.</param>
    /// <param name="verifiedBy">The second person's staff code.</param>
    public static Decision<UnitEvent> RecordIssue(
        Unit state, KnownRecipient known, PolicyPack policy, OrderId? order, RecipientId recipient, string verifiedBy, Provenance by)
    {
        var reserved = state.Reservation is { } reservation && reservation.Recipient == recipient ? reservation.Order : (OrderId?)null;
        if ((order ?? reserved) is not { } on)
            return Note(state, Discrepancy("issued-without-order", $"Handed out at {by.Site} for {recipient} at {Write(by.OccurredAt)}, and nobody knows on which order."));
        if (IsOutWith(state, on, recipient))
            return Decision<UnitEvent>.AlreadyDone; // Told before.
        if (state.Fate is { } fate)
            return Note(state, Discrepancy("issued-after-end", $"The unit {Ended(fate)} and was handed out at {by.Site} at {Write(by.OccurredAt)}."));

        // Judged by the time at which it happened: that it has expired since says nothing against it.
        var findings = SafetyRules.Judge(new SafetyCase(state, on, recipient, known, policy, by.Site, by.OccurredAt));
        List<UnitDiscrepancyRecorded> against =
        [
            .. findings.Where(finding => finding.Blocks).Select(finding => Discrepancy(finding.Code, $"Handed out at {by.Site} all the same: {finding.Message}")),
            .. IsSame(verifiedBy, by.Actor) ? (UnitDiscrepancyRecorded[])[Discrepancy("second-person-required", $"Handed out at {by.Site} by one person alone.")] : [],
        ];
        return Decision<UnitEvent>.Accept([
            new UnitIssueRecorded(on, recipient, verifiedBy, by.Site, by.OccurredAt + policy.AccountFor, known.Group),
            .. New(state, against),
        ]);
    }

    /// <summary>It came back to <c>by.Site</c>.</summary>
    /// <param name="limit">The policy's longest time out.</param>
    public static Decision<UnitEvent> RecordReturn(Unit state, ComingBack back, TimeSpan limit, Provenance by)
    {
        if (state.Fate is { } fate)
            return Note(state, Discrepancy("returned-after-end", $"The unit {Ended(fate)} and came back to {by.Site} at {Write(by.OccurredAt)}."));
        var found = state.Custody.Site == by.Site && state.Issue is not null ? [] : CustodyDecider.RecordFinding(state, by).Events;
        if (state.Facts is null || state.Issue is null)
        {
            return Decision<UnitEvent>.Accept([
                .. found, .. New(state, Discrepancy("returned-without-issue", $"Came back to {by.Site} at {Write(by.OccurredAt)} without having been handed out.")),
            ]);
        }

        return Decision<UnitEvent>.Accept([.. TakenBack(state, back with { MinutesOut = Math.Max(0, back.MinutesOut) }, limit, by), .. found]);
    }

    /// <summary>It was thrown away at <c>by.Site</c>.</summary>
    /// <param name="reason">A code.</param>
    public static Decision<UnitEvent> RecordDiscard(Unit state, string reason, Provenance by)
    {
        if (state.Fate is { Kind: FateKind.Discarded })
            return Decision<UnitEvent>.AlreadyDone; // Told before.
        if (state.Fate is { } fate)
            return Note(state, Discrepancy("discarded-after-end", $"The unit {Ended(fate)} before it was discarded ({reason})."));
        List<UnitEvent> events = [new UnitDiscarded(reason, OrderOf(state))];
        if (state.Facts is null)
            events.AddRange(New(state, NeverPrepared()));
        if (state.Custody.Site != by.Site)
            events.AddRange(New(state, Discrepancy("discarded-elsewhere", $"Discarded at {by.Site} while {Whereabouts(state)}.")));
        return Decision<UnitEvent>.Accept(events);
    }
}
