using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>Takes an issued unit back into the stock; held when it was out of storage for too long, is open or does not look as it should.</summary>
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
        var appearance = fields.Required("appearance", body.Appearance);
        var sealIntact = fields.Required("sealIntact", body.SealIntact);
        fields.ThrowIfAny();
        var back = new ComingBack(minutesOut, appearance, sealIntact);
        return desk.ActAsync(command, unit, null, (state, by) => BenchDecider.Return(state, back, command.Policy.ReturnLimit, by), cancellationToken);
    }

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    /// <param name="MinutesOut">How long it was out of controlled storage.</param>
    /// <param name="Appearance">How the bag looks: normal, leaking, layered, discolored, clots or film.</param>
    /// <param name="SealIntact">Nobody has opened it.</param>
    internal sealed record ReturnUnitBody(string? Scan, int? MinutesOut, Appearance? Appearance, bool? SealIntact);
}
