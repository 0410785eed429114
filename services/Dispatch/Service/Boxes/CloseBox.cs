using Distribution.Blood.Isbt128;
using Distribution.Dispatches.Service.Consignments;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Boxes;

internal static class CloseBox
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/{number}/boxes/{box:int}/close", HandleAsync)
            .RequireAuthorization(Roles.Dispatcher)
            .WithSummary("Nothing goes into the box or out of it any more. Logger scan: the number of the temperature logger inside; coolant: what keeps it cold. Once one box is closed, all have to be before they are handed over.");

    private static Task<IResult> HandleAsync(
        ConsignmentNumber number, int box, CloseBoxBody body, HttpCommand command, ConsignmentCommands consignments, CancellationToken cancellationToken)
    {
        var logger = DeviceCode.Read("loggerScan", body.LoggerScan);
        var coolant = DeviceCode.Read("coolant", body.Coolant);
        return consignments.RunAsync(
            command,
            number,
            ConsignmentCommands.AtSender,
            consignment => ConsignmentDecider.CloseBox(consignment, box, logger, coolant, command.Context.Provenance),
            cancellationToken);
    }

    private sealed record CloseBoxBody(string? LoggerScan = null, string? Coolant = null);
}
