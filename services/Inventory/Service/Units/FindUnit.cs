using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>Records that a unit is at the caller's site: a fact, taken whatever the record says.</summary>
internal static class FindUnit
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/find", HandleAsync)
        .RequireAuthorization(policy => policy.RequireRole(Roles.BloodBank, Roles.Laboratory, Roles.Dispatcher))
        .WithSummary("Record that a unit was found at this site");

    private static Task<IResult> HandleAsync(FindUnitBody body, HttpCommand command, UnitDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        fields.ThrowIfAny();
        return desk.RecordAsync(command, unit, CustodyDecider.RecordFinding, cancellationToken);
    }

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    internal sealed record FindUnitBody(string? Scan);
}
