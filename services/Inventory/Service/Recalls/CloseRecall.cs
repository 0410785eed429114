using Distribution.Blood.Identifiers;
using Distribution.Inventory.Service.Units;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>Ends a case of which every unit has met its end and every site has answered.</summary>
internal static class CloseRecall
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/recalls/{id}/closure", HandleAsync)
        .RequireAuthorization(policy => policy.RequireRole(Roles.BloodBank, Roles.Laboratory, Roles.Operator))
        .WithSummary("Close a case as complete: two people, every unit accounted for");

    private static Task<IResult> HandleAsync(RecallId id, CloseRecallBody body, HttpCommand command, RecallDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var reason = fields.Reason("reason", body.Reason);
        var verifier = fields.Staff("verifierScan", body.VerifierScan);
        fields.ThrowIfAny();
        return desk.EndAsync(
            command, id, reason, verifier, (recall, units, by) => RecallDecider.Close(recall, units, reason, verifier, by), cancellationToken);
    }

    /// <param name="VerifierScan">The badge (symbol 020) or staff code of the second person.</param>
    internal sealed record CloseRecallBody(string? Reason, string? VerifierScan);
}
