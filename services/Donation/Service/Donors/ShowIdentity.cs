using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Identity;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Donations.Service.Donors;

/// <summary>Who a pseudonym stands for: staff must be able to see who is in front of them.</summary>
internal static class ShowIdentity
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/donors/{donor}/identity", HandleAsync)
        .RequireAuthorization(Roles.Collector)
        .WithSummary("Who the donor is; every reading is logged with the reader, without the identity. 410 identity-erased.");

    public static IResult Erased(DonorId donor) =>
        new Problem(StatusCodes.Status410Gone, "identity-erased", $"The identity of donor {donor} has been erased.");

    private static async Task<IResult> HandleAsync(
        DonorId donor, Caller caller, IEventStore store, IdentityVault vault, ILogger<Donor> log, HttpContext http, CancellationToken cancellationToken)
    {
        var state = (await store.LoadAsync<Donor>(donor.ToString(), cancellationToken)).State;
        if (state.Id is null)
            return Answers.NotFound("unknown-donor", $"There is no donor {donor}.");
        if (state.IsErased)
            return Erased(donor);
        // A registration that broke off between the log and the vault.
        if (await vault.FindAsync(donor.Value, cancellationToken) is not { } identity)
            return Answers.NotFound("identity-missing", "The registration did not come to its end: send it again.");
        log.LogInformation("The identity of donor {Donor} was read by {Staff} in {Site}", donor, caller.Staff, caller.Site);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Ok(new { Donor = donor, identity.FullName, identity.BirthDate, identity.NationalId, identity.Phone });
    }
}
