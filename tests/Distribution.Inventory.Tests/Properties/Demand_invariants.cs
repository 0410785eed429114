using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Inventory.Allocating;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Properties;

/// <summary>Whatever orders ask, in whatever order their messages come, and whatever happens to the stock meanwhile.</summary>
public sealed class Demand_invariants
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);
    private static readonly string[] Groups = ["O+", "A+", "B+", "O-"];

    [Fact]
    public void No_unit_is_given_twice_and_what_is_had_and_lacking_is_what_was_asked_for()
    {
        var (given, waited, amended) = (0, 0, 0);
        for (var seed = 0; seed < 150; seed++)
        {
            var world = new World(seed);
            for (var step = 0; step < 120; step++)
            {
                world.Step();
                world.Check();
            }

            (given, waited, amended) = (given + world.Given, waited + world.Found, amended + world.GivenUp);
        }

        // Otherwise the histories would prove nothing.
        given.ShouldBeGreaterThan(1_000);
        waited.ShouldBeGreaterThan(200);
        amended.ShouldBeGreaterThan(50);
    }

    private sealed class World(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Dictionary<UnitNumber, Unit> _units = [];
        private readonly Dictionary<OrderId, Allocation> _orders = [];
        private DateTimeOffset _now = Now;

        public int Given { get; private set; }

        /// <summary>Of those that waited for them.</summary>
        public int Found { get; private set; }

        public int GivenUp { get; private set; }

        private Provenance By => At(Hospital, _now);

        private AllocationTerms Terms => new(_now, (_, _) => TimeSpan.Zero)
        {
            EmergencyGroups = _ => [BloodGroup.Parse("O+"), BloodGroup.Parse("O-")],
        };

        public void Step()
        {
            _now += TimeSpan.FromMinutes(_random.Next(1, 30));
            switch (_random.Next(12))
            {
                case < 4:
                    Ask();
                    break;
                case < 7:
                    Prepare();
                    break;
                case < 9:
                    Round();
                    break;
                case 9:
                    End(AnyOrder(), Allocation.Lapsed);
                    break;
                case 10:
                    End(AnyOrder(), "order-canceled");
                    break;
                default:
                    Spoil();
                    break;
            }
        }

        public void Check()
        {
            var had = _orders.Values.SelectMany(order => order.LineOf.Keys).ToList();
            had.Count.ShouldBe(had.Distinct().Count(), "a unit counts for two orders");
            foreach (var (id, order) in _orders)
            {
                foreach (var unit in order.LineOf.Keys.Where(unit => _units[unit].Fate is null))
                    _units[unit].Reservation!.Order.ShouldBe(id);
                foreach (var line in order.Demand?.Lines ?? [])
                {
                    var (kept, unfetched, missing) = (order.LineOf.Count(unit => unit.Value == line.Line), order.NotFetched.GetValueOrDefault(line.Line), order.MissingOf(line));
                    (kept + unfetched + missing).ShouldBeGreaterThanOrEqualTo(line.Quantity);
                    if (missing > 0)
                        (kept + unfetched + missing).ShouldBe(line.Quantity);
                    foreach (var unit in order.LineOf.Where(unit => unit.Value == line.Line && _units[unit.Key].Fate is null))
                        AboSuits(order.Demand!, line, _units[unit.Key]).ShouldBeTrue();
                }
            }

            foreach (var unit in _units.Values.Where(unit => unit.Reservation is not null))
                _orders[unit.Reservation!.Order].LineOf.ContainsKey(unit.Facts!.Unit).ShouldBeTrue("a unit is reserved for nobody");
        }

        private static bool AboSuits(DemandRegistered demand, DemandLine line, Unit unit) => demand.Purpose == ReservationPurpose.Stock
            ? unit.Group == line.Group
            : unit.Group!.Value.Abo == Abo.O || unit.Group.Value.Abo == demand.RecipientGroup?.Abo;

        /// <summary>A message of an order: a new one, a repeated one, or one that a newer has overtaken.</summary>
        private void Ask()
        {
            var number = _random.Next(12);
            var id = OrderId.From($"order {seed} {number}");
            var before = _orders.GetValueOrDefault(id, Allocation.Initial);
            var patient = number % 3 == 0;
            BloodGroup? recipientGroup = patient && number % 2 == 0 ? BloodGroup.Parse(Groups[number % 4]) : null;
            var demand = new DemandRegistered(
                id,
                _random.Next(1, before.LatestAttempt + 2),
                patient ? ReservationPurpose.Patient : ReservationPurpose.Stock,
                (AskPriority)_random.Next(4),
                Hospital,
                Hospital,
                [.. Enumerable.Range(1, 1 + (number % 2)).Select(line => new DemandLine(line, ComponentKind.RedCells, BloodGroup.Parse(Groups[(number + line) % 4]), _random.Next(4)))],
                patient ? Recipient : null,
                recipientGroup,
                _now.AddHours(1),
                _now.AddHours(-_random.Next(40)),
                _random.Next(4) == 0 ? null : _now.AddHours(6));
            var registered = DemandDecider.Register(before, demand).Events;
            if (registered is not [DemandRegistered])
            {
                Apply(id, registered);
                return;
            }

            Apply(id, registered);
            var state = _orders[id];
            var kept = state.LineOf.Keys.Where(unit => UnitDecider.EndReservation(_units[unit], id, Allocation.Amended).Events.Count > 0).ToList();
            var unwanted = DemandDecider.Unwanted(state, [.. kept.Select(unit => OfferOf(_units[unit]))], Terms);
            if (unwanted.Count > 0)
            {
                Free(id, unwanted, Allocation.Amended);
                Apply(id, [DemandDecider.GiveUp(state, unwanted, [], _now)]);
                GivenUp += unwanted.Count;
            }

            var own = OpenDemand.Of(_orders[id]);
            var gain = AllocationRound.CanDecideAlone(own)
                ? AllocationRound.DecideAlone(own, Offers(), Terms, Digest)
                : AllocationRound.Decide([own], Offers(), Terms, Digest)[id];
            Tell(gain);
            _orders[id].Attempts.ShouldContain(demand.Attempt, "the attempt was not answered");
        }

        private void Round()
        {
            List<OpenDemand> open = [.. _orders.Values.Where(order => order.IsOpen).Select(OpenDemand.Of)];
            foreach (var gain in AllocationRound.Decide(open, Offers(), Terms, Digest).Values.Where(gain => gain.Units.Count > 0))
            {
                Found += gain.Units.Count;
                Tell(gain);
            }
        }

        private void Tell(OrderGain gain)
        {
            var will = gain.Demand.Will;
            var before = _orders[will.Order];
            var answer = DemandDecider.Answer(before, gain.Units, gain.Shortfalls, gain.Proof, Prospect.None, Life, By);
            foreach (var unit in answer.Events.OfType<UnitsAllocated>().SelectMany(told => told.Units))
            {
                var line = will.Lines.Single(each => each.Line == unit.Line);
                var reserved = UnitDecider.Reserve(
                    _units[unit.Unit],
                    new ReserveUnit(
                        will.Order, unit.Line, will.Purpose, will.Supplier, will.Destination, line.Kind, line.Group, will.Recipient, will.RecipientGroup, _now + Life,
                        GroupsForAnybody: will.IsOfUnknownGroup() ? [.. Terms.EmergencyGroups(line.Kind)] : null),
                    By);
                reserved.IsRejected.ShouldBeFalse("what was chosen may not be given");
                reserved.Events.Count.ShouldBe(1);
                _units[unit.Unit] = Aggregate.Fold(_units[unit.Unit], reserved.Events);
                Given++;
            }

            Apply(will.Order, answer.Events);
            if (answer.Events is [UnitsAllocated or AllocationDelayed or AllocationDeclined])
            {
                var told = answer.Events[0] switch
                {
                    UnitsAllocated allocated => allocated.Shortfalls,
                    AllocationDelayed delayed => delayed.Shortfalls,
                    AllocationDeclined declined => declined.Shortfalls,
                    _ => [],
                };
                var state = _orders[will.Order];
                told.ToDictionary(line => line.Line, line => line.Missing)
                    .ShouldBe(state.Demand!.Lines.Where(line => state.MissingOf(line) > 0).ToDictionary(line => line.Line, state.MissingOf), ignoreOrder: true);
            }
        }

        private void End(OrderId? order, string reason)
        {
            if (order is not { } id)
                return;
            var freed = _orders[id].Units.Where(unit => UnitDecider.EndReservation(_units[unit], id, reason).Events.Count > 0).ToList();
            Free(id, freed, reason);
            Apply(id, reason == Allocation.Lapsed
                ? AllocationDecider.Lapse(_orders[id], id, freed).Events
                : AllocationDecider.GiveBack(_orders[id], id, freed, [], reason, _now).Events);
        }

        private void Prepare()
        {
            var number = Number((seed * 1_000) + _units.Count + 1);
            _units[number] = Aggregate.Fold<Unit>(InStock(Hospital, Groups[_random.Next(4)], sequence: (seed * 1_000) + _units.Count + 1));
        }

        private void Spoil()
        {
            if (_units.Values.Where(unit => unit.Fate is null).OrderBy(_ => _random.Next()).FirstOrDefault() is { } unit)
                _units[unit.Facts!.Unit] = Aggregate.Fold(unit, UnitDecider.Discard(unit, "leaking", By).Events);
        }

        private static string Digest(IReadOnlyList<(TransportProblem Problem, TransportSolution Solution)> decisions) => $"{decisions.Count}";

        private OrderId? AnyOrder() => _orders.Count == 0 ? null : _orders.Keys.ElementAt(_random.Next(_orders.Count));

        private void Free(OrderId order, IEnumerable<UnitNumber> units, string reason)
        {
            foreach (var unit in units)
                _units[unit] = Aggregate.Fold(_units[unit], UnitDecider.EndReservation(_units[unit], order, reason).Events);
        }

        private void Apply(OrderId order, IReadOnlyList<AllocationEvent> events) =>
            _orders[order] = Aggregate.Fold(_orders.GetValueOrDefault(order, Allocation.Initial), events);

        private List<Offer> Offers() => [.. _units.Values.Where(unit => unit.IsAvailable(_now)).Select(OfferOf)];

        private static Offer OfferOf(Unit unit) =>
            new(unit.Facts!.Unit, unit.Facts.Kind, unit.Group!.Value, unit.Facts.CollectedAt, unit.Facts.ExpiresAt, unit.Custody.Site!.Value);
    }
}
