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
    /// <summary>The hold on a unit that was handed out, and nobody knows on which order.</summary>
    public const string WithoutOrder = "issued-without-order";

    /// <summary>It was handed out at <c>by.Site</c> at <c>by.OccurredAt</c>.</summary>
    /// <param name="known">What we have been told of the patient.</param>
    /// <param name="order">Null where nobody wrote it down: then that of the reservation for the patient.</param>
    /// <param name="verifiedBy">The second person's staff code.</param>
    public static Decision<UnitEvent> RecordIssue(
        Unit state, KnownRecipient known, PolicyPack policy, OrderId? order, RecipientId recipient, string verifiedBy, Provenance by)
    {
        var reserved = state.Reservation is { } reservation && reservation.Recipient == recipient ? reservation.Order : (OrderId?)null;
        if (state.Fate is { } fate)
            return Note(state, Discrepancy("issued-after-end", $"The unit {Ended(fate)} and was handed out at {by.Site} for {recipient}{((order ?? reserved) is { } ended ? $" on order {ended}" : "")} at {Write(by.OccurredAt)}, verified by {verifiedBy}."));
        if ((order ?? reserved) is not { } on)
        {
            // It hangs at a bed: nobody else gets it before somebody has found out at whose.
            return Decision<UnitEvent>.Accept([
                .. New(state, Discrepancy(WithoutOrder, $"Handed out at {by.Site} for {recipient} at {Write(by.OccurredAt)}, and nobody knows on which order.")),
                .. Stopped(state, [WithoutOrder], state.Reservation?.Order, by),
            ]);
        }

        if (IsOutWith(state, on, recipient))
            return Decision<UnitEvent>.AlreadyDone; // Told before.
        if (IsOlderThanTheIssue(state, policy, by) && state.Issue is { } newer)
            return Note(state, Discrepancy("issued-earlier", $"Handed out at {by.Site} for {recipient} on order {on} at {Write(by.OccurredAt)}, before it was handed out for {newer.Recipient}."));

        // Judged by the time at which it happened: that it has expired since says nothing against it.
        var findings = SafetyRules.Judge(new SafetyCase(state, on, recipient, known, policy, by.Site, by.OccurredAt));
        List<UnitDiscrepancyRecorded> against =
        [
            .. findings.Where(finding => finding.Blocks).Select(finding => Discrepancy(finding.Code, $"Handed out at {by.Site} for {recipient} at {Write(by.OccurredAt)} all the same: {finding.Message}")),
            .. IsSame(verifiedBy, by.Actor) ? (UnitDiscrepancyRecorded[])[Discrepancy("second-person-required", $"Handed out at {by.Site} for {recipient} at {Write(by.OccurredAt)} by one person alone.")] : [],
        ];
        var isTested = state.Facts is not { Kind: var kind } || !SafetyRules.CarriesRedCells(kind)
            || !findings.Any(finding => finding is { Blocks: true, Code: "sample-missing" or "sample-expired" or "crossmatch-missing" });
        return Decision<UnitEvent>.Accept([
            // Whoever waits for it gets another: this one is gone.
            .. state.Reservation is { } other && other.Order != on ? (UnitEvent[])[new UnitReservationEnded(other.Order, "issued-to-another")] : [],
            new UnitIssueRecorded(on, recipient, verifiedBy, by.Site, by.OccurredAt + policy.AccountFor, known.Group, isTested ? null : WholeSeconds(by.OccurredAt + policy.Emergency.RetrospectiveCrossmatch)),
            .. New(state, against),
        ]);
    }

    /// <summary>It came back to <c>by.Site</c>.</summary>
    /// <param name="policy">The version in force when it happened.</param>
    /// <param name="recipient">Whom it had been out with, where somebody wrote that down.</param>
    /// <param name="order">On which order, likewise.</param>
    public static Decision<UnitEvent> RecordReturn(Unit state, ComingBack back, PolicyPack policy, Provenance by, RecipientId? recipient = null, OrderId? order = null)
    {
        var told = back with { MinutesOut = Math.Max(0, back.MinutesOut) };
        if (state.Fate is { } fate)
            return Note(state, Discrepancy("returned-after-end", $"The unit {Ended(fate)} and came back to {by.Site} at {Write(by.OccurredAt)}."));
        var found = state.Custody.Site == by.Site && state.Issue is not null ? [] : CustodyDecider.RecordFinding(state, by).Events;
        if (state.Issue is not { } issue)
        {
            return Decision<UnitEvent>.Accept([
                .. found,
                .. New(state, Discrepancy("returned-without-issue", $"Came back to {by.Site} at {Write(by.OccurredAt)} without having been handed out.")),
                .. Stopped(state, Against(told, policy.ReturnLimit), state.Reservation?.Order, by),
            ]);
        }

        // Another journey than the one that it is on: where it is now says the newer hand-over, and what was seen in it stays seen.
        if (IsOlderThanTheIssue(state, policy, by) || (recipient is { } whom && whom != issue.Recipient) || (order is { } which && which != issue.Order))
        {
            return Decision<UnitEvent>.Accept([
                .. New(state, Discrepancy("returned-of-another", $"Came back to {by.Site} at {Write(by.OccurredAt)}{(recipient is { } other ? $" from {other}" : "")}, while out with {issue.Recipient} on order {issue.Order}.")),
                .. Stopped(state, Against(told, policy.ReturnLimit), state.Reservation?.Order, by),
            ]);
        }

        return Decision<UnitEvent>.Accept([.. TakenBack(state, told, policy.ReturnLimit, by), .. found]);
    }

    /// <summary>It happened before the unit was handed out as the record has it; both are due the same span after.</summary>
    private static bool IsOlderThanTheIssue(Unit state, PolicyPack policy, Provenance by) =>
        state.Issue is { AccountBy: { } due } && by.OccurredAt + policy.AccountFor < due;

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
