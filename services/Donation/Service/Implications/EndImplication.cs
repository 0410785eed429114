using Distribution.Blood.Identifiers;
using Distribution.Blood.Network;
using Distribution.Donations.Service.Donations;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.EndImplication;

namespace Distribution.Donations.Service.Implications;

internal static class EndImplication
{
    /// <param name="Reason">A code, such as <c>confirmed-negative</c>.</param>
    /// <param name="VerifierScan">The second person's badge.</param>
    public sealed record EndImplicationBody(string Reason, string VerifierScan);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/implications/{recall}/end", HandleAsync)
        .RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireRole(Roles.Laboratory, Roles.Releaser))
        .WithSummary("Two people find that a case came to nothing; its holds end. Refused: unknown-implication, implication-over, case-of-inventory, reason-invalid, second-person-required, confirmed-positive, confirmation-missing, group-disagrees, and where what was released cannot be freed released-under-other-group and released-and-barred.");

    private static async Task<IResult> HandleAsync(
        RecallId recall, HttpCommand command, EndImplicationBody body, CommandRunner runner, IEventStore store, Region region, CancellationToken cancellationToken)
    {
        var verifier = ScanFields.Staff("verifierScan", body.VerifierScan);
        var outcome = await runner.RunAsync(
            command.Context with { Reason = body.Reason },
            async token =>
            {
                var changes = new Changes(store);
                var state = await changes.StateAsync<Implication>(recall.ToString(), token);
                if (state.Recall is null)
                    throw ShowImplication.Unknown(recall);
                var version = changes.VersionOf<Implication>(recall.ToString());
                if (command.Context.ExpectedVersion is { } expected && expected != version)
                    return Plan.Stale(Blood.Deciding.Aggregate.StreamId<Implication>(recall.ToString()), expected, version);

                string[] ids = [.. state.Donations.Select(number => number.ToString())];
                var donations = ids.Length == 0 ? [] : await changes.StatesAsync<Donation>(ids, token);
                if (!state.IsTold && donations is [{ Number: { } index } first, ..])
                    first.InCareOf(command.Caller, region, index);

                // What the decision rests on must not change on the way: a confirmation that arrives now is not overtaken.
                foreach (var id in ids)
                    changes.Check<Donation>(id);
                var disagrees = state.Kind == RecallKind.GroupDisagreement && await DisagreesAsync(changes, donations, token);
                var decision = ImplicationDecider.End(state, new Command(recall, body.Reason, verifier), donations, disagrees, command.Policy, command.Context.Provenance);
                if (decision.IsRejected)
                    return Plan.Refuse(decision.Rejections);
                if (decision.Events.Count == 0)
                    return Plan.Write([]);
                changes.Add<Implication>(recall.ToString(), decision.Events);
                foreach (var (id, donation) in ids.Zip(donations))
                    changes.Add<Donation>(id, ImplicationDecider.EndHold(donation, recall).Events);
                return Plan.Write(changes.Appends);
            },
            cancellationToken);
        return outcome.ToResult();
    }

    private static async Task<bool> DisagreesAsync(Changes changes, IReadOnlyList<Donation> donations, CancellationToken cancellationToken)
    {
        // One that Inventory alone has heard of is nobody's yet.
        List<Donation> given = [.. donations.Where(donation => donation.Number is not null)];
        string[] donors = [.. given.Select(donation => donation.Donor.ToString())];
        var states = donors.Length == 0 ? [] : await changes.StatesAsync<Donor>(donors, cancellationToken);
        foreach (var donor in donors)
            changes.Check<Donor>(donor);
        return given.Zip(states).Any(pair => pair.First.GroupDisagrees() || pair.First.GroupDisagrees(pair.Second));
    }
}
