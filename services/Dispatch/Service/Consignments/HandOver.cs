using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Consignments;

internal static class HandOver
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/{number}/hand-over", HandleAsync)
            .RequireAuthorization(Roles.Dispatcher)
            .WithSummary("Gives the boxes to the carrier, who is another person. Carrier scan: the badge (020) or the staff code.");

    private static Task<IResult> HandleAsync(
        ConsignmentNumber number, HandOverBody body, HttpCommand command, ConsignmentCommands consignments, Region region, CancellationToken cancellationToken)
    {
        var carrier = ScanFields.Staff("carrierScan", body.CarrierScan);
        return consignments.RunAsync(
            command,
            number,
            ConsignmentCommands.AtSender,
            consignment => consignment.Units.Select(planned => planned.Unit),
            (consignment, gates) => ConsignmentDecider.HandOver(
                consignment, carrier, gates, region.FindLane(consignment.From, consignment.To)?.LeadTime, command.Context.Provenance),
            cancellationToken);
    }

    private sealed record HandOverBody(string CarrierScan);
}
