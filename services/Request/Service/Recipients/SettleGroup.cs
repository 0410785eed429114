using Distribution.Blood.BloodGroups;
using Distribution.Blood.Identifiers;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Requests.SettleGroup;

namespace Distribution.Requests.Service.Recipients;

/// <param name="Reason">A code for what was wrong with the other determinations.</param>
/// <param name="VerifierScan">The second person's badge.</param>
internal sealed record SettleRecipientGroupBody(BloodGroup Group, string Reason, string VerifierScan);

internal static class SettleGroup
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/recipients/{recipient}/group", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithTags("recipients")
        .WithSummary("Two people say which group it is where determinations differ. Refused: unknown-recipient, group-not-in-dispute, group-not-determined, reason-invalid, second-person-required.");

    private static async Task<IResult> HandleAsync(
        RecipientId recipient, HttpCommand command, SettleRecipientGroupBody body, CommandRunner runner, IEventStore store, CancellationToken cancellationToken)
    {
        var intention = new Command(body.Group, body.Reason, ScanFields.Staff("verifierScan", body.VerifierScan));
        var outcome = await runner.RunAsync(
            command, recipient, body.Reason, state => RecipientGroupDecider.Settle(state, intention, command.Context.Provenance), cancellationToken);
        return await store.AnswerAsync(outcome, recipient, cancellationToken);
    }
}
