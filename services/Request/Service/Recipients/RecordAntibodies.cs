using Distribution.Blood.Identifiers;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.Recipients;

/// <param name="Antigens">Against which, such as <c>K</c> and <c>Jka</c>.</param>
/// <param name="Sample">The number of the recipient's sample they were found in; left out where they are known from elsewhere.</param>
/// <param name="Note">A code, such as <c>told-by-other-hospital</c>.</param>
internal sealed record RecordAntibodiesBody(IReadOnlyList<string> Antigens, string? Sample = null, string? Note = null);

internal static class RecordAntibodies
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/recipients/{recipient}/antibodies", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithTags("recipients")
        .WithSummary("The patient has antibodies; nothing takes that back. Refused: unknown-recipient, unknown-sample, antigens-required, note-invalid.");

    private static async Task<IResult> HandleAsync(
        RecipientId recipient, HttpCommand command, RecordAntibodiesBody body, CommandRunner runner, CancellationToken cancellationToken)
    {
        var intention = new FindAntibodies(
            PatientFields.Antigens("antigens", body.Antigens), body.Sample is { } sample ? PatientFields.Sample("sample", sample) : null, body.Note);
        var outcome = await runner.RunAsync(command, recipient, null, state => RecipientSampleDecider.Find(state, intention), cancellationToken);
        return outcome.ToResult(_ => new { Recipient = recipient });
    }
}
