using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Donations.Service.Implications;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;
using Command = Distribution.Donations.DetermineGroup;

namespace Distribution.Donations.Service.Donations;

/// <summary>What one person finds stands only when another finds it, too; what disagrees holds the donation in the same commit.</summary>
internal static class DetermineGroup
{
    /// <param name="Scan">Symbol 002, or the group as text such as <c>O+</c>.</param>
    /// <param name="Sample">The tube it was found in.</param>
    public sealed record DetermineGroupBody(
        string Scan, string? Method = null, string? ReagentLot = null, string? Instrument = null, string? Sample = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donations/{number}/group", HandleAsync)
        .RequireAuthorization(Roles.Laboratory)
        .WithSummary("Records one person's determination of ABO and RhD; two people have to agree. A group that differs from the other determination or from the donor's is recorded and holds the donation. Refused: group-invalid, method-invalid, detail-invalid, second-person-required.");

    private static async Task<IResult> HandleAsync(
        DonationNumber number, HttpCommand command, DetermineGroupBody body, CommandRunner runner, IEventStore store, Region region, CancellationToken cancellationToken)
    {
        var group = Labels.Group("scan", body.Scan);
        var intention = new Command(group, body.Method, body.ReagentLot, body.Instrument, body.Sample);
        var outcome = await runner.RunAsync(
            command,
            store,
            number,
            region,
            state => TestingDecider.Determine(state, intention, command.Policy, command.Context.Provenance),
            cancellationToken);
        var donation = outcome is Outcome.Done ? (await store.LoadAsync<Donation>(number.ToString(), cancellationToken)).State : Donation.Initial;
        return outcome.ToResult(_ => new { donation.Group, Disagrees = donation.GroupDisagrees(), Held = donation.IsHeld });
    }

    /// <summary>A decision on a donation with everything that follows from it, in one commit.</summary>
    internal static Task<Outcome> RunAsync(
        this CommandRunner runner,
        HttpCommand command,
        IEventStore store,
        DonationNumber number,
        Region region,
        Func<Donation, Blood.Deciding.Decision<DonationEvent>> decide,
        CancellationToken cancellationToken) =>
        runner.RunAsync(
            command.Context,
            async token =>
            {
                var changes = new Changes(store);
                var state = (await changes.StateAsync<Donation>(number.ToString(), token)).InCareOf(command.Caller, region, number);
                var version = changes.VersionOf<Donation>(number.ToString());
                if (command.Context.ExpectedVersion is { } expected && expected != version)
                    return Plan.Stale(Blood.Deciding.Aggregate.StreamId<Donation>(number.ToString()), expected, version);
                var decision = decide(state);
                if (decision.IsRejected)
                    return Plan.Refuse(decision.Rejections);
                await changes.RecordAsync(number, decision.Events, command.Policy, command.Context.Provenance, token);
                await changes.DeferAgainAsync(number, decision.Events, command.Policy, token);
                return Plan.Write(changes.IsEmpty ? [] : changes.Appends);
            },
            cancellationToken);
}
