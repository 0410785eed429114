using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>Ends one reason to hold a unit, at the site that holds it; others may remain.</summary>
internal static class EndHold
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/end-hold", HandleAsync)
        .RequireAuthorization(policy => policy.RequireRole(Roles.BloodBank, Roles.Laboratory))
        .WithSummary("End one reason to hold a unit");

    private static Task<IResult> HandleAsync(EndHoldBody body, HttpCommand command, UnitDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        var reason = fields.Reason("reason", body.Reason);
        var verifier = body.VerifierScan is null ? null : fields.Staff("verifierScan", body.VerifierScan);
        fields.ThrowIfAny();
        return desk.EndHoldAsync(command, unit, reason, (state, by) => UnitDecider.EndHold(state, reason, verifier, by), cancellationToken);
    }

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    /// <param name="Reason">The code it was held for.</param>
    /// <param name="VerifierScan">The badge (symbol 020) or staff code of a second person, where one is needed.</param>
    internal sealed record EndHoldBody(string? Scan, string? Reason, string? VerifierScan);
}
