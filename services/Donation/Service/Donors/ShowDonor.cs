using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Policies;
using Distribution.Donations.Service.Donations;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Donations.Service.Donors;

/// <summary>A donor's record, and in words whether anything on it stands against giving whole blood today. No identity.</summary>
internal static class ShowDonor
{
    // Of no site: the interval between donations holds wherever the donor goes.
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/donors/{donor}", HandleAsync)
        .RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireRole(Roles.Collector, Roles.Auditor, Roles.Operator))
        .WithSummary("A donor's record under the pseudonym, and every reason on it why the donor may not give whole blood today. What depends on the weight is answered by eligibility.");

    // No ETag: the answer changes with the day, and no command on a donor asks for a version.
    private static async Task<IResult> HandleAsync(
        DonorId donor, IEventStore store, PolicyPack policy, TimeProvider clock, CancellationToken cancellationToken)
    {
        var state = (await store.LoadAsync<Donor>(donor.ToString(), cancellationToken)).State;
        if (state.Id is null)
            return Answers.NotFound("unknown-donor", $"There is no donor {donor}.");
        var now = clock.GetUtcNow();
        var reasons = DonorEligibility.OnRecord(state, CollectionKind.WholeBlood, policy, now);
        return Results.Ok(new
        {
            Donor = donor,
            state.Sex,
            state.BirthYear,
            state.IsErased,
            MayGive = reasons.Count == 0,
            Eligibility = reasons.Count == 0
                ? "Nothing on record stands against giving whole blood today; how much depends on the weight."
                : string.Join(' ', reasons.Select(reason => reason.Message)),
            Reasons = reasons,
            state.Gifts,
            Deferrals = state.Deferrals.Select(deferral => new
            {
                deferral.Reason,
                policy.Donors.FindDeferral(deferral.Reason)?.Name,
                deferral.Donation,
                deferral.From,
                deferral.Until,
                deferral.IsEnded,
                InForce = deferral.IsInForce(now),
                Text = deferral.IsInForce(now) ? DonorEligibility.Words(deferral, policy) : null,
            }),
            Policy = policy.Version,
            Unverified = Unverified.At(policy, DonorEligibility.PathsFor(state, CollectionKind.WholeBlood, policy, now)),
        });
    }
}
