using Distribution.Blood.Isbt128;
using Distribution.Dispatches.Service.Consignments;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Receipts;

internal static class InspectUnit
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/{number}/inspection", HandleAsync)
            .RequireAuthorization(Roles.BloodBank)
            .WithSummary("A unit was looked at on receipt, and measured (°C) where celsius is given; it is checked in by that. Appearance: normal, bag-leaking, discolored, clots, hemolyzed, label-unreadable, film, layered, too-warm, too-cold.");

    private static Task<IResult> HandleAsync(
        ConsignmentNumber number, InspectUnitBody body, HttpCommand command, ConsignmentCommands consignments, CancellationToken cancellationToken)
    {
        var unit = ScanFields.UnitNumber("scan", body.Scan);
        var damage = Findings.Appearance("appearance", body.Appearance);
        double? celsius = body.Celsius is { } measured ? Findings.Celsius("celsius", measured) : null;
        return consignments.RunAsync(
            command,
            number,
            ConsignmentCommands.AtDestination,
            _ => [unit],
            (consignment, _) => ReceivingDecider.Inspect(consignment, unit, damage, celsius, command.Policy, command.Context.Provenance),
            cancellationToken);
    }

    private sealed record InspectUnitBody(string Scan, string Appearance, double? Celsius = null);
}
