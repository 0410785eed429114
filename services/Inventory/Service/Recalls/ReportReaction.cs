using System.Globalization;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.Inventory.Service.Stock;
using Distribution.Inventory.Service.Units;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>
/// Records that a patient reacted to a unit, a fact taken whatever the record says, and stops whatever was made of the same donations.
/// </summary>
internal static class ReportReaction
{
    private const int LongestDescription = 1000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/reaction", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithSummary("Report a patient's reaction; holds the units of the same donations");

    private static async Task<IResult> HandleAsync(
        ReportReactionBody body, HttpCommand command, RecallDesk desk, CommandRunner runner, IEventStore store, CancellationToken cancellationToken)
    {
        var by = command.Context.Provenance;
        var startedAt = body.StartedAt ?? by.OccurredAt;
        var description = string.IsNullOrWhiteSpace(body.Description) ? null : body.Description.Trim();
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        var severity = fields.Required("severity", body.Severity);
        fields.Check(body.Severity is null or (>= 1 and <= 4), "severity", "severity-invalid", "The severity is 1 (not severe) to 4 (death).");
        var assessed = int.TryParse(body.Imputability, NumberStyles.None, CultureInfo.InvariantCulture, out var imputability);
        fields.Check(
            body.Imputability == "na" || (assessed && imputability <= 3), "imputability", "imputability-invalid", "The imputability is na, or 0 (excluded) to 3 (certain).");
        var category = fields.Required("category", body.Category);
        fields.Check(description is not { Length: > LongestDescription }, "description", "description-too-long", $"The description has at most {LongestDescription} characters.");
        fields.Check(startedAt <= by.Now + HttpCommand.ClockTolerance, "startedAt", "started-in-future", "The reaction cannot have begun in the future.");
        fields.ThrowIfAny();

        var reaction = new UnitReactionReported(severity, assessed ? imputability : null, category, description, startedAt.ToUniversalTime(), by.Site);
        RecallId recall = default;
        var outcome = await runner.RunAsync(
            command.Context,
            async token =>
            {
                var told = await store.LoadAsync<Unit>(unit.ToString(), token);
                if (command.Context.ExpectedVersion is { } expected && expected != told.Version)
                    return Plan.Stale(told.StreamId, expected, told.Version);
                var sources = await Lineage.ReachAsync(store, [unit], Lineage.Parents, token);
                (recall, var @case) = await CaseOfAsync(store, unit, token);
                var opening = new OpenRecall(
                    recall,
                    RecallKind.Reaction,
                    $"reaction-{StockProjection.Text(category)}",
                    RecallSource.Inventory,
                    [.. sources.Select(source => source.Number.Donation).Distinct()],
                    WholeFamilies: true);
                return await desk.PlanOpeningAsync(
                    @case, opening, [unit], new NewUnit(unit, told, UnitRecallDecider.ReportReaction(told.State, reaction).Events), by, token);
            },
            cancellationToken);
        if (recall == default)
            (recall, _) = await CaseOfAsync(store, unit, cancellationToken); // A repeat has decided nothing.
        return outcome.ToResult(_ => new { unit, recall });
    }

    /// <summary>The unit's case, or the next where the last came to nothing: one that did never comes back.</summary>
    private static async Task<(RecallId Id, Loaded<Recall> Case)> CaseOfAsync(IEventStore store, UnitNumber unit, CancellationToken cancellationToken)
    {
        for (var number = 1; ; number++)
        {
            var recall = RecallId.From("reaction", number == 1 ? unit.ToString() : string.Create(CultureInfo.InvariantCulture, $"{unit} {number}"));
            var loaded = await store.LoadAsync<Recall>(recall.ToString(), cancellationToken);
            if (loaded.State.End is not { Cleared: true })
                return (recall, loaded);
        }
    }

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    /// <param name="Severity">1 not severe, 2 severe, 3 life-threatening, 4 death.</param>
    /// <param name="Imputability"><c>na</c>, or 0 excluded to 3 certain.</param>
    /// <param name="Description">What was seen; never who the patient is.</param>
    /// <param name="StartedAt">When it began; the time of the act when absent.</param>
    internal sealed record ReportReactionBody(
        string? Scan, int? Severity, string? Imputability, ReactionCategory? Category, string? Description, DateTimeOffset? StartedAt);
}
