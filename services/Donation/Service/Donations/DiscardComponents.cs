using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.DiscardComponents;

namespace Distribution.Donations.Service.Donations;

internal static class DiscardComponents
{
    /// <param name="Reason">A code, such as <c>bag-broken</c>.</param>
    /// <param name="Scan">Symbol 003 of the one bag that is meant; all of them where it is left out.</param>
    public sealed record DiscardComponentsBody(string Reason, string? Scan = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donations/{number}/discard", HandleAsync)
        .RequireAuthorization(Roles.Releaser)
        .WithSummary("Discards what is still in quarantine; always with it whatever a reactive marker bars, and for the reason marker-reactive nothing else. Refused: reason-invalid, marker-not-reactive, no-components, unknown-unit, already-released, used-up, other-donation.");

    private static async Task<IResult> HandleAsync(
        DonationNumber number, HttpCommand command, DiscardComponentsBody body, CommandRunner runner, Region region, CancellationToken cancellationToken)
    {
        ProductCode? product = body.Scan is null ? null : Labels.Product("scan", body.Scan, number);
        var outcome = await runner.RunAsync<Donation, DonationEvent>(
            command.Context with { Reason = body.Reason },
            number.ToString(),
            state => DonationDecider.Discard(state.InCareOf(command.Caller, region, number), new Command(body.Reason, product), command.Policy),
            cancellationToken: cancellationToken);
        return outcome.ToResult();
    }
}
