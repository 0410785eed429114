using System.Text.Json;
using Distribution.Blood.Captures;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Distribution.Dispatches.Service.Receipts;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Captures;
using Distribution.ServiceDefaults.Commands;

namespace Distribution.Dispatches.Service.Captures;

/// <summary>What a satellite received; what no consignment will have waits on the board of captures.</summary>
internal sealed class CaptureDesk(IEventStore store, CommandRunner runner) : ICaptureDesk
{
    public bool Takes(CaptureAction action) => action.IsOfReceipt();

    public async Task<CaptureTaken> TakeAsync(CaptureLine line, CommandContext context, PolicyPack policy, CancellationToken cancellationToken)
    {
        IReadOnlyList<ConsignmentEvent> decided = [];
        IReadOnlyList<Rejection> doubts = [];
        var outcome = await runner.RunAsync(
            context,
            async token =>
            {
                (decided, doubts) = ([], []);
                var site = context.Provenance.Site;
                if (await FindAsync(line, context, token) is not { } number)
                {
                    doubts = [new Rejection("consignment-required", $"No list or several tell where {line.Unit} belongs.")];
                    return Plan.Write([await UnplacedAsync(CaptureDecider.Unplaced(line, site, null, doubts), line, context, token)]);
                }

                var loaded = await store.LoadAsync<Consignment>(number.ToString(), token);
                var decision = CaptureDecider.Record(loaded.State, line, policy, context.Provenance);
                (decided, doubts) = decision.IsRejected ? ([], decision.Rejections) : (decision.Events, CaptureDecider.Doubts(loaded.State, decision.Events, line, site));
                List<StreamAppend> appends = [];
                if (decided.Count > 0)
                    appends.AddRange([loaded.Append(decided), .. await GateAsync(line, loaded.State, decided, token)]);
                if (doubts.Count > 0)
                    appends.Add(await UnplacedAsync(CaptureDecider.Unplaced(line, site, number, doubts), line, context, token));
                return Plan.Write(appends);
            },
            cancellationToken);
        IEnumerable<string> codes =
        [
            .. doubts.Select(doubt => doubt.Code),
            .. decided.OfType<ConsignmentEvent.DiscrepancyRaised>().Select(raised => JsonNamingPolicy.KebabCaseLower.ConvertName(raised.Kind.ToString())),
        ];
        return new CaptureTaken(outcome, decided.Count + doubts.Count > 0, [.. codes.Distinct(StringComparer.Ordinal)]);
    }

    public async Task<CaptureTaken> NoteChangedAsync(CaptureLine line, CommandContext context, CancellationToken cancellationToken)
    {
        var noted = CaptureDecider.NoteChanged(line, context.Provenance.Site);
        var outcome = await runner.RunAsync(context, async token => Plan.Write([await UnplacedAsync(noted, line, context, token)]), cancellationToken);
        return new CaptureTaken(outcome, true, [.. noted.Events.OfType<CaptureEvent.LineUnplaced>().Select(unplaced => unplaced.Code)]);
    }

    private async Task<ConsignmentNumber?> FindAsync(CaptureLine line, CommandContext context, CancellationToken cancellationToken)
    {
        if (line.Box is { } box)
            return box.Consignment;
        return line.Value is { } named
            ? ConsignmentNumber.Parse(named, null)
            : await Whereabouts.FindAsync(store, line.Unit!.Value, context.Provenance.Site, cancellationToken);
    }

    /// <summary>A unit that has landed may leave again: its gate is told in the same commit.</summary>
    private async Task<IEnumerable<StreamAppend>> GateAsync(
        CaptureLine line, Consignment consignment, IReadOnlyList<ConsignmentEvent> decided, CancellationToken cancellationToken)
    {
        if (line.Unit is not { } unit)
            return [];
        var gate = await store.LoadAsync<Gate>(unit.ToString(), cancellationToken);
        // A stream that does not exist has no version to check.
        return gate.Version > 0 ? [gate.Append(GateDecider.Follow(gate.State, unit, consignment, decided).Events)] : [];
    }

    private async Task<StreamAppend> UnplacedAsync(Decision<CaptureEvent> decision, CaptureLine line, CommandContext context, CancellationToken cancellationToken)
    {
        var capture = await store.LoadAsync<Capture>(Capture.IdOf(context.Provenance.Site, line.Device), cancellationToken);
        return capture.Append(decision.Events);
    }
}
