using Distribution.Blood.Isbt128;
using Distribution.EventStore;
using Distribution.Inventory.Service.Units;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Discrepancies;

/// <summary>Says what was the matter with a contradiction; by staff of the site where it was found or where the unit is.</summary>
internal static class ResolveDiscrepancy
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/discrepancies/resolution", HandleAsync)
        .RequireAuthorization(policy => policy.RequireRole(Roles.BloodBank, Roles.Laboratory, Roles.Dispatcher))
        .WithSummary("Resolve a contradiction on the board of discrepancies");

    private static async Task<IResult> HandleAsync(
        ResolveDiscrepancyBody body, HttpCommand command, UnitDesk desk, CommandRunner runner, IEventStore store, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var unit = fields.Required("unit", body.Unit);
        var version = fields.Required("version", body.Version);
        var resolution = fields.Reason("resolution", body.Resolution);
        fields.ThrowIfAny();
        var slice = await desk.ReadAsync(unit, cancellationToken);
        // What stands at a version stands there for good: it need not be looked at again when it is written.
        var at = slice.Events.FirstOrDefault(stored => stored.Version == version && stored.Data is UnitDiscrepancyRecorded);
        var sites = slice.Fold<Unit>().State.ActingSites();
        if (at is not null && at.Metadata.Site != command.Caller.Site.ToString() && !sites.Any(command.Caller.MayActAt))
            command.Caller.RequireAt(sites.FirstOrDefault());
        var outcome = await runner.RunAsync<Unit, UnitEvent>(
            command.Context with { Reason = resolution },
            unit.ToString(),
            state => DiscrepancyDecider.Resolve(state, version, at is not null, resolution),
            cancellationToken: cancellationToken);
        return outcome.ToResult(_ => new { unit });
    }

    /// <param name="Version">At which the contradiction stands in the unit's history.</param>
    /// <param name="Resolution">What was the matter, in words.</param>
    internal sealed record ResolveDiscrepancyBody(UnitNumber? Unit, long? Version, string? Resolution);
}
