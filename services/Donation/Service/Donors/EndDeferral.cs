using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Distribution.Donations.Service.Donations;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.EndDeferral;

namespace Distribution.Donations.Service.Donors;

/// <summary>A deferral that was a mistake is taken back by two people; it stays on the record as ended.</summary>
internal static class EndDeferral
{
    /// <param name="Reason">The deferral's.</param>
    /// <param name="Why">A code for what was wrong with it: it stays in the log for good, where no word about a person may stand.</param>
    /// <param name="VerifierScan">The second person's badge.</param>
    /// <param name="Donation">Only the deferral that this donation gave.</param>
    public sealed record EndDeferralBody(string Reason, string Why, string VerifierScan, DonationNumber? Donation = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donors/{donor}/deferrals/end", HandleAsync)
        .RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireRole(Roles.Collector, Roles.Laboratory))
        .WithSummary("Two people end a donor's deferral before its time. Refused: unknown-donor, unknown-deferral, second-person-required, why-invalid, deferral-rests-on-result unless what was reactive is confirmed negative or negative on repeat.");

    private static async Task<IResult> HandleAsync(
        DonorId donor, HttpCommand command, EndDeferralBody body, CommandRunner runner, IEventStore store, PolicyPack policy, CancellationToken cancellationToken)
    {
        var intention = new Command(body.Reason, body.Donation, ScanFields.Staff("verifierScan", body.VerifierScan), body.Why);
        var outcome = await runner.RunAsync(
            command.Context with { Reason = body.Why },
            async token =>
            {
                var changes = new Changes(store);
                var state = await changes.StateAsync<Donor>(donor.ToString(), token);
                var version = changes.VersionOf<Donor>(donor.ToString());
                if (command.Context.ExpectedVersion is { } expected && expected != version)
                    return Plan.Stale(Aggregate.StreamId<Donor>(donor.ToString()), expected, version);

                // By the rules of then and of today: told late, it does not slip under a rule that has come since.
                string[] ids = [.. DonorDecider.RestingOn(state, intention).Select(number => number.ToString())];
                var donations = ids.Length == 0 ? [] : await changes.StatesAsync<Donation>(ids, token);
                var cleared = donations.Where(donation => DonorDecider.IsCleared(donation, command.Policy) && DonorDecider.IsCleared(donation, policy));
                var decision = DonorDecider.EndByHand(state, intention, [.. cleared.Select(donation => donation.Number!.Value)], command.Context.Provenance);
                if (decision.IsRejected)
                    return Plan.Refuse(decision.Rejections);
                changes.Add<Donor>(donor.ToString(), decision.Events);
                // A result that arrives now is not overtaken.
                foreach (var id in ids)
                    changes.Check<Donation>(id);
                return Plan.Write(changes.IsEmpty ? [] : changes.Appends);
            },
            cancellationToken);
        return outcome.ToResult(_ => new { Donor = donor });
    }
}
