using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Donations.Service.Donations;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.VerifyLabel;

namespace Distribution.Donations.Service.Labeling;

/// <summary>The label on the bag, scanned back: it has to say what the record says.</summary>
internal static class VerifyLabel
{
    /// <param name="Scan">Symbols 001, 002, 003 and 005 of the label, as its Data Matrix holds them or one by one.</param>
    public sealed record VerifyLabelBody(string Scan);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donations/{number}/components/{product}/label/verification", HandleAsync)
        .RequireAuthorization(policy => policy.RequireRole(Roles.Laboratory, Roles.Releaser))
        .WithSummary("Records that the component's label was scanned back and is right. Refused: label-differs, naming each symbol that does, and whatever keeps the label from being printed.");

    private static async Task<IResult> HandleAsync(
        DonationNumber number, ProductCode product, HttpCommand command, VerifyLabelBody body, CommandRunner runner, Region region, CancellationToken cancellationToken)
    {
        var intention = new Command(product, ScanFields.Label("scan", body.Scan));
        var outcome = await runner.RunAsync<Donation, DonationEvent>(
            command.Context,
            number.ToString(),
            state => LabelDecider.Verify(state.InCareOf(command.Caller, region, number), intention, command.Policy, command.Context.Provenance),
            cancellationToken: cancellationToken);
        return outcome.ToResult(_ => new { Unit = new UnitNumber(number, product) });
    }
}
