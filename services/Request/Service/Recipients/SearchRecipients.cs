using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Identity;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Requests.Service.Recipients;

/// <summary>Either the national id, or name and birth date, or all.</summary>
internal sealed record SearchRecipientsBody(string? NationalId = null, string? FullName = null, DateOnly? BirthDate = null)
{
    /// <summary>Says nothing of the person, so that no log can.</summary>
    public override string ToString() => "[recipient]";
}

/// <summary>Finds the pseudonym of who stands there. The particulars come in the body: addresses are logged by everybody on the way.</summary>
internal static class SearchRecipients
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/recipients/search", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithTags("recipients")
        .WithSummary("The recipients with this national id at the own site, and those of this name and birth date at any: pseudonyms and sites, no identity. Logged with the asker.");

    private static async Task<IResult> HandleAsync(
        Caller caller, SearchRecipientsBody body, IEventStore store, IdentityVault vault, ILogger<Recipient> log, CancellationToken cancellationToken)
    {
        var hasName = !string.IsNullOrWhiteSpace(body.FullName) && body.BirthDate is not null;
        if (!hasName && string.IsNullOrWhiteSpace(body.NationalId))
            return Answers.Invalid("nationalId", "search-empty", "Search by the national id, or by full name and birth date together.");

        List<Guid> subjects = [];
        if (body.NationalId is { } nationalId && await vault.FindByNationalIdAsync(nationalId, caller.Site.ToString(), cancellationToken) is { } one)
            subjects.Add(one);
        if (hasName)
            subjects.AddRange(await vault.FindByNameAsync(body.FullName!, body.BirthDate!.Value, cancellationToken));

        var found = await store.LoadAsync<Recipient>([.. subjects.Distinct().Select(subject => new RecipientId(subject).ToString())], cancellationToken);
        // Erased after the vault was read; or a registration that broke off.
        var states = found.Select(loaded => loaded.State).Where(state => state is { IsRegistered: true, IsErased: false }).ToArray();
        log.LogInformation("A patient was looked for by {Staff} in {Site}: {Count} found", caller.Staff, caller.Site, states.Length);
        return Results.Ok(new { Recipients = states.Select(state => new { Recipient = state.Id, state.Site }) });
    }
}
