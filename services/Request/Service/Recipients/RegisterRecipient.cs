using Distribution.Blood.BloodGroups;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Identity;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.Recipients;

/// <param name="Group">As who registers has determined it; left out where nobody has.</param>
/// <param name="NationalId">Left out for whom it is not known, such as a newborn.</param>
internal sealed record RegisterRecipientBody(string FullName, DateOnly BirthDate, BloodGroup? Group = null, string? NationalId = null)
{
    /// <summary>Says nothing of the person, so that no log can.</summary>
    public override string ToString() => "[recipient]";
}

internal static class RegisterRecipient
{
    private const int LongestName = 200;
    private const int LongestNationalId = 30;
    private static readonly DateOnly EarliestBirth = new(1900, 1, 1);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/recipients", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithMetadata(TellsOfPerson.Instance)
        .WithTags("recipients")
        .WithSummary("Registers a patient and answers with the pseudonym, and with those of recipients of the same name and birth date at any site (possibleDuplicates); a group that is given is the first determination. 409 recipient-exists with the pseudonym where the site knows the national id. Refused: full-name-invalid, birth-date-invalid, national-id-invalid.");

    private static async Task<IResult> HandleAsync(
        HttpCommand command, RegisterRecipientBody body, CommandRunner runner, IdentityVault vault, CancellationToken cancellationToken)
    {
        var by = command.Context.Provenance;
        if (Check(body, by) is { Count: > 0 } reasons)
            return new Outcome.Refused(reasons).ToResult();

        // Sent twice, the same recipient.
        var id = RecipientId.From(command.Context.Key);
        Outcome? outcome = null;

        async Task<bool> RegisterAsync(CancellationToken token)
        {
            outcome = await runner.RunAsync<Recipient, RecipientEvent>(
                command.Context,
                id.ToString(),
                state => RecipientDecider.Register(state, new Requests.RegisterRecipient(id, body.Group), by),
                cancellationToken: token);
            return outcome is Outcome.Done;
        }

        // The identity is kept after the log has taken it, so that a reused key cannot put another person's under this pseudonym;
        // on a repeat too, because the first attempt may have ended in between.
        var identity = new PersonIdentity(body.FullName.Trim(), body.BirthDate, body.NationalId?.Trim() ?? "");
        return await vault.RegisterAsync(id.Value, identity, by.Site.ToString(), RegisterAsync, cancellationToken) switch
        {
            Registration.Made made => outcome!.ToResult(_ => new { Recipient = id, PossibleDuplicates = made.Alike.Select(alike => new RecipientId(alike)) }),
            Registration.Known known => Exists(new RecipientId(known.Subject)),
            Registration.Forgotten => ShowIdentity.Erased(id),
            _ => outcome!.ToResult(),
        };
    }

    private static Problem Exists(RecipientId recipient) => new(
        StatusCodes.Status409Conflict,
        "recipient-exists",
        $"The national id is that of recipient {recipient}.",
        "nationalId",
        More: new Dictionary<string, object>(StringComparer.Ordinal) { ["recipient"] = recipient });

    private static List<Rejection> Check(RegisterRecipientBody body, Provenance by)
    {
        var reasons = new List<Rejection>();
        if (string.IsNullOrWhiteSpace(body.FullName) || body.FullName.Length > LongestName)
            reasons.Add(new("full-name-invalid", $"A name has 1 to {LongestName} characters.", "fullName"));
        // A day ahead: the newborn's date may already be tomorrow in UTC.
        if (body.BirthDate < EarliestBirth || body.BirthDate > DateOnly.FromDateTime(by.Now.UtcDateTime.AddDays(1)))
            reasons.Add(new("birth-date-invalid", "A date of birth lies between 1900 and today.", "birthDate"));
        if (body.NationalId is { Length: > LongestNationalId })
            reasons.Add(new("national-id-invalid", $"A national id has at most {LongestNationalId} characters.", "nationalId"));
        return reasons;
    }
}
