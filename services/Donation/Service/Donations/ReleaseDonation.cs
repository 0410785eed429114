using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Donations.Service.Donations;

internal static class ReleaseDonation
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donations/{number}/release", HandleAsync)
        .RequireAuthorization(Roles.Releaser)
        .WithSummary("The first call signs; the second, by another person, releases every component in quarantine and in date. Refused with every failing check: group-unknown, marker-missing, marker-reactive, no-components, component-expired, already-discarded, second-person-required.");

    private static async Task<IResult> HandleAsync(
        DonationNumber number, HttpCommand command, CommandRunner runner, Region region, CancellationToken cancellationToken)
    {
        var outcome = await runner.RunAsync<Donation, DonationEvent>(
            command.Context,
            number.ToString(),
            state => ReleaseDecider.Release(state.InCareOf(command.Caller, region, number), command.Policy, command.Context.Provenance),
            cancellationToken: cancellationToken);
        return outcome.ToResult();
    }
}
