using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.DetermineGroup;

namespace Distribution.Donations.Service.Donations;

internal static class DetermineGroup
{
    /// <param name="Scan">Symbol 002, or the group as text such as <c>O+</c>.</param>
    public sealed record DetermineGroupBody(string Scan, string? Method = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donations/{number}/group", HandleAsync)
        .RequireAuthorization(Roles.Laboratory)
        .WithSummary("Records the donation's ABO and RhD group. Refused: result-exists where another group is on record.");

    private static async Task<IResult> HandleAsync(
        DonationNumber number, HttpCommand command, DetermineGroupBody body, CommandRunner runner, Region region, CancellationToken cancellationToken)
    {
        if (body.Method is { Length: 0 or > 100 })
            return Answers.Invalid("method", "method-invalid", "A method has 1 to 100 characters.");
        var group = Labels.Group("scan", body.Scan);
        var outcome = await runner.RunAsync<Donation, DonationEvent>(
            command.Context,
            number.ToString(),
            state => TestingDecider.Determine(state.InCareOf(command.Caller, region, number), new Command(group, body.Method)),
            cancellationToken: cancellationToken);
        return outcome.ToResult();
    }
}
