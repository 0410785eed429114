using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.Inventory.Service.Units;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>A site answers for the units of a case that it has or had last, or for those it scans.</summary>
internal static class AcknowledgeRecall
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/recalls/{id}/acknowledgement", HandleAsync)
        .RequireAuthorization(policy => policy.RequireRole(Roles.BloodBank, Roles.Laboratory))
        .WithSummary("Answer for a case's units at this site: all of them, or those scanned");

    private static async Task<IResult> HandleAsync(
        RecallId id, AcknowledgeRecallBody body, HttpCommand command, RecallDesk desk, CommandRunner runner, IEventStore store, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        List<UnitNumber>? scanned = body.Units is null ? null : [.. body.Units.Select((scan, index) => fields.Unit($"units[{index}]", scan))];
        fields.Check(scanned is not { Count: 0 }, "units", "field-missing", "Scan at least one unit, or leave the list away for all.");
        fields.ThrowIfAny();
        await desk.FindAsync(id, cancellationToken);

        var by = command.Context.Provenance;
        var outcome = await runner.RunAsync(
            command.Context,
            async token =>
            {
                var recall = await store.LoadAsync<Recall>(id.ToString(), token);
                if (command.Context.ExpectedVersion is { } expected && expected != recall.Version)
                    return Plan.Stale(recall.StreamId, expected, recall.Version);
                var units = await desk.UnitsOfAsync(recall.State, token);
                var decision = RecallDecider.Acknowledge(recall.State, [.. units.Select(unit => unit.Cased)], scanned, by);
                if (decision.IsRejected)
                    return Plan.Refuse(decision.Rejections);

                // Somebody has in hand what the record has elsewhere.
                var found = units
                    .Where(unit => scanned?.Contains(unit.Number) == true && !RecallDecider.AnsweringSites(unit.Loaded.State).Contains(by.Site))
                    .Select(unit => unit.Loaded.Append(CustodyDecider.RecordFinding(unit.Loaded.State, by).Events))
                    .Where(append => append.Events.Count > 0);
                return Plan.Write([.. decision.Events.Count > 0 ? [recall.Append(decision.Events)] : Array.Empty<StreamAppend>(), .. found]);
            },
            cancellationToken);
        return outcome.ToResult(_ => new { recall = id });
    }

    /// <param name="Units">Symbols 001 and 003 of each bag in hand; all units of the site when absent.</param>
    internal sealed record AcknowledgeRecallBody(IReadOnlyList<string>? Units);
}
