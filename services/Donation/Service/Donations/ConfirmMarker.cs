using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.ConfirmMarker;

namespace Distribution.Donations.Service.Donations;

/// <summary>Nothing is released by a confirmatory test; it says whether the donor and the cases are cleared.</summary>
internal static class ConfirmMarker
{
    public sealed record ConfirmMarkerBody(
        string Marker,
        Confirmation Result,
        string? Method = null,
        string? ReagentLot = null,
        string? Instrument = null,
        string? Run = null,
        DateTimeOffset? MeasuredAt = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donations/{number}/confirmations", HandleAsync)
        .RequireAuthorization(Roles.Laboratory)
        .WithSummary("Records the confirmatory test of a reactive marker: positive, negative or indeterminate. Refused: unknown-marker, marker-not-reactive, result-invalid, result-exists where it is confirmed positive, method-invalid, detail-invalid, measured-in-future, measured-before-collection.");

    private static async Task<IResult> HandleAsync(
        DonationNumber number, HttpCommand command, ConfirmMarkerBody body, CommandRunner runner, IEventStore store, Region region, CancellationToken cancellationToken)
    {
        var intention = new Command(body.Marker, body.Result, new TestDetails(body.Method, body.ReagentLot, body.Instrument, body.Run, body.MeasuredAt));
        var outcome = await runner.RunAsync(
            command,
            store,
            number,
            region,
            state => TestingDecider.Confirm(state, intention, command.Policy, command.Context.Provenance),
            cancellationToken);
        return outcome.ToResult();
    }

    /// <summary>A deferral that ended because the marker seemed not to be the donor's comes back with a positive confirmation.</summary>
    internal static async Task DeferAgainAsync(
        this Changes changes, DonationNumber number, IReadOnlyList<DonationEvent> events, PolicyPack pack, CancellationToken cancellationToken)
    {
        if (!events.OfType<MarkerConfirmed>().Any(confirmed => confirmed.Confirmation == Confirmation.Positive && pack.RuleOf(confirmed.Marker).DefersDonor))
            return;
        var id = (await changes.StateAsync<Donation>(number.ToString(), cancellationToken)).Donor.ToString();
        var donor = await changes.StateAsync<Donor>(id, cancellationToken);
        changes.Check<Donor>(id);
        if (donor.Id is not null)
            changes.Add<Donor>(id, DonorDecider.Defer(donor, new DeferDonor(DonationDecider.MarkerReactive, number, Until: null)).Events);
    }
}
