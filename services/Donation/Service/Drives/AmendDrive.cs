using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Donations.Service.Drives;

/// <summary>Another plan takes the place of the first; what was collected stays with the drive.</summary>
internal static class AmendDrive
{
    /// <param name="Series">A code: drives of one series are compared year by year.</param>
    /// <param name="From">The first day.</param>
    /// <param name="To">The last day.</param>
    /// <param name="TargetUnits">How many donations shall be collected.</param>
    public sealed record AmendDriveBody(
        string Name,
        string Series,
        DriveKind Kind,
        IReadOnlyList<SiteId> Sites,
        DateOnly From,
        DateOnly To,
        int TargetUnits,
        IReadOnlyList<DriveSession>? Sessions = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/drives/{drive}/amendment", HandleAsync)
        .RequireAuthorization(Roles.Collector)
        .WithSummary("Plans a drive anew, as a whole; staff of the centre or of one of its sites. Refused: unknown-drive, drive-canceled, and as a first plan is.");

    private static async Task<IResult> HandleAsync(
        DriveCode drive, HttpCommand command, AmendDriveBody body, CommandRunner runner, Region region, CancellationToken cancellationToken)
    {
        var plan = new DrivePlan(body.Name.Trim(), body.Series, body.Kind, body.Sites, body.From, body.To, body.TargetUnits, body.Sessions ?? []);
        var outcome = await runner.RunAsync<Drive, DriveEvent>(
            command.Context,
            drive.ToString(),
            state =>
            {
                command.Caller.RequireOrganizer(region, state.Plan?.Sites ?? []);
                return DriveDecider.Amend(state, plan, region);
            },
            cancellationToken: cancellationToken);
        return outcome.ToResult(_ => new { Drive = drive });
    }
}
