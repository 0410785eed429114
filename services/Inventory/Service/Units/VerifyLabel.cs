using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>The label on the bag, scanned back: it has to say what the record says.</summary>
internal static class VerifyLabel
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/units/{unit}/label/verification", HandleAsync)
        .RequireAuthorization(policy => policy.RequireRole(Roles.Laboratory, Roles.BloodBank))
        .WithSummary("Record that the unit's label was scanned back and is right");

    private static Task<IResult> HandleAsync(
        UnitNumber unit, VerifyUnitLabelBody body, HttpCommand command, UnitDesk desk, CancellationToken cancellationToken)
    {
        var fields = new BodyFields();
        var label = fields.Label("scan", body.Scan);
        fields.ThrowIfAny();
        var zone = TimeZoneInfo.FindSystemTimeZoneById(command.Policy.TimeZone);
        return desk.ActAsync(command, unit, null, (state, by) => LabelDecider.Verify(state, label!, zone, by), cancellationToken);
    }

    /// <param name="Scan">Symbols 001, 002, 003 and 005 of the label, as its Data Matrix holds them or one by one.</param>
    internal sealed record VerifyUnitLabelBody(string? Scan);
}
