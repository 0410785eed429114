using Distribution.Blood.Antigens;
using Distribution.Inventory.Allocating;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>Records what the laboratory found in a unit: antigens that it has or lacks, and cytomegalovirus.</summary>
internal static class TypeUnit
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/typing", HandleAsync)
        .RequireAuthorization(policy => policy.RequireRole(Roles.Laboratory, Roles.BloodBank))
        .WithSummary("Record which antigens a unit has and lacks, and whether it is CMV negative");

    private static Task<IResult> HandleAsync(TypeUnitBody body, HttpCommand command, UnitDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var unit = fields.Unit("scan", body.Scan);
        var positive = Read(fields, "positive", body.Positive);
        var negative = Read(fields, "negative", body.Negative);
        fields.Check((positive & negative).IsEmpty, "negative", "antigen-both", "An antigen is either there or not.");
        fields.Check(body.Cmv is null or CmvStatus.Positive or CmvStatus.Negative, "cmv", "invalid-value", "CMV is positive or negative, or left out.");
        fields.Check(!positive.IsEmpty || !negative.IsEmpty || body.Cmv is not null, "positive", "typing-empty", "Say at least one finding.");
        fields.ThrowIfAny();
        return desk.ActAsync(command, unit, null, (state, by) => TypingDecider.Type(state, positive, negative, body.Cmv, by), cancellationToken);
    }

    private static AntigenSet Read(BodyFields fields, string field, IReadOnlyList<string?>? names)
    {
        var set = AntigenSet.None;
        foreach (var (name, index) in (names ?? []).Select((name, index) => (name, index)))
        {
            var known = AntigenSet.TryParse(name, null, out var antigen) && antigen.Count == 1;
            fields.Check(known, $"{field}[{index}]", "antigen-unknown", $"'{name}' is no antigen that is known here, such as C, c, E, e, K, Jka or Mia.");
            set |= antigen;
        }

        return set;
    }

    /// <param name="Scan">Symbols 001 and 003 of the bag.</param>
    /// <param name="Positive">Names of antigens that it has.</param>
    /// <param name="Negative">Names of antigens that it lacks.</param>
    /// <param name="Cmv">Left out where it was not tested for.</param>
    internal sealed record TypeUnitBody(string? Scan, IReadOnlyList<string?>? Positive, IReadOnlyList<string?>? Negative, CmvStatus? Cmv);
}
