using Distribution.Blood.Identifiers;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Identity;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.EraseIdentity;

namespace Distribution.Donations.Service.Donors;

/// <summary>Nobody can say any more who the donor was; what the donor gave, and why not, stays under the pseudonym.</summary>
internal static class EraseIdentity
{
    /// <param name="Basis">A code for what the erasure rests on, such as <c>donor-request</c>.</param>
    public sealed record EraseIdentityBody(string Basis);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donors/{donor}/erasure", HandleAsync)
        .RequireAuthorization(Roles.Operator)
        .WithSummary("Destroys the key, the ciphertext and the digests of the donor's identity, for good. Refused: unknown-donor, basis-invalid.");

    private static async Task<IResult> HandleAsync(
        DonorId donor, HttpCommand command, EraseIdentityBody body, CommandRunner runner, IdentityVault vault, CancellationToken cancellationToken)
    {
        var outcome = await runner.RunAsync<Donor, DonorEvent>(
            command.Context, donor.ToString(), state => DonorDecider.Erase(state, new Command(body.Basis)), cancellationToken: cancellationToken);

        // After the commit, and again at a repeat: from the commit on nobody is shown the identity any more.
        if (outcome is Outcome.Done)
            await vault.ForgetAsync(donor.Value, cancellationToken);
        return outcome.ToResult(_ => new { Donor = donor });
    }
}
