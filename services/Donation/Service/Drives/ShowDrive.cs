using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;

namespace Distribution.Donations.Service.Drives;

/// <summary>One drive: its plan, what it and each session brought, and how the series did a year before.</summary>
internal static class ShowDrive
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/drives/{drive}", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithSummary("A drive with its sessions: collected against target and against the drive of its series that began nearest to one year before, deferral and discard rates.");

    private static async Task<IResult> HandleAsync(
        DriveCode drive, LogPosition? after, NpgsqlDataSource database, ReadModels readModels, CancellationToken cancellationToken)
    {
        await readModels.WaitForAsync(DriveFiguresProjection.ReadModel, after, cancellationToken: cancellationToken);
        if (await DriveFigures.ReadAsync(database, [drive.ToString()], series: null, cancellationToken) is not [var row])
            return Answers.NotFound("unknown-drive", $"There is no drive {drive}.");
        var sessions = await DriveFigures.ReadSessionsAsync(database, row.Drive, cancellationToken);
        var before = await DriveFigures.FindYearBeforeAsync(database, row, cancellationToken) is { } earlier
            ? (await DriveFigures.ReadAsync(database, [earlier], series: null, cancellationToken)).SingleOrDefault()
            : null;
        return Results.Ok(new
        {
            row.Drive,
            row.Name,
            row.Series,
            row.Kind,
            row.Sites,
            row.From,
            row.To,
            row.CanceledFor,
            row.TargetUnits,
            OfTarget = Brought.Rate(row.Brought.Collected, row.TargetUnits),
            row.Brought,
            Sessions = row.Sessions.Select(session => new
            {
                session.Id,
                session.Site,
                session.Date,
                session.From,
                session.To,
                session.Slots,
                Brought = sessions.GetValueOrDefault(session.Id) ?? Nothing,
            }),
            // Named no session, or one that the plan does not have any more.
            OutsideSessions = sessions.Where(pair => row.Sessions.All(session => session.Id != pair.Key)).Select(pair => pair.Value).Aggregate(Nothing, Sum),
            YearBefore = before is null
                ? null
                : new
                {
                    before.Drive,
                    before.From,
                    before.TargetUnits,
                    before.Brought,
                    Change = before.Brought.Collected == 0 ? null : Brought.Rate(row.Brought.Collected - before.Brought.Collected, before.Brought.Collected),
                },
        });
    }

    private static Brought Nothing { get; } = new(0, 0, 0, 0, 0, 0);

    private static Brought Sum(Brought left, Brought right) => new(
        left.Collected + right.Collected,
        left.VolumeMl + right.VolumeMl,
        left.Deferred + right.Deferred,
        left.Components + right.Components,
        left.DiscardedComponents + right.DiscardedComponents,
        left.DiscardedDonations + right.DiscardedDonations);
}
