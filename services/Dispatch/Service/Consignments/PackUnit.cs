using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Consignments;

internal static class PackUnit
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/{number}/pack", HandleAsync)
            .RequireAuthorization(Roles.Dispatcher)
            .WithSummary("Puts a unit into a box. Box scan: the box's consignment symbol (028). Scan: donation number and product code of the bag.");

    private static Task<IResult> HandleAsync(
        ConsignmentNumber number, PackUnitBody body, HttpCommand command, ConsignmentCommands consignments, CancellationToken cancellationToken)
    {
        var box = ScanFields.BoxNumber("boxScan", body.BoxScan);
        var unit = ScanFields.UnitNumber("scan", body.Scan);
        return consignments.RunAsync(
            command,
            number,
            ConsignmentCommands.AtSender,
            _ => [unit],
            (consignment, gates) => ConsignmentDecider.Pack(consignment, box, unit, gates[unit], command.Policy, command.Context.Provenance),
            cancellationToken);
    }

    private sealed record PackUnitBody(string BoxScan, string Scan);
}
