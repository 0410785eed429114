using Distribution.Blood.Isbt128;
using Distribution.Requests;

namespace Distribution.Checker;

/// <summary>I5, I7, I11 and I14 along the history of each order.</summary>
internal static class OrderCheck
{
    public static void Run(Logs logs, Findings findings)
    {
        foreach (var history in logs.Histories<OrderEvent>(Services.Request))
            new Walk(findings).Follow(history);

        Forms(logs, findings);
    }

    /// <summary>Whoever of several instances places a standing order, its time comes once, and with the order in one commit.</summary>
    private static void Forms(Logs logs, Findings findings)
    {
        var orders = logs.Of<OrderPlaced>().ToLookup(entry => entry.Data.Order);
        foreach (var history in logs.Histories<OrderFormEvent>(Services.Request))
        {
            var considered = new HashSet<DateTimeOffset>();
            var (isPaused, isDiscarded) = (false, false);
            OrderFormSaved? saved = null;
            foreach (var entry in history)
            {
                switch (entry.Data)
                {
                    case OrderFormSaved form:
                        Require(entry.By.Site == form.Site.ToString() && (saved is null || saved.Site == form.Site), "I14", "forms", entry.StreamId, $"Saved at {entry.By.Site} for {form.Site}.");
                        saved = form;
                        break;
                    case StandingOrderPlaced placed:
                        Require(!isPaused && saved?.Kind == OrderFormKind.Standing, "I5", "standing orders", entry.StreamId, "It was placed and is no standing order, or pauses.");
                        Require(considered.Add(placed.Occurrence), "I11", "standing orders", entry.StreamId, $"It was placed twice for {placed.Occurrence:O}.");
                        Require(
                            orders[placed.Order].Any(order => order.Stored.Position.TransactionId == entry.Stored.Position.TransactionId && order.Data.Form == placed.Form),
                            "I7", "standing orders", entry.StreamId, $"It is said to be placed as {placed.Order}, which is not of the same commit.");
                        break;
                    case StandingOrderSkipped skipped:
                        Require(considered.Add(skipped.Occurrence), "I11", "standing orders", entry.StreamId, $"It was skipped for {skipped.Occurrence:O}, and had been looked at.");
                        break;
                    case StandingOrderPaused:
                        isPaused = true;
                        break;
                    case StandingOrderResumed:
                        Require(isPaused, "I5", "standing orders", entry.StreamId, "It goes on and did not pause.");
                        isPaused = false;
                        break;
                    case OrderFormDiscarded:
                        Require(!isDiscarded, "I11", "forms", entry.StreamId, "It was discarded twice.");
                        isDiscarded = true;
                        continue;
                    default:
                        findings.Violate("I9", entry.StreamId, $"No invariant knows {entry.Data.GetType().Name}.");
                        break;
                }

                Require(!isDiscarded, "I5", "forms", entry.StreamId, $"{entry.Stored.Type} follows although the form was discarded.");
            }
        }

        foreach (var order in logs.Of<OrderPlaced>().Where(entry => entry.Data.Urgency == OrderUrgency.Standing))
        {
            findings.Require(
                logs.Of<StandingOrderPlaced>().Count(placed => placed.Data.Order == order.Data.Order) == 1,
                "I11", "orders that placed themselves", order.StreamId, "It placed itself, and its form does not say so once.");
        }

        void Require(bool holds, string invariant, string what, string streamId, string explanation) => findings.Require(holds, invariant, what, streamId, explanation);
    }

    private sealed class Walk(Findings findings)
    {
        private readonly HashSet<(string What, string Which)> _told = [];
        private readonly Dictionary<UnitNumber, int> _lineOf = [];
        private readonly Dictionary<UnitNumber, (DateTimeOffset Issued, DateTimeOffset Returned)> _handedOut = [];
        private readonly HashSet<UnitNumber> _transfused = [];
        private readonly HashSet<ConsignmentNumber> _checked = [];
        private readonly HashSet<UnitNumber> _received = [];
        private readonly HashSet<UnitNumber> _missing = [];
        private OrderPlaced? _placed;
        private IReadOnlyList<OrderLine> _lines = [];
        private int _attempt = 1;
        private OrderAlternativeAccepted? _accepted;
        private string? _ending;

        public void Follow(IReadOnlyList<Entry<OrderEvent>> history)
        {
            foreach (var entry in history)
                Look(entry);
            if (_accepted is not null)
                findings.Violate("I7", history[0].StreamId, "What was offered was taken, and the order was not amended by it.");
        }

        private void Look(Entry<OrderEvent> entry)
        {
            if (entry.Data is OrderAmended or OrderAlternativeAccepted or OrderAlternativeRefused or OrderReserved or OrderDelayed or OrderShortfallClosed)
                findings.Require(_ending is null, "I5", "orders that go on", entry.StreamId, $"{entry.Stored.Type} follows although the order was {_ending}.");
            switch (entry.Data)
            {
                case OrderPlaced placed:
                    Once(entry, "placed", "");
                    RequireHospital(entry, placed.Hospital.ToString(), "orders");
                    _placed ??= placed;
                    _lines = placed.Lines;
                    break;
                case OrderAmended amended:
                    Amend(entry, amended);
                    break;
                case OrderAlternativeAccepted accepted:
                    RequireHospital(entry, _placed?.Hospital.ToString(), "alternatives");
                    _accepted = accepted;
                    break;
                case OrderAlternativeRefused:
                    RequireHospital(entry, _placed?.Hospital.ToString(), "alternatives");
                    break;
                case OrderReserved reserved:
                    foreach (var unit in reserved.Units)
                        _lineOf[unit.Unit] = unit.Line;
                    findings.Require((reserved.Attempt ?? 1) <= _attempt, "I10", "answers to orders", entry.StreamId, $"Attempt {reserved.Attempt} was answered, and {_attempt} were made.");
                    break;
                case OrderDelayed delayed:
                    findings.Require(delayed.Attempt == _attempt, "I10", "answers to orders", entry.StreamId, $"Attempt {delayed.Attempt} was delayed, and the newest is {_attempt}.");
                    break;
                case OrderShortfallClosed closed:
                    findings.Require(closed.Attempt == _attempt, "I10", "answers to orders", entry.StreamId, $"Attempt {closed.Attempt} was closed, and the newest is {_attempt}.");
                    break;
                case OrderReservationRefused refused:
                    findings.Require(_ending is not null, "I5", "refused reservations", entry.StreamId, "Units were refused for an order that goes on.");
                    foreach (var unit in refused.Units)
                        Once(entry, "refused", unit.ToString());
                    break;
                case OrderReservationLapsed:
                    break;
                case OrderDispatched dispatched:
                    Once(entry, "dispatched", dispatched.Consignment.ToString());
                    break;
                case OrderReceived received:
                    // Checked again when units turn up later; each receipt has something new to say.
                    var isNew = _checked.Add(received.Consignment) | received.Received.Count(_received.Add) + received.Missing.Count(unit => _missing.Add(unit)) > 0;
                    findings.Require(isNew, "I11", "news of orders", entry.StreamId, $"{entry.Stored.Type} was recorded twice for {received.Consignment}.");
                    break;
                case OrderUnitIssued issued:
                    Once(entry, "issued", $"{issued.Unit} at {issued.IssuedAt?.UtcDateTime:O}");
                    var before = _handedOut.GetValueOrDefault(issued.Unit);
                    // Without a time it is before every return.
                    _handedOut[issued.Unit] = (issued.IssuedAt ?? before.Issued, before.Returned);
                    break;
                case OrderUnitReturned returned:
                    Once(entry, "returned", $"{returned.Unit} at {returned.ReturnedAt.UtcDateTime:O}");
                    var back = _handedOut.GetValueOrDefault(returned.Unit);
                    _handedOut[returned.Unit] = (back.Issued, returned.ReturnedAt > back.Returned ? returned.ReturnedAt : back.Returned);
                    break;
                case OrderUnitEnded ended:
                    Once(entry, "ended", ended.Unit.ToString());
                    if (ended.Fate == UnitFate.Transfused)
                        _transfused.Add(ended.Unit);
                    break;
                case OrderMet:
                    foreach (var line in _lines)
                    {
                        var served = _lineOf.Count(unit => unit.Value == line.Line && IsServed(unit.Key));
                        findings.Require(served >= line.Quantity, "I7", "lines of met orders", entry.StreamId, $"The order is met, and of line {line.Line} {served} of {line.Quantity} were served.");
                    }

                    End(entry, "met");
                    break;
                case OrderPartlyMet:
                    End(entry, "partly met");
                    break;
                case OrderUnmet:
                    End(entry, "not met");
                    break;
                case OrderDeclined declined:
                    if (declined.DeclinedBy is { } supplier)
                        findings.Require(entry.By.Site == supplier.ToString() && supplier == _placed?.Supplier, "I14", "orders declined by hand", entry.StreamId, $"Declined at {entry.By.Site} for {supplier}.");
                    End(entry, "declined");
                    break;
                case OrderCanceled:
                    RequireHospital(entry, _placed?.Hospital.ToString(), "cancellations");
                    End(entry, "canceled");
                    break;
                default:
                    findings.Violate("I9", entry.StreamId, $"No invariant knows {entry.Data.GetType().Name}.");
                    break;
            }
        }

        private void Amend(Entry<OrderEvent> entry, OrderAmended amended)
        {
            // What asks again by itself is caused by whoever told of a unit's end.
            if (amended.Ended is null)
                RequireHospital(entry, _placed?.Hospital.ToString(), "amendments");
            findings.Require(amended.Attempt == _attempt + 1, "I11", "amendments", entry.StreamId, $"Attempt {amended.Attempt} follows attempt {_attempt}.");
            findings.Require(
                _placed is null || (amended.Purpose == _placed.Purpose && amended.Hospital == _placed.Hospital && amended.Supplier == _placed.Supplier && amended.Recipient == _placed.Recipient),
                "I7", "amendments", entry.StreamId, "The amendment makes another order of it.");
            findings.Require(
                _lines.All(line => amended.Lines.Any(kept => kept.Line == line.Line)) && amended.Lines.DistinctBy(line => line.Line).Count() == amended.Lines.Count,
                "I7", "lines of amendments", entry.StreamId, "A line has lost its number, or has it twice.");
            foreach (var line in amended.Lines.Where(line => line.SubstituteFor is not null && _lines.All(known => known.Line != line.Line)))
                findings.Require(_accepted?.Substitute == line.Line, "I7", "alternatives", entry.StreamId, $"Line {line.Line} stands in for line {line.SubstituteFor}, which nobody has taken.");
            if (_accepted is { } taken)
            {
                var substitute = amended.Lines.FirstOrDefault(line => line.Line == taken.Substitute);
                findings.Require(
                    substitute is { } line && line.SubstituteFor == taken.Line && line.Quantity == taken.Quantity && line.Kind == taken.Kind && line.Group == taken.Group,
                    "I7", "alternatives", entry.StreamId, $"What was taken instead of line {taken.Line} is not what the order asks for now.");
            }

            (_attempt, _lines, _accepted) = (amended.Attempt, amended.Lines, null);
        }

        /// <summary>What came back unused has served nobody.</summary>
        private bool IsServed(UnitNumber unit) => _placed?.Purpose == OrderPurpose.Stock
            ? _received.Contains(unit)
            : _transfused.Contains(unit) || (_handedOut.TryGetValue(unit, out var times) && IsOut(times));

        private static bool IsOut((DateTimeOffset Issued, DateTimeOffset Returned) times) =>
            times.Returned == DateTimeOffset.MinValue || times.Issued > times.Returned;

        private void RequireHospital(Entry<OrderEvent> entry, string? hospital, string what) => findings.Require(
            hospital is null || entry.By.Site == hospital, "I14", what, entry.StreamId, $"{(entry.Data is OrderPlaced ? "Placed" : entry.Stored.Type)} at {entry.By.Site} for {hospital}.");

        private void Once(Entry<OrderEvent> entry, string what, string which) => findings.Require(
            _told.Add((what, which)), "I11", "news of orders", entry.StreamId, $"{entry.Stored.Type} was recorded twice{(which.Length > 0 ? $" for {which}" : "")}.");

        private void End(Entry<OrderEvent> entry, string how)
        {
            findings.Require(_ending is null, "I5", "orders that ended", entry.StreamId, $"The order was {_ending} and then {how}.");
            _ending ??= how;
        }
    }
}
