using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.PrepareComponent;

namespace Distribution.Donations.Service.Donations;

internal static class PrepareComponent
{
    /// <param name="Scan">Symbol 003, alone or with the donation number before it.</param>
    public sealed record PrepareComponentBody(string Scan, int VolumeMl);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donations/{number}/components", HandleAsync)
        .RequireAuthorization(Roles.Laboratory)
        .WithSummary("Makes a component of the donation; it stands in quarantine. Refused: unknown-component, not-of-this-collection, label-bound, division-unknown, component-exists, component-expired, volume-invalid, volume-exceeds-donation, prepared-before-collection, other-donation.");

    private static async Task<IResult> HandleAsync(
        DonationNumber number, HttpCommand command, PrepareComponentBody body, CommandRunner runner, Region region, CancellationToken cancellationToken)
    {
        var product = Labels.Product("scan", body.Scan, number);
        var outcome = await runner.RunAsync<Donation, DonationEvent>(
            command.Context,
            number.ToString(),
            state => ProcessingDecider.Prepare(
                state.InCareOf(command.Caller, region, number), new Command(product, body.VolumeMl), command.Policy, command.Context.Provenance),
            cancellationToken: cancellationToken);
        return outcome.ToResult(_ => new { Unit = new UnitNumber(number, product) });
    }
}
