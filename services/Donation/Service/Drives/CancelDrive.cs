using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.CancelDrive;

namespace Distribution.Donations.Service.Drives;

internal static class CancelDrive
{
    /// <param name="Reason">A code, such as <c>storm</c>.</param>
    public sealed record CancelDriveBody(string Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/drives/{drive}/cancellation", HandleAsync)
        .RequireAuthorization(Roles.Collector)
        .WithSummary("Calls a drive off, or ends it early; what it has brought stays. Staff of the centre or of one of its sites. Refused: unknown-drive, reason-invalid.");

    private static async Task<IResult> HandleAsync(
        DriveCode drive, HttpCommand command, CancelDriveBody body, CommandRunner runner, Region region, CancellationToken cancellationToken)
    {
        var outcome = await runner.RunAsync<Drive, DriveEvent>(
            command.Context,
            drive.ToString(),
            state =>
            {
                command.Caller.RequireOrganizer(region, state.Plan?.Sites ?? []);
                return DriveDecider.Cancel(state, new Command(body.Reason));
            },
            cancellationToken: cancellationToken);
        return outcome.ToResult(_ => new { Drive = drive });
    }
}
