using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Donations.Service.Donations;
using Distribution.Donations.Service.Implications;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Donations.Service.Donors;

/// <summary>A donor is turned away for a cause that the pack knows, which also says for how long.</summary>
internal static class DeferDonor
{
    /// <param name="Reason">One of the pack's.</param>
    /// <param name="From">The day of the cause; today when absent.</param>
    /// <param name="Donation">The donation that gave the reason, where one did.</param>
    /// <param name="Drive">Where the donor was turned away at one.</param>
    /// <param name="Session">The drive's session.</param>
    public sealed record DeferDonorBody(string Reason, DateOnly? From = null, DonationNumber? Donation = null, DriveCode? Drive = null, string? Session = null);

    // Of no site: whoever learns of a cause tells it.
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donors/{donor}/deferrals", HandleAsync)
        .RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireRole(Roles.Collector, Roles.Laboratory))
        .WithSummary("Defers a donor for as long as the policy says; in force everywhere at once, and the donation that is named is held in the same commit. Refused: unknown-donor, unknown-deferral-reason, reason-reserved, cause-in-future, cause-invalid, donation-of-another, and for a drive that is named what a collection there would be refused for.");

    private static async Task<IResult> HandleAsync(
        DonorId donor, HttpCommand command, DeferDonorBody body, CommandRunner runner, IEventStore store, CancellationToken cancellationToken)
    {
        var by = command.Context.Provenance;
        var outcome = await runner.RunAsync(
            command.Context,
            async token =>
            {
                var changes = new Changes(store);
                var decided = DonorDecider.State(
                    await changes.StateAsync<Donor>(donor.ToString(), token),
                    new StateDeferral(body.Reason, body.From, body.Donation, body.Drive, body.Session),
                    command.Policy,
                    by);
                var drive = body.Drive is { } code ? (await store.LoadAsync<Drive>(code.ToString(), token)).State : Drive.Initial;
                Rejection[] reasons = [.. decided.Rejections, .. DriveDecider.WhyNotAt(drive, body.Drive, body.Session, command.Policy, by)];
                if (reasons.Length > 0)
                    return Plan.Refuse(reasons);
                changes.Add<Donor>(donor.ToString(), decided.Events);
                if (body.Donation is { } number)
                    await ImplicateAsync(changes, donor, number, body.Reason, by, token);
                return Plan.Write(changes.Appends);
            },
            cancellationToken);
        return outcome.ToResult(_ => new { Donor = donor });
    }

    /// <summary>What a donor tells afterwards concerns what was made of the donation: in quarantine it waits, and what was released is held.</summary>
    private static async Task ImplicateAsync(
        Changes changes, DonorId donor, DonationNumber number, string reason, Provenance by, CancellationToken cancellationToken)
    {
        var donation = await changes.StateAsync<Donation>(number.ToString(), cancellationToken);
        if (donation.Number is null)
            return;
        await changes.ImplicateAsync(
            new ImplicateDonations(ImplicationDecider.CaseOf(donation, "post-donation"), RecallKind.Recall, reason, [number], Donor: donor), by, cancellationToken);
    }
}
