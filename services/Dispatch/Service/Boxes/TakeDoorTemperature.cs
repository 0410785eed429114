using Distribution.Blood.Isbt128;
using Distribution.Dispatches.Service.Consignments;
using Distribution.Dispatches.Service.Receipts;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Boxes;

internal static class TakeDoorTemperature
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/{number}/boxes/{box:int}/door-temperature", HandleAsync)
            .RequireAuthorization(Roles.BloodBank)
            .WithSummary("A box's temperature as measured on opening it at the destination, °C. Judged by the policy for each unit in it.");

    private static Task<IResult> HandleAsync(
        ConsignmentNumber number, int box, TakeDoorTemperatureBody body, HttpCommand command, ConsignmentCommands consignments, CancellationToken cancellationToken)
    {
        var celsius = Findings.Celsius("celsius", body.Celsius);
        return consignments.RunAsync(
            command,
            number,
            ConsignmentCommands.AtDestination,
            consignment => TemperatureDecider.TakeAtDoor(consignment, box, celsius, command.Policy, command.Context.Provenance),
            cancellationToken);
    }

    private sealed record TakeDoorTemperatureBody(double Celsius);
}
