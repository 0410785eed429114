using Distribution.Blood.Isbt128;
using Distribution.Inventory;

namespace Distribution.Checker;

/// <summary>
/// I7, I10 and I11 along what each order asked of the stock: every asking is answered in its own commit, an answer accounts for each line
/// in full, nobody is given more than the newest will wants, and whoever waits is told how it ended.
/// </summary>
internal static class DemandCheck
{
    public static void Run(Logs logs, bool settled, Findings findings)
    {
        foreach (var history in logs.Histories<AllocationEvent>(Services.Inventory))
        {
            var walk = new Walk(history[0].StreamId, findings);
            foreach (var entry in history)
                walk.Look(entry);
            walk.Close(settled ? logs.End : null);
        }
    }

    private sealed class Walk(string streamId, Findings findings)
    {
        private readonly Dictionary<UnitNumber, int> _lineOf = [];
        private readonly Dictionary<int, int> _unfetched = [];
        private readonly HashSet<UnitNumber> _leaving = [];
        private DemandRegistered? _demand;
        private ulong _asked;
        private bool _isAnswered = true;
        private bool _isGivenBack;
        private DateTimeOffset? _waitsUntil;

        public void Look(Entry<AllocationEvent> entry)
        {
            switch (entry.Data)
            {
                case DemandRegistered demand:
                    RequireAnswered();
                    findings.Require(demand.Attempt > (_demand?.Attempt ?? 0), "I11", "askings", streamId, $"Attempt {demand.Attempt} was taken after attempt {_demand?.Attempt}.");
                    findings.Require(!_isGivenBack, "I5", "askings", streamId, "It was looked for on after all was given back.");
                    // The whole will anew: what was not fetched before is wanted again.
                    _unfetched.Clear();
                    (_demand, _asked, _isAnswered, _waitsUntil) = (demand, entry.Stored.Position.TransactionId, false, null);
                    break;
                case UnitsAllocated allocated:
                    Allocate(entry, allocated);
                    break;
                case AllocationDelayed delayed:
                    Answer(entry, delayed.Attempt);
                    RequireInFull(delayed.Shortfalls);
                    findings.Require(delayed.WaitsUntil == _demand?.WaitUntil, "I10", "waits", streamId, $"It waits until {delayed.WaitsUntil:O}, and was to until {_demand?.WaitUntil:O}.");
                    _waitsUntil = delayed.WaitsUntil;
                    break;
                case AllocationDeclined declined:
                    // What was given back before it was asked for is no demand.
                    if (!_isGivenBack)
                        Answer(entry, declined.Attempt);
                    RequireInFull(declined.Shortfalls);
                    _waitsUntil = null;
                    break;
                case AllocationLapsed lapsed:
                    Lapse(lapsed);
                    break;
                default:
                    findings.Violate("I9", streamId, $"No invariant knows {entry.Data.GetType().Name}.");
                    break;
            }
        }

        public void Close(DateTimeOffset? end)
        {
            RequireAnswered();
            if (_waitsUntil is { } until && end is not null)
                findings.Require(until + Logs.Patience > end, "I10", "waits", streamId, $"The order waits until {until:O}, and nobody has told it how that ended.");
        }

        private void Allocate(Entry<AllocationEvent> entry, UnitsAllocated allocated)
        {
            Answer(entry, allocated.Attempt);
            findings.Require(!_isGivenBack, "I5", "allocations", streamId, "Units are allocated after all was given back.");
            foreach (var unit in allocated.Units)
            {
                findings.Require(_lineOf.TryAdd(unit.Unit, unit.Line), "I1", "units of allocations", streamId, $"{unit.Unit} is allocated and was already.");
                _leaving.Remove(unit.Unit);
            }

            foreach (var line in allocated.Units.Select(unit => unit.Line).Distinct())
            {
                if (_demand is null)
                    continue;
                var wanted = _demand.Lines.FirstOrDefault(known => known.Line == line)?.Quantity ?? 0;
                var had = _lineOf.Count(unit => unit.Value == line);
                findings.Require(had <= wanted, "I7", "lines of allocations", streamId, $"Of line {line}, {wanted} are wanted and {had} are allocated.");
            }

            RequireInFull(allocated.Shortfalls);
            _waitsUntil = allocated.WaitsUntil;
        }

        private void Lapse(AllocationLapsed lapsed)
        {
            foreach (var unit in lapsed.Units.Concat(lapsed.Pending ?? []))
            {
                var isOwn = _lineOf.Remove(unit, out var line);
                findings.Require(isOwn || _leaving.Contains(unit), "I1", "units given back", streamId, $"{unit} is given back and was not allocated.");
                if (isOwn && lapsed.Reason == Allocation.Lapsed)
                    _unfetched[line] = _unfetched.GetValueOrDefault(line) + 1;
            }

            _leaving.ExceptWith(lapsed.Units);
            _leaving.UnionWith(lapsed.Pending ?? []);
            if (lapsed.Reason is Allocation.Lapsed or Allocation.Amended)
                return;
            (_isGivenBack, _waitsUntil) = (true, null);
        }

        private void Answer(Entry<AllocationEvent> entry, int attempt)
        {
            if (_demand is null)
            {
                findings.Violate("I10", streamId, $"Attempt {attempt} is answered, and was never taken.");
                return;
            }

            findings.Require(attempt == _demand.Attempt, "I10", "answers", streamId, $"Attempt {attempt} is answered, and the newest is {_demand.Attempt}.");
            if (!_isAnswered)
                findings.Require(entry.Stored.Position.TransactionId == _asked, "I10", "answers", streamId, $"Attempt {attempt} is answered in another commit than it was taken in.");
            _isAnswered = true;
        }

        private void RequireAnswered() =>
            findings.Require(_isAnswered, "I10", "askings", streamId, $"Attempt {_demand?.Attempt} was taken and not answered.");

        /// <summary>What the order has, what it did not fetch and what is said to be short make up each line.</summary>
        private void RequireInFull(IReadOnlyList<AllocationShortfall> shortfalls)
        {
            foreach (var line in _isGivenBack || _demand is null ? [] : _demand.Lines)
            {
                var had = _lineOf.Count(unit => unit.Value == line.Line) + _unfetched.GetValueOrDefault(line.Line);
                var missing = shortfalls.Where(shortfall => shortfall.Line == line.Line).Sum(shortfall => shortfall.Missing);
                findings.Require(
                    missing == Math.Max(0, line.Quantity - had), "I10", "lines of answers", streamId,
                    $"Of line {line.Line}, {line.Quantity} are wanted, {had} were had, and {missing} are said to be short.");
            }
        }
    }
}
