using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.Dispatches;
using Distribution.Donations;
using Distribution.Inventory;
using static Distribution.Checker.Tests.Journey;

namespace Distribution.Checker.Tests;

/// <summary>
/// A tale whose events the deciders of Donation and Inventory wrote, composed as their services compose them; every message
/// arrives at once.
/// </summary>
internal sealed class Chronicle(Tale tale)
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    private static readonly PolicyPack Policy = new()
    {
        Id = "checker",
        Version = "checker.1",
        Jurisdiction = "VN",
        TimeZone = "Asia/Ho_Chi_Minh",
        Components =
        [
            new Component(ComponentKind.RedCells, "D0101", "Red cells", TimeSpan.FromDays(42), 2, 6, 1, 10, [CollectionKind.WholeBlood]),
            new Component(ComponentKind.RedCells, "D0105", "Frozen red cells", TimeSpan.FromDays(3650), null, -65, null, -65),
            new Component(ComponentKind.Plasma, "D0201", "Plasma", TimeSpan.FromDays(730), null, -25, null, -18, [CollectionKind.WholeBlood]),
            new Component(ComponentKind.Plasma, "D0205", "Plasma without cryoprecipitate", TimeSpan.FromDays(365), null, -25, null, -18),
            new Component(ComponentKind.Cryoprecipitate, "D0401", "Cryoprecipitate", TimeSpan.FromDays(365), null, -18, null, -18),
            new Component(ComponentKind.Cryoprecipitate, "D0402", "Pooled cryoprecipitate", TimeSpan.FromDays(365), null, -18, null, -18),
        ],
        Markers =
        [
            .. new[] { "hiv", "hbv", "hcv", "syphilis" }.Select(name => new MarkerRule(name, MarkerDemand.Mandatory, Repeats: 2, LookbackWindow: Year)),
            new MarkerRule("antibody-screen", MarkerDemand.Mandatory, [ComponentKind.WholeBlood, ComponentKind.Plasma, ComponentKind.Platelets, ComponentKind.Cryoprecipitate], DefersDonor: false),
        ],
        Donors = new DonorRules
        {
            MinimumAge = 18,
            MaximumAge = 60,
            MinimumWeightOfWomenKg = 42,
            MinimumWeightOfMenKg = 45,
            Volumes = [new VolumeBand(CollectionKind.WholeBlood, 42, 250), new VolumeBand(CollectionKind.WholeBlood, 45, 500, 9)],
            Intervals = new Dictionary<CollectionKind, TimeSpan> { [CollectionKind.WholeBlood] = TimeSpan.FromDays(84) },
            Deferrals = [new DeferralRule("tattoo", "Tattoo", TimeSpan.FromDays(184)), new DeferralRule("marker-reactive", "Reactive", null)],
        },
        Procedures =
        [
            new ProcedureRule(ProcedureKind.Separate, "D0201", ["D0401", "D0205"], TimeSpan.FromDays(365)),
            new ProcedureRule(ProcedureKind.Pool, "D0401", ["D0402"], MinimumSources: 2, MaximumSources: 12),
            new ProcedureRule(ProcedureKind.Divide, "D0101", ["D0101"]),
            new ProcedureRule(ProcedureKind.Freeze, "D0101", ["D0105"], TimeSpan.FromDays(3644), Extends: true),
        ],
        ReservationLife = TimeSpan.FromHours(24),
        SampleValidity = TimeSpan.FromHours(72),
        ReturnLimit = TimeSpan.FromMinutes(30),
    };

    private readonly List<(string Stream, object Data)> _commit = [];

    public Tale Tale => tale;

    // ---- at the centre: donors and donations ------------------------------------------------------------------------

    public void Register(DonorId donor)
    {
        Add(donor, DonorDecider.Register(State<Donor>(donor), new RegisterDonor(donor, Sex.Female, 1990), By(First, CollectionPoint)));
        CommitAtCentre(First, CollectionPoint);
    }

    public void Collect(DonorId donor, DonationNumber number, int volumeMl = 450)
    {
        var command = new CollectDonation(donor, number, volumeMl, 60);
        var by = By(First, CollectionPoint);
        Add(donor, DonorDecider.Give(State<Donor>(donor), command, Policy, by));
        Add(number, DonationDecider.Collect(State<Donation>(number), command, Policy, by));
        CommitAtCentre(First, CollectionPoint);
    }

    public void Determine(DonationNumber number, string person, BloodGroup group) =>
        Find(number, person, TestingDecider.Determine(State<Donation>(number), new DetermineGroup(group), Policy, By(person, Centre)));

    public void Test(DonationNumber number, params (string Marker, MarkerResult Result)[] results) => Find(
        number, First, TestingDecider.Test(State<Donation>(number), new TestMarkers(results.ToDictionary(pair => pair.Marker, pair => pair.Result, StringComparer.Ordinal)), Policy, By(First, Centre)).Decision);

    /// <summary>Both determinations, every mandatory marker.</summary>
    public void Test(DonationNumber number, string? reactive = null)
    {
        Determine(number, First, OPositive);
        Determine(number, Second, OPositive);
        Test(number, [.. Policy.MandatoryMarkers.Select(marker => (marker, marker == reactive ? MarkerResult.Reactive : MarkerResult.Negative))]);
    }

    public void Confirm(DonationNumber number, string marker, Confirmation confirmation) =>
        Find(number, First, TestingDecider.Confirm(State<Donation>(number), new ConfirmMarker(marker, confirmation), Policy, By(First, Centre)));

    public void Correct(DonationNumber number, string marker, MarkerResult result) =>
        Find(number, First, TestingDecider.Correct(State<Donation>(number), new CorrectMarker(marker, result, "tube-mixed-up", Second), By(First, Centre)));

    public void Correct(DonationNumber number, string person, BloodGroup group) =>
        Find(number, First, TestingDecider.Correct(State<Donation>(number), new CorrectGroup(group, person, "tube-mixed-up", Second), Policy, By(First, Centre)));

    public UnitNumber Prepare(DonationNumber number, string product, int volumeMl)
    {
        var unit = new UnitNumber(number, ProductCode.Create(product));
        Add(number, ProcessingDecider.Prepare(State<Donation>(number), new PrepareComponent(unit.Product, volumeMl), Policy, By(First, Centre)));
        CommitAtCentre(First, Centre);
        return unit;
    }

    public void Process(UnitNumber source, ProcedureKind procedure, params (string Product, int VolumeMl)[] results)
    {
        var command = new ProcessComponent(
            procedure, source.Product, [.. results.Select(result => new Donations.ProcedureResult(ProductCode.Create(result.Product), result.VolumeMl))]);
        Add(source.Donation, ProcessingDecider.Process(State<Donation>(source.Donation), command, Policy, By(First, Centre)));
        CommitAtCentre(First, Centre);
    }

    /// <summary>Whatever the gate lets go, by both people.</summary>
    public void Release(DonationNumber number)
    {
        foreach (var person in new[] { First, Second })
        {
            Add(number, ReleaseDecider.Release(State<Donation>(number), new ReleaseComponents(), Policy, By(person, Centre)));
            CommitAtCentre(person, Centre);
        }
    }

    public void Discard(DonationNumber number)
    {
        Add(number, DonationDecider.Discard(State<Donation>(number), new DiscardComponents(DonationDecider.MarkerReactive), Policy));
        CommitAtCentre(First, Centre);
    }

    public void EndCase(RecallId recall)
    {
        var state = State<Implication>(recall);
        var donations = state.Donations.Select(number => State<Donation>(number)).ToList();
        Add(recall, ImplicationDecider.End(state, new EndImplication(recall, "confirmed-negative", Second), donations, donations[0].GroupDisagrees(), Policy, By(First, Centre)));
        foreach (var number in state.Donations)
            Add(number, ImplicationDecider.EndHold(State<Donation>(number), recall));
        CommitAtCentre(First, Centre);
    }

    // ---- where the units are ----------------------------------------------------------------------------------------

    public UnitNumber[] Make(ProcedureKind procedure, UnitNumber[] sources, params (UnitNumber Unit, int VolumeMl)[] results)
    {
        var command = new MakeUnits(procedure, sources, [.. results.Select(result => new Inventory.ProcedureResult(result.Unit, result.VolumeMl))], Facility: "A9990");
        var changes = ProcedureDecider.Perform(
            command,
            sources.Concat(results.Select(result => result.Unit)).ToDictionary(unit => unit, unit => State<Unit>(unit)),
            Policy,
            TimeZoneInfo.FindSystemTimeZoneById(Policy.TimeZone),
            By(First, Centre));
        Refuse(changes);
        foreach (var change in changes.Events.Where(change => change.Event is UnitUsedUp))
            _commit.Add((Of(change.Unit), change.Event));
        foreach (var change in changes.Events.Where(change => change.Event is UnitMade))
            List(change.Unit, [change.Event], Centre);
        CommitInInventory(First, Centre, isMessage: false);
        return [.. results.Select(result => result.Unit)];
    }

    public RecallId CallBack(params UnitNumber[] units)
    {
        var recall = RecallId.From("recall", string.Join(' ', units));
        Open(new OpenRecall(recall, RecallKind.Recall, "bag leaking", RecallSource.Inventory, [.. units.Select(unit => unit.Donation).Distinct()], WholeFamilies: false), units, By(First, Centre));
        CommitInInventory(First, Centre, isMessage: false);
        return recall;
    }

    public RecallId React(UnitNumber unit)
    {
        var (recall, by) = (RecallId.From("reaction", unit.ToString()), By(Nurse, Hospital));
        Add(unit, UnitRecallDecider.ReportReaction(State<Unit>(unit), new UnitReactionReported(1, null, ReactionCategory.Other, null, tale.Now, Hospital)));
        Open(new OpenRecall(recall, RecallKind.Reaction, "reaction-other", RecallSource.Inventory, [unit.Donation], WholeFamilies: true), [unit], by);
        CommitInInventory(Nurse, Hospital, isMessage: false);
        return recall;
    }

    public void Acknowledge(RecallId recall)
    {
        var state = State<Recall>(recall);
        Add(recall, RecallDecider.Acknowledge(state, Cased(state.Units), null, By(First, Centre)));
        CommitInInventory(First, Centre, isMessage: false);
    }

    public void Discard(UnitNumber unit)
    {
        Add(unit, UnitDecider.Discard(State<Unit>(unit), "recalled", By(First, Centre)));
        CommitInInventory(First, Centre, isMessage: false);
    }

    public void Close(RecallId recall)
    {
        var state = State<Recall>(recall);
        Add(recall, RecallDecider.Close(state, Cased(state.Units), "all-accounted", Second, By(First, Centre)));
        CommitInInventory(First, Centre, isMessage: false);
    }

    public void Clear(RecallId recall)
    {
        EndHolds(recall, RecallDecider.Clear(State<Recall>(recall), "nothing-found", Second, By(First, Centre)));
        CommitInInventory(First, Centre, isMessage: false);
    }

    // ---- composed as the services do --------------------------------------------------------------------------------

    /// <summary>What the laboratory found, and all that follows from it in the same commit.</summary>
    private void Find(DonationNumber number, string person, Decision<DonationEvent> decision)
    {
        var before = State<Donation>(number);
        Add(number, decision);
        var (after, by) = (State<Donation>(number), By(person, Centre));
        foreach (var marker in after.Markers.Keys)
            Follow(before, after, marker, by);
        if (decision.Events.Any(@event => @event is GroupDeterminationRecorded or GroupCorrected))
            FollowGroup(after, by);
        CommitAtCentre(person, Centre);
    }

    private void Follow(Donation before, Donation after, string marker, Provenance by)
    {
        var (number, rule) = (after.Number!.Value, Policy.RuleOf(marker));
        var isNewlyReactive = after.Markers[marker] == MarkerResult.Reactive && before.Markers.GetValueOrDefault(marker) != MarkerResult.Reactive;
        var isNewlyFinal = after.StandingOf(marker, Policy) == MarkerStanding.RepeatReactive && before.StandingOf(marker, Policy) != MarkerStanding.RepeatReactive;
        if (before.Markers.ContainsValue(MarkerResult.Reactive) && !after.Markers.ContainsValue(MarkerResult.Reactive))
            Add(after.Donor, DonorDecider.EndDeferral(State<Donor>(after.Donor), new EndDeferral(DonationDecider.MarkerReactive, after.Number)));
        if (!isNewlyReactive && !isNewlyFinal)
            return;
        var donor = State<Donor>(after.Donor);
        if (rule.DefersDonor)
            Add(after.Donor, DonorDecider.Defer(donor, new DeferDonor(DonationDecider.MarkerReactive, number, Until: null)));
        IReadOnlyList<DonationNumber> concerned = after.Components.Exists(component => component.Standing == Standing.Released && rule.Bar(component.Kind)) ? [number] : [];
        if (isNewlyFinal && rule.LookbackWindow is { } window)
        {
            concerned = Lookback.Find(
                after, [.. donor.Gifts.Select(gift => State<Donation>(gift.Donation))], donation => donation.StandingOf(marker, Policy) == MarkerStanding.Negative, window);
        }

        if (concerned.Count > 0)
            Implicate(new ImplicateDonations(ImplicationDecider.CaseOf(after, "lookback", marker), RecallKind.Lookback, $"{marker} reactive", concerned, marker, after.Donor), by);
    }

    private void FollowGroup(Donation after, Provenance by)
    {
        Add(after.Donor, TestingDecider.LearnGroup(State<Donor>(after.Donor), after, Policy));
        if (after.GroupDisagrees())
            Implicate(new ImplicateDonations(ImplicationDecider.CaseOf(after, "group"), RecallKind.GroupDisagreement, "determinations disagree", [after.Number!.Value], Donor: after.Donor), by);
    }

    private void Implicate(ImplicateDonations command, Provenance by)
    {
        Add(command.Recall, ImplicationDecider.Implicate(State<Implication>(command.Recall), command, by));
        foreach (var number in command.Donations)
            Add(number, ImplicationDecider.Hold(State<Donation>(number), command.Recall, command.Kind, command.Reason));
    }

    /// <summary>The beginnings of a unit, under whatever is in force on its donation.</summary>
    private void List(UnitNumber unit, IReadOnlyList<UnitEvent> events, SiteId site)
    {
        var family = State<Family>(unit.Donation);
        foreach (var @event in events)
            _commit.Add((Of(unit), @event));
        var listed = FamilyDecider.List(family, [unit]);
        foreach (var hold in family.Holds)
        {
            var cased = Cased([unit]);
            Add(unit, UnitRecallDecider.Hold(State<Unit>(unit), hold.Recall, site, null));
            Add(hold.Recall, RecallDecider.Extend(State<Recall>(hold.Recall), [], cased));
        }

        Add(unit.Donation, listed);
    }

    private void Open(OpenRecall command, IReadOnlyList<UnitNumber> named, Provenance by)
    {
        var families = command.WholeFamilies ? command.Donations : [];
        List<UnitNumber> units = [.. families.SelectMany(donation => State<Family>(donation).Units).Concat(named).Distinct()];
        for (var i = 0; i < units.Count; i++)
            units.AddRange(State<Unit>(units[i]).Children.Except(units));

        var opening = RecallDecider.Open(State<Recall>(command.Recall), command, Cased(units), by);
        Add(command.Recall, opening);
        if (opening.Events.Count == 0)
            return;
        foreach (var donation in families)
            Add(donation, FamilyDecider.Hold(State<Family>(donation), command.Recall, command.Reason, command.Kind));
        foreach (var unit in units)
            Add(unit, UnitRecallDecider.Hold(State<Unit>(unit), command.Recall, by.Site, by.Actor));
    }

    private void EndHolds(RecallId recall, Decision<RecallEvent> decision)
    {
        var state = State<Recall>(recall);
        Add(recall, decision);
        foreach (var donation in state.Donations)
            Add(donation, FamilyDecider.EndHold(State<Family>(donation), recall));
        foreach (var unit in state.Units)
            Add(unit, UnitRecallDecider.EndHold(State<Unit>(unit), recall, Second));
    }

    // ---- messages ---------------------------------------------------------------------------------------------------

    private void CommitAtCentre(string person, SiteId site)
    {
        var events = Commit(Services.Donation, person, site, isMessage: false);
        foreach (var data in events)
        {
            switch (data)
            {
                case ComponentPrepared e:
                    Receive(e.Unit, (unit, facts) => UnitDecider.Prepare(unit, facts), new UnitFacts(e.Unit, e.Kind, e.CollectedAt, e.CollectedAtSite, e.PreparedAt, e.ExpiresAt, e.VolumeMl, e.Site, e.From));
                    break;
                case ComponentReleased e:
                    Receive(e.Unit, (unit, facts) => UnitDecider.Release(unit, facts, e.Group, e.FirstPerson), new UnitFacts(e.Unit, e.Kind, e.CollectedAt, e.CollectedAtSite, e.PreparedAt, e.ExpiresAt, e.VolumeMl, e.Site, e.From));
                    break;
                case ComponentDiscarded e:
                    Receive(e.Unit, (unit, facts) => UnitDecider.DiscardAtCentre(unit, facts, e.Reason, By(person, site)), new UnitFacts(e.Unit, e.Kind, e.CollectedAt, e.CollectedAtSite, e.PreparedAt, e.ExpiresAt, e.VolumeMl, e.Site, e.From));
                    break;
                case ComponentUsedUp e:
                    Receive(e.Unit, (unit, facts) => UnitDecider.UseUpAtCentre(unit, facts, e.Into, By(person, site)), new UnitFacts(e.Unit, e.Kind, e.CollectedAt, e.CollectedAtSite, e.PreparedAt, e.ExpiresAt, e.VolumeMl, e.Site, e.From));
                    break;
                case ImplicationOpened e:
                    Open(new OpenRecall(e.Recall, e.Kind, e.Reason, RecallSource.DonationService, e.Donations, WholeFamilies: true, e.DueAt), [], By(person, site));
                    break;
                case ImplicationExtended e:
                    Open(new OpenRecall(e.Recall, e.Kind, e.Reason, RecallSource.DonationService, e.Donations, WholeFamilies: true, e.DueAt), [], By(person, site));
                    break;
                case ImplicationEnded e:
                    EndHolds(e.Recall, RecallDecider.RecordEnd(State<Recall>(e.Recall), e.Recall, e.Reason, e.VerifiedBy, By(person, site)));
                    break;
                default:
                    continue;
            }

            CommitInInventory(person, site, isMessage: true);
        }
    }

    private void Receive(UnitNumber unit, Func<Unit, UnitFacts, Decision<UnitEvent>> decide, UnitFacts facts)
    {
        var decision = decide(State<Unit>(unit), facts);
        if (decision.Events.OfType<UnitPrepared>().Any())
            List(unit, decision.Events, facts.Site);
        else
            Add(unit, decision);
    }

    private void CommitInInventory(string person, SiteId site, bool isMessage)
    {
        if (_commit.Count == 0)
            return;
        var streams = _commit.Select(pair => pair.Stream).ToList();
        var events = Commit(Services.Inventory, person, site, isMessage);
        foreach (var (stream, data) in streams.Zip(events))
        {
            GateEvent? gate = data switch
            {
                UnitHeld held => new GateEvent.UnitBlocked(UnitOf(stream), held.HoldReason, 0),
                UnitHoldEnded ended => new GateEvent.UnitUnblocked(UnitOf(stream), ended.HoldReason, 0),
                UnitDiscarded or UnitUsedUp => new GateEvent.UnitEnded(UnitOf(stream), UnitEnd.Discarded),
                _ => null,
            };
            if (gate is not null)
                tale.Hear(Services.Dispatch, site, person, (Gate(UnitOf(stream)), gate));
        }

        foreach (var data in events)
        {
            if (data is RecallOpened { Source: RecallSource.Inventory } opened)
            {
                var told = ImplicationDecider.Tell(
                    State<Implication>(opened.Recall), new TellRecall(opened.Recall, opened.Kind, opened.Reason, opened.Donations), By(person, site));
                Add(opened.Recall, told);
                foreach (var number in opened.Donations)
                    Add(number, ImplicationDecider.Hold(State<Donation>(number), opened.Recall, opened.Kind, opened.Reason));
                Commit(Services.Donation, person, site, isMessage: true);
            }
            else if (data is RecallClosed { Source: RecallSource.Inventory } closed)
            {
                Add(closed.Recall, ImplicationDecider.TellEnd(State<Implication>(closed.Recall), new TellRecallEnd(closed.Recall, closed.Cleared, closed.Reason, closed.VerifiedBy), By(person, site)));
                foreach (var number in closed.Cleared ? State<Implication>(closed.Recall).Donations : [])
                    Add(number, ImplicationDecider.EndHold(State<Donation>(number), closed.Recall));
                Commit(Services.Donation, person, site, isMessage: true);
            }
        }
    }

    // ---- histories --------------------------------------------------------------------------------------------------

    private Provenance By(string person, SiteId site) => new(person, site, tale.Now, tale.Now);

    private TState State<TState>(object id)
        where TState : IAggregate<TState>
    {
        var stream = Aggregate.StreamId<TState>(id.ToString()!);
        return Aggregate.Fold<TState>(tale.Drafts.Where(draft => draft.Stream == stream).Select(draft => draft.Data)
            .Concat(_commit.Where(pair => pair.Stream == stream).Select(pair => pair.Data)));
    }

    private IReadOnlyList<CasedUnit> Cased(IEnumerable<UnitNumber> units) => [.. units.Select(unit => new CasedUnit(unit, State<Unit>(unit)))];

    private void Add<TEvent>(object id, Decision<TEvent> decision)
        where TEvent : notnull
    {
        Refuse(decision);
        var category = typeof(TEvent) switch
        {
            var type when type == typeof(DonationEvent) => "donation",
            var type when type == typeof(DonorEvent) => "donor",
            var type when type == typeof(ImplicationEvent) => "implication",
            var type when type == typeof(UnitEvent) => "unit",
            var type when type == typeof(FamilyEvent) => "family",
            _ => "recall",
        };
        foreach (var @event in decision.Events)
            _commit.Add(($"{category}-{id}", @event));
    }

    private static void Refuse<TEvent>(Decision<TEvent> decision)
    {
        if (decision.IsRejected)
            throw new InvalidOperationException(string.Join(' ', decision.Rejections.Select(rejection => $"{rejection.Code}: {rejection.Message}")));
    }

    private List<object> Commit(string service, string person, SiteId site, bool isMessage)
    {
        List<(string Stream, object Data)> events = [.. _commit];
        _commit.Clear();
        if (isMessage)
            tale.Hear(service, site, person, events);
        else
            tale.Act(service, site, person, events);
        return [.. events.Select(pair => pair.Data)];
    }

    private static UnitNumber UnitOf(string stream) => UnitNumber.Parse(stream.AsSpan("unit-".Length), null);
}
