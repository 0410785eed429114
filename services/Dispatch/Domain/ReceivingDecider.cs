using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using static Distribution.Dispatches.ConsignmentRules;

namespace Distribution.Dispatches;

/// <summary>
/// What the destination reports has happened: it is recorded, and what does not fit becomes a discrepancy.
/// </summary>
public static class ReceivingDecider
{
    /// <param name="box">Any symbol of the consignment: that of the papers or of a box.</param>
    public static Decision<ConsignmentEvent> Arrive(Consignment state, BoxNumber box, Provenance by)
    {
        var reasons = new List<Rejection>();
        RequireSite(state.To, by, reasons);
        if (box.Consignment != state.Number)
            reasons.Add(new Rejection("wrong-box", $"This is a symbol of consignment {box.Consignment}, not of {state.Number}.", "scan"));
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);
        // It arrives once, however often its symbols are scanned.
        return state.HasArrived
            ? Decision<ConsignmentEvent>.AlreadyDone
            : Decision<ConsignmentEvent>.Accept(new ConsignmentEvent.ConsignmentArrived(state.Number));
    }

    /// <summary>A box's own symbol is scanned: with the first one the consignment has arrived.</summary>
    public static Decision<ConsignmentEvent> ArriveBox(Consignment state, BoxNumber box, Provenance by)
    {
        var arrived = Arrive(state, box, by);
        // It arrives once, however often it is scanned.
        return arrived.IsRejected || box.IsPaperwork || state.ArrivedBoxes.Contains(box.Box)
            ? arrived
            : Decision<ConsignmentEvent>.Accept([.. arrived.Events, new ConsignmentEvent.BoxArrived(box.Box, box.Total)]);
    }

    /// <summary>A fact, whatever the books say: a unit nobody expected, a consignment never handed over, a unit found after the checking.</summary>
    /// <param name="policy">How long it bears the road.</param>
    public static Decision<ConsignmentEvent> CheckIn(Consignment state, UnitNumber unit, PolicyPack policy, Provenance by)
    {
        var reasons = new List<Rejection>();
        RequireSite(state.To, by, reasons);
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);
        // Scanned twice at the counter.
        if (state.CheckedIn.ContainsKey(unit))
            return Decision<ConsignmentEvent>.AlreadyDone;

        var checkedIn = new ConsignmentEvent.UnitCheckedIn(unit, state.Expects(unit));
        ConsignmentEvent[] arrival = TemperatureDecider.JudgeArrival(state, unit, policy, by) is { } broken ? [checkedIn, broken] : [checkedIn];
        // Nobody completes a second time what was completed: a late find is told at once.
        return state.IsReceived
            ? Decision<ConsignmentEvent>.Accept([.. arrival, .. TellReceipt(Consignment.Evolve(state, checkedIn))])
            : Decision<ConsignmentEvent>.Accept(arrival);
    }

    /// <summary>A unit is looked at, and its temperature taken: who does so has it in hand, so it is checked in where it was not.</summary>
    /// <param name="damage">What is wrong with it; null where it looks as it should.</param>
    /// <param name="celsius">Of the bag; null where it was not measured.</param>
    /// <param name="policy">Which temperatures it bears on the road.</param>
    public static Decision<ConsignmentEvent> Inspect(
        Consignment state, UnitNumber unit, DamageReason? damage, double? celsius, PolicyPack policy, Provenance by)
    {
        var reasons = new List<Rejection>();
        RequireSite(state.To, by, reasons);
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);

        if (damage is null && celsius is { } measured && TransportRange.Of(policy, unit.Product) is { } range)
            damage = range.IsTooWarm(measured) ? DamageReason.TooWarm : range.IsTooCold(measured) ? DamageReason.TooCold : null;
        var events = new List<ConsignmentEvent>();
        if (!state.CheckedIn.ContainsKey(unit))
        {
            var spoilt = TemperatureDecider.JudgeArrival(state, unit, policy, by);
            Add(new ConsignmentEvent.UnitCheckedIn(unit, state.Expects(unit)));
            if (spoilt is not null)
                Add(spoilt);
        }

        if (celsius is { } bag && TemperatureDecider.JudgeBag(state, unit, bag, policy, by) is { } unjudged)
            Add(unjudged);
        // Looked at again: what was seen first stands until something else is seen.
        if (damage is { } reason && state.Damaged.GetValueOrDefault(unit) != reason)
            Add(new ConsignmentEvent.UnitFoundDamaged(unit, reason, celsius));
        else if (damage is null && !state.Inspected.Contains(unit) && !state.Damaged.ContainsKey(unit))
            Add(new ConsignmentEvent.UnitInspected(unit, celsius));
        if (events.Count == 0)
            return Decision<ConsignmentEvent>.AlreadyDone;

        // Nobody completes a second time what was completed: a late find is told at once.
        if (state.IsReceived && (state.CheckedIn.Keys.Any(there => !state.Reported.Contains(there)) || state.UntoldDamages.Any()))
        {
            foreach (var told in TellReceipt(state))
                Add(told);
        }

        if (state.Damaged.ContainsKey(unit) && state.Discrepancies.GetValueOrDefault(unit) is not { IsOpen: true } && events.OfType<ConsignmentEvent.UnitFoundDamaged>().Any())
            Add(new ConsignmentEvent.DiscrepancyRaised(state.Number, state.Order, unit, DiscrepancyKind.Damaged));
        return Decision<ConsignmentEvent>.Accept(events);

        void Add(ConsignmentEvent @event)
        {
            events.Add(@event);
            state = Consignment.Evolve(state, @event);
        }
    }

    /// <summary>Papers or a box are scanned at a site that they are not meant for: refused there, and told to both ends.</summary>
    public static Decision<ConsignmentEvent> Stray(Consignment state, BoxNumber box, Provenance by) =>
        !IsOut(state) && by.Site == state.From
            ? Decision<ConsignmentEvent>.Reject("wrong-site", $"Consignment {state.Number} goes to {state.To} and has not left.", "scan")
            : state.SeenAt.Contains(by.Site)
                // Told of this site before.
                ? Decision<ConsignmentEvent>.AlreadyDone
                : Decision<ConsignmentEvent>.Accept(new ConsignmentEvent.ConsignmentMisdelivered(by.Site, box.Box));

    /// <summary>A unit is scanned at a site that its consignment is not meant for.</summary>
    public static Decision<ConsignmentEvent> StrayUnit(Consignment state, UnitNumber unit, Provenance by)
    {
        if (!IsOut(state) && by.Site == state.From)
            return Decision<ConsignmentEvent>.Reject("wrong-site", $"Consignment {state.Number} goes to {state.To} and has not left.", "scan");
        // Never listed, sent or seen with it: a mistyped number would accuse two sites that have nothing to do with it.
        if (state.Find(unit) is null && !state.CheckedIn.ContainsKey(unit))
            return Decision<ConsignmentEvent>.Reject("not-on-consignment", $"Unit {unit} is not on the list of consignment {state.Number}.", "consignment");
        // Told of this site before.
        if (state.Strayed.TryGetValue(unit, out var site) && site == by.Site)
            return Decision<ConsignmentEvent>.AlreadyDone;
        var stray = new ConsignmentEvent.UnitMisdelivered(unit, by.Site);
        // What is missing already, or came and went on, stands on the board or is another matter.
        return state.Discrepancies.GetValueOrDefault(unit) is { IsOpen: true } || state.CheckedIn.ContainsKey(unit)
            ? Decision<ConsignmentEvent>.Accept(stray)
            : Decision<ConsignmentEvent>.Accept(stray, new ConsignmentEvent.DiscrepancyRaised(state.Number, state.Order, unit, DiscrepancyKind.Unexpected));
    }

    /// <summary>Should be there and is not, as far as anybody has scanned.</summary>
    public static Decision<ConsignmentEvent> FallOverdue(Consignment state) =>
        // Not on the road, there in some way, or told before.
        state.HandedOver is not { } handover || state.HasArrived || !state.CheckedIn.IsEmpty || state.IsOverdue
            ? Decision<ConsignmentEvent>.AlreadyDone
            : Decision<ConsignmentEvent>.Accept(new ConsignmentEvent.ConsignmentOverdue(handover.ExpectedAt));

    /// <summary>Finishes the checking: tells what came, and raises what did not come and what nobody expected.</summary>
    public static Decision<ConsignmentEvent> CompleteReceipt(Consignment state, Provenance by)
    {
        var reasons = new List<Rejection>();
        RequireSite(state.To, by, reasons);
        if (state.HandedOver is null && !state.HasArrived && state.CheckedIn.IsEmpty)
            reasons.Add(new Rejection("nothing-to-receive", "Nothing of this consignment has been handed over or has arrived."));
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);

        // Finished before, and nothing has turned up since.
        return state.IsReceived && state.CheckedIn.Keys.All(state.Reported.Contains)
            ? Decision<ConsignmentEvent>.AlreadyDone
            : Decision<ConsignmentEvent>.Accept(TellReceipt(state));
    }

    private static ConsignmentEvent[] TellReceipt(Consignment state)
    {
        var fresh = state.CheckedIn.Where(unit => !state.Reported.Contains(unit.Key)).ToList();
        UnitNumber[] received = [.. fresh.Where(unit => unit.Value).Select(unit => unit.Key)];
        UnitNumber[] unexpected = [.. fresh.Where(unit => !unit.Value).Select(unit => unit.Key)];
        // Missing is said once, and only of what left in the books: what was never handed over may still stand where it was.
        UnitNumber[] missing = state.IsReceived || state.HandedOver is not { } handover
            ? []
            : [.. handover.Units.Where(unit => !state.CheckedIn.ContainsKey(unit)).Order()];
        // Packed with what came, and nowhere: the others are told nothing of it, for by the books it never left.
        UnitNumber[] astray = state.IsReceived || state.HandedOver is not null
            ? []
            : [.. state.Packed.Keys.Where(unit => !state.CheckedIn.ContainsKey(unit))];
        // It stands here and by the books it never left there.
        var unsent = state.HandedOver is null ? received : [];
        DamagedUnit[] damaged = [.. state.UntoldDamages];
        UnitNumber[] found = [.. received.Where(unit => state.Discrepancies.GetValueOrDefault(unit) is { IsOpen: true, Kind: not DiscrepancyKind.Damaged })];

        return
        [
            new ConsignmentEvent.ConsignmentReceived(
                state.Number, state.Order, state.From, state.To, received, missing, unexpected, state.HandedOver?.At,
                damaged.Length > 0 ? damaged : null),
            .. found.Select(unit => new ConsignmentEvent.DiscrepancyResolved(unit, "found")),
            // Where it was is settled; that it must not be used is not.
            .. found.Where(state.Damaged.ContainsKey).Select(unit => new ConsignmentEvent.DiscrepancyRaised(state.Number, state.Order, unit, DiscrepancyKind.Damaged)),
            .. missing.Concat(astray).Select(unit => new ConsignmentEvent.DiscrepancyRaised(state.Number, state.Order, unit, DiscrepancyKind.Missing)),
            .. unexpected.Select(unit => new ConsignmentEvent.DiscrepancyRaised(state.Number, state.Order, unit, DiscrepancyKind.Unexpected)),
            .. unsent.Select(unit => new ConsignmentEvent.DiscrepancyRaised(state.Number, state.Order, unit, DiscrepancyKind.Unsent)),
        ];
    }

    private static bool IsOut(Consignment state) => state.HandedOver is not null || state.HasArrived || !state.CheckedIn.IsEmpty;
}
