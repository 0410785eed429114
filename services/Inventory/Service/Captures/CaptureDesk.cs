using Distribution.Blood.Captures;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.Inventory.Service.Bench;
using Distribution.ServiceDefaults.Captures;
using Distribution.ServiceDefaults.Commands;

namespace Distribution.Inventory.Service.Captures;

/// <summary>What a satellite did with units; what does not fit stands on the board of discrepancies.</summary>
internal sealed class CaptureDesk(IEventStore store, CommandRunner runner) : ICaptureDesk
{
    public bool Takes(CaptureAction action) => !action.IsOfReceipt();

    public Task<CaptureTaken> TakeAsync(CaptureLine line, CommandContext context, PolicyPack policy, CancellationToken cancellationToken) =>
        RunAsync(
            line,
            context,
            (unit, known) => CaptureDecider.Record(unit, known, policy, line, context.Provenance).Events,
            cancellationToken);

    public Task<CaptureTaken> NoteChangedAsync(CaptureLine line, CommandContext context, CancellationToken cancellationToken) =>
        RunAsync(line, context, (unit, _) => CaptureDecider.NoteChanged(unit, line).Events, cancellationToken);

    private async Task<CaptureTaken> RunAsync(
        CaptureLine line, CommandContext context, Func<Unit, KnownRecipient, IReadOnlyList<UnitEvent>> decide, CancellationToken cancellationToken)
    {
        IReadOnlyList<UnitEvent> decided = [];
        var outcome = await runner.RunAsync(
            context,
            async token =>
            {
                var unit = await store.LoadAsync<Unit>(line.Unit!.Value.ToString(), token);
                var known = line.Recipient is { } recipient ? await store.LoadAsync<KnownRecipient>(recipient.ToString(), token) : null;
                decided = decide(unit.State, known?.State ?? KnownRecipient.Initial);
                if (decided.Count == 0)
                    return Plan.Write([]);
                // What was judged on what is known of the patient must still stand when it is written.
                return Plan.Write(
                    known is not null ? [unit.Append(decided), known.Append([])] : [unit.Append(decided)],
                    [.. decided.OfType<UnitIssueRecorded>().Select(issued => issued.CrossmatchDue).OfType<DateTimeOffset>()
                        .Select(due => new Deadline(RemindOfCrossmatch.DeadlineName, unit.StreamId, due))]);
            },
            cancellationToken);
        return new CaptureTaken(outcome, decided.Count > 0, [.. decided.OfType<UnitDiscrepancyRecorded>().Select(discrepancy => discrepancy.Code).Distinct(StringComparer.Ordinal)]);
    }
}
