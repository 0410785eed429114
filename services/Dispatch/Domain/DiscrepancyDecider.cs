using System.Text.Json;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using static Distribution.Dispatches.ConsignmentRules;

namespace Distribution.Dispatches;

/// <summary>
/// A discrepancy is about two sites' books, so both say how it came about: what one end says stands as its word until the
/// other says the same.
/// </summary>
public static class DiscrepancyDecider
{
    /// <param name="code">How it came about.</param>
    /// <param name="note">In words for people; null where the code says it all.</param>
    public static Decision<ConsignmentEvent> Resolve(
        Consignment state, UnitNumber unit, DiscrepancyResolution code, string? note, Provenance by)
    {
        var reasons = new List<Rejection>();
        var end = RequireEnd(state, by, reasons);
        if (!state.Discrepancies.TryGetValue(unit, out var discrepancy))
            reasons.Add(new Rejection("no-discrepancy", $"Nothing is amiss with unit {unit} on this consignment.", "unit"));
        // Resolved already: the first resolution stands.
        if (reasons.Count == 0 && !discrepancy!.IsOpen)
            return Decision<ConsignmentEvent>.AlreadyDone;
        var other = end == ConsignmentEnd.Sender ? discrepancy?.ByDestination : discrepancy?.BySender;
        if (string.Equals(other?.ProposedBy, by.Actor, StringComparison.OrdinalIgnoreCase))
            reasons.Add(new Rejection("second-person-required", "Who agrees and who proposed are two people.", "resolution"));
        if (reasons.Count > 0)
            return Decision<ConsignmentEvent>.Reject(reasons);

        if (other?.Code == code)
        {
            var resolved = new ConsignmentEvent.DiscrepancyResolved(unit, InWords(code, other.Note, note), code, other.ProposedBy);
            // Where it belongs is settled; that it must not be used is not.
            return discrepancy!.Kind != DiscrepancyKind.Damaged && state.Damaged.ContainsKey(unit)
                ? Decision<ConsignmentEvent>.Accept(resolved, new ConsignmentEvent.DiscrepancyRaised(state.Number, state.Order, unit, DiscrepancyKind.Damaged))
                : Decision<ConsignmentEvent>.Accept(resolved);
        }

        // Said before by this end, and nothing has been said against it since.
        return discrepancy!.Proposal(end!.Value)?.Code == code && discrepancy.Turn != end
            ? Decision<ConsignmentEvent>.AlreadyDone
            : Decision<ConsignmentEvent>.Accept(new ConsignmentEvent.ResolutionProposed(unit, end.Value, code, by.Actor, string.IsNullOrWhiteSpace(note) ? null : note));
    }

    private static string InWords(DiscrepancyResolution code, params ReadOnlySpan<string?> notes)
    {
        var words = JsonNamingPolicy.KebabCaseLower.ConvertName(code.ToString());
        foreach (var note in notes)
        {
            if (!string.IsNullOrWhiteSpace(note))
                words += $"; {note}";
        }

        return words;
    }
}
