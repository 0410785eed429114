using Distribution.Blood.Identifiers;
using Distribution.Inventory.Service.Bench;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>Hands a unit out for a patient: the last gate before the bedside.</summary>
internal static class IssueUnit
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/issue", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithSummary("Hand a unit out for its patient, verified by a second person");

    private static Task<IResult> HandleAsync(IssueUnitBody body, HttpCommand command, BenchDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        var order = fields.Required("order", body.Order);
        var recipient = fields.Required("recipient", body.Recipient);
        var verifier = fields.Staff("verifierScan", body.VerifierScan);
        var appearance = fields.Required("appearance", body.Appearance);
        fields.ThrowIfAny();
        var act = new HandOut(order, recipient, verifier, appearance);
        return desk.ActAsync(
            command, unit, recipient, null, (state, known, by) => BenchDecider.Issue(state, known, command.Policy, act, by), cancellationToken);
    }

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    /// <param name="VerifierScan">The badge (symbol 020) or staff code of a second person.</param>
    /// <param name="Appearance">How the bag looks: normal, leaking, layered, discolored, clots or film.</param>
    internal sealed record IssueUnitBody(string? Scan, OrderId? Order, RecipientId? Recipient, string? VerifierScan, Appearance? Appearance);
}
