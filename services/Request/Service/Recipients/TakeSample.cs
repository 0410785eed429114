using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Requests.TakeSample;

namespace Distribution.Requests.Service.Recipients;

/// <param name="Number">As the tube says.</param>
/// <param name="TakenBy">The badge of who took it; who records it where left out.</param>
internal sealed record TakeSampleBody(string Number, DateTimeOffset TakenAt, string? TakenBy = null);

internal static class TakeSample
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/recipients/{recipient}/samples", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithTags("recipients")
        .WithSummary("Blood was taken of the patient; it serves for as long as the policy says. Refused: unknown-recipient, taken-in-future, sample-exists, and sample-number-used where a tube of another patient of the site has the number.");

    private static async Task<IResult> HandleAsync(
        RecipientId recipient, HttpCommand command, TakeSampleBody body, CommandRunner runner, IEventStore store, CancellationToken cancellationToken)
    {
        var by = command.Context.Provenance;
        var intention = new Command(
            PatientFields.Sample("number", body.Number), body.TakenAt, body.TakenBy is { } badge ? ScanFields.Staff("takenBy", badge) : by.Actor);
        var outcome = await runner.RunAsync(
            command.Context,
            async token =>
            {
                var patient = await store.LoadAsync<Recipient>(recipient.ToString(), token);
                if (patient.State.IsRegistered)
                    command.Caller.RequireAt(patient.State.Site);
                if (command.Context.ExpectedVersion is { } expected && expected != patient.Version)
                    return Plan.Stale(patient.StreamId, expected, patient.Version);
                var tube = await store.LoadAsync<Tube>(Tube.IdOf(by.Site, intention.Number), token);
                var taken = RecipientSampleDecider.Take(patient.State, intention, command.Policy, by);
                var labeled = TubeDecider.Label(tube.State, intention.Number, recipient, by);
                if (taken.IsRejected || labeled.IsRejected)
                    return Plan.Refuse([.. taken.Rejections, .. labeled.Rejections]);
                List<StreamAppend> appends = [];
                if (taken.Events.Count > 0)
                    appends.Add(patient.Append(taken.Events));
                if (labeled.Events.Count > 0)
                    appends.Add(tube.Append(labeled.Events));
                return Plan.Write(appends);
            },
            cancellationToken);
        var sample = outcome is Outcome.Done
            ? (await store.LoadAsync<Recipient>(recipient.ToString(), cancellationToken)).State.FindSample(intention.Number)
            : null;
        return outcome.ToResult(_ => new { Recipient = recipient, Sample = intention.Number, sample?.ValidUntil });
    }
}
