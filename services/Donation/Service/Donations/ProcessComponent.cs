using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.ProcessComponent;

namespace Distribution.Donations.Service.Donations;

internal static class ProcessComponent
{
    /// <param name="From">Symbol 003 of the component that is used up, alone or with the donation number before it.</param>
    /// <param name="DoseGy">Gray, where the blood is irradiated.</param>
    /// <param name="Celsius">The temperature at which it was done, °C.</param>
    /// <param name="Minutes">How long it took.</param>
    public sealed record ProcessComponentBody(
        ProcedureKind Procedure,
        string From,
        IReadOnlyList<ProcedureResultBody> Results,
        decimal? DoseGy = null,
        double? Celsius = null,
        int? Minutes = null);

    /// <param name="Scan">Symbol 003 of what was made.</param>
    public sealed record ProcedureResultBody(string Scan, int VolumeMl);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donations/{number}/procedures", HandleAsync)
        .RequireAuthorization(Roles.Laboratory)
        .WithSummary("Makes others of a component in quarantine, of which nothing is left: separate, divide, irradiate, wash, freeze, thaw, deplete-leucocytes, relabel. Refused: unknown-unit, already-released, already-discarded, used-up, component-expired, made-before-source, no-results, unknown-component, procedure-not-allowed, procedure-too-late, division-invalid, division-unknown, label-bound, component-exists, volume-invalid, volume-exceeds-source, dose-missing, dose-too-low, temperature-missing, temperature-outside, duration-missing, duration-invalid, took-too-long, other-donation.");

    private static async Task<IResult> HandleAsync(
        DonationNumber number, HttpCommand command, ProcessComponentBody body, CommandRunner runner, Region region, CancellationToken cancellationToken)
    {
        var intention = new Command(
            body.Procedure,
            Labels.Product("from", body.From, number),
            [.. body.Results.Select((result, index) => new ProcedureResult(Labels.Product($"results[{index}].scan", result.Scan, number), result.VolumeMl))],
            body.DoseGy,
            body.Celsius,
            body.Minutes);
        var outcome = await runner.RunAsync<Donation, DonationEvent>(
            command.Context,
            number.ToString(),
            state => ProcessingDecider.Process(state.InCareOf(command.Caller, region, number), intention, command.Policy, command.Context.Provenance),
            cancellationToken: cancellationToken);
        return outcome.ToResult(_ => new { Units = intention.Results.Select(result => new UnitNumber(number, result.Product)) });
    }
}
