using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Identity;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.Recipients;

/// <summary>Who a pseudonym stands for: who brings blood to a bed must know whose it is.</summary>
internal static class ShowIdentity
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/recipients/{recipient}/identity", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithTags("recipients")
        .WithSummary("Who the patient is, for the hospital that registered the patient; every reading is logged with the reader, without the identity. 410 identity-erased.");

    public static IResult Erased(RecipientId recipient) =>
        new Problem(StatusCodes.Status410Gone, "identity-erased", $"The identity of recipient {recipient} has been erased.");

    private static async Task<IResult> HandleAsync(
        RecipientId recipient, Caller caller, IEventStore store, IdentityVault vault, ILogger<Recipient> log, HttpContext http, CancellationToken cancellationToken)
    {
        var state = (await store.LoadAsync<Recipient>(recipient.ToString(), cancellationToken)).State;
        if (!state.IsRegistered)
            return GetRecipient.Unknown(recipient);
        caller.RequireAt(state.Site);
        if (state.IsErased)
            return Erased(recipient);
        // A registration that broke off between the log and the vault.
        if (await vault.FindAsync(recipient.Value, cancellationToken) is not { } identity)
            return Answers.NotFound("identity-missing", "The registration did not come to its end: send it again.");
        log.LogInformation("The identity of recipient {Recipient} was read by {Staff} in {Site}", recipient, caller.Staff, caller.Site);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Ok(new { Recipient = recipient, identity.FullName, identity.BirthDate, NationalId = identity.NationalId.Length > 0 ? identity.NationalId : null });
    }
}
