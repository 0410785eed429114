using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.TestMarkers;

namespace Distribution.Donations.Service.Donations;

/// <summary>A reactive result concerns the donor too, who is deferred for good in the same commit: there is no moment at which only one of the two knows.</summary>
internal static class TestMarkers
{
    /// <param name="Results">By marker: <c>negative</c> or <c>reactive</c>.</param>
    public sealed record TestMarkersBody(Dictionary<string, MarkerResult> Results);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donations/{number}/markers", HandleAsync)
        .RequireAuthorization(Roles.Laboratory)
        .WithSummary("Records results of infection tests. Refused: unknown-marker, result-exists, no-results; as a whole, unless a new result is reactive, which is recorded with whatever else can be. Reactive overwrites negative, never the other way round.");

    private static async Task<IResult> HandleAsync(
        DonationNumber number, HttpCommand command, TestMarkersBody body, CommandRunner runner, IEventStore store, Region region, CancellationToken cancellationToken)
    {
        var outcome = await runner.RunAsync(
            command.Context,
            async token =>
            {
                var donation = await store.LoadAsync<Donation>(number.ToString(), token);
                var state = donation.State.InCareOf(command.Caller, region, number);
                if (command.Context.ExpectedVersion is { } expected && expected != donation.Version)
                    throw Stale(donation, expected);
                var tested = TestingDecider.Test(state, new Command(body.Results), command.Policy);
                if (tested.IsRejected)
                    return Plan.Refuse(tested.Rejections);
                if (tested.Events.Count == 0)
                    return Plan.Write([]);
                if (!tested.Events.OfType<MarkersTested>().Any(markers => markers.Results.Values.Contains(MarkerResult.Reactive)))
                    return Plan.Write([donation.Append(tested.Events)]);

                var donor = await store.LoadAsync<Donor>(state.Donor.ToString(), token);
                var deferred = DonorDecider.Defer(donor.State, new DeferDonor(DonationDecider.MarkerReactive, number, Until: null));
                if (deferred.IsRejected)
                    return Plan.Refuse(deferred.Rejections);
                return deferred.Events.Count == 0
                    ? Plan.Write([donation.Append(tested.Events)])
                    : Plan.Write([donation.Append(tested.Events), donor.Append(deferred.Events)]);
            },
            cancellationToken);
        return outcome.ToResult();
    }

    private static HttpProblemException Stale(Loaded<Donation> donation, long expected) => new(new Problem(
        StatusCodes.Status409Conflict, "stale", $"{donation.StreamId} is at version {donation.Version}, not {expected}: look again and decide again."));
}
