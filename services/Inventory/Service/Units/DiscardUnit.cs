using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>Throws a unit away.</summary>
internal static class DiscardUnit
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/discard", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithSummary("Discard a unit for a reason");

    private static Task<IResult> HandleAsync(DiscardUnitBody body, HttpCommand command, UnitDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        var reason = fields.Code("reason", body.Reason);
        fields.ThrowIfAny();
        return desk.ActAsync(command, unit, reason, (state, by) => UnitDecider.Discard(state, reason, by), cancellationToken);
    }

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    /// <param name="Reason">A code, such as <c>bag-leaking</c>: discards are counted by it.</param>
    internal sealed record DiscardUnitBody(string? Scan, string? Reason);
}
