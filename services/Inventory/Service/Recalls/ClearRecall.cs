using Distribution.Blood.Identifiers;
using Distribution.Inventory.Service.Units;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>Ends a case opened here that came to nothing: its holds end.</summary>
internal static class ClearRecall
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/recalls/{id}/clearance", HandleAsync)
        .RequireAuthorization(policy => policy.RequireRole(Roles.BloodBank, Roles.Laboratory, Roles.Operator))
        .WithSummary("Clear a case that came to nothing: two people; its holds end");

    private static Task<IResult> HandleAsync(RecallId id, ClearRecallBody body, HttpCommand command, RecallDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var reason = fields.Reason("reason", body.Reason);
        var verifier = fields.Staff("verifierScan", body.VerifierScan);
        fields.ThrowIfAny();
        return desk.EndAsync(
            command, id, reason, verifier, (recall, _, by) => RecallDecider.Clear(recall, reason, verifier, by), cancellationToken);
    }

    /// <param name="VerifierScan">The badge (symbol 020) or staff code of the second person.</param>
    internal sealed record ClearRecallBody(string? Reason, string? VerifierScan);
}
