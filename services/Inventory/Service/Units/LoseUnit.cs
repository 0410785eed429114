using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>Gives a unit up that nobody can find.</summary>
internal static class LoseUnit
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/lose", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithSummary("Give a unit up as lost");

    private static Task<IResult> HandleAsync(LoseUnitBody body, HttpCommand command, UnitDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        var reason = fields.Reason("reason", body.Reason);
        fields.ThrowIfAny();
        return desk.LoseAsync(command, unit, reason, (state, by) => UnitDecider.Lose(state, reason, by), cancellationToken);
    }

    /// <param name="Scan">Symbols 001 and 003 of what was on the label.</param>
    internal sealed record LoseUnitBody(string? Scan, string? Reason);
}
