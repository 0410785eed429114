using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Distribution.Inventory.Safety;
using Distribution.Inventory.Service.Bench;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>Records whether a reserved unit and its patient get along.</summary>
internal static class CrossmatchUnit
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/crossmatch", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithSummary("Record the crossmatch of a unit with its patient");

    private static Task<IResult> HandleAsync(CrossmatchUnitBody body, HttpCommand command, BenchDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        var order = fields.Required("order", body.Order);
        var recipient = fields.Required("recipient", body.Recipient);
        var compatible = fields.Required("compatible", body.Compatible);
        var sample = fields.Tube("sample", body.Sample);
        fields.ThrowIfAny();
        fields.Check(sample is not null || !NeedsSample(command.Policy, unit), "sample", "field-missing", "'sample' is missing: what carries red cells is tested with the patient's blood.");
        fields.ThrowIfAny();
        var finding = new CrossmatchFinding(order, recipient, compatible, body.Method ?? CrossmatchMethod.Serological, sample);
        return desk.ActAsync(
            command, unit, recipient, null, (state, known, by) => BenchDecider.Crossmatch(state, known, command.Policy, finding, by), cancellationToken);
    }

    /// <summary>A product that the policy does not know is taken for cells.</summary>
    private static bool NeedsSample(PolicyPack policy, UnitNumber unit) =>
        policy.FindComponent(unit.Product) is not { Kind: var kind } || SafetyRules.CarriesRedCells(kind);

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    /// <param name="Sample">The number of the patient's tube; required for what carries red cells.</param>
    /// <param name="Method">serological, which it is when absent, or electronic.</param>
    internal sealed record CrossmatchUnitBody(
        string? Scan, OrderId? Order, RecipientId? Recipient, bool? Compatible, string? Sample, CrossmatchMethod? Method);
}
