using Distribution.Blood.Identifiers;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Requests.ScreenSample;

namespace Distribution.Requests.Service.Recipients;

/// <param name="Antigens">Against which there are antibodies, where that was found out as well.</param>
internal sealed record ScreenSampleBody(bool Positive, IReadOnlyList<string>? Antigens = null);

internal static class ScreenSample
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/recipients/{recipient}/samples/{number}/screen", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithTags("recipients")
        .WithSummary("The sample was screened for antibodies; a negative one takes nothing back. Refused: unknown-recipient, unknown-sample, antigens-unexpected.");

    private static async Task<IResult> HandleAsync(
        RecipientId recipient, string number, HttpCommand command, ScreenSampleBody body, CommandRunner runner, CancellationToken cancellationToken)
    {
        var intention = new Command(PatientFields.Sample("number", number), body.Positive, PatientFields.Antigens("antigens", body.Antigens));
        var outcome = await runner.RunAsync(command, recipient, null, state => RecipientSampleDecider.Screen(state, intention), cancellationToken);
        return outcome.ToResult(_ => new { Recipient = recipient, Sample = intention.Sample });
    }
}
