using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.Inventory.Safety;
using Distribution.Inventory.Service.Units;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Bench;

/// <summary>What stands against handing a unit out for a patient, without doing anything.</summary>
internal static class JudgeUnit
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/judgment", HandleAsync)
        .RequireAuthorization(policy => policy.RequireRole(Roles.BloodBank, Roles.Physician))
        .Produces<SafetyJudgment>()
        .WithSummary("All that stands against handing a unit out for a patient, and who may let it pass; nothing is done");

    private static async Task<IResult> HandleAsync(
        JudgeUnitBody body, Caller caller, BenchDesk desk, PolicyPack policy, TimeProvider clock, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        var order = fields.Required("order", body.Order);
        var recipient = fields.Required("recipient", body.Recipient);
        fields.ThrowIfAny();
        var (state, known) = await desk.FindAsync(caller, unit, recipient, cancellationToken);
        var findings = SafetyRules.Judge(new SafetyCase(state, order, recipient, known, policy, caller.Site, clock.GetUtcNow())
        {
            Appearance = body.Appearance,
            Emergency = body.Emergency ?? false,
        });
        var isBlocked = findings.Any(finding => finding.Verdict == SafetyVerdict.HardStop);
        return Results.Json(
            new SafetyJudgment(unit, isBlocked, !isBlocked && findings.Any(finding => finding.Verdict == SafetyVerdict.Override), policy.Version, findings),
            EventTypes.Json);
    }

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    /// <param name="Appearance">How the bag looks; not judged when absent.</param>
    /// <param name="Emergency">Whether a physician would hand it out to somebody who bleeds.</param>
    internal sealed record JudgeUnitBody(string? Scan, OrderId? Order, RecipientId? Recipient, Appearance? Appearance, bool? Emergency);
}

/// <param name="Blocked">Something stands against it that nobody may let pass.</param>
/// <param name="Overridable">Something stands against it, and all of it may be let pass.</param>
/// <param name="Policy">The version that it was judged by.</param>
internal sealed record SafetyJudgment(UnitNumber Unit, bool Blocked, bool Overridable, string Policy, IReadOnlyList<SafetyFinding> Findings);
