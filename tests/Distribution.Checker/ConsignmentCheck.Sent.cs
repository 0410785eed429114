using Distribution.Blood.Isbt128;
using Distribution.Dispatches;

namespace Distribution.Checker;

/// <content>One consignment from its list to the last discrepancy.</content>
internal static partial class ConsignmentCheck
{
    /// <summary>After the expected arrival, as long as Dispatch waits before it tells that a consignment is late.</summary>
    private static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(30);

    private sealed partial class Sent(ConsignmentEvent.ConsignmentPlanned plan, Findings findings, Road road)
    {
        private readonly Dictionary<UnitNumber, int> _packed = [];
        private readonly HashSet<int> _closed = [];
        private readonly HashSet<UnitNumber> _leftOut = [];
        private readonly HashSet<UnitNumber> _checkedIn = [];
        private readonly HashSet<UnitNumber> _received = [];
        private readonly HashSet<UnitNumber> _missing = [];
        private readonly HashSet<UnitNumber> _unexpected = [];
        private readonly HashSet<UnitNumber> _damaged = [];
        private readonly HashSet<UnitNumber> _raised = [];
        private readonly HashSet<UnitNumber> _open = [];
        private readonly Dictionary<(UnitNumber Unit, string Site), ConsignmentEvent.ResolutionProposed> _proposals = [];
        private readonly HashSet<int> _unsaid = [];
        private readonly string _stream = $"consignment-{plan.Consignment}";
        private ConsignmentEvent.ConsignmentDispatched? _sent;
        private (ulong Commit, int Box)? _measured;
        private bool _closesBoxes;
        private bool _hasArrived;
        private bool _isOverdue;
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
                    Pack(entry, packed);
                    break;
                case ConsignmentEvent.UnitLeftOut left:
                    RequireAt(plan.From.ToString(), entry, "units left out");
                    RequirePlanned(left.Unit);
                    RequireOpen(left.Unit);
                    _packed.Remove(left.Unit);
                    _leftOut.Add(left.Unit);
                    break;
                case ConsignmentEvent.BoxClosed closed:
                    RequireAt(plan.From.ToString(), entry, "boxes");
                    findings.Require(_packed.ContainsValue(closed.Box), "I8", "boxes", _stream, $"Box {closed.Box} was closed, and nothing is in it.");
                    _closed.Add(closed.Box);
                    _closesBoxes = true;
                    break;
                case ConsignmentEvent.BoxOpened opened:
                    RequireAt(plan.From.ToString(), entry, "boxes");
                    findings.Require(_closed.Remove(opened.Box) && _sent is null, "I8", "boxes", _stream, $"Box {opened.Box} was opened, which was not closed or had left.");
                    break;
                case ConsignmentEvent.ConsignmentDispatched dispatched:
                    HandOver(entry, dispatched);
                    break;
                case ConsignmentEvent.ConsignmentArrived or ConsignmentEvent.BoxArrived:
                    RequireAt(plan.To.ToString(), entry, "arrivals of consignments");
                    _hasArrived = true;
                    break;
                case ConsignmentEvent.UnitCheckedIn checkedIn:
                    RequireAt(plan.To.ToString(), entry, "check-ins");
                    _checkedIn.Add(checkedIn.Unit);
                    // From here it may leave again, by whatever it came.
                    road.Units.Remove(checkedIn.Unit);
                    break;
                case ConsignmentEvent.UnitInspected inspected:
                    RequireAt(plan.To.ToString(), entry, "inspections");
                    RequireCheckedIn(inspected.Unit);
                    break;
                case ConsignmentEvent.UnitFoundDamaged damaged:
                    RequireAt(plan.To.ToString(), entry, "inspections");
                    RequireCheckedIn(damaged.Unit);
                    _damaged.Add(damaged.Unit);
                    break;
                case ConsignmentEvent.ConsignmentReceived received:
                    RequireAt(plan.To.ToString(), entry, "receipts");
                    Receive(received);
                    break;
                case ConsignmentEvent.ConsignmentOverdue overdue:
                    FallOverdue(entry, overdue);
                    break;
                case ConsignmentEvent.ConsignmentMisdelivered stray:
                    RequireStray(entry, stray.Site.ToString());
                    break;
                case ConsignmentEvent.UnitMisdelivered stray:
                    RequireStray(entry, stray.Site.ToString());
                    break;
                case ConsignmentEvent.BoxTemperatureRead read:
                    RequireEitherEnd(entry, "temperatures");
                    RequireBox(read.Box);
                    _measured = (entry.Stored.Position.TransactionId, read.Box);
                    if (read.Excursions.Count > 0)
                        _unsaid.Add(read.Box);
                    findings.Require(read.Seconds.Count == read.Celsius.Count && read.Celsius.Count > 0, "I8", "temperatures", _stream, "A logger's file has not a time for each reading.");
                    break;
                case ConsignmentEvent.DoorTemperatureTaken taken:
                    RequireAt(plan.To.ToString(), entry, "temperatures");
                    RequireBox(taken.Box);
                    _measured = (entry.Stored.Position.TransactionId, taken.Box);
                    break;
                case ConsignmentEvent.ColdChainBroken broken:
                    RequireBox(broken.Box);
                    findings.Require(_measured == (entry.Stored.Position.TransactionId, broken.Box), "I6", "broken cold chains", _stream, $"Box {broken.Box} is said to have been out of its limits, and no reading says so.");
                    _unsaid.Remove(broken.Box);
                    foreach (var unit in broken.Units)
                        findings.Require(_packed.GetValueOrDefault(unit) == broken.Box || (IsLoose(unit) && _checkedIn.Contains(unit)), "I6", "units of broken cold chains", _stream, $"{unit} was not in box {broken.Box}.");
                    break;
                case ConsignmentEvent.DiscrepancyRaised raised:
                    _raised.Add(raised.Unit);
                    // What came damaged may be unexpected as well: the newest stands.
                    _open.Add(raised.Unit);
                    break;
                case ConsignmentEvent.ResolutionProposed proposed:
                    Propose(entry, proposed);
                    break;
                case ConsignmentEvent.DiscrepancyResolved resolved:
                    Resolve(entry, resolved);
                    break;
                default:
                    findings.Violate("I9", _stream, $"No invariant knows {entry.Data.GetType().Name}.");
                    break;
            }
        }

        /// <summary>At the end of the log: every unit has its gate, whatever is amiss stands on the board, and the books balance.</summary>
        public void Close(DateTimeOffset? end)
        {
            foreach (var unit in plan.Units.Select(planned => planned.Unit))
            {
                findings.Require(
                    road.GateOf(unit.ToString()).Planned.Contains(plan.Consignment), "I6", "gates", _stream, $"{unit} goes past a gate that nobody has set up.");
            }

            foreach (var unit in _missing.Union(_unexpected).Where(unit => !_raised.Contains(unit)))
                findings.Violate("I8", _stream, $"{unit} was missing or unexpected, and no discrepancy says so.");
            foreach (var unit in _damaged.Where(unit => !_raised.Contains(unit)))
                findings.Violate("I8", _stream, $"{unit} came damaged, and no discrepancy says so.");
            foreach (var box in _unsaid)
                findings.Violate("I6", _stream, $"Box {box} was out of its limits, and nothing says what was in it.");
            if (_sent is null)
                return;
            foreach (var unit in road.HasDepartures ? _sent.Units : [])
            {
                var isOut = road.GateOf(unit.ToString()).IsOut;
                findings.Require(isOut == road.Units.ContainsKey(unit), "I8", "gates of units that left", _stream, $"By its gate {unit} is {(isOut ? "on the road" : "here")}, and it is not.");
            }

            var came = _sent.Units.Count(unit => _received.Contains(unit) || _unexpected.Contains(unit));
            var missed = _sent.Units.Count(unit => _missing.Contains(unit) && !_received.Contains(unit) && !_unexpected.Contains(unit));
            var away = _isReceived ? 0 : _sent.Units.Count;
            findings.Require(_sent.Units.Count == came + missed + away, "I8", "ledgers of consignments", _stream, $"{_sent.Units.Count} units left, {came} came, {missed} are missing and {away} on the road.");
            if (!_hasArrived && !_isReceived && _checkedIn.Count == 0 && end > _sent.ExpectedAt + LateAfter + Logs.Patience)
                findings.Require(_isOverdue, "I8", "late consignments", _stream, $"It was expected at {_sent.ExpectedAt:O}, has not arrived, and nobody has said that it is late.");
        }

        private void Pack(Entry<ConsignmentEvent> entry, ConsignmentEvent.UnitPacked packed)
        {
            RequireAt(plan.From.ToString(), entry, "packings");
            RequirePlanned(packed.Unit);
            RequireSound(packed.Unit, entry, "packed units", "packed");
            RequireOpen(packed.Unit);
            findings.Require(!_closed.Contains(packed.Box), "I8", "packed units", _stream, $"{packed.Unit} was put into box {packed.Box}, which is closed.");
            _packed[packed.Unit] = packed.Box;
            _leftOut.Remove(packed.Unit);
        }

        private void RequireOpen(UnitNumber unit)
        {
            if (_packed.TryGetValue(unit, out var box))
                findings.Require(!_closed.Contains(box), "I8", "packed units", _stream, $"{unit} was taken out of box {box}, which is closed.");
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
            if (!_packed.Keys.ToHashSet().SetEquals(dispatched.Units))
                findings.Violate("I8", _stream, "What left is not what was packed.");
            foreach (var planned in plan.Units.Where(planned => !_packed.ContainsKey(planned.Unit) && !_leftOut.Contains(planned.Unit)))
                findings.Violate("I8", _stream, $"{planned.Unit} was neither packed nor left out.");
            foreach (var box in _packed.Values.Distinct())
                findings.Require(!_closesBoxes || _closed.Contains(box), "I8", "boxes", _stream, $"Box {box} left open.");
            RequireOneTemperature();
            foreach (var unit in dispatched.Units)
            {
                RequireSound(unit, entry, "units handed over", "handed over");
                findings.Require(
                    road.Units.TryAdd(unit, plan.Consignment), "I8", "units handed over", _stream, $"{unit} was handed over while on {road.Units[unit]}.");
            }
        }

        /// <summary>What needs another temperature on the road is in another box.</summary>
        private void RequireOneTemperature()
        {
            foreach (var box in _packed.GroupBy(packed => packed.Value, packed => packed.Key))
            {
                var temperatures = plan.Units.Where(planned => box.Contains(planned.Unit))
                    .Select(planned => road.TemperatureOf(planned.Unit, planned.Kind)).OfType<string>().Distinct().ToList();
                findings.Require(temperatures.Count <= 1, "I6", "boxes", _stream, $"In box {box.Key} are units of different temperatures: {string.Join(" and ", temperatures)}.");
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

            foreach (var damaged in received.Damaged ?? [])
                findings.Require(_damaged.Contains(damaged.Unit), "I8", "damaged units", _stream, $"{damaged.Unit} is told to be damaged, and nobody found it so.");
            _received.UnionWith(received.Received);
            _unexpected.UnionWith(received.Unexpected);
            foreach (var unit in _sent is { } sent && !_isReceived ? sent.Units : [])
            {
                if (!_received.Contains(unit) && !_missing.Contains(unit) && !_unexpected.Contains(unit))
                    findings.Violate("I8", _stream, $"{unit} left and was neither received nor missed.");
            }

            _isReceived = true;
        }

        private void FallOverdue(Entry<ConsignmentEvent> entry, ConsignmentEvent.ConsignmentOverdue overdue)
        {
            findings.Require(_sent?.ExpectedAt == overdue.ExpectedAt, "I8", "late consignments", _stream, $"It is said to be late, and was not expected at {overdue.ExpectedAt:O}.");
            findings.Require(overdue.ExpectedAt <= entry.Stored.RecordedAt, "I8", "late consignments", _stream, $"It is said to be late at {entry.Stored.RecordedAt:O} and expected at {overdue.ExpectedAt:O}.");
            findings.Require(!_hasArrived && _checkedIn.Count == 0 && !_isOverdue, "I8", "late consignments", _stream, "It is said to be late, and has come or was said to be before.");
            _isOverdue = true;
        }

        private void Propose(Entry<ConsignmentEvent> entry, ConsignmentEvent.ResolutionProposed proposed)
        {
            var site = (proposed.End == ConsignmentEnd.Sender ? plan.From : plan.To).ToString();
            RequireAt(site, entry, "resolutions proposed");
            findings.Require(_open.Contains(proposed.Unit), "I8", "resolutions proposed", _stream, $"Nothing is open about {proposed.Unit}.");
            findings.Require(CaseHistory.IsSame(proposed.ProposedBy, entry.By.Actor), "I14", "resolutions proposed", _stream, $"{entry.By.Actor} spoke in the name of {proposed.ProposedBy}.");
            _proposals[(proposed.Unit, site)] = proposed;
        }

        private void Resolve(Entry<ConsignmentEvent> entry, ConsignmentEvent.DiscrepancyResolved resolved)
        {
            if (!_raised.Contains(resolved.Unit))
                findings.Violate("I8", _stream, $"A discrepancy about {resolved.Unit} was resolved that nobody had raised.");
            else
                findings.Require(_open.Contains(resolved.Unit), "I11", "discrepancies resolved", _stream, $"The discrepancy about {resolved.Unit} was resolved twice.");
            if (resolved.Code is { } code)
            {
                RequireEitherEnd(entry, "discrepancies resolved");
                var other = entry.By.Site == plan.From.ToString() ? plan.To : plan.From;
                findings.Require(
                    _proposals.TryGetValue((resolved.Unit, other.ToString()), out var proposed) && proposed.Code == code,
                    "I8", "discrepancies resolved", _stream, $"{entry.By.Site} resolved what is amiss with {resolved.Unit}, and {other} does not say the same.");
                findings.Require(
                    proposed is null || (CaseHistory.IsSame(proposed.ProposedBy, resolved.ProposedBy ?? "") && !CaseHistory.IsSame(proposed.ProposedBy, entry.By.Actor)),
                    "I8", "discrepancies resolved", _stream, $"What is amiss with {resolved.Unit} was resolved by one person alone.");
            }
            else if (resolved.Resolution == "found")
            {
                findings.Require(_checkedIn.Contains(resolved.Unit), "I8", "units found", _stream, $"{resolved.Unit} is said to be found, and nobody has scanned it.");
            }

            _open.Remove(resolved.Unit);
            if (resolved.Code is not (DiscrepancyResolution.Lost or DiscrepancyResolution.Destroyed)
                && road.Units.TryGetValue(resolved.Unit, out var leg) && leg == plan.Consignment)
            {
                road.Units.Remove(resolved.Unit);
            }
        }
    }
}
