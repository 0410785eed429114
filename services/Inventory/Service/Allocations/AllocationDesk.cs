using System.Collections.Concurrent;
using System.Collections.Immutable;
using Distribution.Blood.Compatibility;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.EventStore.Projections;
using Distribution.Inventory.Allocating;
using Distribution.Inventory.Service.Stock;
using Distribution.ServiceDefaults.Commands;

namespace Distribution.Inventory.Service.Allocations;

/// <summary>
/// Decides which units go to which orders, and plans the commit. The mirror of the tables proposes; the streams of the chosen units and of
/// the orders that gain are loaded and judge, and what they refuse is left out of a new decision.
/// </summary>
internal sealed class AllocationDesk(
    IEventStore store, AllocationMirror mirror, ProjectionReading projections, PolicyPack policy, Region region, TimeProvider clock)
{
    /// <summary>Nobody is declined on a table that lags.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Who waits anyway is told so soon; what the table has not taken in yet leads to a new round.</summary>
    private static readonly TimeSpan ShortPatience = TimeSpan.FromSeconds(1);

    /// <summary>Each time something that the table proposed was refused by its stream: far more than a table ever lags.</summary>
    private const int MostAttempts = 50;

    private readonly ConcurrentDictionary<SiteId, SemaphoreSlim> _turns = new();
    private readonly Dictionary<(SiteId From, SiteId To), TimeSpan> _lanes = region.Lanes.DistinctBy(lane => (lane.From, lane.To)).ToDictionary(lane => (lane.From, lane.To), lane => lane.LeadTime);

    public AllocationTerms TermsAt(DateTimeOffset now) =>
        new(now, (from, to) => from == to ? TimeSpan.Zero : _lanes.TryGetValue((from, to), out var lead) ? lead : null)
        {
            EmergencyGroups = policy.Emergency.GroupsFor,
            MayLetPass = (kind, own, unit) => AboRhCompatibility.Against(kind, own, unit).All(code => policy.FindOverride(code, kind) is not null),
        };

    /// <summary>What is known to be needed by a patient, beside what the order says.</summary>
    public async Task<UnitRequirements?> RequirementsOfAsync(RecipientId? recipient, CancellationToken cancellationToken) =>
        recipient is { } id && (await store.LoadAsync<KnownRecipient>(id.ToString(), cancellationToken)).State.Demands is var demands && demands != UnitRequirements.None
            ? demands
            : null;

    /// <summary>Takes an order's wish, gives back what it wants no more, looks for what it lacks, and tells it.</summary>
    /// <exception cref="InvalidOperationException">Too little was found in a table that lags: nobody is declined on that, the message comes again.</exception>
    public async Task<Plan> PlanAsync(DemandRegistered demand, AllocationMirror.Seat seat, Provenance by, CancellationToken cancellationToken)
    {
        mirror.Withdraw(seat);
        var refreshed = mirror.RefreshAsync(cancellationToken);
        var allocation = await store.LoadAsync<Allocation>(demand.Order.ToString(), cancellationToken);
        await refreshed;
        var registered = DemandDecider.Register(allocation.State, demand);
        if (registered.Events is not [DemandRegistered])
            return Plan.Write(registered.Events.Count > 0 ? [allocation.Append(registered.Events)] : []);

        var events = registered.Events.ToList();
        var state = Aggregate.Fold(allocation.State, events);
        var terms = TermsAt(by.Now);
        var given = await ReconcileAsync(state, terms, by, cancellationToken);
        events.AddRange(given.Events);
        state = Aggregate.Fold(state, given.Events);

        var own = OpenDemand.Of(state);
        var isOfAnotherGroup = await IsOfAnotherGroupAsync(demand, cancellationToken);
        var decided = own.Missing.IsEmpty ? Decided.Nothing
            : isOfAnotherGroup ? Decided.OfAnotherGroup(own)
            : await DecideAsync(demand.Supplier, own, seat, terms, by, cancellationToken);
        var gain = decided.Gains.SingleOrDefault(gain => gain.Demand.Will.Order == demand.Order);
        var prospect = gain is { Shortfalls.Count: > 0 } && !isOfAnotherGroup ? LookOut(Short(gain), terms) : Prospect.None;
        events.AddRange(DemandDecider.Answer(state, gain?.Units ?? [], gain?.Shortfalls ?? [], gain?.Proof, prospect, policy.ReservationLife, by).Events);

        var plan = new Commitment();
        foreach (var freed in given.Freed)
            plan.Add(freed);
        foreach (var due in given.Due)
            plan.Add(new Deadline(LapseAllocation.DeadlineName, allocation.StreamId, due));
        Write(plan, allocation, events, demand, decided, by);
        return Finish(plan, decided, seat, terms, by, except: demand.Order);
    }

    /// <summary>All that wait for units of a site, against all that stands free there.</summary>
    /// <returns>Nothing to write where nobody gains.</returns>
    public async Task<Plan> PlanRoundAsync(SiteId supplier, AllocationMirror.Seat seat, Provenance by, CancellationToken cancellationToken)
    {
        mirror.Withdraw(seat);
        var terms = TermsAt(by.Now);
        var decided = await DecideAsync(supplier, null, seat, terms, by, cancellationToken);
        return Finish(new Commitment(), decided, seat, terms, by, except: null);
    }

    /// <summary>What an order that goes short can hope for, as the tables are now.</summary>
    public Prospect LookOut(OpenDemand lacking, AllocationTerms terms)
    {
        var (free, arrivals) = mirror.Look(view => (view.FreeEverywhere(), view.ArrivalsAt(lacking.Will.Supplier)));
        return Prospect.Of(lacking, free, arrivals, terms, policy);
    }

    private static OpenDemand Short(OrderGain gain) => gain.Demand with
    {
        Missing = gain.Shortfalls.ToImmutableSortedDictionary(line => line.Line, line => line.Missing),
    };

    private static ReserveUnit Reservation(DemandRegistered will, int line, DateTimeOffset lapsesAt, PolicyPack policy)
    {
        var wanted = will.Lines.Single(each => each.Line == line);
        return new ReserveUnit(
            will.Order, line, will.Purpose, will.Supplier, will.Destination, wanted.Kind, wanted.Group, will.Recipient, will.RecipientGroup, lapsesAt,
            will.Urgency == AskPriority.Emergency,
            will.IsOfUnknownGroup() ? policy.Emergency.GroupsFor(wanted.Kind) : null,
            will.IsAcceptedInstead(wanted)
                ? [.. AboRhCompatibility.Against(wanted.Kind, will.RecipientGroup!.Value, wanted.Group).Where(code => policy.FindOverride(code, wanted.Kind) is not null)]
                : null,
            wanted.Requirements);
    }

    /// <summary>The answers to those who gain beside the one who asks.</summary>
    private Plan Finish(Commitment plan, Decided decided, AllocationMirror.Seat seat, AllocationTerms terms, Provenance by, OrderId? except)
    {
        foreach (var gain in decided.Gains.Where(gain => gain.Units.Count > 0 && gain.Demand.Will.Order != except))
        {
            var allocation = decided.Allocations[gain.Demand.Will.Order];
            var prospect = gain.Shortfalls.Count > 0 ? LookOut(Short(gain), terms) : Prospect.None;
            var answer = DemandDecider.Answer(allocation.State, gain.Units, gain.Shortfalls, gain.Proof, prospect, policy.ReservationLife, by);
            Write(plan, allocation, answer.Events, gain.Demand.Will, decided, by);
        }

        mirror.Fix(seat, plan.Versions);
        return plan.ToPlan();
    }

    private void Write(
        Commitment plan, Loaded<Allocation> allocation, IReadOnlyList<AllocationEvent> events, DemandRegistered will, Decided decided, Provenance by)
    {
        plan.Add(allocation.Append(events));
        foreach (var allocated in events.OfType<UnitsAllocated>().Where(allocated => allocated.Units.Count > 0))
        {
            foreach (var unit in allocated.Units)
            {
                var chosen = decided.Units[unit.Unit];
                plan.Add(chosen.Append(UnitDecider.Reserve(chosen.State, Reservation(will, unit.Line, allocated.LapsesAt, policy), by).Events));
            }

            plan.Add(new Deadline(LapseAllocation.DeadlineName, allocation.StreamId, allocated.LapsesAt + UnitDecider.LapseGrace));
        }

        foreach (var until in events.Select(answer => answer is UnitsAllocated allocated ? allocated.WaitsUntil : (answer as AllocationDelayed)?.WaitsUntil).OfType<DateTimeOffset>())
            plan.Add(new Deadline(EndWaiting.DeadlineName, allocation.StreamId, until));
    }

    // ---- what the order gives back ---------------------------------------------------------------------------------

    private async Task<GivenUp> ReconcileAsync(Allocation state, AllocationTerms terms, Provenance by, CancellationToken cancellationToken)
    {
        var order = state.Demand!.Order;
        if (state.LineOf.IsEmpty)
            return GivenUp.Nothing;
        var loaded = await store.LoadAsync<Unit>([.. state.LineOf.Keys.Select(unit => unit.ToString())], cancellationToken);
        // What ended before it could serve is the order's no more, and another may be found for it.
        UnitNumber[] gone = [.. state.LineOf.Keys.Zip(loaded).Where(pair => DemandDecider.IsGone(pair.Second.State, state.Demand.Supplier)).Select(pair => pair.First)];
        state = state with { LineOf = state.LineOf.RemoveRange(gone) };
        // What has left or was issued is the order's, whatever it wants now.
        var kept = state.LineOf.Keys.Zip(loaded)
            .Where(pair => UnitDecider.EndReservation(pair.Second.State, order, Allocation.Amended).Events.Count > 0)
            .ToDictionary(pair => pair.First, pair => pair.Second);
        var unwanted = DemandDecider.Unwanted(state, [.. kept.Values.Select(unit => UnitOffer.Of(unit.State, policy)).OfType<Offer>()], terms);
        var renewed = kept.Keys.Except(unwanted)
            .Select(unit => kept[unit].Append(UnitDecider.Renew(kept[unit].State, Reservation(state.Demand, state.LineOf[unit], WholeSecond(state.Demand.NeededBy), policy)).Events))
            .ToList();
        var lapses = renewed.SelectMany(append => append.Events).OfType<UnitReservationRenewed>().Select(renewal => renewal.LapsesAt + UnitDecider.LapseGrace).Distinct();
        if (unwanted.Count == 0 && gone.Length == 0)
            return new GivenUp([], renewed, [.. lapses]);
        UnitNumber[] pending = [.. unwanted.Where(unit => UnitDecider.WaitsForItsLeg(kept[unit].State, order))];
        UnitNumber[] freed = [.. unwanted.Except(pending)];
        var freeAt = WholeSecond(by.Now) + UnitDecider.LapseGrace;
        return new GivenUp(
            [DemandDecider.GiveUp(state, freed, [.. pending, .. gone], freeAt)],
            [.. renewed, .. freed.Select(unit => kept[unit].Append(UnitDecider.EndReservation(kept[unit].State, order, Allocation.Amended).Events))],
            pending.Length > 0 ? [freeAt, .. lapses] : [.. lapses]);
    }

    /// <summary>A deadline is kept to the microsecond, and one that falls due a moment early would find nothing to free.</summary>
    private static DateTimeOffset WholeSecond(DateTimeOffset instant) => instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerSecond));

    // ---- what it gets ----------------------------------------------------------------------------------------------

    private async Task<Decided> DecideAsync(
        SiteId supplier, OpenDemand? own, AllocationMirror.Seat seat, AllocationTerms terms, Provenance by, CancellationToken cancellationToken)
    {
        var exceptions = new Exceptions();
        var waited = false;
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (attempt > 0 || own is null)
                await mirror.RefreshAsync(cancellationToken);
            var gains = await SolveAsync(supplier, own, seat, exceptions, terms, cancellationToken);
            var decided = await LoadAsync(gains, own, cancellationToken);
            if (!Judge(decided, own, terms, by, exceptions))
            {
                // A table that is so far behind proposes nothing but what others have taken.
                if (attempt % 5 == 4)
                    await projections.WaitForAsync(StockProjection.TableName, await store.HeadAsync(cancellationToken), ShortPatience, cancellationToken);
                continue;
            }

            var isShort = own is not null && gains.Any(gain => gain.Demand == own && gain.Shortfalls.Count > 0);
            if (!isShort || waited)
                return decided;
            // What was committed before we started must be among the units: one just released is not overlooked.
            waited = true;
            var patience = own!.Will.WaitUntil is null ? Patience : ShortPatience;
            if (!await projections.WaitForAsync(StockProjection.TableName, await store.HeadAsync(cancellationToken), patience, cancellationToken) && own.Will.WaitUntil is null)
                throw new InvalidOperationException("The stock table has not caught up: whether there is enough cannot be said.");
        }

        throw new InvalidOperationException("What the stock table proposes was refused again and again.");
    }

    private async Task<IReadOnlyList<OrderGain>> SolveAsync(
        SiteId supplier, OpenDemand? own, AllocationMirror.Seat seat, Exceptions exceptions, AllocationTerms terms, CancellationToken cancellationToken)
    {
        // One order that nobody stands before is served at once, whatever is being solved beside.
        if (own is not null && mirror.Look(view => ServeAlone(view, own)) is { } served)
            return [served];

        var turn = _turns.GetOrAdd(supplier, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 0; attempt < MostAttempts; attempt++)
            {
                var (free, others) = mirror.Look(view =>
                {
                    view.Withdraw(seat);
                    return (Usable(view), Rivals(view));
                });
                // Nobody gains of nothing: who waits knows already.
                List<OpenDemand> demands = free.Count == 0 ? [] : others;
                if (own is not null)
                    demands.Add(own);
                if (demands.Count == 0)
                    return [];
                var gains = AllocationRound.Decide(demands, free, terms, ProofHash.Of).Values.Where(gain => gain.Units.Count > 0 || gain.Demand == own).ToList();
                if (mirror.Look(view => TryPromise(view, gains)))
                    return gains;
                // Somebody else was first with a unit or an order: what is left is decided anew.
                await Task.Delay(TimeSpan.FromMilliseconds(1), clock, cancellationToken);
            }
        }
        finally
        {
            turn.Release();
        }

        throw new InvalidOperationException("The units were promised to others again and again.");

        List<Offer> Usable(AllocationMirror.View view)
        {
            var free = view.FreeAt(supplier);
            if (exceptions.Unfit.Count > 0)
                free.RemoveAll(unit => exceptions.Unfit.Contains(unit.Unit));
            return free;
        }


        List<OpenDemand> Rivals(AllocationMirror.View view) =>
            [.. view.OpenAt(supplier).Where(demand => demand.Will.Order != own?.Will.Order && !exceptions.Stale.Contains(demand.Will.Order)).Select(exceptions.Renew)];

        bool TryPromise(AllocationMirror.View view, IReadOnlyList<OrderGain> gains) => view.TryPromise(
            seat, [.. gains.SelectMany(gain => gain.Units).Select(unit => unit.Unit)], [.. gains.Select(gain => gain.Demand.Will.Order)], own?.Will.Order);

        OrderGain? ServeAlone(AllocationMirror.View view, OpenDemand demand)
        {
            view.Withdraw(seat);
            if (!AllocationRound.CanDecideAlone(demand))
                return null;
            var free = Usable(view);
            if (free.Exists(unit => demand.Will.Lines.Any(line => line.Kind == unit.Kind)) && Rivals(view).Exists(rival => StandsBefore(rival, demand, terms)))
                return null;
            var gain = AllocationRound.DecideAlone(demand, free, terms, ProofHash.Of);
            return TryPromise(view, [gain]) ? gain : null;
        }
    }

    /// <summary>It wants the same component, and the other is not urgent or no more pressing.</summary>
    private static bool StandsBefore(OpenDemand rival, OpenDemand own, AllocationTerms terms) =>
        rival.Asks().Any(theirs => own.Asks().Any(ours => ours.Kind == theirs.Kind
            && (own.Will.Urgency < AskPriority.Urgent || AllocationCost.Points(theirs, terms.Now) >= AllocationCost.Points(ours, terms.Now))));

    private async Task<Decided> LoadAsync(IReadOnlyList<OrderGain> gains, OpenDemand? own, CancellationToken cancellationToken)
    {
        UnitNumber[] units = [.. gains.SelectMany(gain => gain.Units).Select(unit => unit.Unit)];
        OrderId[] orders = [.. gains.Where(gain => gain.Demand != own).Select(gain => gain.Demand.Will.Order)];
        var loaded = units.Length == 0 ? [] : await store.LoadAsync<Unit>([.. units.Select(unit => unit.ToString())], cancellationToken);
        var allocations = orders.Length == 0 ? [] : await store.LoadAsync<Allocation>([.. orders.Select(order => order.ToString())], cancellationToken);
        // What was found out about a patient while the order waited counts as well.
        RecipientId[] patients = [.. gains.Where(gain => gain.Units.Count > 0 && gain.Demand != own).Select(gain => gain.Demand.Will.Recipient).OfType<RecipientId>().Distinct()];
        var recipients = patients.Length == 0 ? [] : await store.LoadAsync<KnownRecipient>([.. patients.Select(patient => patient.ToString())], cancellationToken);
        return new Decided(
            gains,
            patients.Zip(recipients).ToDictionary(pair => pair.First, pair => pair.Second.State),
            units.Zip(loaded).ToDictionary(pair => pair.First, pair => pair.Second),
            orders.Zip(allocations).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    /// <returns>False where a stream says otherwise than the tables: what it concerns is then among those to be left out.</returns>
    private bool Judge(Decided decided, OpenDemand? own, AllocationTerms terms, Provenance by, Exceptions exceptions)
    {
        var stands = true;
        foreach (var gain in decided.Gains)
        {
            var will = gain.Demand.Will;
            if (gain.Demand != own && !StillWants(decided.Allocations[will.Order].State, gain.Demand))
                stands = !exceptions.Stale.Add(will.Order) && stands;
            if (will.Recipient is { } recipient && decided.Recipients.TryGetValue(recipient, out var known))
            {
                if (IsOfAnotherGroup(will, known))
                {
                    stands = !exceptions.Stale.Add(will.Order) && stands;
                    continue;
                }

                if (exceptions.Learn(will, known.Demands))
                {
                    // By what is known by now other units would have been chosen.
                    stands = false;
                    continue;
                }
            }

            // The table of who waits does not know what an order has had; the order's own stream does.
            var had = gain.Demand == own ? own.Had : OpenDemand.Of(decided.Allocations[will.Order].State).Had;
            foreach (var unit in gain.Units)
            {
                if (had.Contains(unit.Unit))
                    stands = !exceptions.Unfit.Add(unit.Unit) && stands;
                var state = decided.Units[unit.Unit].State;
                var ask = gain.Demand.AskOf(will.Lines.Single(line => line.Line == unit.Line), 1);
                var reserved = UnitDecider.Reserve(state, Reservation(will, unit.Line, by.Now, policy), by);
                if (reserved is not { IsRejected: false, Events.Count: > 0 } || UnitOffer.Of(state, policy) is not { } offer || Suitability.Judge(ask, offer, terms) != Obstacle.None)
                    stands = !exceptions.Unfit.Add(unit.Unit) && stands;
            }
        }

        return stands;
    }

    /// <summary>The patient is of another group than the order says: nothing of it suits, until the order is amended.</summary>
    private static bool IsOfAnotherGroup(DemandRegistered will, KnownRecipient known) =>
        known.Group is { } group && will.RecipientGroup is { } told && group != told;

    private async Task<bool> IsOfAnotherGroupAsync(DemandRegistered will, CancellationToken cancellationToken) =>
        will is { Recipient: { } patient, RecipientGroup: not null }
        && IsOfAnotherGroup(will, (await store.LoadAsync<KnownRecipient>(patient.ToString(), cancellationToken)).State);

    private static bool StillWants(Allocation state, OpenDemand demand)
    {
        if (!state.IsOpen || state.Demand!.Attempt != demand.Will.Attempt)
            return false;
        var now = OpenDemand.Of(state).Missing;
        return now.Count == demand.Missing.Count && demand.Missing.All(line => now.GetValueOrDefault(line.Key) == line.Value);
    }

    /// <summary>What the streams said otherwise than the tables, in one decision.</summary>
    private sealed class Exceptions
    {
        private readonly Dictionary<OrderId, UnitRequirements> _learned = [];

        public HashSet<UnitNumber> Unfit { get; } = [];

        public HashSet<OrderId> Stale { get; } = [];

        /// <returns>True where more is asked for than when the order was registered, and than was known in this decision.</returns>
        public bool Learn(DemandRegistered will, UnitRequirements known)
        {
            var before = will.RecipientRequirements ?? UnitRequirements.None;
            var all = before.And(known);
            if (all == before)
                return false;
            _learned[will.Order] = all;
            return true;
        }

        public OpenDemand Renew(OpenDemand demand) => _learned.TryGetValue(demand.Will.Order, out var known)
            ? demand with { Will = demand.Will with { RecipientRequirements = known } }
            : demand;
    }

    /// <summary>What was found, and the streams that say so.</summary>
    private sealed record Decided(
        IReadOnlyList<OrderGain> Gains,
        IReadOnlyDictionary<RecipientId, KnownRecipient> Recipients,
        IReadOnlyDictionary<UnitNumber, Loaded<Unit>> Units,
        IReadOnlyDictionary<OrderId, Loaded<Allocation>> Allocations)
    {
        public static Decided Nothing { get; } = new([], new Dictionary<RecipientId, KnownRecipient>(), new Dictionary<UnitNumber, Loaded<Unit>>(), new Dictionary<OrderId, Loaded<Allocation>>());

        public static Decided OfAnotherGroup(OpenDemand own) => Nothing with
        {
            Gains = [new OrderGain(own, [], [.. own.Missing.Select(line => new AllocationShortfall(line.Key, line.Value, "The patient's group has changed: amend the order."))], new AllocationProof("0", 0, 0, 0, "", []))],
        };
    }

    /// <param name="Freed">What becomes of the units, those that the order keeps in other words among them.</param>
    /// <param name="Due">When something of it is to be looked at again.</param>
    private sealed record GivenUp(IReadOnlyList<AllocationEvent> Events, IReadOnlyList<StreamAppend> Freed, IReadOnlyList<DateTimeOffset> Due)
    {
        public static GivenUp Nothing { get; } = new([], [], []);
    }

    private sealed class Commitment
    {
        private readonly List<StreamAppend> _appends = [];
        private readonly List<Deadline> _deadlines = [];

        /// <summary>What each stream will be at.</summary>
        public Dictionary<string, long> Versions { get; } = new(StringComparer.Ordinal);

        public void Add(StreamAppend append)
        {
            if (append.Events.Count == 0)
                return;
            _appends.Add(append);
            Versions.Add(append.StreamId, append.ExpectedVersion + append.Events.Count);
        }

        public void Add(Deadline deadline) => _deadlines.Add(deadline);

        public Plan ToPlan() => Plan.Write(_appends, _deadlines);
    }
}
