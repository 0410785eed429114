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
            return new Problem(StatusCodes.Status413PayloadTooLarge, "body-too-large", "A file has at most 512 KiB.", "file");

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
                    JourneyOf(loaded.State, box, slice.Events),
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

    /// <summary>
    /// It ends with the box's own scan at the destination, or with the first of what was in it. Where there is neither, it
    /// came with the papers or a bag of another box, unless boxes are scanned there and this one was not.
    /// </summary>
    private static Journey JourneyOf(Consignment consignment, int box, IReadOnlyList<StoredEvent> events)
    {
        var own = First(events, data => data is ConsignmentEvent.BoxArrived arrived && arrived.Box == box) ?? First(events, data => data switch
        {
            ConsignmentEvent.DoorTemperatureTaken taken => taken.Box == box,
            ConsignmentEvent.UnitCheckedIn checkedIn => consignment.Packed.GetValueOrDefault(checkedIn.Unit)?.Box == box,
            _ => false,
        });
        var until = own is null && consignment.ArrivedBoxes.IsEmpty
            ? First(events, data => data is ConsignmentEvent.ConsignmentArrived or ConsignmentEvent.UnitCheckedIn or ConsignmentEvent.ConsignmentReceived)
            : own;
        return new Journey(consignment.HandedOver?.At, until, IsEndKnown: own is not null);
    }

    private static DateTimeOffset? First(IReadOnlyList<StoredEvent> events, Func<object, bool> tells) =>
        events.Where(stored => tells(stored.Data)).Select(stored => (DateTimeOffset?)stored.Metadata.OccurredAt).Min();
}
