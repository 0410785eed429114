using Distribution.Blood.Identifiers;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Identity;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Requests.EraseIdentity;

namespace Distribution.Requests.Service.Recipients;

/// <param name="Basis">A code for what the erasure rests on, such as <c>patient-request</c>.</param>
internal sealed record EraseRecipientBody(string Basis);

/// <summary>Nobody can say any more who the patient was; what was found and given stays under the pseudonym.</summary>
internal static class EraseIdentity
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/recipients/{recipient}/erasure", HandleAsync)
        .RequireAuthorization(Roles.Operator)
        .WithTags("recipients")
        .WithSummary("Destroys the key, the ciphertext and the digests of the patient's identity, for good. Refused: unknown-recipient, basis-invalid.");

    private static async Task<IResult> HandleAsync(
        RecipientId recipient, HttpCommand command, EraseRecipientBody body, CommandRunner runner, IdentityVault vault, CancellationToken cancellationToken)
    {
        var outcome = await runner.RunAsync<Recipient, RecipientEvent>(
            command.Context, recipient.ToString(), state => RecipientDecider.Erase(state, new Command(body.Basis)), cancellationToken: cancellationToken);

        // After the commit, and again at a repeat: from the commit on nobody is shown the identity any more.
        if (outcome is Outcome.Done)
            await vault.ForgetAsync(recipient.Value, cancellationToken);
        return outcome.ToResult(_ => new { Recipient = recipient });
    }
}
