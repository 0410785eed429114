using Distribution.Blood.Identifiers;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>Records whether a reserved unit and its patient get along.</summary>
internal static class CrossmatchUnit
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/crossmatch", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithSummary("Record the crossmatch of a unit with its patient");

    private static Task<IResult> HandleAsync(CrossmatchUnitBody body, HttpCommand command, UnitDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        var order = fields.Required("order", body.Order);
        var recipient = fields.Required("recipient", body.Recipient);
        var compatible = fields.Required("compatible", body.Compatible);
        fields.ThrowIfAny();
        return desk.ActAsync(command, unit, null, (state, by) => UnitDecider.Crossmatch(state, order, recipient, compatible, by), cancellationToken);
    }

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    internal sealed record CrossmatchUnitBody(string? Scan, OrderId? Order, RecipientId? Recipient, bool? Compatible);
}
