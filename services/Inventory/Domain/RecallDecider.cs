using System.Globalization;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

namespace Distribution.Inventory;

/// <summary>Call units back, or add to a case what was not in it.</summary>
/// <param name="Donations">What the case is about.</param>
/// <param name="WholeFamilies">Every unit of the donations is concerned, also those not yet told of; otherwise only named ones.</param>
public sealed record OpenRecall(
    RecallId Recall,
    RecallKind Kind,
    string Reason,
    RecallSource Source,
    IReadOnlyList<DonationNumber> Donations,
    bool WholeFamilies,
    DateTimeOffset? DueAt = null);

/// <summary>A unit of a case, as it is now.</summary>
public readonly record struct CasedUnit(UnitNumber Number, Unit Unit);

/// <summary>
/// A case is opened, answered by every site that has or had one of its units, and ends in one of two ways: it came to nothing,
/// or every unit has met its end. Whoever has a unit answers for it by where it is now, not by where it was when the case began.
/// </summary>
public static class RecallDecider
{
    /// <summary>Longer lists are cut in what people read.</summary>
    private const int Listed = 20;

    /// <param name="units">All that the case concerns, those already in it included.</param>
    public static Decision<RecallEvent> Open(Recall state, OpenRecall command, IReadOnlyList<CasedUnit> units, Provenance by)
    {
        // A case that came to nothing never comes back, a new one has a new name: this news was overtaken by that of the end.
        if (state.End is { Cleared: true })
            return Decision<RecallEvent>.AlreadyDone;
        if (state.Facts is null)
        {
            return Decision<RecallEvent>.Accept(new RecallOpened(
                command.Recall, command.Kind, command.Reason, command.Source, [.. command.Donations.Distinct()], [.. units.Select(Met)], by.Site, by.OccurredAt, command.DueAt));
        }

        return Extend(state, command.Donations, units, command.DueAt);
    }

    /// <summary>What was not in the case; nothing where all was.</summary>
    /// <param name="dueAt">When every site has to have answered for it; an earlier time than that of the case changes nothing.</param>
    public static Decision<RecallEvent> Extend(
        Recall state, IReadOnlyList<DonationNumber> donations, IReadOnlyList<CasedUnit> units, DateTimeOffset? dueAt = null)
    {
        var newDonations = donations.Distinct().Except(state.Donations).ToList();
        var inCase = state.Units.ToHashSet();
        var newUnits = units.Where(unit => !inCase.Contains(unit.Number)).ToList();
        var newDueAt = dueAt is { } told && (state.Facts?.DueAt is not { } known || told > known) ? dueAt : null;
        // Time alone opens no case again that was complete.
        return newDonations.Count + newUnits.Count == 0 && (newDueAt is null || !state.IsOpen)
            ? Decision<RecallEvent>.AlreadyDone // Told before.
            : Decision<RecallEvent>.Accept(new RecallExtended(newDonations, [.. newUnits.Select(Met)], newDueAt));
    }

    /// <param name="units">All units of the case.</param>
    /// <param name="scanned">Those in hand; null for all that the site has or had last.</param>
    public static Decision<RecallEvent> Acknowledge(Recall state, IReadOnlyList<CasedUnit> units, IReadOnlyList<UnitNumber>? scanned, Provenance by)
    {
        if (!state.IsOpen)
            return Decision<RecallEvent>.Reject("recall-closed", "The case has ended: there is nothing to answer for.");
        var strangers = (scanned ?? []).Except(state.Units).ToList();
        if (strangers.Count > 0)
            return Decision<RecallEvent>.Reject("not-in-recall", $"Not called back by this case: {Write(strangers)}.", "units");

        var own = (scanned ?? [.. units.Where(unit => AnsweringSites(unit.Unit).Contains(by.Site)).Select(unit => unit.Number)]).Distinct().ToList();
        if (own.Count == 0)
            return Decision<RecallEvent>.Reject("nothing-to-acknowledge", $"{by.Site} has none of the units and had none last.");
        var unanswered = own.Where(unit => !state.Acknowledged.Contains(new Acknowledgement(by.Site, unit))).ToList();
        return unanswered.Count == 0
            ? Decision<RecallEvent>.AlreadyDone // Answered before.
            : Decision<RecallEvent>.Accept(new RecallAcknowledged(by.Site, unanswered));
    }

    /// <summary>The time has come; whether anybody is late is in the state.</summary>
    public static Decision<RecallEvent> FallDue(Recall state, IReadOnlyList<CasedUnit> units, Provenance by)
    {
        if (!state.IsOpen || state.IsOverdue || state.Facts!.DueAt is not { } dueAt || dueAt > by.Now)
            return Decision<RecallEvent>.AlreadyDone;
        var late = Unanswered(state, units).ToList();
        var astray = units.Where(unit => unit.Unit.Fate is null
            && (unit.Unit.Custody.Kind is CustodyKind.Missing or CustodyKind.Unknown || late.Exists(pair => pair.Unit == unit.Number))).ToList();
        return late.Count + astray.Count == 0
            ? Decision<RecallEvent>.AlreadyDone
            : Decision<RecallEvent>.Accept(new RecallOverdue(
                dueAt, [.. late.Select(pair => pair.Site).Distinct().Order()], [.. astray.Select(unit => unit.Number)]));
    }

    /// <summary>Every unit has met its end, and everybody concerned has said so. The holds stay, on units that are no more.</summary>
    /// <param name="verifiedBy">The second person's staff code.</param>
    public static Decision<RecallEvent> Close(Recall state, IReadOnlyList<CasedUnit> units, string reason, string verifiedBy, Provenance by)
    {
        if (state.End is not null)
            return Decision<RecallEvent>.AlreadyDone; // Ended before, this way or the other.
        var refusals = Alone(verifiedBy, by).ToList();
        if (Unanswered(state, units).Select(pair => pair.Site).Distinct().Order().ToList() is { Count: > 0 } sites)
            refusals.Add(new Rejection("not-acknowledged", $"Not acknowledged by {string.Join(", ", sites)}."));
        if (units.Where(unit => unit.Unit.Fate is null).Select(unit => unit.Number).ToList() is { Count: > 0 } living)
            refusals.Add(new Rejection("not-accounted", $"Neither transfused nor discarded, expired or given up: {Write(living)}."));
        return refusals.Count > 0
            ? Decision<RecallEvent>.Reject(refusals)
            : Decision<RecallEvent>.Accept(Closed(state, cleared: false, reason, verifiedBy, by));
    }

    /// <summary>It came to nothing, say those who opened it here.</summary>
    /// <param name="verifiedBy">The second person's staff code.</param>
    public static Decision<RecallEvent> Clear(Recall state, string reason, string verifiedBy, Provenance by)
    {
        if (state.End is not null)
            return Decision<RecallEvent>.AlreadyDone; // Ended before, this way or the other.
        var refusals = Alone(verifiedBy, by).ToList();
        if (state.Facts!.Source != RecallSource.Inventory)
            refusals.Add(new Rejection("recall-of-the-centre", "The centre opened the case at its donations and ends it there."));
        return refusals.Count > 0
            ? Decision<RecallEvent>.Reject(refusals)
            : Decision<RecallEvent>.Accept(Closed(state, cleared: true, reason, verifiedBy, by));
    }

    /// <summary>The centre says that its case came to nothing: a fact, whether or not we have heard of the case or all have answered.</summary>
    public static Decision<RecallEvent> RecordEnd(Recall state, RecallId recall, string reason, string verifiedBy, Provenance by) =>
        state.End is { Cleared: true }
            ? Decision<RecallEvent>.AlreadyDone // Told before.
            : Decision<RecallEvent>.Accept(new RecallClosed(recall, state.Facts?.Source ?? RecallSource.DonationService, true, reason, verifiedBy, by.OccurredAt));

    /// <summary>
    /// The sites that have the unit or had it last: where it stands or ended, where it is bound for, or both ends of the leg that
    /// it was missed on. Empty where nobody is known to have had it.
    /// </summary>
    public static IReadOnlyList<SiteId> AnsweringSites(Unit unit) =>
    [
        .. (unit.Custody switch
        {
            { Kind: CustodyKind.InTransit, To: { } to } => [to],
            { Kind: CustodyKind.Missing } missing => [missing.Site, missing.To],
            var custody => new[] { custody.Site },
        }).OfType<SiteId>().Distinct(),
    ];

    /// <summary>Who has not answered for which unit.</summary>
    public static IEnumerable<Acknowledgement> Unanswered(Recall state, IEnumerable<CasedUnit> units) => units
        .SelectMany(unit => AnsweringSites(unit.Unit).Select(site => new Acknowledgement(site, unit.Number)))
        .Where(pair => !state.Acknowledged.Contains(pair));

    private static RecallClosed Closed(Recall state, bool cleared, string reason, string verifiedBy, Provenance by) =>
        new(state.Facts!.Recall, state.Facts.Source, cleared, reason, verifiedBy, by.OccurredAt);

    private static RecalledUnit Met(CasedUnit unit) => RecalledUnit.Of(unit.Number, unit.Unit);

    private static IEnumerable<Rejection> Alone(string verifiedBy, Provenance by) =>
        string.Equals(verifiedBy.Trim(), by.Actor.Trim(), StringComparison.OrdinalIgnoreCase)
            ? [new Rejection("second-person-required", "A second person has to agree that the case ends.", "verifierScan")]
            : [];

    private static string Write(List<UnitNumber> units) => units.Count <= Listed
        ? string.Join(", ", units)
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", units.Take(Listed))} and {units.Count - Listed} more");
}
