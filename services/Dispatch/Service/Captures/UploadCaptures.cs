using Distribution.ServiceDefaults.Captures;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Captures;

/// <summary>A day's scans of a site without a connection: what was received.</summary>
internal static class UploadCaptures
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .Accepts<string>(CaptureUpload.ContentType)
        .WithSummary("Takes a satellite's file of scans (text/csv) as facts: arrive, check-in, complete; the rest is Inventory's, which gets the same file afterwards. A file that cannot be read is refused whole (file-refused) with every line at fault. Each line is answered: recorded, known, review (see discrepancies and captures/review) or elsewhere.");

    private static Task<IResult> HandleAsync(HttpCommand command, HttpRequest request, CaptureUpload upload, CancellationToken cancellationToken) =>
        upload.TakeAsync(command, request, cancellationToken);
}
