using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Consignments;

internal static class LeaveUnitOut
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/{number}/leave-out", HandleAsync)
            .RequireAuthorization(Roles.Dispatcher)
            .WithSummary("A unit of the list does not travel, and why. Scan: donation number and product code, from the bag or from the list.");

    private static Task<IResult> HandleAsync(
        ConsignmentNumber number, LeaveUnitOutBody body, HttpCommand command, ConsignmentCommands consignments, CancellationToken cancellationToken)
    {
        var unit = ScanFields.UnitNumber("scan", body.Scan);
        return consignments.RunAsync(
            command with { Context = command.Context with { Reason = body.Reason } },
            number,
            ConsignmentCommands.AtSender,
            consignment => ConsignmentDecider.LeaveOut(consignment, unit, body.Reason, command.Context.Provenance),
            cancellationToken);
    }

    private sealed record LeaveUnitOutBody(string Scan, string Reason);
}
