using System.Globalization;
using System.Text.Json;
using Distribution.Blood.Captures;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;

namespace Distribution.Dispatches;

/// <summary>What a site without a connection received, told later: recorded where a consignment has it, and put up for review where none does.</summary>
public static class CaptureDecider
{
    /// <summary>What the line means for its consignment.</summary>
    /// <param name="line">An act of receipt.</param>
    /// <param name="policy">How long what arrives bears the road.</param>
    /// <param name="by">The line's staff at the satellite, at the line's time.</param>
    /// <returns>Refused where the consignment will not have it; then it is a matter of <see cref="Unplaced"/>.</returns>
    public static Decision<ConsignmentEvent> Record(Consignment state, CaptureLine line, PolicyPack policy, Provenance by)
    {
        if (!state.IsPlanned)
            return Decision<ConsignmentEvent>.Reject("unknown-consignment", "There is no such consignment.", "scan");
        var isHere = state.To == by.Site;
        return line.Action switch
        {
            CaptureAction.Arrive when !isHere => ReceivingDecider.Stray(state, line.Box!.Value, by),
            CaptureAction.Arrive when line.Box!.Value.IsPaperwork => ReceivingDecider.Arrive(state, line.Box.Value, by),
            CaptureAction.Arrive => ReceivingDecider.ArriveBox(state, line.Box!.Value, by),
            CaptureAction.CheckIn when !isHere => ReceivingDecider.StrayUnit(state, line.Unit!.Value, by),
            CaptureAction.CheckIn => ReceivingDecider.CheckIn(state, line.Unit!.Value, policy, by),
            CaptureAction.Complete => ReceivingDecider.CompleteReceipt(state, by),
            _ => throw new InvalidOperationException($"{line.Action} is no act of receipt."),
        };
    }

    /// <summary>What the board of discrepancies does not say of a line that was recorded.</summary>
    /// <param name="state">As it was before.</param>
    /// <param name="decided">What was recorded.</param>
    /// <param name="line">The line.</param>
    /// <param name="site">Who sent it.</param>
    public static IReadOnlyList<Rejection> Doubts(Consignment state, IReadOnlyList<ConsignmentEvent> decided, CaptureLine line, SiteId site)
    {
        List<Rejection> doubts = [];
        if (decided.Count == 0)
            return doubts;
        if (state.To != site)
            doubts.Add(new Rejection("wrong-site", $"Consignment {state.Number} goes to {state.To}, not to {site}; both ends are told."));
        if (state.HandedOver is { } handover && line.At < handover.At)
            doubts.Add(new Rejection("before-hand-over", string.Create(CultureInfo.InvariantCulture, $"Consignment {state.Number} was handed over at {handover.At:O}, after this; a clock may be wrong.")));
        return doubts;
    }

    /// <summary>The line waits until somebody has looked at it.</summary>
    public static Decision<CaptureEvent> Unplaced(CaptureLine line, SiteId site, ConsignmentNumber? consignment, params IReadOnlyList<Rejection> reasons) =>
        Decision<CaptureEvent>.Accept(
        [
            .. reasons.DistinctBy(reason => reason.Code, StringComparer.Ordinal).Select(reason => new CaptureEvent.LineUnplaced(
                site,
                line.Device,
                line.Sequence,
                JsonNamingPolicy.KebabCaseLower.ConvertName(line.Action.ToString()),
                line.Unit?.ToString() ?? line.Box?.ToString() ?? "",
                reason.Code,
                reason.Message,
                consignment?.ToString())),
        ]);

    /// <summary>The device told something else under the same number before; that stands as it was told.</summary>
    public static Decision<CaptureEvent> NoteChanged(CaptureLine line, SiteId site) => Unplaced(
        line, site, line.Box?.Consignment, new Rejection("capture-line-changed", "The device told something else under this number before, which stands."));

    public static Decision<CaptureEvent> Settle(Capture state, SiteId site, string device, long sequence, string resolution)
    {
        if (state.Settled.Contains(sequence))
            return Decision<CaptureEvent>.AlreadyDone; // Somebody has looked at it: the first word stands.
        return state.Open.Contains(sequence)
            ? Decision<CaptureEvent>.Accept(new CaptureEvent.LineSettled(site, device, sequence, resolution))
            : Decision<CaptureEvent>.Reject("unknown-capture-line", "No line of this device and number waits to be looked at.", "sequence");
    }
}
