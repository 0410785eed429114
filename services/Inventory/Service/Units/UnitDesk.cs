using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Units;

/// <summary>Where staff act on one unit: whether there is such a unit and whether it is theirs is settled before the rules are asked.</summary>
internal sealed class UnitDesk(CommandRunner runner, IEventStore store, Kinship kinship)
{
    /// <summary>An intention on a unit that has to do with the caller's site.</summary>
    /// <exception cref="HttpProblemException">404 <c>unknown-unit</c> or 403 <c>wrong-site</c>.</exception>
    public async Task<IResult> ActAsync(
        HttpCommand command, UnitNumber unit, string? reason, Func<Unit, Provenance, Decision<UnitEvent>> decide, CancellationToken cancellationToken)
    {
        var loaded = await FindAsync(unit, cancellationToken);
        RequireConcern(command.Caller, loaded.State, loaded.State.ActingSites());
        return await RunAsync(command, unit, reason, decide, cancellationToken);
    }

    /// <summary>A unit is given up: of one that nobody is known to have had, any site may say so, as a case waits for it.</summary>
    /// <exception cref="HttpProblemException">404 <c>unknown-unit</c> or 403 <c>wrong-site</c>.</exception>
    public async Task<IResult> LoseAsync(
        HttpCommand command, UnitNumber unit, string? reason, Func<Unit, Provenance, Decision<UnitEvent>> decide, CancellationToken cancellationToken)
    {
        var loaded = await FindAsync(unit, cancellationToken);
        if (loaded.State.Custody.Kind != CustodyKind.Unknown)
            RequireConcern(command.Caller, loaded.State, loaded.State.ActingSites());
        return await RunAsync(command, unit, reason, decide, cancellationToken);
    }

    /// <summary>The end of a hold, which also the site that laid it may ask for: the unit may have gone elsewhere since.</summary>
    /// <exception cref="HttpProblemException">404 <c>unknown-unit</c> or 403 <c>wrong-site</c>.</exception>
    public async Task<IResult> EndHoldAsync(
        HttpCommand command, UnitNumber unit, string reason, Func<Unit, Provenance, Decision<UnitEvent>> decide, CancellationToken cancellationToken)
    {
        var loaded = await FindAsync(unit, cancellationToken);
        RequireConcern(command.Caller, loaded.State, loaded.State.ActingSites().Concat(loaded.State.HoldingSites(reason)));
        return await RunAsync(command, unit, reason, decide, cancellationToken);
    }

    /// <summary>A hold, which reaches what was made of a unit that is used up, wherever that is.</summary>
    /// <exception cref="HttpProblemException">404 <c>unknown-unit</c> or 403 <c>wrong-site</c>.</exception>
    public async Task<IResult> HoldAsync(HttpCommand command, UnitNumber unit, string reason, CancellationToken cancellationToken)
    {
        var loaded = await FindAsync(unit, cancellationToken);
        RequireConcern(command.Caller, loaded.State, loaded.State.ActingSites());
        var context = command.Context with { Reason = reason };
        var outcome = await runner.RunAsync(context, token => PlanHoldAsync(context, unit, reason, token), cancellationToken);
        return outcome.ToResult(_ => new { unit });
    }

    private async Task<Plan> PlanHoldAsync(CommandContext context, UnitNumber unit, string reason, CancellationToken cancellationToken)
    {
        var loaded = await store.LoadAsync<Unit>(unit.ToString(), cancellationToken);
        if (context.ExpectedVersion is { } expected && expected != loaded.Version)
            return Plan.Stale(loaded.StreamId, expected, loaded.Version);
        // Nothing is left to hold where all that was made of it has ended: then it is refused as any ended unit is.
        var living = loaded.State.Fate is { Kind: FateKind.UsedUp } ? await kinship.LivingDescendantsAsync(loaded.State, cancellationToken) : [];
        var decisions = (living.Count > 0 ? living : [loaded]).Select(held => (Unit: held, Decision: living.Count > 0 ? UnitDecider.HoldMade(held.State, reason, context.Provenance) : UnitDecider.Hold(held.State, reason, context.Provenance))).ToList();
        return decisions.Exists(held => held.Decision.IsRejected)
            ? Plan.Refuse([.. decisions.SelectMany(held => held.Decision.Rejections)])
            : Plan.Write([.. decisions.Where(held => held.Decision.Events.Count > 0).Select(held => held.Unit.Append(held.Decision.Events))]);
    }

    /// <summary>A fact about a unit: recorded even where nobody has heard of the unit, or believed it elsewhere.</summary>
    public async Task<IResult> RecordAsync(
        HttpCommand command, UnitNumber unit, Func<Unit, Provenance, Decision<UnitEvent>> decide, CancellationToken cancellationToken) =>
        await RunAsync(command, unit, null, decide, cancellationToken);

    /// <exception cref="HttpProblemException">404 <c>unknown-unit</c>.</exception>
    public async Task<StreamSlice> ReadAsync(UnitNumber unit, CancellationToken cancellationToken)
    {
        var slice = await store.ReadStreamAsync(Aggregate.StreamId<Unit>(unit.ToString()), 0, cancellationToken);
        return slice.Version > 0 ? slice : throw Unknown(unit);
    }

    /// <exception cref="HttpProblemException">403 <c>wrong-site</c>.</exception>
    public static void RequireReading(Caller caller, Unit unit)
    {
        if (!unit.ReadingSites().Any(caller.MayRead))
            caller.RequireReading(unit.Custody.Site ?? default);
    }

    /// <summary>Whoever does something to several units at once has to do with one of them at least; which of them stand elsewhere is told as a reason.</summary>
    /// <exception cref="HttpProblemException">403 <c>wrong-site</c>.</exception>
    public async Task RequireAnyAsync(Caller caller, IReadOnlyList<UnitNumber> units, CancellationToken cancellationToken)
    {
        var known = (await store.LoadAsync<Unit>([.. units.Distinct().Select(unit => unit.ToString())], cancellationToken)).Where(unit => unit.Version > 0).ToList();
        if (known.Count > 0)
            RequireConcern(caller, known[0].State, known.SelectMany(unit => unit.State.ActingSites()));
    }

    private static void RequireConcern(Caller caller, Unit unit, IEnumerable<SiteId> sites)
    {
        if (!sites.Any(caller.MayActAt))
            caller.RequireAt(unit.Custody.Site ?? default);
    }

    private async Task<Loaded<Unit>> FindAsync(UnitNumber unit, CancellationToken cancellationToken)
    {
        var loaded = await store.LoadAsync<Unit>(unit.ToString(), cancellationToken);
        return loaded.Version > 0 ? loaded : throw Unknown(unit);
    }

    private async Task<IResult> RunAsync(
        HttpCommand command, UnitNumber unit, string? reason, Func<Unit, Provenance, Decision<UnitEvent>> decide, CancellationToken cancellationToken)
    {
        var context = command.Context with { Reason = reason };
        var outcome = await runner.RunAsync<Unit, UnitEvent>(
            context, unit.ToString(), state => decide(state, context.Provenance), cancellationToken: cancellationToken);
        return outcome.ToResult(_ => new { unit });
    }

    private static HttpProblemException Unknown(UnitNumber unit) =>
        new(new Problem(StatusCodes.Status404NotFound, "unknown-unit", $"We have not heard of unit {unit}."));
}
