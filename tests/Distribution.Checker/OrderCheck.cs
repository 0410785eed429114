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
        foreach (var entry in logs.Of<RecipientRegistered>())
            findings.Require(entry.By.Site == entry.Data.Site.ToString(), "I14", "registrations", entry.StreamId, $"Registered at {entry.By.Site} for {entry.Data.Site}.");
    }

    private sealed class Walk(Findings findings)
    {
        private readonly HashSet<(string What, string Which)> _told = [];
        private readonly HashSet<UnitNumber> _served = [];
        private readonly HashSet<ConsignmentNumber> _checked = [];
        private readonly HashSet<UnitNumber> _received = [];
        private readonly HashSet<UnitNumber> _missing = [];
        private OrderPlaced? _placed;
        private OrderReserved? _reserved;
        private string? _ending;

        public void Follow(IReadOnlyList<Entry<OrderEvent>> history)
        {
            foreach (var entry in history)
                Look(entry);
        }

        private void Look(Entry<OrderEvent> entry)
        {
            switch (entry.Data)
            {
                case OrderPlaced placed:
                    Once(entry, "placed", "");
                    findings.Require(entry.By.Site == placed.Hospital.ToString(), "I14", "orders", entry.StreamId, $"Placed at {entry.By.Site} for {placed.Hospital}.");
                    _placed ??= placed;
                    break;
                case OrderReserved reserved:
                    Once(entry, "reserved", "");
                    _reserved ??= reserved;
                    break;
                case OrderReservationRefused refused:
                    foreach (var unit in refused.Units)
                        Once(entry, "refused", unit.ToString());
                    break;
                case OrderReservationLapsed or OrderAmended or OrderDelayed or OrderShortfallClosed or OrderAlternativeAccepted or OrderAlternativeRefused or OrderUnitReturned:
                    break;
                case OrderDispatched dispatched:
                    Once(entry, "dispatched", dispatched.Consignment.ToString());
                    break;
                case OrderReceived received:
                    // Checked again when units turn up later; each receipt has something new to say.
                    var isNew = _checked.Add(received.Consignment) | received.Received.Count(_received.Add) + received.Missing.Count(unit => _missing.Add(unit)) > 0;
                    findings.Require(isNew, "I11", "news of orders", entry.StreamId, $"{entry.Stored.Type} was recorded twice for {received.Consignment}.");
                    if (_placed?.Purpose == OrderPurpose.Stock)
                        _served.UnionWith(received.Received);
                    break;
                case OrderUnitIssued issued:
                    Once(entry, "issued", issued.Unit.ToString());
                    _served.Add(issued.Unit);
                    break;
                case OrderUnitEnded ended:
                    Once(entry, "ended", ended.Unit.ToString());
                    if (_placed?.Purpose == OrderPurpose.Patient && ended.Fate == UnitFate.Transfused)
                        _served.Add(ended.Unit);
                    break;
                case OrderMet:
                    foreach (var line in _placed?.Lines ?? [])
                    {
                        var served = _reserved?.Units.Count(unit => unit.Line == line.Line && _served.Contains(unit.Unit)) ?? 0;
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
                case OrderDeclined:
                    End(entry, "declined");
                    break;
                case OrderCanceled:
                    findings.Require(
                        _placed is null || entry.By.Site == _placed.Hospital.ToString(), "I14", "cancellations", entry.StreamId, $"Canceled at {entry.By.Site}.");
                    End(entry, "canceled");
                    break;
                default:
                    findings.Violate("I9", entry.StreamId, $"No invariant knows {entry.Data.GetType().Name}.");
                    break;
            }
        }

        private void Once(Entry<OrderEvent> entry, string what, string which) => findings.Require(
            _told.Add((what, which)), "I11", "news of orders", entry.StreamId, $"{entry.Stored.Type} was recorded twice{(which.Length > 0 ? $" for {which}" : "")}.");

        private void End(Entry<OrderEvent> entry, string how)
        {
            findings.Require(_ending is null, "I5", "orders that ended", entry.StreamId, $"The order was {_ending} and then {how}.");
            _ending ??= how;
        }
    }
}
