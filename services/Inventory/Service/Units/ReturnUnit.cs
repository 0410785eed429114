using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>Takes an issued unit back into the stock; held when it was out of storage for too long.</summary>
internal static class ReturnUnit
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/return", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithSummary("Take an issued unit back");

    private static Task<IResult> HandleAsync(ReturnUnitBody body, HttpCommand command, UnitDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        var minutesOut = fields.Required("minutesOut", body.MinutesOut);
        fields.ThrowIfAny();
        return desk.ActAsync(command, unit, null, (state, by) => UnitDecider.Return(state, minutesOut, command.Policy.ReturnLimit, by), cancellationToken);
    }

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    /// <param name="MinutesOut">How long it was out of controlled storage.</param>
    internal sealed record ReturnUnitBody(string? Scan, int? MinutesOut);
}
