using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Consignments;

internal static class CompleteReceipt
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/{number}/complete-receipt", HandleAsync)
            .RequireAuthorization(Roles.BloodBank)
            .WithSummary("Every unit there has been scanned: what is missing or unexpected becomes a discrepancy. A unit checked in later is told of by itself.");

    private static Task<IResult> HandleAsync(
        ConsignmentNumber number, HttpCommand command, ConsignmentCommands consignments, CancellationToken cancellationToken) =>
        consignments.RunAsync(
            command,
            number,
            ConsignmentCommands.AtDestination,
            consignment => ReceivingDecider.CompleteReceipt(consignment, command.Context.Provenance),
            cancellationToken);
}
