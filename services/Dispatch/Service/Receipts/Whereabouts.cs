using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;

namespace Distribution.Dispatches.Service.Receipts;

/// <summary>Which consignment a scanned unit came with, where nobody says so.</summary>
internal static class Whereabouts
{
    /// <summary>The consignment that brings the unit here by its own list; else the one that was to bring it elsewhere; null where none or several do.</summary>
    public static async Task<ConsignmentNumber?> FindAsync(IEventStore store, UnitNumber unit, SiteId site, CancellationToken cancellationToken)
    {
        var gate = (await store.LoadAsync<Gate>(unit.ToString(), cancellationToken)).State;
        // A list that was never handed over and has lost its claim brings nothing by itself; who knows better names it.
        List<Consignment> lists =
            [.. (await store.LoadAsync<Consignment>([.. gate.Consignments.Select(number => number.ToString())], cancellationToken)).Select(loaded => loaded.State)
                .Where(consignment => consignment.HandedOver is not null || consignment.CheckedIn.ContainsKey(unit) || !gate.IsOver(consignment.Number, consignment.Order))];
        var here = lists.FindAll(consignment => consignment.To == site && consignment.Expects(unit));
        var awaited = here.FindAll(consignment => !consignment.CheckedIn.ContainsKey(unit));
        // What has left comes; an old list may still name it.
        if (awaited.FindAll(consignment => consignment.HandedOver is not null) is { Count: > 0 } onTheRoad)
            awaited = onTheRoad;
        // Where both ends have settled what became of it, it is awaited by that list only while no other names it.
        if (awaited.FindAll(consignment => !IsSettled(consignment)) is { Count: > 0 } open)
            awaited = open;
        if (awaited.Count > 0)
            return awaited.Count == 1 ? awaited[0].Number : null;
        if (here.Count > 0)
            return here.MaxBy(consignment => consignment.Number)!.Number;
        var elsewhere = lists.FindAll(consignment =>
            consignment.To != site && consignment.HandedOver is not null && consignment.Expects(unit) && !consignment.CheckedIn.ContainsKey(unit));
        if (elsewhere.FindAll(consignment => !IsSettled(consignment)) is { Count: > 0 } unsettled)
            elsewhere = unsettled;
        return elsewhere.Count == 1 ? elsewhere[0].Number : null;

        bool IsSettled(Consignment consignment) => consignment.Discrepancies.GetValueOrDefault(unit) is { IsOpen: false };
    }
}
