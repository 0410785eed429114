using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.TestMarkers;

namespace Distribution.Donations.Service.Donations;

/// <summary>
/// A reactive result concerns the donor too, who is deferred for good in the same commit, and may concern what the donor
/// gave before: there is no moment at which only one of them knows.
/// </summary>
internal static class TestMarkers
{
    /// <param name="Results">By marker: <c>negative</c> or <c>reactive</c>.</param>
    /// <param name="Run">The quality-control run.</param>
    public sealed record TestMarkersBody(
        Dictionary<string, MarkerResult> Results,
        string? Method = null,
        string? ReagentLot = null,
        string? Instrument = null,
        string? Run = null,
        DateTimeOffset? MeasuredAt = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donations/{number}/markers", HandleAsync)
        .RequireAuthorization(Roles.Laboratory)
        .WithSummary("Records results of infection tests; a further result of a reactive marker is a repeat. Refused: unknown-marker, result-invalid, result-exists, no-results, method-invalid, detail-invalid, measured-in-future, measured-before-collection; as a whole, unless a new result is reactive, which is recorded with whatever else can be: the answer then names under refused what was not.");

    private static async Task<IResult> HandleAsync(
        DonationNumber number, HttpCommand command, TestMarkersBody body, CommandRunner runner, IEventStore store, Region region, CancellationToken cancellationToken)
    {
        var intention = new Command(body.Results, new TestDetails(body.Method, body.ReagentLot, body.Instrument, body.Run, body.MeasuredAt));
        IReadOnlyList<Rejection> refused = [];
        var outcome = await runner.RunAsync(
            command,
            store,
            number,
            region,
            state =>
            {
                var tested = TestingDecider.Test(state, intention, command.Policy, command.Context.Provenance);
                refused = tested.Refused;
                return tested.Decision;
            },
            cancellationToken);
        if (outcome is not Outcome.Done done)
            return outcome.ToResult();

        var slice = await store.ReadStreamAsync(Aggregate.StreamId<Donation>(number.ToString()), cancellationToken: cancellationToken);
        var donation = slice.Fold<Donation>().State;
        // Who did not get the first answer must not be left to believe that everything was recorded.
        if (done.Repeated)
            refused = RefusedBefore(slice, donation, intention, command);
        return outcome.ToResult(_ => new
        {
            Refused = refused,
            Standings = body.Results.Keys.ToDictionary(marker => marker, marker => donation.StandingOf(marker, command.Policy), StringComparer.Ordinal),
            Unverified = Unverified.At(command.Policy, [.. body.Results.Keys.Select(Unverified.Marker)]),
        });
    }

    private static IReadOnlyList<Rejection> RefusedBefore(StreamSlice slice, Donation donation, Command intention, HttpCommand command)
    {
        var recorded = slice.Events.Where(stored => stored.Metadata.CausationId == command.Context.CausationId)
            .Select(stored => stored.Data).OfType<MarkerResultRecorded>().Select(result => result.Marker).ToHashSet(StringComparer.Ordinal);
        var others = intention.Results.Where(pair => !recorded.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);
        if (others.Count == 0)
            return [];
        var again = TestingDecider.Test(donation, intention with { Results = others }, command.Policy, command.Context.Provenance);
        return [.. again.Decision.Rejections, .. again.Refused];
    }
}
