using System.Globalization;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using static Distribution.Inventory.UnitWords;

namespace Distribution.Inventory;

/// <summary>An issued unit as it comes back.</summary>
/// <param name="MinutesOut">How long it was out of controlled storage.</param>
/// <param name="SealIntact">Nobody has opened it.</param>
public sealed record ComingBack(int MinutesOut, Appearance Appearance, bool SealIntact);

/// <summary>How a transfusion went.</summary>
/// <param name="VolumeMl">How much ran in, milliliters; null where nobody says.</param>
/// <param name="Ward">Where in the hospital, by its code.</param>
/// <param name="Recipient">Into whom, where that was written down at the bedside.</param>
/// <param name="Order">On which order, where that was written down.</param>
public sealed record Transfusion(
    DateTimeOffset StartedAt, int? VolumeMl, DateTimeOffset? EndedAt = null, string? Ward = null, RecipientId? Recipient = null, OrderId? Order = null);

public static partial class BenchDecider
{
    /// <summary>The hold on a unit whose closure somebody may have opened.</summary>
    public const string SealBroken = "seal-broken";

    /// <summary>What the hold on a unit that does not look as it should begins with; how it looks follows.</summary>
    public const string AppearancePrefix = "appearance-";

    /// <summary>How much more than its label says may run in of a bag before it is a slip of the pen, percent.</summary>
    private const int VolumeTolerancePercent = 10;

    /// <param name="limit">The policy's longest time out.</param>
    public static Decision<UnitEvent> Return(Unit state, ComingBack back, TimeSpan limit, Provenance by)
    {
        var refusals = Unknown(state).Concat(EndedAlready(state)).ToList();
        if (refusals.Count == 0 && state.Issue is null)
            refusals.Add(new Rejection("not-issued", "The unit is not out with a patient."));
        if (state.Issue is not null && state.Custody.Site != by.Site)
            refusals.Add(NotHere(state, by.Site));
        if (back.MinutesOut < 0)
            refusals.Add(new Rejection("minutes-out-invalid", "The time out of storage cannot be negative.", "minutesOut"));
        return refusals.Count > 0
            ? Decision<UnitEvent>.Reject(refusals)
            : Decision<UnitEvent>.Accept(TakenBack(state, back, limit, by));
    }

    /// <summary>It has run into somebody's vein: whatever the record says, this is true.</summary>
    /// <returns>Refused only where more is said to have run in than there was: then a figure is wrong.</returns>
    public static Decision<UnitEvent> RecordTransfusion(Unit state, Transfusion told, Provenance by)
    {
        if (state.Fate is { Kind: FateKind.Transfused } before && before.At == told.StartedAt)
            return Decision<UnitEvent>.AlreadyDone; // Told before.
        if (state.Facts is { } facts && told.VolumeMl * 100L > facts.VolumeMl * (100 + VolumeTolerancePercent))
            return Decision<UnitEvent>.Reject("volume-exceeds-unit", $"There were {facts.VolumeMl} mL in the bag.", "volumeMl");
        if (state.Fate is { } fate)
            return Note(state, Discrepancy("transfused-after-end", $"The unit {Ended(fate)} and was transfused at {by.Site} from {Write(told.StartedAt)}{Into(state, told)}."));

        List<UnitEvent> events = [new UnitTransfused(OrderOf(state) ?? told.Order, state.Issue?.Recipient ?? told.Recipient, told.StartedAt, told.VolumeMl, told.EndedAt, told.Ward)];
        events.AddRange(New(state, [.. TransfusionContradictions(state, told.StartedAt, by)]));
        return Decision<UnitEvent>.Accept(events);
    }

    private static string Into(Unit state, Transfusion told) =>
        $"{((told.Recipient ?? state.Issue?.Recipient) is { } recipient ? $" to {recipient}" : "")}{((told.Order ?? state.Issue?.Order) is { } order ? $" on order {order}" : "")}{(told.VolumeMl is { } volume ? $", {volume.ToString(CultureInfo.InvariantCulture)} mL" : "")}";

    /// <summary>What speaks against using it again as it came back.</summary>
    private static List<string> Against(ComingBack back, TimeSpan limit) =>
    [
        .. TimeSpan.FromMinutes(back.MinutesOut) <= limit ? (string[])[] : [UnitDecider.OutOfStorage],
        .. back.Appearance == Appearance.Normal ? (string[])[] : [AppearancePrefix + back.Appearance.ToString().ToLowerInvariant()],
        .. back.SealIntact ? (string[])[] : [SealBroken],
    ];

    private static IEnumerable<UnitHeld> Stopped(Unit state, List<string> against, OrderId? order, Provenance by) =>
        against.Where(reason => !state.Holds.Contains(reason)).Select(reason => new UnitHeld(reason, order, by.Site, by.Actor));

    private static List<UnitEvent> TakenBack(Unit state, ComingBack back, TimeSpan limit, Provenance by)
    {
        var (order, recipient) = (state.Issue!.Order, state.Issue.Recipient);
        var against = Against(back, limit);
        List<UnitEvent> events = [new UnitReturned(order, recipient, back.MinutesOut, against.Count == 0, back.Appearance, back.SealIntact)];
        if (state.Reservation is { } reservation)
            events.Add(new UnitReservationEnded(reservation.Order, "returned"));
        if (state.Facts is { } facts && facts.ExpiresAt <= by.Latest)
            events.Add(new UnitExpired(facts.ExpiresAt, order)); // Its deadline passed while it was out.
        else
            events.AddRange(Stopped(state, against, null, by));
        return events;
    }

    private static IEnumerable<UnitDiscrepancyRecorded> TransfusionContradictions(Unit state, DateTimeOffset startedAt, Provenance by)
    {
        if (state.Facts is not { } facts)
        {
            yield return NeverPrepared();
            yield break;
        }

        if (state.Issue is null)
            yield return Discrepancy("not-issued", $"Transfused at {by.Site} without having been issued.");
        if (!state.Released)
            yield return Discrepancy("not-released", $"Transfused at {by.Site} out of quarantine.");
        if (!state.Holds.IsEmpty)
            yield return Discrepancy("transfused-on-hold", $"Transfused at {by.Site} while held: {string.Join(", ", state.Holds)}.");
        if (facts.ExpiresAt <= startedAt)
            yield return Discrepancy("transfused-after-expiry", $"Expired at {Write(facts.ExpiresAt)}, transfused from {Write(startedAt)}.");
        if (state.Custody.Site != by.Site)
            yield return Discrepancy("transfused-elsewhere", $"Transfused at {by.Site} while {Whereabouts(state)}.");
    }
}
