using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

namespace Distribution.Dispatches;

/// <summary>The units reserved for an order, to be brought from one site to another.</summary>
public sealed record PlanConsignment(
    OrderId Order, SiteId From, SiteId To, IReadOnlyList<PlannedUnit> Units, DateTimeOffset NeededBy, DateTimeOffset ReservedUntil);

/// <summary>
/// Up to the hand-over these are intentions and can be refused. What the destination reports has happened:
/// it is recorded, and what does not fit becomes a discrepancy.
/// </summary>
public static class ConsignmentDecider
{
    public static Decision<ConsignmentEvent> Plan(Consignment state, ConsignmentNumber number, PlanConsignment command)
    {
        if (state.IsPlanned)
        {
            // The same plan told twice; a number is given once, so another plan under it is a fault of ours.
            return state.Order == command.Order
                ? Decision<ConsignmentEvent>.AlreadyDone
                : Decision<ConsignmentEvent>.Reject("consignment-number-used", $"Consignment {number} belongs to another order.");
        }

        var reasons = new List<Rejection>();
        if (command.Units.Count == 0)
            reasons.Add(new Rejection("no-units", "A consignment needs at least one unit.", "units"));
        if (command.Units.DistinctBy(unit => unit.Unit).Count() != command.Units.Count)
            reasons.Add(new Rejection("duplicate-unit", "A unit stands on the list twice.", "units"));
        if (command.From == command.To)
            reasons.Add(new Rejection("same-site", $"{command.From} cannot send to itself.", "to"));
        return reasons.Count > 0
            ? Decision<ConsignmentEvent>.Reject(reasons)
            : Decision<ConsignmentEvent>.Accept(new ConsignmentEvent.ConsignmentPlanned(
                number, command.Order, command.From, command.To, command.Units, command.NeededBy, command.ReservedUntil));
    }

    /// <param name="gate">What is known to stop this unit.</param>
    public static Decision<ConsignmentEvent> Pick(Consignment state, UnitNumber unit, Gate gate, Provenance by)
    {
        var reasons = new List<Rejection>();
        RequireSite(state.From, by, reasons);
        RequireNotGone(state, reasons);
        RequireSound(state, unit, gate, by, "scan", reasons);
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);
        // Scanned again: judged anew above, because it may have been stopped since, but picked only once.
        return state.Picked.Contains(unit) || state.Packed.ContainsKey(unit)
            ? Decision<ConsignmentEvent>.AlreadyDone
            : Decision<ConsignmentEvent>.Accept(new ConsignmentEvent.UnitPicked(unit));
    }

    /// <param name="box">The box's own label, scanned with the unit.</param>
    /// <param name="gate">What is known to stop this unit.</param>
    public static Decision<ConsignmentEvent> Pack(Consignment state, BoxNumber box, UnitNumber unit, Gate gate, Provenance by)
    {
        var reasons = new List<Rejection>();
        RequireSite(state.From, by, reasons);
        RequireNotGone(state, reasons);
        if (box.Consignment != state.Number)
            reasons.Add(new Rejection("wrong-box", $"This box belongs to consignment {box.Consignment}, not to {state.Number}.", "boxScan"));
        else if (box.IsPaperwork)
            reasons.Add(new Rejection("wrong-box", "This is the symbol of the papers; scan the one on the box.", "boxScan"));
        RequireSound(state, unit, gate, by, "scan", reasons);
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);
        // Scanned into the same box again: judged anew above, but packed only once.
        return state.Packed.GetValueOrDefault(unit) == new Place(box.Box, box.Total)
            ? Decision<ConsignmentEvent>.AlreadyDone
            : Decision<ConsignmentEvent>.Accept(new ConsignmentEvent.UnitPacked(unit, box.Box, box.Total));
    }

    public static Decision<ConsignmentEvent> LeaveOut(Consignment state, UnitNumber unit, string reason, Provenance by)
    {
        var reasons = new List<Rejection>();
        RequireSite(state.From, by, reasons);
        RequireNotGone(state, reasons);
        if (state.Find(unit) is null)
            reasons.Add(NotOnConsignment(state, unit, "scan"));
        if (string.IsNullOrWhiteSpace(reason))
            reasons.Add(new Rejection("reason-required", "Say why the unit does not travel.", "reason"));
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);
        // Left out already: the first reason stands.
        return state.LeftOut.ContainsKey(unit)
            ? Decision<ConsignmentEvent>.AlreadyDone
            : Decision<ConsignmentEvent>.Accept(new ConsignmentEvent.UnitLeftOut(unit, reason));
    }

    /// <param name="carrier">Staff code of whoever takes the boxes.</param>
    /// <param name="gates">What is known to stop each unit of the plan.</param>
    /// <param name="leadTime">Of the lane between the two sites; null where the region has none.</param>
    public static Decision<ConsignmentEvent> HandOver(
        Consignment state, string carrier, IReadOnlyDictionary<UnitNumber, Gate> gates, TimeSpan? leadTime, Provenance by)
    {
        // The same boxes given to the same carrier, told twice.
        if (state.HandedOver is { } before && before.To == carrier && by.Site == state.From)
            return Decision<ConsignmentEvent>.AlreadyDone;

        var reasons = new List<Rejection>();
        RequireSite(state.From, by, reasons);
        RequireNotGone(state, reasons);
        if (string.Equals(carrier, by.Actor, StringComparison.OrdinalIgnoreCase))
            reasons.Add(new Rejection("second-person-required", "Who hands over and who takes over are two people.", "carrierScan"));
        // By server time too, and without grace: Inventory gives the units to others soon after.
        if (by.Latest > state.ReservedUntil)
            reasons.Add(new Rejection("reservation-over", $"The units were reserved until {state.ReservedUntil:O}; they may be somebody else's now."));
        if (leadTime is null)
            reasons.Add(new Rejection("no-lane", $"The region has no lane from {state.From} to {state.To}."));
        foreach (var planned in state.Units)
        {
            if (state.Packed.ContainsKey(planned.Unit))
                RequireSound(state, planned.Unit, gates[planned.Unit], by, null, reasons);
            else if (!state.LeftOut.ContainsKey(planned.Unit))
                reasons.Add(new Rejection("unit-not-packed", $"Unit {planned.Unit} is neither packed nor left out with a reason."));
        }

        if (state.Packed.IsEmpty)
            reasons.Add(new Rejection("nothing-packed", "There is nothing to hand over."));
        if (state.Packed.Values.Select(place => place.Boxes).Distinct().Count() > 1)
            reasons.Add(new Rejection("box-count-differs", "The labels of the boxes do not agree on how many there are; pack again under one set of labels."));
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);

        return Decision<ConsignmentEvent>.Accept(new ConsignmentEvent.ConsignmentDispatched(
            state.Number, state.Order, state.From, state.To, [.. state.Packed.Keys], by.OccurredAt, by.OccurredAt + leadTime!.Value, carrier));
    }

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

    /// <summary>A fact, whatever the books say: a unit nobody expected, a consignment never handed over, a unit found after the checking.</summary>
    public static Decision<ConsignmentEvent> CheckIn(Consignment state, UnitNumber unit, Provenance by)
    {
        var reasons = new List<Rejection>();
        RequireSite(state.To, by, reasons);
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);
        // Scanned twice at the counter.
        if (state.CheckedIn.ContainsKey(unit))
            return Decision<ConsignmentEvent>.AlreadyDone;

        var checkedIn = new ConsignmentEvent.UnitCheckedIn(unit, state.Expects(unit));
        // Nobody completes a second time what was completed: a late find is told at once.
        return state.IsReceived
            ? Decision<ConsignmentEvent>.Accept([checkedIn, .. TellReceipt(Consignment.Evolve(state, checkedIn))])
            : Decision<ConsignmentEvent>.Accept(checkedIn);
    }

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
        var found = received.Where(unit => state.Discrepancies.GetValueOrDefault(unit) is { Resolution: null });

        return
        [
            new ConsignmentEvent.ConsignmentReceived(
                state.Number, state.Order, state.From, state.To, received, missing, unexpected, state.HandedOver?.At),
            .. missing.Select(unit => new ConsignmentEvent.DiscrepancyRaised(state.Number, state.Order, unit, DiscrepancyKind.Missing)),
            .. unexpected.Select(unit => new ConsignmentEvent.DiscrepancyRaised(state.Number, state.Order, unit, DiscrepancyKind.Unexpected)),
            .. found.Select(unit => new ConsignmentEvent.DiscrepancyResolved(unit, "found")),
        ];
    }

    public static Decision<ConsignmentEvent> Resolve(Consignment state, UnitNumber unit, string resolution, Provenance by)
    {
        var reasons = new List<Rejection>();
        if (by.Site != state.From)
            RequireSite(state.To, by, reasons);
        if (!state.Discrepancies.TryGetValue(unit, out var discrepancy))
            reasons.Add(new Rejection("no-discrepancy", $"Nothing is amiss with unit {unit} on this consignment.", "unit"));
        if (string.IsNullOrWhiteSpace(resolution))
            reasons.Add(new Rejection("resolution-required", "Say how it was resolved.", "resolution"));
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);
        // Resolved already: the first resolution stands.
        return discrepancy is { Resolution: not null }
            ? Decision<ConsignmentEvent>.AlreadyDone
            : Decision<ConsignmentEvent>.Accept(new ConsignmentEvent.DiscrepancyResolved(unit, resolution));
    }

    private static void RequireSite(SiteId site, Provenance by, List<Rejection> reasons)
    {
        if (by.Site != site)
            reasons.Add(new Rejection("wrong-site", $"This is done at {site}, not at {by.Site}."));
    }

    private static void RequireNotGone(Consignment state, List<Rejection> reasons)
    {
        if (state.HandedOver is not null)
            reasons.Add(new Rejection("already-dispatched", $"Consignment {state.Number} has been handed over."));
        else if (state.HasArrived || !state.CheckedIn.IsEmpty)
            reasons.Add(new Rejection("already-arrived", $"Consignment {state.Number} has arrived without having been handed over in the books."));
    }

    private static void RequireSound(Consignment state, UnitNumber unit, Gate gate, Provenance by, string? field, List<Rejection> reasons)
    {
        if (state.Find(unit) is not { } planned)
        {
            reasons.Add(NotOnConsignment(state, unit, field));
            return;
        }

        reasons.AddRange(gate.StopsFor(state.Order, unit).Select(stop => stop with { Field = field }));
        if (planned.ExpiresAt <= by.Latest)
            reasons.Add(new Rejection("unit-expired", $"Unit {unit} expired at {planned.ExpiresAt:O}.", field));
    }

    private static Rejection NotOnConsignment(Consignment state, UnitNumber unit, string? field) =>
        new("not-on-consignment", $"Unit {unit} is not on the list of consignment {state.Number}.", field);
}
