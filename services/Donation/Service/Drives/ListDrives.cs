using Distribution.EventStore;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Npgsql;

namespace Distribution.Donations.Service.Drives;

/// <summary>The drives and how each does against its target.</summary>
internal static class ListDrives
{
    // Of no site: organizers compare sites, and nothing here tells of a person.
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/drives", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .WithSummary("Drives, of one series where it is named, the latest first, at most 500: collected against target, deferral and discard rates.");

    private static async Task<IResult> HandleAsync(
        string? series, LogPosition? after, NpgsqlDataSource database, ReadModels readModels, CancellationToken cancellationToken)
    {
        await readModels.WaitForAsync(DriveFiguresProjection.ReadModel, after, cancellationToken: cancellationToken);
        var rows = await DriveFigures.ReadAsync(database, drives: null, series, cancellationToken);
        return Results.Ok(new
        {
            Drives = rows.Select(row => new
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
            }),
        });
    }
}
