using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Identity;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.RegisterDonor;

namespace Distribution.Donations.Service.Donors;

/// <summary>Gives a person a pseudonym; the identity goes to the vault, the event gets what the donor rules need.</summary>
internal static class RegisterDonor
{
    public sealed record RegisterDonorBody(string FullName, DateOnly BirthDate, string NationalId, Sex Sex, string? Phone = null)
    {
        /// <summary>Says nothing, so that no log line and no exception can.</summary>
        public override string ToString() => "[identity]";
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donors", HandleAsync)
        .RequireAuthorization(Roles.Collector)
        .WithMetadata(TellsOfPerson.Instance)
        .WithSummary("Registers a donor and answers with the pseudonym, and with those of donors of the same name and birth date (possibleDuplicates). 409 donor-exists with the donor's pseudonym where the national id is known. Refused: full-name-invalid, national-id-invalid, phone-invalid, birth-date-invalid, sex-invalid.");

    private static async Task<IResult> HandleAsync(
        HttpCommand command, RegisterDonorBody body, CommandRunner runner, IdentityVault vault, CancellationToken cancellationToken)
    {
        // The same attempt sent twice is the same donor.
        var donor = DonorId.From($"{command.Caller.Site}:{command.Context.CausationId}");
        var by = command.Context.Provenance;
        var malformed = Check(body, by);
        Outcome? outcome = null;

        async Task<bool> RegisterAsync(CancellationToken token)
        {
            outcome = await runner.RunAsync<Donor, DonorEvent>(
                command.Context,
                donor.ToString(),
                state =>
                {
                    var decision = DonorDecider.Register(state, new Command(donor, body.Sex, body.BirthDate.Year), by);
                    return malformed.Count == 0 ? decision : Decision<DonorEvent>.Reject([.. malformed, .. decision.Rejections]);
                },
                cancellationToken: token);
            return outcome is Outcome.Done;
        }

        // Who is no person to begin with is nobody's duplicate.
        if (malformed.Count > 0)
        {
            await RegisterAsync(cancellationToken);
            return outcome!.ToResult();
        }

        // The identity is kept after the commit, and again at a repeat: a key that was used for somebody else has been refused
        // by then, and an attempt that broke off between the two is made whole by the next one.
        var identity = new PersonIdentity(body.FullName.Trim(), body.BirthDate, body.NationalId.Trim(), body.Phone?.Trim());
        return await vault.RegisterAsync(donor.Value, identity, RegisterAsync, cancellationToken) switch
        {
            Registration.Made made => outcome!.ToResult(_ => new { Donor = donor, PossibleDuplicates = made.Alike.Select(alike => new DonorId(alike)) }),
            Registration.Known known => Exists(new DonorId(known.Subject)),
            Registration.Forgotten => ShowIdentity.Erased(donor),
            _ => outcome!.ToResult(),
        };
    }

    private static Problem Exists(DonorId donor) => new(
        StatusCodes.Status409Conflict,
        "donor-exists",
        $"The number is that of donor {donor}.",
        "nationalId",
        More: new Dictionary<string, object>(StringComparer.Ordinal) { ["donor"] = donor });

    // No message repeats what was sent: answers are logged by others.
    private static List<Rejection> Check(RegisterDonorBody body, Provenance by)
    {
        List<Rejection> reasons = [];
        if (!IsText(body.FullName, 200))
            reasons.Add(new Rejection("full-name-invalid", "The full name has 1 to 200 characters.", "fullName"));
        if (!IsText(body.NationalId, 30) || !body.NationalId.Any(char.IsLetterOrDigit))
            reasons.Add(new Rejection("national-id-invalid", "The number of the identity card or passport has 1 to 30 characters.", "nationalId"));
        if (body.Phone is { } phone && !IsText(phone, 30))
            reasons.Add(new Rejection("phone-invalid", "A telephone number has 1 to 30 characters.", "phone"));
        if (body.BirthDate.Year == by.Now.Year && body.BirthDate > DateOnly.FromDateTime(by.Now.UtcDateTime.AddDays(1)))
            reasons.Add(new Rejection("birth-date-invalid", "The birth date lies in the future.", "birthDate"));
        return reasons;
    }

    private static bool IsText(string text, int longest) =>
        text.Trim().Length is > 0 and var length && length <= longest && !text.Any(char.IsControl);
}
