using Distribution.Blood.BloodGroups;
using Distribution.Blood.Compatibility;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using static Distribution.Inventory.UnitWords;

namespace Distribution.Inventory;

/// <summary>Keep this unit for this line of this order.</summary>
/// <param name="Kind">The component the line asks for.</param>
/// <param name="Group">The group the line asks for; where there is a recipient, the recipient's group decides instead.</param>
/// <param name="Emergency">Somebody bleeds, and it may be handed out uncrossmatched.</param>
/// <param name="GroupsForAnybody">What a patient of unknown group may get; null where the group is known.</param>
/// <param name="LetPass">Where another group than the patient's was accepted: the codes that a physician may let pass when it is issued. Null elsewhere.</param>
/// <param name="Requirements">What the line asks of the unit besides; judged again when it is handed out.</param>
public sealed record ReserveUnit(
    OrderId Order,
    int Line,
    ReservationPurpose Purpose,
    SiteId Supplier,
    SiteId Destination,
    ComponentKind Kind,
    BloodGroup Group,
    RecipientId? Recipient,
    BloodGroup? RecipientGroup,
    DateTimeOffset LapsesAt,
    bool Emergency = false,
    IReadOnlyList<BloodGroup>? GroupsForAnybody = null,
    IReadOnlyList<string>? LetPass = null,
    UnitRequirements? Requirements = null);

/// <summary>
/// Intentions on a unit (reserve, issue, hold …) can be refused, with every reason. Facts about it (prepared, dispatched,
/// received, transfused …) have happened: they are recorded, and where they contradict the record, a discrepancy with them.
/// </summary>
public static class UnitDecider
{
    /// <summary>The hold on a unit that came back too late to be used without somebody's judgment.</summary>
    public const string OutOfStorage = "out-of-storage";

    /// <summary>The hold on a unit of which two groups are told.</summary>
    public const string GroupDiffers = "group-differs";

    /// <summary>How long after <see cref="Reservation.LapsesAt"/> a reservation really ends.</summary>
    /// <remarks>Dispatch refuses to hand over after LapsesAt itself: what it handed over a moment before is told within this time.</remarks>
    public static readonly TimeSpan LapseGrace = TimeSpan.FromMinutes(15);

    // ---- facts from the centre -------------------------------------------------------------------------------------

    public static Decision<UnitEvent> Prepare(Unit state, UnitFacts facts)
    {
        if (state.Facts == facts)
            return Decision<UnitEvent>.AlreadyDone; // Told before: every message of the centre carries the facts.
        if (state.Fate is { } fate)
        {
            return Decision<UnitEvent>.Accept([
                .. Opening(state, facts),
                .. New(state, Discrepancy("prepared-after-end", $"The unit {Ended(fate)} before we were told what it is: {Describe(facts)}.")),
            ]);
        }

        return Decision<UnitEvent>.Accept(Opening(state, facts));
    }

    public static Decision<UnitEvent> Release(Unit state, UnitFacts facts, BloodGroup group, string verifiedBy)
    {
        if (state.Fate is { } fate)
            return Decision<UnitEvent>.Accept([.. Opening(state, facts), .. New(state, Discrepancy("released-after-end", $"The unit {Ended(fate)} before it was released as {group}."))]);

        var events = Opening(state, facts);
        if (!state.Released)
        {
            events.Add(new UnitReleased(group, verifiedBy));
        }
        else if (state.Group != group)
        {
            // Two groups for one bag: nobody gets it before somebody has found out which is true.
            events.AddRange(New(state, Discrepancy("group-differs", $"Released as {state.Group}, then told to be {group}.")));
            events.AddRange(DoubtGroup(state, facts.Site).Events);
        }

        // Otherwise the release has been told before.
        return Decision<UnitEvent>.Accept(events);
    }

    /// <summary>Two groups are told of the bag, or of one that it was made of.</summary>
    /// <param name="site">Where it is found out which is true.</param>
    public static Decision<UnitEvent> DoubtGroup(Unit state, SiteId site) => state.Fate is not null || state.Holds.Contains(GroupDiffers)
        ? Decision<UnitEvent>.AlreadyDone // Past stopping, or stopped for this before.
        : Decision<UnitEvent>.Accept(new UnitHeld(GroupDiffers, state.Reservation?.Order, site));

    /// <summary>The centre threw it away, whatever we knew of it.</summary>
    public static Decision<UnitEvent> DiscardAtCentre(Unit state, UnitFacts facts, string reason, Provenance by)
    {
        if (state.Fate is { Kind: FateKind.Discarded })
            return Decision<UnitEvent>.Accept(state.Facts is null ? Opening(state, facts) : []); // Told before.
        if (state.Fate is { } fate)
            return Decision<UnitEvent>.Accept([.. Opening(state, facts), .. New(state, Discrepancy("discarded-after-end", $"The unit {Ended(fate)} before it was discarded ({reason})."))]);

        var events = Opening(state, facts);
        events.Add(new UnitDiscarded(reason, OrderOf(state)));
        if (state.Custody is not { Kind: CustodyKind.Unknown or CustodyKind.AtSite } || (state.Custody.Site is { } site && site != by.Site))
            events.AddRange(New(state, Discrepancy("discarded-elsewhere", $"Discarded at {by.Site} while {Whereabouts(state)}.")));
        return Decision<UnitEvent>.Accept(events);
    }

    /// <summary>The centre made other components of it before it was released, whatever we knew of it.</summary>
    /// <param name="into">What was made of it.</param>
    public static Decision<UnitEvent> UseUpAtCentre(Unit state, UnitFacts facts, IReadOnlyList<UnitNumber> into, Provenance by)
    {
        if (state.Fate is { Kind: FateKind.UsedUp } && state.Children.SequenceEqual(into))
            return Decision<UnitEvent>.Accept(state.Facts is null ? Opening(state, facts) : []); // Told before.
        if (state.Fate is { } fate)
            return Decision<UnitEvent>.Accept([.. Opening(state, facts), .. New(state, Discrepancy("used-up-after-end", $"The unit {Ended(fate)} before {string.Join(", ", into)} was made of it."))]);

        var events = Opening(state, facts);
        events.Add(new UnitUsedUp(null, into, OrderOf(state)));
        if (state.Custody is not { Kind: CustodyKind.Unknown or CustodyKind.AtSite } || (state.Custody.Site is { } site && site != by.Site))
            events.AddRange(New(state, Discrepancy("used-up-elsewhere", $"Used up at {by.Site} while {Whereabouts(state)}.")));
        return Decision<UnitEvent>.Accept(events);
    }

    /// <summary>Its time is over, as far as it is still in stock: what is out with a patient is judged when it comes back.</summary>
    public static Decision<UnitEvent> Expire(Unit state, Provenance by)
    {
        // Ended otherwise, out with a patient, or not yet due: the deadline has nothing to do.
        if (state.Fate is not null || state.Issue is not null || state.Facts is null || state.Facts.ExpiresAt > by.Now)
            return Decision<UnitEvent>.AlreadyDone;
        return Decision<UnitEvent>.Accept(new UnitExpired(state.Facts.ExpiresAt, OrderOf(state)));
    }

    // ---- holds -----------------------------------------------------------------------------------------------------

    public static Decision<UnitEvent> Hold(Unit state, string reason, Provenance by)
    {
        var refusals = Unknown(state).ToList();
        return refusals.Count > 0 ? Decision<UnitEvent>.Reject([.. refusals, .. EndedAlready(state)]) : HoldMade(state, reason, by);
    }

    /// <summary>A hold on what was made of the unit that was scanned: its preparation may not have been told yet.</summary>
    public static Decision<UnitEvent> HoldMade(Unit state, string reason, Provenance by)
    {
        var refusals = EndedAlready(state).ToList();
        if (refusals.Count > 0)
            return Decision<UnitEvent>.Reject(refusals);
        if (state.Holds.Contains(reason))
            return Decision<UnitEvent>.AlreadyDone; // Held for this reason already: a hold is not counted.
        return Decision<UnitEvent>.Accept(new UnitHeld(reason, state.Reservation?.Order, by.Site, by.Actor));
    }

    /// <summary>What stops a unit stops what was made of it, also where nobody has told of that yet.</summary>
    /// <param name="holds">Those on what it was made of.</param>
    /// <param name="site">Where the news of it comes from.</param>
    public static Decision<UnitEvent> InheritHolds(Unit state, IReadOnlyList<HoldOrigin> holds, SiteId site)
    {
        if (state.Fate is not null)
            return Decision<UnitEvent>.AlreadyDone; // Past stopping.
        var (events, heir) = (new List<UnitEvent>(), state);
        foreach (var hold in holds)
        {
            IReadOnlyList<UnitEvent> laid = hold.Recall is { } recall
                ? UnitRecallDecider.Hold(heir, recall, hold.Site ?? site, null).Events
                : heir.Holds.Contains(hold.Reason) ? [] : [new UnitHeld(hold.Reason, heir.Reservation?.Order, hold.Site, hold.Person)];
            events.AddRange(laid);
            heir = laid.Aggregate(heir, Unit.Evolve);
        }

        return Decision<UnitEvent>.Accept(events);
    }

    /// <param name="verifiedBy">A second person's staff code, where one was named.</param>
    public static Decision<UnitEvent> EndHold(Unit state, string reason, string? verifiedBy, Provenance by)
    {
        var refusals = Unknown(state).Concat(EndedAlready(state)).ToList();
        if (refusals.Count > 0)
            return Decision<UnitEvent>.Reject(refusals);
        if (!state.Holds.Contains(reason))
            return Decision<UnitEvent>.AlreadyDone; // Not held for this reason, or no longer.
        if (state.HoldOrigins.Exists(origin => origin.Recall is not null && string.Equals(origin.Reason, reason, StringComparison.Ordinal)))
            return Decision<UnitEvent>.Reject("hold-of-a-recall", "The unit is called back: only the end of the case ends this hold.");
        if (string.Equals(reason, GroupDiffers, StringComparison.Ordinal))
            return Decision<UnitEvent>.Reject("hold-of-a-group", "Two groups are told of the unit, and its label is in doubt for good: discard it.");
        if (!state.HoldingSites(reason).Contains(by.Site))
            refusals.Add(new Rejection("hold-of-another-site", "Another site holds the unit, and only its staff end the hold."));
        // Whoever took it back too late, or found it spoilt, does not alone judge that it may be used all the same.
        if (IsJudgedByTwo(reason))
        {
            var returnedBy = state.HoldOrigins.Find(origin => string.Equals(origin.Reason, reason, StringComparison.Ordinal))?.Person ?? by.Actor;
            if (IsSame(by.Actor, returnedBy) && (verifiedBy is null || IsSame(verifiedBy, returnedBy)))
                refusals.Add(new Rejection("second-person-required", "Somebody else than who stopped the unit has to judge it.", "verifierScan"));
        }

        return refusals.Count > 0
            ? Decision<UnitEvent>.Reject(refusals)
            : Decision<UnitEvent>.Accept(new UnitHoldEnded(reason, state.Holds.Count > 1, state.Reservation?.Order, verifiedBy));
    }

    private static bool IsJudgedByTwo(string reason) =>
        reason is OutOfStorage or CustodyDecider.ColdChain or BenchDecider.SealBroken or BenchDecider.WithoutOrder or CaptureDecider.NotInspected
        || reason.StartsWith(CustodyDecider.Damaged, StringComparison.Ordinal)
        || reason.StartsWith(BenchDecider.AppearancePrefix, StringComparison.Ordinal);

    // ---- reservations ----------------------------------------------------------------------------------------------

    public static Decision<UnitEvent> Reserve(Unit state, ReserveUnit command, Provenance by)
    {
        if (state.Reservation?.Order == command.Order)
            return Decision<UnitEvent>.AlreadyDone; // Kept for this order already.

        var refusals = Unusable(state, command.Supplier, by);
        if (state.Reservation is not null)
            refusals.Add(new Rejection("reserved-elsewhere", "The unit is reserved for another order."));
        if (state.Issue is not null)
            refusals.Add(new Rejection("issued", "The unit is out with a patient."));
        if (state.Facts is { } facts && facts.Kind != command.Kind)
            refusals.Add(new Rejection("wrong-component", "The unit is another component than the order asks for."));
        if (state is { Facts: not null, Released: true } && !Suits(state, command))
            refusals.Add(new Rejection("incompatible-group", $"A unit of {state.Group} does not serve {command.RecipientGroup ?? command.Group}."));
        if (command.Recipient is { } patient && state.IncompatibleWith.Contains(patient))
            refusals.Add(Incompatible());
        if (refusals.Count > 0)
            return Decision<UnitEvent>.Reject(refusals);

        return Decision<UnitEvent>.Accept(new UnitReserved(
            command.Order, command.Line, command.Purpose, command.Supplier, command.Destination, command.Recipient, command.RecipientGroup, command.LapsesAt, command.Emergency ? true : null, command.Requirements));
    }

    /// <summary>The order goes on with it in other words.</summary>
    /// <param name="command">What the order wants now; it is kept no shorter than before.</param>
    public static Decision<UnitEvent> Renew(Unit state, ReserveUnit command)
    {
        if (state.Reservation is not { } kept || kept.Order != command.Order)
            return Decision<UnitEvent>.AlreadyDone; // Ended, or somebody else's by now.
        var lapsesAt = command.LapsesAt > kept.LapsesAt ? command.LapsesAt : kept.LapsesAt;
        return kept with { Emergency = command.Emergency, RecipientGroup = command.RecipientGroup, LapsesAt = lapsesAt } == kept
            ? Decision<UnitEvent>.AlreadyDone
            : Decision<UnitEvent>.Accept(new UnitReservationRenewed(command.Order, command.RecipientGroup, lapsesAt, command.Emergency));
    }

    /// <summary>The order needs it no more.</summary>
    public static Decision<UnitEvent> EndReservation(Unit state, OrderId order, string reason)
    {
        // Ended before, or somebody else's by now.
        if (state.Reservation?.Order != order)
            return Decision<UnitEvent>.AlreadyDone;
        // On the road for this order it belongs to its leg, and out with a patient to the patient: receipt and return end the
        // reservation. The receipt of another order's leg would not.
        if (state.Issue is not null || (state.Custody.Kind == CustodyKind.InTransit && state.Custody.Order == order))
            return Decision<UnitEvent>.AlreadyDone;
        return Decision<UnitEvent>.Accept(new UnitReservationEnded(order, reason));
    }

    /// <summary>
    /// The order gives it back. What is to travel may have left a moment ago: it stays reserved, and the end of the grace frees it.
    /// </summary>
    /// <returns>Nothing for what has ended otherwise or waits; see <see cref="WaitsForItsLeg"/>.</returns>
    public static Decision<UnitEvent> GiveBack(Unit state, OrderId order, string reason) =>
        WaitsForItsLeg(state, order) ? Decision<UnitEvent>.AlreadyDone : EndReservation(state, order, reason);

    /// <summary>It is reserved for a journey of this order that may have begun.</summary>
    public static bool WaitsForItsLeg(Unit state, OrderId order) =>
        state is { Reservation: { Travels: true } reservation } && reservation.Order == order && EndReservation(state, order, Allocation.Lapsed).Events.Count > 0;

    /// <summary>The reservation's time and its grace are over.</summary>
    public static Decision<UnitEvent> LapseReservation(Unit state, OrderId order, Provenance by)
    {
        // A later attempt of the same order has a later deadline of its own.
        if (state.Reservation is { } reservation && reservation.LapsesAt + LapseGrace > by.Now)
            return Decision<UnitEvent>.AlreadyDone;
        return EndReservation(state, order, Allocation.Lapsed);
    }

    // ---- other ends ------------------------------------------------------------------------------------------------

    public static Decision<UnitEvent> Discard(Unit state, string reason, Provenance by)
    {
        if (state.Fate is { Kind: FateKind.Discarded })
            return Decision<UnitEvent>.AlreadyDone; // Discarded before.
        var refusals = EndedAlready(state).ToList();
        if (refusals.Count == 0 && (state.Custody.Kind is not (CustodyKind.AtSite or CustodyKind.IssuedOut) || state.Custody.Site != by.Site))
            refusals.Add(NotHere(state, by.Site));
        return refusals.Count > 0
            ? Decision<UnitEvent>.Reject(refusals)
            : Decision<UnitEvent>.Accept([new UnitDiscarded(reason, OrderOf(state)), .. NotedIfUnknown(state)]);
    }

    /// <summary>Nobody can find it any more; of a unit that nobody is known to have had, any site may say so.</summary>
    public static Decision<UnitEvent> Lose(Unit state, string reason, Provenance by)
    {
        if (state.Fate is { Kind: FateKind.Lost })
            return Decision<UnitEvent>.AlreadyDone; // Given up before.
        var refusals = EndedAlready(state).ToList();
        if (refusals.Count == 0 && state.Custody.Kind != CustodyKind.Unknown && state.Custody.Site != by.Site && state.Custody.To != by.Site)
            refusals.Add(NotHere(state, by.Site));
        return refusals.Count > 0
            ? Decision<UnitEvent>.Reject(refusals)
            : Decision<UnitEvent>.Accept([new UnitLost(reason, OrderOf(state)), .. NotedIfUnknown(state)]);
    }

    /// <summary>A bag that nobody has told of ends all the same: what is called back has to be accounted for.</summary>
    private static IEnumerable<UnitEvent> NotedIfUnknown(Unit state) => state.Facts is null ? New(state, NeverPrepared()) : [];

    // ---- reasons ---------------------------------------------------------------------------------------------------

    /// <summary>Why the unit cannot serve anybody at this site, whoever it is for.</summary>
    internal static List<Rejection> Unusable(Unit state, SiteId site, Provenance by) => Unusable(state, site, by.Latest);

    /// <summary>The same, judged at an instant.</summary>
    internal static List<Rejection> Unusable(Unit state, SiteId site, DateTimeOffset at, bool exceptHolds = false)
    {
        var refusals = Unfit(state, at, exceptHolds);
        if (state.Facts is not null && (state.Custody.Kind is not (CustodyKind.AtSite or CustodyKind.IssuedOut) || state.Custody.Site != site))
            refusals.Add(NotHere(state, site));
        return refusals;
    }

    /// <summary>Why nobody may use the unit, wherever it is.</summary>
    internal static List<Rejection> Unfit(Unit state, DateTimeOffset at, bool exceptHolds = false)
    {
        if (state.Facts is null)
            return [.. Unknown(state)];
        var refusals = EndedAlready(state).ToList();
        if (!state.Released)
            refusals.Add(new Rejection("not-released", "The unit is in quarantine."));
        if (!exceptHolds)
            refusals.AddRange(state.Holds.Select(reason => new Rejection("held", $"The unit is held: {reason}.")));
        if (state.Facts.ExpiresAt <= at)
            refusals.Add(new Rejection("expired", $"The unit expired at {Write(state.Facts.ExpiresAt)}."));
        return refusals;
    }

    private static Rejection Incompatible() =>
        new("crossmatch-incompatible", "A crossmatch with this patient was incompatible, which is not overwritten. Take another unit.");

    private static bool Suits(Unit state, ReserveUnit command) => command.Purpose switch
    {
        ReservationPurpose.Stock => state.Group == command.Group,
        ReservationPurpose.Patient when command is { RecipientGroup: null, GroupsForAnybody: { } groups } => state.Group is { } group && groups.Contains(group),
        // The bench judges it again when it is issued, and wants the override then.
        ReservationPurpose.Patient when command is { RecipientGroup: { } own, LetPass: { } codes } =>
            state.Group == command.Group && AboRhCompatibility.Against(command.Kind, own, command.Group).All(code => codes.Contains(code, StringComparer.Ordinal)),
        ReservationPurpose.Patient => AboRhCompatibility.IsCompatible(command.Kind, command.RecipientGroup ?? default, state.Group ?? default),
        _ => false,
    };

    // ---- discrepancies ---------------------------------------------------------------------------------------------

    /// <summary>What opens the history, or says that it was opened otherwise.</summary>
    private static List<UnitEvent> Opening(Unit state, UnitFacts facts)
    {
        if (state.Facts is null)
        {
            return [new UnitPrepared(
                facts.Unit, facts.Kind, facts.CollectedAt, facts.CollectedAtSite, facts.PreparedAt, facts.ExpiresAt, facts.VolumeMl, facts.Site, facts.From)];
        }

        return state.Facts == facts
            ? []
            : [.. New(state, Discrepancy("facts-differ", $"First told as {Describe(state.Facts)}, then as {Describe(facts)}."))];
    }
}
