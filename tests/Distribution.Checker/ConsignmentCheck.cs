using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Dispatches;

namespace Distribution.Checker;

/// <summary>I1, I4 to I6, I8 and I14 inside Dispatch: by what its own gates knew when a box left.</summary>
internal static class ConsignmentCheck
{
    public static void Run(Logs logs, Findings findings)
    {
        var gates = new Dictionary<string, Gated>(StringComparer.Ordinal);
        var consignments = new Dictionary<string, Sent>(StringComparer.Ordinal);
        var onTheRoad = new Dictionary<UnitNumber, ConsignmentNumber>();
        foreach (var logged in logs.InOrder.Where(logged => logged.Service == Services.Dispatch))
        {
            var stored = logged.Stored;
            if (stored.Data is GateEvent gateEvent)
            {
                GateOf(AllocationCheck.UnitOf(stored.StreamId)).Hear(gateEvent, stored.StreamId, findings);
            }
            else if (stored.Data is ConsignmentEvent.ConsignmentPlanned planned)
            {
                if (!consignments.TryAdd(stored.StreamId, new Sent(planned, findings, onTheRoad, GateOf)))
                    findings.Violate("I11", stored.StreamId, "The consignment was planned twice.");
            }
            else if (stored.Data is ConsignmentEvent consignmentEvent && consignments.TryGetValue(stored.StreamId, out var sent))
            {
                // Without a plan the history opens in its middle, which is said elsewhere.
                sent.Look(new Entry<ConsignmentEvent>(stored, consignmentEvent));
            }
        }

        findings.Saw("I8", "units on the road", onTheRoad.Count);
        foreach (var sent in consignments.Values)
            sent.Close();

        Gated GateOf(string unit)
        {
            if (!gates.TryGetValue(unit, out var gate))
                gates[unit] = gate = new Gated();
            return gate;
        }
    }

    private sealed class Gated
    {
        public Dictionary<string, bool> Holds { get; } = new(StringComparer.Ordinal);

        public HashSet<OrderId> Ended { get; } = [];

        public HashSet<ConsignmentNumber> Planned { get; } = [];

        public UnitEnd? Fate { get; private set; }

        public void Hear(GateEvent @event, string streamId, Findings findings)
        {
            switch (@event)
            {
                case GateEvent.UnitPlanned planned:
                    Planned.Add(planned.Consignment);
                    break;
                case GateEvent.UnitBlocked blocked:
                    Holds[blocked.Reason] = true;
                    break;
                case GateEvent.UnitUnblocked unblocked:
                    Holds[unblocked.Reason] = false;
                    break;
                case GateEvent.ReservationEnded ended:
                    Ended.Add(ended.Order);
                    break;
                case GateEvent.UnitDeparted or GateEvent.UnitLanded:
                    // What is on the road is followed along the consignments themselves.
                    break;
                case GateEvent.UnitEnded ended:
                    Fate ??= ended.Fate;
                    break;
                default:
                    findings.Violate("I9", streamId, $"No invariant knows {@event.GetType().Name}.");
                    break;
            }
        }
    }

    private sealed class Sent(
        ConsignmentEvent.ConsignmentPlanned plan, Findings findings, Dictionary<UnitNumber, ConsignmentNumber> onTheRoad, Func<string, Gated> gateOf)
    {
        private readonly HashSet<UnitNumber> _packed = [];
        private readonly HashSet<UnitNumber> _leftOut = [];
        private readonly HashSet<UnitNumber> _checkedIn = [];
        private readonly HashSet<UnitNumber> _received = [];
        private readonly HashSet<UnitNumber> _missing = [];
        private readonly HashSet<UnitNumber> _unexpected = [];
        private readonly HashSet<UnitNumber> _raised = [];
        private readonly string _stream = $"consignment-{plan.Consignment}";
        private ConsignmentEvent.ConsignmentDispatched? _sent;
        private bool _isReceived;

        public void Look(Entry<ConsignmentEvent> entry)
        {
            switch (entry.Data)
            {
                case ConsignmentEvent.UnitPicked picked:
                    RequireAt(plan.From.ToString(), entry, "picks");
                    RequirePlanned(picked.Unit);
                    _leftOut.Remove(picked.Unit);
                    break;
                case ConsignmentEvent.UnitPacked packed:
                    RequireAt(plan.From.ToString(), entry, "packings");
                    RequirePlanned(packed.Unit);
                    RequireSound(packed.Unit, entry, "packed units", "packed");
                    _packed.Add(packed.Unit);
                    _leftOut.Remove(packed.Unit);
                    break;
                case ConsignmentEvent.UnitLeftOut left:
                    RequireAt(plan.From.ToString(), entry, "units left out");
                    RequirePlanned(left.Unit);
                    _packed.Remove(left.Unit);
                    _leftOut.Add(left.Unit);
                    break;
                case ConsignmentEvent.ConsignmentDispatched dispatched:
                    HandOver(entry, dispatched);
                    break;
                case ConsignmentEvent.ConsignmentArrived:
                    RequireAt(plan.To.ToString(), entry, "arrivals of consignments");
                    break;
                case ConsignmentEvent.UnitCheckedIn checkedIn:
                    RequireAt(plan.To.ToString(), entry, "check-ins");
                    _checkedIn.Add(checkedIn.Unit);
                    break;
                case ConsignmentEvent.ConsignmentReceived received:
                    RequireAt(plan.To.ToString(), entry, "receipts");
                    Receive(received);
                    break;
                case ConsignmentEvent.DiscrepancyRaised raised:
                    _raised.Add(raised.Unit);
                    break;
                case ConsignmentEvent.DiscrepancyResolved resolved:
                    if (!_raised.Contains(resolved.Unit))
                        findings.Violate("I8", _stream, $"A discrepancy about {resolved.Unit} was resolved that nobody had raised.");
                    break;
                case ConsignmentEvent.ResolutionProposed or ConsignmentEvent.BoxClosed or ConsignmentEvent.BoxOpened or ConsignmentEvent.BoxArrived
                    or ConsignmentEvent.ConsignmentOverdue or ConsignmentEvent.ConsignmentMisdelivered or ConsignmentEvent.UnitMisdelivered
                    or ConsignmentEvent.UnitInspected or ConsignmentEvent.UnitFoundDamaged or ConsignmentEvent.BoxTemperatureRead
                    or ConsignmentEvent.DoorTemperatureTaken or ConsignmentEvent.ColdChainBroken:
                    break;
                default:
                    findings.Violate("I9", _stream, $"No invariant knows {entry.Data.GetType().Name}.");
                    break;
            }
        }

        /// <summary>At the end of the log: every unit has its gate, and whatever is amiss stands on the board.</summary>
        public void Close()
        {
            foreach (var unit in plan.Units.Select(planned => planned.Unit))
            {
                findings.Require(
                    gateOf(unit.ToString()).Planned.Contains(plan.Consignment), "I6", "gates", _stream, $"{unit} goes past a gate that nobody has set up.");
            }

            foreach (var unit in _missing.Union(_unexpected).Where(unit => !_raised.Contains(unit)))
                findings.Violate("I8", _stream, $"{unit} was missing or unexpected, and no discrepancy says so.");
        }

        private void HandOver(Entry<ConsignmentEvent> entry, ConsignmentEvent.ConsignmentDispatched dispatched)
        {
            if (_sent is not null)
            {
                findings.Violate("I11", _stream, "The consignment was handed over twice.");
                return;
            }

            _sent = dispatched;
            RequireAt(plan.From.ToString(), entry, "hand-overs");
            findings.Require(!string.Equals(dispatched.HandedOverTo, entry.By.Actor, StringComparison.OrdinalIgnoreCase), "I14", "hand-overs", _stream, "Who handed over took over.");
            findings.Require(
                dispatched.Order == plan.Order && dispatched.From == plan.From && dispatched.To == plan.To,
                "I8", "hand-overs", _stream, "It left for another order or on another lane than it was planned for.");
            findings.Require(entry.By.OccurredAt <= plan.ReservedUntil, "I1", "hand-overs", _stream, $"It left after {plan.ReservedUntil:O}, when its reservation was over.");
            if (!_packed.SetEquals(dispatched.Units))
                findings.Violate("I8", _stream, "What left is not what was packed.");
            foreach (var planned in plan.Units.Where(planned => !_packed.Contains(planned.Unit) && !_leftOut.Contains(planned.Unit)))
                findings.Violate("I8", _stream, $"{planned.Unit} was neither packed nor left out.");
            foreach (var unit in dispatched.Units)
            {
                RequireSound(unit, entry, "units handed over", "handed over");
                findings.Require(
                    onTheRoad.TryAdd(unit, plan.Consignment), "I8", "units handed over", _stream, $"{unit} was handed over while on {onTheRoad[unit]}.");
            }
        }

        private void Receive(ConsignmentEvent.ConsignmentReceived received)
        {
            findings.Saw("I8", "receipts");
            if (received.DispatchedAt != _sent?.DispatchedAt)
                findings.Violate("I8", _stream, "The receipt tells another time of departure.");
            foreach (var unit in received.Received.Concat(received.Unexpected))
            {
                if (!_checkedIn.Contains(unit))
                    findings.Violate("I8", _stream, $"{unit} was received and nobody had scanned it.");
                if (_received.Contains(unit) || _unexpected.Contains(unit))
                    findings.Violate("I11", _stream, $"{unit} was received twice.");
            }

            foreach (var unit in received.Missing)
            {
                if (_checkedIn.Contains(unit) || _sent?.Units.Contains(unit) != true)
                    findings.Violate("I8", _stream, $"{unit} was missed, and it had been checked in or never left.");
                if (!_missing.Add(unit))
                    findings.Violate("I11", _stream, $"{unit} was missed twice.");
            }

            _received.UnionWith(received.Received);
            _unexpected.UnionWith(received.Unexpected);
            foreach (var unit in _sent is { } sent && !_isReceived ? sent.Units : [])
            {
                if (!_received.Contains(unit) && !_missing.Contains(unit) && !_unexpected.Contains(unit))
                    findings.Violate("I8", _stream, $"{unit} left and was neither received nor missed.");
                if (onTheRoad.TryGetValue(unit, out var leg) && leg == plan.Consignment)
                    onTheRoad.Remove(unit);
            }

            _isReceived = true;
        }

        private void RequirePlanned(UnitNumber unit)
        {
            if (plan.Units.All(planned => planned.Unit != unit))
                findings.Violate("I8", _stream, $"{unit} is not on the list.");
            if (_sent is not null)
                findings.Violate("I8", _stream, $"{unit} was picked, packed or left out after the consignment had left.");
        }

        private void RequireSound(UnitNumber unit, Entry<ConsignmentEvent> entry, string what, string done)
        {
            var gate = gateOf(unit.ToString());
            var holds = gate.Holds.Where(hold => hold.Value).Select(hold => hold.Key).ToList();
            findings.Require(holds.Count == 0, "I6", what, _stream, $"{unit} was {done} while held for {string.Join(", ", holds)}.");
            findings.Require(!gate.Ended.Contains(plan.Order), "I1", what, _stream, $"{unit} was {done} after its reservation had ended.");
            findings.Require(gate.Fate is null, "I5", what, _stream, $"{unit} was {done} after it was {gate.Fate}.");
            var expiresAt = plan.Units.FirstOrDefault(planned => planned.Unit == unit)?.ExpiresAt;
            findings.Require(expiresAt is null || entry.Latest < expiresAt, "I4", what, _stream, $"{unit} was {done} at {entry.Latest:O} and expired at {expiresAt:O}.");
        }

        private void RequireAt(string site, Entry<ConsignmentEvent> entry, string what) =>
            findings.Require(entry.By.Site == site, "I14", what, _stream, $"{entry.Stored.Type} was done at {entry.By.Site}, not at {site}.");
    }
}
