using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Consignments;

internal static class CheckUnitIn
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/{number}/check-in", HandleAsync)
            .RequireAuthorization(Roles.BloodBank)
            .WithSummary("A unit came out of the boxes, expected or not. Scan: donation number and product code of the bag.");

    private static Task<IResult> HandleAsync(
        ConsignmentNumber number, CheckUnitInBody body, HttpCommand command, ConsignmentCommands consignments, CancellationToken cancellationToken)
    {
        var unit = ScanFields.UnitNumber("scan", body.Scan);
        return consignments.RunAsync(
            command,
            number,
            ConsignmentCommands.AtDestination,
            _ => [unit],
            (consignment, _) => ReceivingDecider.CheckIn(consignment, unit, command.Policy, command.Context.Provenance),
            cancellationToken);
    }

    private sealed record CheckUnitInBody(string Scan);
}
