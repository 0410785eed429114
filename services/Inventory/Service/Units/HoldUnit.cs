using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>Stops the use of a unit, at the site where it stands or at either end of the leg that it is on; of one that is used up, of what was made of it.</summary>
internal static class HoldUnit
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/hold", HandleAsync)
        .RequireAuthorization(policy => policy.RequireRole(Roles.BloodBank, Roles.Laboratory))
        .WithSummary("Stop the use of a unit for a reason");

    private static Task<IResult> HandleAsync(HoldUnitBody body, HttpCommand command, UnitDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        var reason = fields.Reason("reason", body.Reason);
        fields.ThrowIfAny();
        return desk.HoldAsync(command, unit, reason, cancellationToken);
    }

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    /// <param name="Reason">A code such as lookback; several holds are told apart by it.</param>
    internal sealed record HoldUnitBody(string? Scan, string? Reason);
}
