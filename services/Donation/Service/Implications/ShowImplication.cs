using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.Donations.Service.Donations;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Donations.Service.Implications;

/// <summary>A case as this service sees it; where the units are and who has acknowledged, Inventory knows.</summary>
internal static class ShowImplication
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/implications/{recall}", HandleAsync)
        .RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireRole(Roles.Laboratory, Roles.Releaser, Roles.Auditor, Roles.Operator))
        .WithSummary("A case with its donations and their components, its age and the time by which its first duties are due.");

    internal static HttpProblemException Unknown(RecallId recall) =>
        new(new Problem(StatusCodes.Status404NotFound, "unknown-implication", $"There is no case {recall}."));

    private static async Task<IResult> HandleAsync(
        RecallId recall, Caller caller, IEventStore store, Region region, PolicyPack policy, TimeProvider clock, CancellationToken cancellationToken)
    {
        var loaded = await store.LoadAsync<Implication>(recall.ToString(), cancellationToken);
        var state = loaded.State;
        if (state.Recall is null)
            throw Unknown(recall);
        var donations = state.Donations.IsEmpty
            ? []
            : (await store.LoadAsync<Donation>([.. state.Donations.Select(number => number.ToString())], cancellationToken)).Select(donation => donation.State).ToList();
        if (!state.IsTold && !MayRead(caller, region, donations))
            caller.RequireReading(donations[0].Site);

        var now = clock.GetUtcNow();
        return Results.Json(new
        {
            Recall = recall,
            state.Kind,
            state.Reason,
            state.Marker,
            state.Donor,
            state.OpenedAt,
            AgeHours = AgeHours(state.OpenedAt, state.End?.At ?? now),
            state.DueAt,
            Overdue = state.End is null && state.DueAt < now,
            OpenedByInventory = state.IsTold,
            state.End,
            Donations = state.Donations.Zip(donations, (number, donation) => new
            {
                Donation = number,
                Known = donation.Number is not null,
                donation.CollectedAt,
                donation.Site,
                Held = donation.Holds.Exists(hold => hold.Recall == recall && !hold.Ended),
                Standing = state.Marker is { } marker ? donation.StandingOf(marker, policy) : (MarkerStanding?)null,
                donation.Components,
            }),
            Unverified = Unverified.At(policy, state.Marker is { } marker ? ["$.lookbackClock", Unverified.Marker(marker)] : []),
            loaded.Version,
        }, EventTypes.Json);
    }

    internal static double AgeHours(DateTimeOffset openedAt, DateTimeOffset until) => Math.Round((until - openedAt).TotalHours, 1);

    private static bool MayRead(Caller caller, Region region, IReadOnlyList<Donation> donations)
    {
        var sites = Care.SitesOf(region, caller.Site);
        return donations.Any(donation => sites.Contains(donation.Site));
    }
}
