using Distribution.Blood.Deciding;
using Distribution.Blood.Network;
using Distribution.Donations.Service.Donations;
using Distribution.Donations.Service.Implications;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Microsoft.Net.Http.Headers;
using Command = Distribution.Donations.TestMarkers;

namespace Distribution.Donations.Service.AnalyserResults;

/// <summary>
/// A whole file of results in one commit: all of it, with the donors it defers and the cases it opens, or nothing.
/// The same file sent again brings nothing new, whatever its key.
/// </summary>
internal static class ImportResults
{
    /// <summary>Some 50,000 lines; a large centre's day has 3,000.</summary>
    private const int MostBytes = 5 * 1024 * 1024;

    private const string ContentType = "text/csv";

    /// <summary>As the columns name what the decision names.</summary>
    private static readonly Dictionary<string, string> ColumnOf = new(StringComparer.Ordinal)
    {
        ["method"] = AnalyserFile.Method,
        ["reagentLot"] = AnalyserFile.ReagentLot,
        ["instrument"] = AnalyserFile.Instrument,
        ["run"] = AnalyserFile.Run,
        ["measuredAt"] = AnalyserFile.MeasuredAt,
    };

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/analyser-results", HandleAsync)
        .RequireAuthorization(Roles.Laboratory)
        .Accepts<string>(ContentType)
        .WithSummary("Records an analyser's file of results, all or nothing: columns donation, test, result, method, reagent_lot, instrument, run, measured_at in any order. Refused as file-refused with every error of every line: broken-line, no-results, column-missing, unknown-column, duplicate-column, duplicate-line, donation-number-invalid, unknown-donation, wrong-site, unknown-marker, result-invalid, result-exists, field-missing, measured-at-invalid, measured-in-future, measured-before-collection, method-invalid, detail-invalid.");

    private static async Task<IResult> HandleAsync(
        HttpCommand command, HttpRequest request, CommandRunner runner, IEventStore store, Region region, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.MediaType != ContentType)
            return new Problem(StatusCodes.Status415UnsupportedMediaType, "content-type-invalid", $"Send the file as {ContentType}.", HeaderNames.ContentType);
        if (request.Body.Length > MostBytes)
            return new Problem(StatusCodes.Status413PayloadTooLarge, "body-too-large", "A file has at most 5 MiB: send it in parts.");

        // The key's fingerprint has been taken of the body, which lies buffered.
        var content = new byte[request.Body.Length];
        request.Body.Position = 0;
        await request.Body.ReadExactlyAsync(content, cancellationToken);
        var file = AnalyserFile.Read(content, command.Policy);

        List<LineError> errors = [];
        var recorded = 0;
        var outcome = await runner.RunAsync(
            command.Context,
            async token =>
            {
                var changes = new Changes(store);
                errors = [.. file.Errors];
                recorded = await DecideAsync(changes, file, command, region, errors, token);
                return errors.Count > 0 ? Plan.Refuse(new Rejection("file-refused", "Nothing of the file was recorded.")) : Plan.Write(changes.Appends);
            },
            cancellationToken);
        return outcome is Outcome.Refused && errors.Count > 0
            ? new RefusedFile([.. errors.OrderBy(error => error.Line)])
            : outcome.ToResult(_ => new
            {
                Lines = file.Lines.Count,
                Recorded = outcome is Outcome.Done { Repeated: true } ? (int?)null : recorded,
                Unverified = Unverified.At(command.Policy, [.. file.Lines.Select(line => line.Marker).Distinct(StringComparer.Ordinal).Select(Unverified.Marker)]),
            });
    }

    /// <returns>How many results are new.</returns>
    private static async Task<int> DecideAsync(
        Changes changes, AnalyserFile file, HttpCommand command, Region region, List<LineError> errors, CancellationToken cancellationToken)
    {
        var (by, care) = (command.Context.Provenance, Care.SitesOf(region, command.Caller.Site));
        await changes.StatesAsync<Donation>([.. file.Lines.Select(line => line.Donation.ToString()).Distinct(StringComparer.Ordinal)], cancellationToken);
        var recorded = 0;
        foreach (var line in file.Lines)
        {
            var donation = await changes.StateAsync<Donation>(line.Donation.ToString(), cancellationToken);
            if (donation.Number is null)
            {
                errors.Add(new LineError(line.Line, AnalyserFile.Donation, "unknown-donation", $"There is no donation {line.Donation}."));
                continue;
            }

            if (!care.Contains(donation.Site) && !command.Caller.MayActAt(donation.Site))
            {
                errors.Add(new LineError(line.Line, AnalyserFile.Donation, "wrong-site", $"The donation {line.Donation} is in the care of another site."));
                continue;
            }

            var intention = new Command(new Dictionary<string, MarkerResult>(StringComparer.Ordinal) { [line.Marker] = line.Result }, line.Details);
            var decision = TestingDecider.Test(donation, intention, command.Policy, by).Decision;
            errors.AddRange(decision.Rejections.Select(reason => new LineError(line.Line, ColumnOf.GetValueOrDefault(reason.Field ?? "", AnalyserFile.Result), reason.Code, reason.Message)));
            // What is refused is refused as a whole: what would follow need not be looked for.
            if (errors.Count > 0)
                continue;
            recorded += decision.Events.Count;
            await changes.RecordAsync(line.Donation, decision.Events, command.Policy, by, cancellationToken);
        }

        return recorded;
    }

    /// <summary>422 with every error of every line.</summary>
    private sealed class RefusedFile(IReadOnlyList<LineError> errors) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            const int status = StatusCodes.Status422UnprocessableEntity;
            httpContext.Response.StatusCode = status;
            return httpContext.Response.WriteAsJsonAsync(
                new
                {
                    Type = "urn:distribution:problem:file-refused",
                    Title = "Nothing of the file was recorded; every line at fault is named.",
                    Status = status,
                    Code = "file-refused",
                    Errors = errors,
                },
                EventTypes.Json,
                Problem.ContentType,
                httpContext.RequestAborted);
        }
    }
}
