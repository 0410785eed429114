using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Consignments;

internal static class PickUnit
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/{number}/pick", HandleAsync)
            .RequireAuthorization(Roles.Dispatcher)
            .WithSummary("Takes a unit of the list off the shelf. Scan: donation number and product code of the bag.");

    private static Task<IResult> HandleAsync(
        ConsignmentNumber number, PickUnitBody body, HttpCommand command, ConsignmentCommands consignments, CancellationToken cancellationToken)
    {
        var unit = ScanFields.UnitNumber("scan", body.Scan);
        return consignments.RunAsync(
            command,
            number,
            ConsignmentCommands.AtSender,
            _ => [unit],
            (consignment, gates) => ConsignmentDecider.Pick(consignment, unit, gates[unit], command.Context.Provenance),
            cancellationToken);
    }

    private sealed record PickUnitBody(string Scan);
}
