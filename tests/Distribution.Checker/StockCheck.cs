using System.Globalization;
using Distribution.Blood.Components;
using Distribution.Inventory;

namespace Distribution.Checker;

/// <summary>
/// I7 as a ledger: what came into a site's stock of a kind is never less than what went out, at any prefix of the log. Booked
/// from what the events say, not from where a fold believes the unit to be.
/// </summary>
internal static class StockCheck
{
    public static void Run(Logs logs, Findings findings)
    {
        var kinds = logs.Of<UnitPrepared>().Select(entry => (entry.StreamId, entry.Data.Kind))
            .Concat(logs.Of<UnitMade>().Select(entry => (entry.StreamId, entry.Data.Kind)))
            .DistinctBy(entry => entry.StreamId)
            .ToDictionary(entry => entry.StreamId, entry => entry.Kind, StringComparer.Ordinal);
        var stock = new Dictionary<(string Site, ComponentKind? Kind), int>();
        var standing = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var met = new HashSet<string>(StringComparer.Ordinal);
        var onTheRoad = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in logs.Family<UnitEvent>(Services.Inventory))
        {
            var stream = entry.StreamId;
            if (!standing.TryGetValue(stream, out var sites))
                standing[stream] = sites = new HashSet<string>(StringComparer.Ordinal);
            ComponentKind? kind = kinds.TryGetValue(stream, out var told) ? told : null;

            void Book(string site, int count)
            {
                var left = stock.GetValueOrDefault((site, kind)) + count;
                stock[(site, kind)] = left;
                findings.Require(left >= 0, "I7", "bookings", stream, string.Create(CultureInfo.InvariantCulture, $"With {entry.Stored.Type}, {site} would have {left} units of {kind}."));
            }

            void In(string site)
            {
                if (sites.Add(site))
                    Book(site, 1);
            }

            void Out(string site)
            {
                sites.Remove(site);
                Book(site, -1);
            }

            void OutOfAll()
            {
                foreach (var site in sites.ToList())
                    Out(site);
            }

            switch (entry.Data)
            {
                // Met before its preparation was told: it is booked where it was met.
                case UnitPrepared prepared when !met.Contains(stream):
                    In(prepared.Site.ToString());
                    break;
                case UnitMade made:
                    OutOfAll();
                    In(made.Site.ToString());
                    break;
                case UnitDispatched dispatched when Departs(entry, dispatched):
                    Out(dispatched.From.ToString());
                    break;
                case UnitReceived received when received.DispatchedAt is null || !received.Expected:
                    OutOfAll();
                    In(received.Site.ToString());
                    break;
                case UnitFound found:
                    OutOfAll();
                    In(found.Site.ToString());
                    break;
                case UnitReceived received:
                    In(received.Site.ToString());
                    break;
                // One site of two while the news of its journey is overtaken by that of its arrival.
                case UnitIssued or UnitIssuedInEmergency or UnitIssueRecorded when sites.Contains(entry.By.Site):
                    Out(entry.By.Site);
                    break;
                case UnitIssued or UnitIssuedInEmergency or UnitIssueRecorded:
                    OutOfAll();
                    break;
                case UnitReturned:
                    In(entry.By.Site);
                    break;
                case UnitTransfused or UnitDiscarded or UnitExpired or UnitLost or UnitUsedUp:
                    OutOfAll();
                    break;
                default:
                    break;
            }

            if (entry.Data is UnitDispatched or UnitReceived or UnitMissing or UnitFound or UnitTransfused)
                met.Add(stream);
            if (entry.Data is UnitDispatched)
                onTheRoad.Add(stream);
            else if (entry.Data is UnitReceived or UnitMissing or UnitFound)
                onTheRoad.Remove(stream);

            // Left from where it did not stand: a discrepancy says so, and the books keep what they have. What is on the road
            // already is on two legs, which is said elsewhere.
            bool Departs(Entry<UnitEvent> @event, UnitDispatched dispatched) =>
                sites.Contains(dispatched.From.ToString()) || (onTheRoad.Add(stream) && !HasDiscrepancy(@event));
        }

        bool HasDiscrepancy(Entry<UnitEvent> entry) => logs.Of<UnitDiscrepancyRecorded>().Any(other =>
            other.StreamId == entry.StreamId && other.Data.Code is "dispatched-elsewhere" or "unknown-unit");
    }
}
