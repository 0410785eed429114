using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Consignments;

internal static class Arrive
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/{number}/arrive", HandleAsync)
            .RequireAuthorization(Roles.BloodBank)
            .WithSummary("The boxes stand at the destination. Scan: the consignment symbol (028) of the papers or of a box.");

    private static Task<IResult> HandleAsync(
        ConsignmentNumber number, ArriveBody body, HttpCommand command, ConsignmentCommands consignments, CancellationToken cancellationToken)
    {
        var box = ScanFields.BoxNumber("scan", body.Scan);
        return consignments.RunAsync(
            command,
            number,
            ConsignmentCommands.AtDestination,
            consignment => ReceivingDecider.Arrive(consignment, box, command.Context.Provenance),
            cancellationToken);
    }

    private sealed record ArriveBody(string Scan);
}
