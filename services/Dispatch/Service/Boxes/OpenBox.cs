using Distribution.Blood.Isbt128;
using Distribution.Dispatches.Service.Consignments;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Boxes;

internal static class OpenBox
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/{number}/boxes/{box:int}/open", HandleAsync)
            .RequireAuthorization(Roles.Dispatcher)
            .WithSummary("A closed box is opened again before it leaves, and why.");

    private static Task<IResult> HandleAsync(
        ConsignmentNumber number, int box, OpenBoxBody body, HttpCommand command, ConsignmentCommands consignments, CancellationToken cancellationToken) =>
        consignments.RunAsync(
            command with { Context = command.Context with { Reason = body.Reason } },
            number,
            ConsignmentCommands.AtSender,
            consignment => ConsignmentDecider.OpenBox(consignment, box, body.Reason, command.Context.Provenance),
            cancellationToken);

    private sealed record OpenBoxBody(string Reason);
}
