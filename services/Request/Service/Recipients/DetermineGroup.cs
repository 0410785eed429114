using Distribution.Blood.BloodGroups;
using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Requests.DetermineGroup;

namespace Distribution.Requests.Service.Recipients;

/// <param name="Sample">The number of the recipient's sample it was found in.</param>
internal sealed record DetermineRecipientGroupBody(BloodGroup Group, string? Sample = null);

internal static class DetermineGroup
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/recipients/{recipient}/determinations", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithTags("recipients")
        .WithSummary("Records one person's determination of the group; it is established when two people agree, in two samples where samples are named. One that differs is recorded and undoes the group until two people settle it. Refused: unknown-recipient, unknown-sample, second-person-required.");

    /// <summary>How the group stands, for who has just determined or settled it.</summary>
    public static async Task<IResult> AnswerAsync(this IEventStore store, Outcome outcome, RecipientId recipient, CancellationToken cancellationToken)
    {
        var state = outcome is Outcome.Done ? (await store.LoadAsync<Recipient>(recipient.ToString(), cancellationToken)).State : Recipient.Initial;
        return outcome.ToResult(_ => new { Recipient = recipient, state.Group, state.GroupDiffers });
    }

    private static async Task<IResult> HandleAsync(
        RecipientId recipient, HttpCommand command, DetermineRecipientGroupBody body, CommandRunner runner, IEventStore store, CancellationToken cancellationToken)
    {
        var intention = new Command(body.Group, body.Sample is { } sample ? PatientFields.Sample("sample", sample) : null);
        var outcome = await runner.RunAsync(
            command,
            recipient,
            null,
            state => RecipientGroupDecider.Determine(state, intention, command.Policy, command.Context.Provenance),
            cancellationToken);
        return await store.AnswerAsync(outcome, recipient, cancellationToken);
    }
}
