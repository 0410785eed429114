using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>What a case takes to be opened, answered and ended: always the case, its families and all its units in one commit.</summary>
internal sealed class RecallDesk(CommandRunner runner, IEventStore store, Region region)
{
    public const string DeadlineName = "recall-due";

    /// <summary>Who may look at all of a case, besides those whose case it is: auditors, operators, and the centre that supplies everybody.</summary>
    public bool ReadsAll(Caller caller) => caller.Roles.Contains(Roles.Auditor) || caller.Roles.Contains(Roles.Operator)
        || region.Find(caller.Site) is { Tier: SiteTier.Centre };

    /// <param name="command">The case.</param>
    /// <param name="named">Units concerned besides those of its families.</param>
    /// <param name="news">What else is told of one of the units in the same commit.</param>
    /// <param name="by">Whose act it is.</param>
    /// <param name="cancellationToken">To give up.</param>
    public async Task<Plan> PlanOpeningAsync(
        OpenRecall command, IReadOnlyList<UnitNumber> named, NewUnit? news, Provenance by, CancellationToken cancellationToken) =>
        await PlanOpeningAsync(await LoadAsync(command.Recall, cancellationToken), command, named, news, by, cancellationToken);

    /// <param name="recall">The case as it was when the caller chose it.</param>
    /// <param name="command">The case.</param>
    /// <param name="named">Units concerned besides those of its families.</param>
    /// <param name="news">What else is told of one of the units in the same commit.</param>
    /// <param name="by">Whose act it is.</param>
    /// <param name="cancellationToken">To give up.</param>
    public async Task<Plan> PlanOpeningAsync(
        Loaded<Recall> recall, OpenRecall command, IReadOnlyList<UnitNumber> named, NewUnit? news, Provenance by, CancellationToken cancellationToken)
    {
        // Before the units: one that is listed meanwhile shows in the version of its family.
        var families = command.WholeFamilies
            ? await store.LoadAsync<Family>([.. command.Donations.Distinct().Select(donation => donation.ToString())], cancellationToken)
            : [];
        var units = await Lineage.ReachAsync(store, families.SelectMany(family => family.State.Units).Concat(named), Lineage.Children, cancellationToken);

        var opening = RecallDecider.Open(recall.State, command, [.. units.Select(unit => unit.Cased)], by).Events;
        if (opening.Count == 0)
        {
            // The news rests on a case that stands: whoever ends it at the same time loses the race, or wins it and is seen here.
            return Plan.Write(news is { Events.Count: > 0 } ? [news.Loaded.Append(news.Events), recall.Append([])] : []);
        }

        var held = units.Select(unit => unit.Number == news?.Number
            ? news.Loaded.Append([.. news.Events, .. Hold(news.Loaded.State)])
            : unit.Loaded.Append(Hold(unit.Loaded.State)));
        return Plan.Write(
            [
                recall.Append(opening),
                .. WithEvents(families.Select(family => family.Append(FamilyDecider.Hold(family.State, command.Recall, command.Reason, command.Kind).Events))),
                .. WithEvents(held),
            ],
            [.. opening.Select(DueAtOf).OfType<DateTimeOffset>().Select(dueAt => new Deadline(DeadlineName, recall.StreamId, dueAt))]);

        IReadOnlyList<UnitEvent> Hold(Unit unit) => UnitRecallDecider.Hold(unit, command.Recall, by.Site, by.Actor).Events;
    }

    /// <summary>The end of a case; the holds end with it where it came to nothing.</summary>
    public async Task<Plan> PlanEndAsync(
        RecallId id,
        Func<Recall, IReadOnlyList<CasedUnit>, Decision<RecallEvent>> decide,
        string verifiedBy,
        long? expectedVersion,
        CancellationToken cancellationToken)
    {
        var recall = await LoadAsync(id, cancellationToken);
        if (expectedVersion is { } expected && expected != recall.Version)
            return Plan.Stale(recall.StreamId, expected, recall.Version);
        var units = await UnitsOfAsync(recall.State, cancellationToken);
        var decision = decide(recall.State, [.. units.Select(unit => unit.Cased)]);
        if (decision.IsRejected)
            return Plan.Refuse(decision.Rejections);
        if (decision.Events is not [RecallClosed { Cleared: true }])
            return Plan.Write(decision.Events.Count > 0 ? [recall.Append(decision.Events)] : []);

        var families = await store.LoadAsync<Family>([.. recall.State.Donations.Select(donation => donation.ToString())], cancellationToken);
        return Plan.Write([
            recall.Append(decision.Events),
            .. WithEvents(families.Select(family => family.Append(FamilyDecider.EndHold(family.State, id).Events))),
            .. WithEvents(units.Select(unit => unit.Loaded.Append(UnitRecallDecider.EndHold(unit.Loaded.State, id, verifiedBy).Events))),
        ]);
    }

    /// <summary>An end by staff of the site whose case it is, or by an operator.</summary>
    /// <exception cref="HttpProblemException">404 <c>unknown-recall</c> or 403 <c>wrong-site</c>.</exception>
    public async Task<IResult> EndAsync(
        HttpCommand command,
        RecallId id,
        string reason,
        string verifiedBy,
        Func<Recall, IReadOnlyList<CasedUnit>, Provenance, Decision<RecallEvent>> decide,
        CancellationToken cancellationToken)
    {
        var recall = await FindAsync(id, cancellationToken);
        if (!command.Caller.Roles.Contains(Roles.Operator))
            command.Caller.RequireAt(recall.State.Facts!.Site);
        var context = command.Context with { Reason = reason };
        var outcome = await runner.RunAsync(
            context,
            token => PlanEndAsync(id, (state, units) => decide(state, units, context.Provenance), verifiedBy, context.ExpectedVersion, token),
            cancellationToken);
        return outcome.ToResult(_ => new { recall = id });
    }

    /// <exception cref="HttpProblemException">404 <c>unknown-recall</c>.</exception>
    public async Task<Loaded<Recall>> FindAsync(RecallId id, CancellationToken cancellationToken)
    {
        var recall = await LoadAsync(id, cancellationToken);
        return recall.State.Facts is not null ? recall : throw Unknown(id);
    }

    public static HttpProblemException Unknown(RecallId id) =>
        new(new Problem(StatusCodes.Status404NotFound, "unknown-recall", $"There is no case {id}."));

    /// <summary>As they are now, in the order in which the case reached them.</summary>
    public async Task<IReadOnlyList<ReachedUnit>> UnitsOfAsync(Recall recall, CancellationToken cancellationToken) =>
        await Lineage.ReachAsync(store, recall.Units, _ => [], cancellationToken);

    private static DateTimeOffset? DueAtOf(RecallEvent @event) => @event switch
    {
        RecallOpened opened => opened.DueAt,
        RecallExtended extended => extended.DueAt,
        _ => null,
    };

    private Task<Loaded<Recall>> LoadAsync(RecallId id, CancellationToken cancellationToken) => store.LoadAsync<Recall>(id.ToString(), cancellationToken);

    private static IEnumerable<StreamAppend> WithEvents(IEnumerable<StreamAppend> appends) => appends.Where(append => append.Events.Count > 0);
}
