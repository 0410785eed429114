using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.PlanDrive;

namespace Distribution.Donations.Service.Drives;

/// <summary>A campaign, or a year of a fixed point: dates, sites, a target, and sessions with slots.</summary>
internal static class PlanDrive
{
    /// <param name="Drive">The code that collections will name.</param>
    /// <param name="Series">A code: drives of one series are compared year by year.</param>
    /// <param name="From">The first day.</param>
    /// <param name="To">The last day.</param>
    /// <param name="TargetUnits">How many donations shall be collected.</param>
    public sealed record PlanDriveBody(
        DriveCode Drive,
        string Name,
        string Series,
        DriveKind Kind,
        IReadOnlyList<SiteId> Sites,
        DateOnly From,
        DateOnly To,
        int TargetUnits,
        IReadOnlyList<DriveSession>? Sessions = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/drives", HandleAsync)
        .RequireAuthorization(Roles.Collector)
        .WithSummary("Plans a drive; staff of the centre or of one of its sites. Refused with every field at fault: drive-exists, name-invalid, series-invalid, kind-invalid, dates-invalid, drive-over, target-invalid, sites-missing, unknown-site, site-repeated, session-invalid, session-repeated, session-elsewhere, session-outside, hours-invalid, slots-invalid.");

    private static async Task<IResult> HandleAsync(
        HttpCommand command, PlanDriveBody body, CommandRunner runner, Region region, CancellationToken cancellationToken)
    {
        command.Caller.RequireOrganizer(region, body.Sites);
        var plan = new DrivePlan(body.Name.Trim(), body.Series, body.Kind, body.Sites, body.From, body.To, body.TargetUnits, body.Sessions ?? []);
        var outcome = await runner.RunAsync<Drive, DriveEvent>(
            command.Context,
            body.Drive.ToString(),
            state => DriveDecider.Plan(state, new Command(body.Drive, plan), region, command.Policy, command.Context.Provenance),
            cancellationToken: cancellationToken);
        return outcome.ToResult(_ => new { body.Drive });
    }
}
