using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Consignments;

/// <summary>What the commands on a consignment have in common: it must exist, and the caller must stand where the act takes place.</summary>
internal sealed class ConsignmentCommands(IEventStore store, CommandRunner runner)
{
    /// <summary>The end of the road at which the act takes place.</summary>
    public static SiteId AtSender(Consignment consignment) => consignment.From;

    /// <inheritdoc cref="AtSender"/>
    public static SiteId AtDestination(Consignment consignment) => consignment.To;

    /// <summary>At whichever end of the road the caller stands.</summary>
    public static Func<Consignment, SiteId> AtEitherEnd(Caller caller) => consignment => caller.Site == consignment.From ? consignment.From : consignment.To;

    public Task<IResult> RunAsync(
        HttpCommand command,
        ConsignmentNumber number,
        Func<Consignment, SiteId> where,
        Func<Consignment, Decision<ConsignmentEvent>> decide,
        CancellationToken cancellationToken) =>
        RunAsync(command, number, where, _ => [], (consignment, _) => decide(consignment), cancellationToken);

    /// <summary>
    /// The decision rests on the units' gates too: their versions are checked in the same commit, so that of a hold and
    /// a hand-over at the same moment the hold wins.
    /// </summary>
    public async Task<IResult> RunAsync(
        HttpCommand command,
        ConsignmentNumber number,
        Func<Consignment, SiteId> where,
        Func<Consignment, IEnumerable<UnitNumber>> units,
        Func<Consignment, IReadOnlyDictionary<UnitNumber, Gate>, Decision<ConsignmentEvent>> decide,
        CancellationToken cancellationToken) =>
        (await TakeAsync(command, number, where, units, decide, cancellationToken)).ToResult();

    /// <summary>The same for those who answer in their own way.</summary>
    public Task<Outcome> TakeAsync(
        HttpCommand command,
        ConsignmentNumber number,
        Func<Consignment, SiteId> where,
        Func<Consignment, IEnumerable<UnitNumber>> units,
        Func<Consignment, IReadOnlyDictionary<UnitNumber, Gate>, Decision<ConsignmentEvent>> decide,
        CancellationToken cancellationToken) =>
        runner.RunAsync(
            command.Context,
            async token =>
            {
                var loaded = await store.LoadAsync<Consignment>(number.ToString(), token);
                if (!loaded.State.IsPlanned)
                    throw new HttpProblemException(Unknown(number));
                command.Caller.RequireAt(where(loaded.State));
                if (command.Context.ExpectedVersion is { } expected && expected != loaded.Version)
                    return Plan.Stale(loaded.StreamId, expected, loaded.Version);

                UnitNumber[] concerned = [.. units(loaded.State).Distinct()];
                var gates = await store.LoadAsync<Gate>([.. concerned.Select(unit => unit.ToString())], token);
                var decision = decide(loaded.State, concerned.Zip(gates).ToDictionary(pair => pair.First, pair => pair.Second.State));
                if (decision.IsRejected)
                    return Plan.Refuse(decision.Rejections);
                if (decision.Events.Count == 0)
                    return Plan.Write([]);
                var seen = concerned.Zip(gates, (unit, gate) => (Gate: gate, News: GateDecider.Follow(gate.State, unit, loaded.State, decision.Events).Events));
                // A stream that does not exist has no version to check.
                return Plan.Write(
                    [loaded.Append(decision.Events), .. seen.Where(pair => pair.Gate.Version > 0).Select(pair => pair.Gate.Append(pair.News))],
                    [.. decision.Events.OfType<ConsignmentEvent.ConsignmentDispatched>().Select(RaiseOverdue.DeadlineOf)]);
            },
            cancellationToken);

    public static Problem Unknown(ConsignmentNumber number) =>
        new(StatusCodes.Status404NotFound, "unknown-consignment", $"There is no consignment {number}.");
}
