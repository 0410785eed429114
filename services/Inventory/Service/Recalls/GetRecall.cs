using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Inventory.Service.Recalls;

/// <summary>One case, from the log itself: where each unit is, who has answered for it, how it ended and who received it.</summary>
internal static class GetRecall
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/recalls/{id}", HandleAsync)
        .RequireAuthorization(Roles.AnyStaff)
        .Produces<RecallView>()
        .WithSummary("A case and its units; a site that has or had some of them sees those");

    private static async Task<IResult> HandleAsync(RecallId id, Caller caller, IEventStore store, RecallDesk desk, TimeProvider clock, CancellationToken cancellationToken)
    {
        var slice = await store.ReadStreamAsync(Aggregate.StreamId<Recall>(id.ToString()), 0, cancellationToken);
        var recall = slice.Fold<Recall>().State;
        if (recall.Facts is not { } facts)
            throw RecallDesk.Unknown(id);

        var answers = Answers(slice);
        var all = await desk.UnitsOfAsync(recall, cancellationToken);
        var whole = caller.Site == facts.Site || desk.ReadsAll(caller);
        List<CasedUnitView> units =
        [
            .. all
                .Where(unit => whole || Concerns(unit.Loaded.State, caller.Site) || recall.Acknowledged.Contains(new Acknowledgement(caller.Site, unit.Number)))
                .Select(unit => View(id, unit, answers)),
        ];
        if (!whole && units.Count == 0)
            caller.RequireReading(facts.Site);

        return ServiceDefaults.Http.Answers.WithETag(slice.Version, new RecallView(
            id,
            slice.Version,
            facts.Kind,
            facts.Reason,
            facts.Source,
            facts.Site,
            facts.OpenedAt,
            (long)((recall.End?.At ?? clock.GetUtcNow()) - facts.OpenedAt).TotalMinutes,
            facts.DueAt,
            recall.IsOverdue,
            recall.IsOpen,
            recall.End,
            recall.Donations,
            [.. RecallDecider.Unanswered(recall, all.Select(unit => unit.Cased)).Select(pair => pair.Site).Distinct().Order()],
            all.Count(unit => unit.Loaded.State.Fate is null),
            units));
    }

    private static bool Concerns(Unit unit, SiteId site) => RecallDecider.AnsweringSites(unit).Contains(site) || unit.ReadingSites().Contains(site);

    private static CasedUnitView View(RecallId recall, ReachedUnit reached, ILookup<UnitNumber, UnitAnswer> answers)
    {
        var unit = reached.Loaded.State;
        var sites = RecallDecider.AnsweringSites(unit);
        var given = answers[reached.Number].ToList();
        return new CasedUnitView(
            reached.Number,
            unit.Facts?.Kind,
            unit.Group,
            unit.Custody.Kind,
            unit.Custody.Site,
            unit.Custody.To,
            unit.Custody.Consignment,
            unit.IsHeldFor(recall),
            unit.Fate?.Kind,
            unit.Fate?.Reason,
            unit.Fate?.At,
            unit.Fate?.Recipient ?? unit.Issue?.Recipient,
            unit.Fate is not null,
            [.. sites.Except(given.Select(answer => answer.Site))],
            given);
    }

    /// <summary>Who answered for what.</summary>
    private static ILookup<UnitNumber, UnitAnswer> Answers(StreamSlice slice) => slice.Events
        .SelectMany(stored => stored.Data is RecallAcknowledged acknowledged
            ? acknowledged.Units.Select(unit => (Unit: unit, Answer: new UnitAnswer(acknowledged.Site, stored.Metadata.Actor, stored.Metadata.OccurredAt)))
            : [])
        .ToLookup(pair => pair.Unit, pair => pair.Answer);
}

/// <param name="Site">Whose case it is.</param>
/// <param name="AgeMinutes">From its opening to its end, or until now.</param>
/// <param name="Unacknowledged">Sites that have not answered for a unit they have or had last, of all units.</param>
/// <param name="Unaccounted">How many of all units have not met their end.</param>
/// <param name="Units">Those that the caller may see.</param>
internal sealed record RecallView(
    RecallId Recall,
    long Version,
    RecallKind Kind,
    string Reason,
    RecallSource Source,
    SiteId Site,
    DateTimeOffset OpenedAt,
    long AgeMinutes,
    DateTimeOffset? DueAt,
    bool Overdue,
    bool Open,
    RecallEnd? End,
    IReadOnlyList<DonationNumber> Donations,
    IReadOnlyList<SiteId> Unacknowledged,
    int Unaccounted,
    IReadOnlyList<CasedUnitView> Units);

/// <param name="Held">Stopped by this case.</param>
/// <param name="FateAt">When the transfusion began, or when it expired.</param>
/// <param name="Recipient">Whom it is out with, or was when it ended; it may be running in.</param>
/// <param name="Accounted">It has met its end.</param>
/// <param name="Unacknowledged">Sites that have or had it last and have not answered.</param>
internal sealed record CasedUnitView(
    UnitNumber Unit,
    ComponentKind? Kind,
    BloodGroup? Group,
    CustodyKind Whereabouts,
    SiteId? Site,
    SiteId? To,
    ConsignmentNumber? Consignment,
    bool Held,
    FateKind? Fate,
    string? FateReason,
    DateTimeOffset? FateAt,
    RecipientId? Recipient,
    bool Accounted,
    IReadOnlyList<SiteId> Unacknowledged,
    IReadOnlyList<UnitAnswer> Acknowledged);

internal sealed record UnitAnswer(SiteId Site, string By, DateTimeOffset At);
