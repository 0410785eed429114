using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using static Distribution.Dispatches.ConsignmentRules;

namespace Distribution.Dispatches;

/// <summary>The units reserved for an order, to be brought from one site to another.</summary>
public sealed record PlanConsignment(
    OrderId Order, SiteId From, SiteId To, IReadOnlyList<PlannedUnit> Units, DateTimeOffset NeededBy, DateTimeOffset ReservedUntil,
    ConsignmentUrgency? Urgency = null, DateTimeOffset? DeliverAt = null);

/// <summary>From the list to the hand-over: intentions, which can be refused.</summary>
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
                number, command.Order, command.From, command.To, command.Units, command.NeededBy, command.ReservedUntil, command.Urgency, command.DeliverAt));
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
    /// <param name="policy">Which temperatures the unit bears on the road: a box has one.</param>
    public static Decision<ConsignmentEvent> Pack(Consignment state, BoxNumber box, UnitNumber unit, Gate gate, PolicyPack policy, Provenance by)
    {
        var reasons = new List<Rejection>();
        RequireSite(state.From, by, reasons);
        RequireNotGone(state, reasons);
        if (box.Consignment != state.Number)
            reasons.Add(new Rejection("wrong-box", $"This box belongs to consignment {box.Consignment}, not to {state.Number}.", "boxScan"));
        else if (box.IsPaperwork)
            reasons.Add(new Rejection("wrong-box", "This is the symbol of the papers; scan the one on the box.", "boxScan"));
        RequireSound(state, unit, gate, by, "scan", reasons);
        var isThere = state.Packed.GetValueOrDefault(unit) == new Place(box.Box, box.Total);
        if (!isThere)
        {
            RequireOpen(state, box.Box, "boxScan", reasons);
            if (state.Packed.GetValueOrDefault(unit) is { } before && before.Box != box.Box)
                RequireOpen(state, before.Box, "scan", reasons);
            RequireSameTemperature(state, box.Box, unit, policy, reasons);
        }

        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);
        // Scanned into the same box again: judged anew above, but packed only once.
        return isThere
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
        if (state.Packed.GetValueOrDefault(unit) is { } place)
            RequireOpen(state, place.Box, "scan", reasons);
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);
        // Left out already: the first reason stands.
        return state.LeftOut.ContainsKey(unit)
            ? Decision<ConsignmentEvent>.AlreadyDone
            : Decision<ConsignmentEvent>.Accept(new ConsignmentEvent.UnitLeftOut(unit, reason));
    }

    /// <param name="logger">The number of the temperature logger put inside.</param>
    /// <param name="coolant">What keeps it cold, as the site codes it.</param>
    public static Decision<ConsignmentEvent> CloseBox(Consignment state, int box, string? logger, string? coolant, Provenance by)
    {
        var reasons = new List<Rejection>();
        RequireSite(state.From, by, reasons);
        RequireNotGone(state, reasons);
        RequireBox(state, box, reasons);
        if (logger is not null && state.Closed.Any(closed => closed.Key != box && closed.Value.Logger == logger))
            reasons.Add(new Rejection("logger-in-use", $"Logger {logger} is in another box.", "loggerScan"));
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);
        // Closed as it is: told twice. With another logger it is a correction.
        return state.Closed.GetValueOrDefault(box) == new Closing(logger, coolant)
            ? Decision<ConsignmentEvent>.AlreadyDone
            : Decision<ConsignmentEvent>.Accept(new ConsignmentEvent.BoxClosed(box, logger, coolant));
    }

    public static Decision<ConsignmentEvent> OpenBox(Consignment state, int box, string reason, Provenance by)
    {
        var reasons = new List<Rejection>();
        RequireSite(state.From, by, reasons);
        RequireNotGone(state, reasons);
        if (string.IsNullOrWhiteSpace(reason))
            reasons.Add(new Rejection("reason-required", "Say why the box is opened.", "reason"));
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);
        // It is open.
        return state.Closed.ContainsKey(box)
            ? Decision<ConsignmentEvent>.Accept(new ConsignmentEvent.BoxOpened(box, reason))
            : Decision<ConsignmentEvent>.AlreadyDone;
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
            reasons.Add(new Rejection("reservation-over", $"The units were reserved until {state.ReservedUntil:O}; they may be somebody else's now.", "reservedUntil"));
        if (leadTime is null)
            reasons.Add(new Rejection("no-lane", $"The region has no lane from {state.From} to {state.To}."));
        foreach (var planned in state.Units)
        {
            if (state.Packed.ContainsKey(planned.Unit))
                RequireSound(state, planned.Unit, gates[planned.Unit], by, "units", reasons);
            else if (!state.LeftOut.ContainsKey(planned.Unit))
                reasons.Add(new Rejection("unit-not-packed", $"Unit {planned.Unit} is neither packed nor left out with a reason.", "units"));
        }

        if (state.Packed.IsEmpty)
            reasons.Add(new Rejection("nothing-packed", "There is nothing to hand over."));
        // Who closes boxes says which logger is in which: one that was forgotten would travel without.
        foreach (var open in state.ClosesBoxes ? state.Boxes.Where(box => !state.Closed.ContainsKey(box)) : [])
            reasons.Add(new Rejection("box-open", $"Box {open} has not been closed.", "boxes"));
        if (state.Packed.Values.Select(place => place.Boxes).Distinct().Count() > 1)
            reasons.Add(new Rejection("box-count-differs", "The labels of the boxes do not agree on how many there are; pack again under one set of labels.", "boxes"));
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);

        return Decision<ConsignmentEvent>.Accept(new ConsignmentEvent.ConsignmentDispatched(
            state.Number, state.Order, state.From, state.To, [.. state.Packed.Keys], by.OccurredAt, by.OccurredAt + leadTime!.Value, carrier));
    }

    private static void RequireOpen(Consignment state, int box, string field, List<Rejection> reasons)
    {
        if (state.Closed.ContainsKey(box))
            reasons.Add(new Rejection("box-closed", $"Box {box} is closed; open it first.", field));
    }

    /// <summary>What needs another temperature on the road goes into another box; of what nobody knows what it needs, one bag fills a box.</summary>
    private static void RequireSameTemperature(Consignment state, int box, UnitNumber unit, PolicyPack policy, List<Rejection> reasons)
    {
        var wanted = TransportRange.Of(policy, unit.Product);
        foreach (var other in state.UnitsIn(box).Where(other => other != unit))
        {
            var theirs = TransportRange.Of(policy, other.Product);
            if (wanted is { } range && theirs == range)
                continue;
            reasons.Add(new Rejection(
                "box-temperature",
                $"Unit {unit} ({wanted?.ToString() ?? "unknown product"}) may not share a box with {other} ({theirs?.ToString() ?? "unknown product"}).",
                "boxScan"));
            return;
        }
    }

    private static void RequireSound(Consignment state, UnitNumber unit, Gate gate, Provenance by, string? field, List<Rejection> reasons)
    {
        if (state.Find(unit) is not { } planned)
        {
            reasons.Add(NotOnConsignment(state, unit, field));
            return;
        }

        reasons.AddRange(gate.StopsFor(state.Number, state.Order, unit).Select(stop => stop with { Field = field }));
        if (planned.ExpiresAt <= by.Latest)
            reasons.Add(new Rejection("unit-expired", $"Unit {unit} expired at {planned.ExpiresAt:O}.", field));
    }
}
