using System.Globalization;
using Distribution.Blood.Identifiers;
using Distribution.Inventory.Service.Units;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Bench;

/// <summary>Lets rules pass for one unit and one patient, by those whom the policy names and a second person.</summary>
internal static class OverrideRules
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/override", HandleAsync)
        .RequireAuthorization(policy => policy.RequireRole(Roles.Physician, Roles.BloodBank))
        .WithSummary("Let safety rules pass that the policy lets pass, for one unit, order and patient");

    private static Task<IResult> HandleAsync(OverrideRulesBody body, HttpCommand command, BenchDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        var order = fields.Required("order", body.Order);
        var recipient = fields.Required("recipient", body.Recipient);
        fields.Check(body.Codes is { Count: > 0 }, "codes", "field-missing", "Name the rules by their codes.");
        var codes = (body.Codes ?? []).Select((code, i) => fields.Code(string.Create(CultureInfo.InvariantCulture, $"codes[{i}]"), code)).ToList();
        var reason = fields.Reason("reason", body.Reason);
        var verifier = fields.Staff("verifierScan", body.VerifierScan);
        fields.ThrowIfAny();
        var act = new LetPass(order, recipient, codes, reason, command.Caller.Roles, verifier);
        return desk.ActAsync(
            command, unit, recipient, reason, (state, known, by) => BenchDecider.Override(state, known, command.Policy, act, by), cancellationToken);
    }

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    /// <param name="Codes">Of the rules, as the judgment names them.</param>
    /// <param name="VerifierScan">The badge (symbol 020) or staff code of the person who agrees to it.</param>
    internal sealed record OverrideRulesBody(
        string? Scan, OrderId? Order, RecipientId? Recipient, IReadOnlyList<string>? Codes, string? Reason, string? VerifierScan);
}
