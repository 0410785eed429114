using System.Globalization;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Donations.Service.Donations;

/// <summary>A donation as it stands, and what stands between it and its release.</summary>
internal static class ShowDonation
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/donations/{number}", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithSummary("The donation's state and every check of the release gate with its evidence. The donor's pseudonym, the markers and what cases say of them only for laboratory, releaser, auditor and operator.");

    private static async Task<IResult> HandleAsync(
        DonationNumber number, Caller caller, IEventStore store, Region region, PolicyPack policy, TimeProvider clock, HttpContext http, CancellationToken cancellationToken)
    {
        var loaded = await store.LoadForReadingAsync(caller, region, number, cancellationToken);
        var donation = loaded.State;
        var checks = ReleaseGate.Check(donation, policy, clock.GetUtcNow());
        var open = ReleaseGate.Open(donation, checks);
        var all = caller.SeesFindings();
        // The tag serves If-Match. It is never answered with 304: a check fails with time alone, without a change of the donation.
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{loaded.Version}\"");
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new
        {
            Donation = number,
            Donor = all ? donation.Donor : (DonorId?)null,
            donation.VolumeMl,
            donation.CollectedAt,
            donation.Site,
            donation.Collection,
            donation.Drive,
            donation.Session,
            donation.BagLot,
            donation.Group,
            donation.Determinations,
            Markers = !all ? null : donation.Results.GroupBy(result => result.Marker, StringComparer.Ordinal).OrderBy(results => results.Key, StringComparer.Ordinal).ToDictionary(
                results => results.Key,
                results => new
                {
                    Standing = donation.StandingOf(results.Key, policy),
                    Confirmation = donation.Confirmations.TryGetValue(results.Key, out var confirmation) ? confirmation : (Confirmation?)null,
                    Results = results,
                },
                StringComparer.Ordinal),
            // The name of a case and its reason tell the marker.
            Holds = donation.Holds.Select(hold => all ? hold : (object)new { hold.Kind, hold.Ended }),
            donation.SignedBy,
            donation.SignedFor,
            donation.Components,
            Gate = new
            {
                Open = open.Count > 0,
                Releasable = open,
                Policy = policy.Version,
                Unverified = !all ? null : ReleaseGate.Unverified(donation, policy).Select(figure => new { figure.Path, figure.Value, figure.Source }),
                Checks = checks.Where(check => all || !check.TellsOfFindings).Select(check => new { Check = check.Name, Passed = check.IsPassed, Code = check.Failure, check.Evidence, check.Blocks, check.Components }),
            },
            loaded.Version,
        }, EventTypes.Json);
    }
}
