using System.Security.Cryptography;
using Distribution.Blood.Isbt128;
using Distribution.Dispatches.Service.Consignments;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Microsoft.Net.Http.Headers;

namespace Distribution.Dispatches.Service.Boxes;

internal static class RecordTemperature
{
    /// <summary>More than the readings that a file may have take.</summary>
    private const int MostBytes = 512 * 1024;

    private const string ContentType = "text/csv";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/{number}/boxes/{box:int}/temperature", HandleAsync)
            .RequireAuthorization(policy => policy.RequireRole(Roles.BloodBank, Roles.Dispatcher))
            .Accepts<string>(ContentType)
            .WithSummary("A box's temperature logger file after the journey, from either end: time,celsius a line. All or nothing: every line at fault is named in field (\"line 17\"). Judged by the policy for each unit; what is not to be used any more is held.");

    private static async Task<IResult> HandleAsync(
        ConsignmentNumber number, int box, HttpCommand command, HttpRequest request, CommandRunner runner, IEventStore store, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.MediaType != ContentType)
            return new Problem(StatusCodes.Status415UnsupportedMediaType, "content-type-invalid", $"Send the file as {ContentType}.", HeaderNames.ContentType);
        if (request.Body.Length > MostBytes)
            return new Problem(StatusCodes.Status413PayloadTooLarge, "body-too-large", "A file has at most 512 KiB.");

        // The key's fingerprint has been taken of the body, which lies buffered.
        var content = new byte[request.Body.Length];
        request.Body.Position = 0;
        await request.Body.ReadExactlyAsync(content, cancellationToken);
        var file = LoggerFile.Read(content, command.Policy.LoggerInterval, command.Context.Provenance.Now);
        var digest = Convert.ToHexStringLower(SHA256.HashData(content));

        var outcome = await runner.RunAsync(
            command.Context,
            async token =>
            {
                var slice = await store.ReadStreamAsync($"{Consignment.Category}-{number}", 0, token);
                var loaded = slice.Fold<Consignment>();
                if (!loaded.State.IsPlanned)
                    throw new HttpProblemException(ConsignmentCommands.Unknown(number));
                command.Caller.RequireAt(ConsignmentCommands.AtEitherEnd(command.Caller)(loaded.State));
                if (file.Errors.Count > 0)
                    return Plan.Refuse(file.Errors);
                var decision = TemperatureDecider.Read(
                    loaded.State,
                    box,
                    new LoggerSeries(file.Logger, digest, file.Readings),
                    new Journey(loaded.State.HandedOver?.At, ArrivalOf(box, slice.Events)),
                    command.Policy,
                    command.Context.Provenance);
                return decision.IsRejected
                    ? Plan.Refuse(decision.Rejections)
                    : Plan.Write(decision.Events.Count == 0 ? [] : [loaded.Append(decision.Events)]);
            },
            cancellationToken);
        if (outcome is not Outcome.Done)
            return outcome.ToResult();
        var after = (await store.LoadAsync<Consignment>(number.ToString(), cancellationToken)).State;
        var read = after.Temperatures.FirstOrDefault(read => read.Box == box && read.Digest == digest);
        return outcome.ToResult(_ => new
        {
            read?.Readings,
            read?.MinimumCelsius,
            read?.MaximumCelsius,
            read?.Excursions,
        });
    }

    /// <summary>The box's own scan at the destination; where there is none, the first of anything of the consignment.</summary>
    private static DateTimeOffset? ArrivalOf(int box, IReadOnlyList<StoredEvent> events) =>
        First(events, data => data is ConsignmentEvent.BoxArrived arrived && arrived.Box == box)
        ?? First(events, data => data is ConsignmentEvent.ConsignmentArrived or ConsignmentEvent.BoxArrived or ConsignmentEvent.UnitCheckedIn or ConsignmentEvent.ConsignmentReceived);

    private static DateTimeOffset? First(IReadOnlyList<StoredEvent> events, Func<object, bool> tells) =>
        events.Where(stored => tells(stored.Data)).Select(stored => (DateTimeOffset?)stored.Metadata.OccurredAt).Min();
}
