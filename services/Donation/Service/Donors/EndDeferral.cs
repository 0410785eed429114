using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.EndDeferral;

namespace Distribution.Donations.Service.Donors;

/// <summary>A deferral that was a mistake is taken back by two people; it stays on the record as ended.</summary>
internal static class EndDeferral
{
    private const int LongestWhy = 500;

    /// <param name="Reason">The deferral's.</param>
    /// <param name="Why">What was wrong with it.</param>
    /// <param name="VerifierScan">The second person's badge.</param>
    /// <param name="Donation">Only the deferral that this donation gave.</param>
    public sealed record EndDeferralBody(string Reason, string Why, string VerifierScan, DonationNumber? Donation = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donors/{donor}/deferrals/end", HandleAsync)
        .RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireRole(Roles.Collector, Roles.Laboratory))
        .WithSummary("Two people end a donor's deferral before its time. Refused: unknown-donor, unknown-deferral, second-person-required, deferral-rests-on-result, why-invalid.");

    private static async Task<IResult> HandleAsync(
        DonorId donor, HttpCommand command, EndDeferralBody body, CommandRunner runner, CancellationToken cancellationToken)
    {
        var verifier = ScanFields.Staff("verifierScan", body.VerifierScan);
        var outcome = await runner.RunAsync<Donor, DonorEvent>(
            command.Context with { Reason = body.Why.Trim() },
            donor.ToString(),
            state =>
            {
                var decision = DonorDecider.EndByHand(state, new Command(body.Reason, body.Donation, verifier), command.Context.Provenance);
                return body.Why.Trim().Length is > 0 and <= LongestWhy
                    ? decision
                    : Decision<DonorEvent>.Reject([.. decision.Rejections, new Rejection("why-invalid", $"It takes a reason of 1 to {LongestWhy} characters.", "why")]);
            },
            cancellationToken: cancellationToken);
        return outcome.ToResult(_ => new { Donor = donor });
    }
}
