using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Consignments;

internal static class ResolveDiscrepancy
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/{number}/discrepancies/resolve", HandleAsync)
            .RequireAuthorization(policy => policy.RequireRole(Roles.BloodBank, Roles.Dispatcher))
            .WithSummary("Takes a discrepancy off the board and says how it was resolved; at either end of the road.");

    private static Task<IResult> HandleAsync(
        ConsignmentNumber number, ResolveDiscrepancyBody body, HttpCommand command, ConsignmentCommands consignments, CancellationToken cancellationToken) =>
        consignments.RunAsync(
            command with { Context = command.Context with { Reason = body.Resolution } },
            number,
            consignment => command.Caller.Site == consignment.From ? consignment.From : consignment.To,
            _ => [body.Unit],
            (consignment, _) => ConsignmentDecider.Resolve(consignment, body.Unit, body.Resolution, command.Context.Provenance),
            cancellationToken);

    private sealed record ResolveDiscrepancyBody(UnitNumber Unit, string Resolution);
}
