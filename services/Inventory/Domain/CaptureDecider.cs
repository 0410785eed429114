using System.Globalization;
using Distribution.Blood.Captures;
using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;
using static Distribution.Inventory.UnitWords;

namespace Distribution.Inventory;

/// <summary>
/// What a site without a connection did with a unit, told later. All of it has happened: nothing is refused, and what does not
/// fit the record, as it is by now, stands beside it as a discrepancy.
/// </summary>
public static class CaptureDecider
{
    /// <summary>The hold on a unit that came back while nobody wrote down how it looked.</summary>
    public const string NotInspected = "not-inspected";

    /// <param name="known">What we have been told of the line's recipient.</param>
    /// <param name="policy">The version in force when it happened.</param>
    /// <param name="line">An act on a unit.</param>
    /// <param name="by">The line's staff at the satellite, at the line's time.</param>
    public static Decision<UnitEvent> Record(Unit state, KnownRecipient known, PolicyPack policy, CaptureLine line, Provenance by)
    {
        // Whoever has in hand what was on the road to them contradicts nothing: its receipt is told by Dispatch, perhaps later.
        UnitEvent[] arrived = state is { Fate: null, Custody.Kind: CustodyKind.InTransit } && state.Custody.To == by.Site && line.Action != CaptureAction.Lose
            ? [new UnitFound(by.Site)]
            : [];
        var here = arrived.Aggregate(state, Unit.Evolve);
        return Decision<UnitEvent>.Accept([.. arrived, .. Told(here, known, policy, line, by)]);
    }

    /// <summary>The device told something else under the same number before; that stands as it was told.</summary>
    public static Decision<UnitEvent> NoteChanged(Unit state, CaptureLine line) => Note(state, Discrepancy(
        "capture-line-changed",
        string.Create(CultureInfo.InvariantCulture, $"Line {line.Sequence} of {line.Device} was told before and says something else now: {line.Action} by {line.Staff} at {Write(line.At)}{(line.Value is { } value ? $", {value}" : "")}{(line.Recipient is { } recipient ? $", for {recipient}" : "")}.")));

    private static IReadOnlyList<UnitEvent> Told(Unit state, KnownRecipient known, PolicyPack policy, CaptureLine line, Provenance by) => line.Action switch
    {
        CaptureAction.Store => Stored(state, line.Value!, by),
        CaptureAction.Issue => BenchDecider.RecordIssue(state, known, policy, line.Order, line.Recipient!.Value, line.Second!, by).Events,
        CaptureAction.Transfuse => Transfused(state, line, by),
        CaptureAction.Return => Returned(state, line, policy, by),
        CaptureAction.Discard => BenchDecider.RecordDiscard(state, line.Value!, by).Events,
        CaptureAction.Lose => Lost(state, line.Value!, by),
        CaptureAction.Find => CustodyDecider.RecordFinding(state, by).Events,
        _ => throw new InvalidOperationException($"{line.Action} is no act on a unit."),
    };

    private static IReadOnlyList<UnitEvent> Stored(Unit state, string place, Provenance by)
    {
        if (state.Fate is { } fate)
            return [.. New(state, Discrepancy("stored-after-end", $"The unit {Ended(fate)} and was put away at {by.Site} at {Write(by.OccurredAt)}."))];
        // Whoever puts it away has it.
        var found = CustodyDecider.RecordFinding(state, by).Events;
        return found.Count == 0 && string.Equals(state.Place, place, StringComparison.Ordinal) ? [] : [.. found, new UnitStored(place)];
    }

    private static List<UnitEvent> Transfused(Unit state, CaptureLine line, Provenance by)
    {
        int? volume = line.Value is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : null;
        var told = new Transfusion(line.At, volume, Recipient: line.Recipient, Order: line.Order);
        var decision = BenchDecider.RecordTransfusion(state, told, by);
        List<UnitEvent> events = [.. decision.Events];
        // More ran in than there was: the figure is wrong and the transfusion true.
        if (decision.IsRejected)
        {
            events.AddRange(BenchDecider.RecordTransfusion(state, told with { VolumeMl = null }, by).Events);
            events.AddRange(New(state, [.. decision.Rejections.Select(reason => Discrepancy(reason.Code, string.Create(CultureInfo.InvariantCulture, $"{volume} mL were told to have run in. {reason.Message}")))]));
        }

        if (events.OfType<UnitTransfused>().Any() && line.Recipient is { } recipient && state.Issue is { } issue && issue.Recipient != recipient)
            events.AddRange(New(state, Discrepancy("transfused-to-another", $"Transfused at {by.Site} to {recipient}, and out with {issue.Recipient}.")));
        return events;
    }

    private static List<UnitEvent> Returned(Unit state, CaptureLine line, PolicyPack policy, Provenance by)
    {
        var (appearance, seal) = Look(line.Note);
        var back = new ComingBack(int.Parse(line.Value!, CultureInfo.InvariantCulture), appearance ?? Appearance.Normal, seal ?? true);
        List<UnitEvent> events =
        [
            // What nobody wrote down is not known, and then it is not used before somebody has looked at it.
            .. BenchDecider.RecordReturn(state, back, policy, by, line.Recipient, line.Order).Events.Select(@event => @event is UnitReturned returned
                ? returned with { Appearance = appearance, SealIntact = seal, Usable = returned.Usable && appearance is not null && seal is not null }
                : @event),
        ];
        if (appearance is null && seal is null && state.Fate is null && !events.OfType<UnitExpired>().Any() && !state.Holds.Contains(NotInspected))
            events.Add(new UnitHeld(NotInspected, null, by.Site, by.Actor));
        return events;
    }

    /// <summary>How it looked, where the note is one of the words for it.</summary>
    private static (Appearance? Appearance, bool? SealIntact) Look(string? note) => note switch
    {
        "intact" => (Appearance.Normal, true),
        "seal-broken" => (null, false),
        "leaking" => (Appearance.Leaking, null),
        "layered" => (Appearance.Layered, null),
        "discolored" => (Appearance.Discolored, null),
        "clots" => (Appearance.Clots, null),
        "film" => (Appearance.Film, null),
        _ => (null, null),
    };

    private static List<UnitEvent> Lost(Unit state, string reason, Provenance by)
    {
        if (state.Fate is { Kind: FateKind.Lost })
            return []; // Given up before.
        if (state.Fate is { } fate)
            return [.. New(state, Discrepancy("lost-after-end", $"The unit {Ended(fate)} before it was given up at {by.Site} ({reason})."))];
        List<UnitEvent> events = [new UnitLost(reason, OrderOf(state))];
        if (state.Facts is null)
            events.AddRange(New(state, NeverPrepared()));
        if (state.Custody.Kind != CustodyKind.Unknown && state.Custody.Site != by.Site && state.Custody.To != by.Site)
            events.AddRange(New(state, Discrepancy("lost-elsewhere", $"Given up at {by.Site} while {Whereabouts(state)}.")));
        return events;
    }
}
