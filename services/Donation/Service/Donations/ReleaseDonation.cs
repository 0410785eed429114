using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Donations.Service.Donations;

internal static class ReleaseDonation
{
    /// <param name="Components">Symbols 003 of the components that are meant; whatever is fit where it is left out.</param>
    public sealed record ReleaseDonationBody(IReadOnlyList<string>? Components = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donations/{number}/release", HandleAsync)
        .RequireAuthorization(Roles.Releaser)
        .WithSummary("The first call signs, for the components named or for all that are fit; the second, by another person, releases them. Refused with every failing check: group-unknown, marker-missing, marker-reactive, no-components, component-expired, already-discarded, used-up, unknown-unit, occurred-before, second-person-required. The gate is the policy's of when it occurred and of today, both.");

    private static async Task<IResult> HandleAsync(
        DonationNumber number, HttpCommand command, ReleaseDonationBody? body, CommandRunner runner, Region region, PolicyPack policy, CancellationToken cancellationToken)
    {
        var intention = new ReleaseComponents(
            body?.Components?.Select((scan, index) => Labels.Product($"components[{index}]", scan, number)).ToList());
        var outcome = await runner.RunAsync<Donation, DonationEvent>(
            command.Context,
            number.ToString(),
            state => ReleaseDecider.Release(state.InCareOf(command.Caller, region, number), intention, command.Policy, command.Context.Provenance, policy),
            cancellationToken: cancellationToken);
        return outcome.ToResult();
    }
}
