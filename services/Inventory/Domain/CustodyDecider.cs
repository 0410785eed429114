using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using static Distribution.Inventory.UnitWords;

namespace Distribution.Inventory;

/// <summary>One consignment on its way for one order.</summary>
public sealed record Leg(ConsignmentNumber Consignment, OrderId Order, SiteId From, SiteId To);

/// <summary>Facts of where the bag is: they have happened and are recorded, and where they contradict the record, a discrepancy with them.</summary>
public static class CustodyDecider
{
    /// <summary>The hold on a unit that was too warm or too cold on the road.</summary>
    public const string ColdChain = "cold-chain";

    /// <summary>What the hold on a unit that came damaged begins with; how it was damaged follows.</summary>
    public const string Damaged = "damaged-";

    public static Decision<UnitEvent> RecordDispatch(Unit state, Leg leg, DateTimeOffset dispatchedAt, DateTimeOffset expectedAt)
    {
        if (state.Dispatched.Contains(leg.Consignment))
            return Decision<UnitEvent>.AlreadyDone; // Told before.
        if (state.Fate is { } fate)
            return Note(state, Discrepancy("dispatched-after-end", $"The unit {Ended(fate)} and left {leg.From} on {leg.Consignment}."));

        List<UnitEvent> events = [new UnitDispatched(leg.Consignment, leg.Order, leg.From, leg.To, dispatchedAt, expectedAt)];
        // Told after its receipt: the record has moved on, and comparing with it would accuse a unit that did nothing wrong.
        if (!state.Closed.Contains(leg.Consignment))
            events.AddRange(New(state, [.. DispatchContradictions(state, leg, dispatchedAt)]));
        return Decision<UnitEvent>.Accept(events);
    }

    /// <param name="damage">A code that says why it must not be used as it came; null where it is sound.</param>
    /// <param name="person">Whose finding the damage is.</param>
    public static Decision<UnitEvent> RecordReceipt(Unit state, Leg leg, bool expected, DateTimeOffset? dispatchedAt, string? damage = null, string? person = null)
    {
        // Told before, but for what was found wrong with it since. Missed on this leg is not told: it may have turned up.
        if (state.Received.Contains(leg.Consignment))
            return damage is null ? Decision<UnitEvent>.AlreadyDone : RecordDamage(state, leg, damage, person);
        if (state.Fate is { } fate)
            return Note(state, Discrepancy("received-after-end", $"The unit {Ended(fate)} and arrived at {leg.To} on {leg.Consignment}."));

        List<UnitEvent> events = [new UnitReceived(leg.Consignment, leg.Order, leg.To, expected, dispatchedAt)];
        events.AddRange(New(state, [.. ReceiptContradictions(state, leg, expected, dispatchedAt)]));
        // It has arrived in the stock that it was meant for and is free there.
        if (state.Reservation is { Purpose: ReservationPurpose.Stock } reservation && reservation.Order == leg.Order)
            events.Add(new UnitReservationEnded(leg.Order, "received"));
        if (damage is not null && !state.Holds.Contains(Damaged + damage))
            events.Add(new UnitHeld(Damaged + damage, events.OfType<UnitReservationEnded>().Any() ? null : state.Reservation?.Order, leg.To, person));
        return Decision<UnitEvent>.Accept(events);
    }

    /// <summary>Found unfit at the door, whether its receipt was told before or is still to be: stopped, and wherever it is.</summary>
    /// <inheritdoc cref="RecordReceipt"/>
    public static Decision<UnitEvent> RecordDamage(Unit state, Leg leg, string damage, string? person)
    {
        if (state.Fate is { } fate)
            return Note(state, Discrepancy("damaged-after-end", $"The unit {Ended(fate)} and was found damaged at {leg.To} on {leg.Consignment}: {damage}."));
        if (state.Holds.Contains(Damaged + damage))
            return Decision<UnitEvent>.AlreadyDone; // Stopped for this already.
        List<UnitEvent> events = [new UnitHeld(Damaged + damage, state.Reservation?.Order, leg.To, person)];
        if (state.Facts is null)
            events.AddRange(New(state, NeverPrepared()));
        return Decision<UnitEvent>.Accept(events);
    }

    /// <summary>It was in a box that was too warm or too cold: stopped wherever it is, until somebody has judged it.</summary>
    public static Decision<UnitEvent> HoldForColdChain(Unit state, ConsignmentNumber consignment, string why, Provenance by)
    {
        if (state.Fate is { } fate)
            return Note(state, Discrepancy("cold-chain-after-end", $"The unit {Ended(fate)}, and the box of {consignment} that it had been in was out of its limits: {why}"));
        if (state.Holds.Contains(ColdChain))
            return Decision<UnitEvent>.AlreadyDone; // Stopped for this already, by this box or another.
        List<UnitEvent> events = [new UnitHeld(ColdChain, state.Reservation?.Order, by.Site, by.Actor)];
        if (state.Facts is null)
            events.AddRange(New(state, NeverPrepared()));
        return Decision<UnitEvent>.Accept(events);
    }

    public static Decision<UnitEvent> RecordMissing(Unit state, Leg leg)
    {
        if (state.Closed.Contains(leg.Consignment))
            return Decision<UnitEvent>.AlreadyDone; // Told before.
        if (state.Fate is { } fate)
            return Note(state, Discrepancy("missing-after-end", $"The unit {Ended(fate)} and was missed at {leg.To} on {leg.Consignment}."));

        List<UnitEvent> events = [new UnitMissing(leg.Consignment, leg.Order, leg.From, leg.To)];
        if (state.Facts is null)
            events.AddRange(New(state, NeverPrepared()));
        // Somebody has it all the same: the hospital that scanned it knows better than the box that lacked it.
        if (!state.Custody.MayBeMissingOn(leg.Consignment, leg.From))
            events.AddRange(New(state, Discrepancy("missing-elsewhere", $"Missed at {leg.To} on {leg.Consignment} while {Whereabouts(state)}.")));
        // Out with a patient it belongs to the patient, and what was tested with it stands.
        if (state.Issue is null && state.Reservation?.Order == leg.Order)
            events.Add(new UnitReservationEnded(leg.Order, "missing"));
        return Decision<UnitEvent>.Accept(events);
    }

    /// <summary>Somebody at this site has it in hand, whatever the record says.</summary>
    public static Decision<UnitEvent> RecordFinding(Unit state, Provenance by)
    {
        if (state.Fate is { } fate)
            return Note(state, Discrepancy("found-after-end", $"The unit {Ended(fate)} and was found at {by.Site}."));
        if (state.Custody == Custody.At(by.Site))
            return Decision<UnitEvent>.AlreadyDone; // It is where it should be.

        List<UnitEvent> events = [new UnitFound(by.Site)];
        if (state.Facts is null)
            events.AddRange(New(state, NeverPrepared()));
        // What was missing or never heard of contradicts nothing by turning up.
        if (state.Custody.Kind is CustodyKind.AtSite or CustodyKind.InTransit or CustodyKind.IssuedOut)
            events.AddRange(New(state, Discrepancy("found-elsewhere", $"Found at {by.Site} while {Whereabouts(state)}.")));
        return Decision<UnitEvent>.Accept(events);
    }

    private static IEnumerable<UnitDiscrepancyRecorded> DispatchContradictions(Unit state, Leg leg, DateTimeOffset dispatchedAt)
    {
        if (state.Facts is not { } facts)
        {
            yield return NeverPrepared();
            yield break;
        }

        if (state.Reservation?.Order != leg.Order)
            yield return Discrepancy("not-reserved", $"Left {leg.From} on {leg.Consignment} without being reserved for order {leg.Order}.");
        if (!state.Holds.IsEmpty)
            yield return Discrepancy("dispatched-on-hold", $"Left {leg.From} on {leg.Consignment} while held: {string.Join(", ", state.Holds)}.");
        if (!state.Released)
            yield return Discrepancy("not-released", $"Left {leg.From} on {leg.Consignment} in quarantine.");
        if (facts.ExpiresAt <= dispatchedAt)
            yield return Discrepancy("dispatched-after-expiry", $"Expired at {Write(facts.ExpiresAt)}, left {leg.From} on {leg.Consignment} at {Write(dispatchedAt)}.");
        if (state.Custody.Kind != CustodyKind.AtSite || state.Custody.Site != leg.From)
            yield return Discrepancy("dispatched-elsewhere", $"Left {leg.From} on {leg.Consignment} while {Whereabouts(state)}.");
    }

    private static IEnumerable<UnitDiscrepancyRecorded> ReceiptContradictions(Unit state, Leg leg, bool expected, DateTimeOffset? dispatchedAt)
    {
        if (state.Facts is null)
            yield return NeverPrepared();
        if (!expected)
            yield return Discrepancy("unexpected", $"Arrived at {leg.To} on {leg.Consignment}, which did not list it.");
        else if (dispatchedAt is null && !state.Dispatched.Contains(leg.Consignment))
            yield return Discrepancy("received-without-dispatch", $"Arrived at {leg.To} on {leg.Consignment}, which was never handed over.");
        if (state.Issue is not null)
            yield return Discrepancy("received-while-issued", $"Arrived at {leg.To} on {leg.Consignment} while out with a patient.");
    }
}
