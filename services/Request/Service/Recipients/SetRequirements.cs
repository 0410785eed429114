using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Requests.SetRequirements;

namespace Distribution.Requests.Service.Recipients;

/// <param name="WithoutAntigens">Units known to lack each of these; what antibodies ask for besides need not be said.</param>
/// <param name="FresherThanDays">Collected less than so many days before they are needed.</param>
/// <param name="Reason">A code, such as <c>stem-cell-transplant</c>.</param>
internal sealed record SetRequirementsBody(
    string Reason,
    bool Irradiated = false,
    bool CmvNegative = false,
    bool Washed = false,
    IReadOnlyList<string>? WithoutAntigens = null,
    int? FresherThanDays = null);

internal static class SetRequirements
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/recipients/{recipient}/requirements", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithTags("recipients")
        .WithSummary("What every unit for the patient must be, in place of all that was said before. Refused: unknown-recipient, fresher-than-days-invalid, reason-invalid.");

    private static async Task<IResult> HandleAsync(
        RecipientId recipient, HttpCommand command, SetRequirementsBody body, CommandRunner runner, CancellationToken cancellationToken)
    {
        var intention = new Command(
            new UnitRequirements(
                body.Irradiated, body.CmvNegative, body.Washed, PatientFields.Antigens("withoutAntigens", body.WithoutAntigens), body.FresherThanDays),
            body.Reason);
        var outcome = await runner.RunAsync(command, recipient, body.Reason, state => RecipientDecider.Require(state, intention), cancellationToken);
        return outcome.ToResult(_ => new { Recipient = recipient });
    }
}
