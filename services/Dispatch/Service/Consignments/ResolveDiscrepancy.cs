using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Consignments;

internal static class ResolveDiscrepancy
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/{number}/discrepancies/resolve", HandleAsync)
            .RequireAuthorization(policy => policy.RequireRole(Roles.BloodBank, Roles.Dispatcher))
            .WithSummary("Says how a discrepancy came about: it leaves the board when both ends of the road have said the same. Resolution: found-at-sender, found-at-destination, sent-by-mistake, kept-at-destination, returned, lost, destroyed, counted-wrong. Inventory is not told by this: where the unit is or how it ended is said there, by find, discard or lose.");

    private static Task<IResult> HandleAsync(
        ConsignmentNumber number, ResolveDiscrepancyBody body, HttpCommand command, ConsignmentCommands consignments, CancellationToken cancellationToken) =>
        consignments.RunAsync(
            command with { Context = command.Context with { Reason = body.Note } },
            number,
            ConsignmentCommands.AtEitherEnd(command.Caller),
            _ => [body.Unit],
            (consignment, _) => DiscrepancyDecider.Resolve(consignment, body.Unit, body.Resolution, body.Note, command.Context.Provenance),
            cancellationToken);

    private sealed record ResolveDiscrepancyBody(UnitNumber Unit, DiscrepancyResolution Resolution, string? Note = null);
}
