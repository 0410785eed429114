using Distribution.ServiceDefaults.Captures;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Captures;

/// <summary>A day's scans of a site without a connection: what was done with units.</summary>
internal static class UploadCaptures
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/captures", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .Accepts<string>(CaptureUpload.ContentType)
        .WithSummary("Takes a satellite's file of scans (text/csv) as facts: store, issue, transfuse, return, discard, lose, find; the rest is Dispatch's, which gets the same file and gets it first. A file that cannot be read is refused whole (file-refused) with every line at fault. Each line is answered: recorded, known, review (it contradicts the record: see the discrepancies) or elsewhere.");

    private static Task<IResult> HandleAsync(HttpCommand command, HttpRequest request, CaptureUpload upload, CancellationToken cancellationToken) =>
        upload.TakeAsync(command, request, cancellationToken);
}
