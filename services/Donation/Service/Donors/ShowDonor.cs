using System.Globalization;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Donations.Service.Donors;

/// <summary>Whether a donor may give today, in words. No identity.</summary>
internal static class ShowDonor
{
    // Of no site: the interval between donations holds wherever the donor goes.
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/donors/{donor}", HandleAsync)
        .RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireRole(Roles.Collector, Roles.Auditor, Roles.Operator))
        .WithSummary("A donor's record under the pseudonym, and every reason why the donor may not give today.");

    // No ETag: the answer changes with the day, and no command on a donor asks for a version.
    private static async Task<IResult> HandleAsync(
        DonorId donor, IEventStore store, PolicyPack policy, TimeProvider clock, CancellationToken cancellationToken)
    {
        var state = (await store.LoadAsync<Donor>(donor.ToString(), cancellationToken)).State;
        if (state.Id is null)
            return Answers.NotFound("unknown-donor", $"There is no donor {donor}.");
        var reasons = DonorDecider.WhyNot(state, policy, clock.GetUtcNow());
        return Results.Ok(new
        {
            Donor = donor,
            state.Sex,
            state.BirthYear,
            MayGive = reasons.Count == 0,
            Eligibility = reasons.Count == 0
                ? string.Create(CultureInfo.InvariantCulture, $"May give up to {policy.Donors.Volumes.Max(band => band.MaximumMl)} mL of whole blood today.")
                : string.Join(' ', reasons.Select(reason => reason.Message)),
            Reasons = reasons,
            state.Gifts,
            state.Deferrals,
            Policy = policy.Version,
        });
    }
}
