using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>Records where at its site a unit was put.</summary>
internal static class StoreUnit
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/store", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithSummary("Record the place where a unit was put away");

    private static Task<IResult> HandleAsync(StoreUnitBody body, HttpCommand command, UnitDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        var place = fields.Place("place", body.Place) ?? "";
        fields.Check(body.Place is not null, "place", "field-missing", "'place' is missing.");
        fields.ThrowIfAny();
        return desk.ActAsync(command, unit, null, (state, by) => BenchDecider.Store(state, place, by), cancellationToken);
    }

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    /// <param name="Place">The site's own code of the place, such as <c>F2-S3</c>.</param>
    internal sealed record StoreUnitBody(string? Scan, string? Place);
}
