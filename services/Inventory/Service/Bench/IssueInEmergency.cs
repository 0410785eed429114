using Distribution.Blood.Identifiers;
using Distribution.Inventory.Service.Units;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Bench;

/// <summary>Hands a unit out to somebody who bleeds, on a physician's responsibility: the crossmatch is made up for afterwards.</summary>
internal static class IssueInEmergency
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/emergency-issue", HandleAsync)
        .RequireAuthorization(Roles.Physician)
        .WithSummary("Hand a unit out in an emergency, on the caller's responsibility, verified by a second person");

    private static Task<IResult> HandleAsync(IssueInEmergencyBody body, HttpCommand command, BenchDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        var order = fields.Required("order", body.Order);
        var recipient = fields.Required("recipient", body.Recipient);
        var indication = fields.Reason("indication", body.Indication);
        var verifier = fields.Staff("verifierScan", body.VerifierScan);
        var appearance = fields.Required("appearance", body.Appearance);
        fields.ThrowIfAny();
        var act = new HandOut(order, recipient, verifier, appearance);
        return desk.ActAsync(
            command, unit, recipient, indication, (state, known, by) => BenchDecider.IssueInEmergency(state, known, command.Policy, act, indication, by), cancellationToken);
    }

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    /// <param name="Indication">Why it cannot wait.</param>
    /// <param name="VerifierScan">The badge (symbol 020) or staff code of a second person.</param>
    /// <param name="Appearance">How the bag looks: normal, leaking, layered, discolored, clots or film.</param>
    internal sealed record IssueInEmergencyBody(
        string? Scan, OrderId? Order, RecipientId? Recipient, string? Indication, string? VerifierScan, Appearance? Appearance);
}
