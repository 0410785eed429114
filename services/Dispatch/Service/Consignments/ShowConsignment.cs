using System.Globalization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Consignments;

internal static class ShowConsignment
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/{number}", HandleAsync)
            .RequireAuthorization(Roles.AnyStaff)
            .Produces<ConsignmentView>()
            .WithSummary("A consignment: the pick list by expiry with whatever stops a unit, the boxes, what came, what is amiss, who did what when.");

    private static async Task<IResult> HandleAsync(
        ConsignmentNumber number, Caller caller, IEventStore store, HttpContext http, CancellationToken cancellationToken)
    {
        var slice = await store.ReadStreamAsync($"{Consignment.Category}-{number}", 0, cancellationToken);
        var loaded = slice.Fold<Consignment>();
        var consignment = loaded.State;
        if (!consignment.IsPlanned)
            return ConsignmentCommands.Unknown(number);
        if (!caller.MayRead(consignment.From))
            caller.RequireReading(consignment.To);

        var gates = await store.LoadAsync<Gate>([.. consignment.Units.Select(planned => planned.Unit.ToString())], cancellationToken);
        // The tag serves If-Match. It is never answered with 304: a hold shows here without changing the consignment.
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{loaded.Version}\"");
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(ToView(consignment, gates, slice.Events), EventTypes.Json);
    }

    private static ConsignmentView ToView(Consignment consignment, IReadOnlyList<Loaded<Gate>> gates, IReadOnlyList<StoredEvent> events) => new(
        consignment.Number,
        consignment.Order,
        consignment.From,
        consignment.To,
        NothingIsLeft(consignment, gates) ? ConsignmentStatus.LeftOut : consignment.Status,
        consignment.NeededBy,
        consignment.ReservedUntil,
        consignment.Urgency,
        consignment.DeliverAt,
        consignment.HandedOver?.At,
        consignment.HandedOver?.ExpectedAt,
        consignment.HandedOver?.To,
        [.. consignment.Units.Zip(gates, (planned, gate) => ToView(consignment, planned, gate.State))],
        [.. consignment.Packed.GroupBy(packed => packed.Value).OrderBy(box => box.Key.Box)
            .Select(box => ToView(consignment, box.Key, [.. box.Select(packed => packed.Key)]))],
        [.. consignment.CheckedIn.Select(unit => new CheckedInView(unit.Key, unit.Value))],
        [.. consignment.Discrepancies.Select(unit => new DiscrepancyView(
            unit.Key, unit.Value.Kind, unit.Value.Resolution, unit.Value.Code, unit.Value.BySender?.Code, unit.Value.ByDestination?.Code, unit.Value.Turn, unit.Value.IsDisputed))],
        [.. consignment.Damaged.Select(unit => new DamagedUnit(unit.Key, unit.Value))],
        [.. consignment.Strayed.Select(unit => new StrayedView(unit.Key, unit.Value))],
        consignment.IsOverdue,
        consignment.Balance,
        [.. events.Select(stored => new StepView(
            stored.Type, Short(stored.Data), stored.Metadata.OccurredAt, stored.RecordedAt, stored.Metadata.Actor, stored.Metadata.Site, stored.Version))]);

    /// <summary>Neither packed nor able to leave any more.</summary>
    private static bool NothingIsLeft(Consignment consignment, IReadOnlyList<Loaded<Gate>> gates) =>
        consignment.Status is ConsignmentStatus.Planned or ConsignmentStatus.Packing
        && consignment.Units.Zip(gates).All(pair => consignment.LeftOut.ContainsKey(pair.First.Unit)
            || (!consignment.Packed.ContainsKey(pair.First.Unit) && (pair.Second.State.Fate is not null || pair.Second.State.IsOver(consignment.Number, consignment.Order))));

    // Thousands of readings are no step for people to read.
    private static object Short(object data) => data is ConsignmentEvent.BoxTemperatureRead read ? read with { Seconds = [], Celsius = [] } : data;

    private static BoxView ToView(Consignment consignment, Place place, IReadOnlyList<UnitNumber> units)
    {
        List<BoxTemperature> files = [.. consignment.Temperatures.Where(read => read.Box == place.Box)];
        var closing = consignment.Closed.GetValueOrDefault(place.Box);
        return new BoxView(
            place.Box,
            place.Boxes,
            units,
            closing is not null,
            closing?.Logger,
            closing?.Coolant,
            consignment.ArrivedBoxes.Contains(place.Box),
            consignment.DoorCelsius.TryGetValue(place.Box, out var celsius) ? celsius : null,
            [.. files.Select(file => new TemperatureView(file.Logger, file.From, file.Until, file.Readings, file.MinimumCelsius, file.MaximumCelsius, file.Digest, file.Excursions))],
            consignment.ColdChainBreaks.Any(broken => broken.Box == place.Box));
    }

    private static UnitView ToView(Consignment consignment, PlannedUnit planned, Gate gate)
    {
        var place = consignment.Packed.GetValueOrDefault(planned.Unit);
        return new UnitView(
            planned.Unit,
            planned.Line,
            planned.Kind,
            planned.Group,
            planned.ExpiresAt,
            place is not null || consignment.Picked.Contains(planned.Unit),
            place?.Box,
            consignment.LeftOut.GetValueOrDefault(planned.Unit),
            [.. gate.StopsFor(consignment.Number, consignment.Order, planned.Unit).Select(stop => new StopView(stop.Code, stop.Message))]);
    }

    private sealed record ConsignmentView(
        ConsignmentNumber Number,
        OrderId Order,
        SiteId From,
        SiteId To,
        ConsignmentStatus Status,
        DateTimeOffset NeededBy,
        DateTimeOffset ReservedUntil,
        ConsignmentUrgency Urgency,
        DateTimeOffset? DeliverAt,
        DateTimeOffset? DispatchedAt,
        DateTimeOffset? ExpectedAt,
        string? HandedOverTo,
        IReadOnlyList<UnitView> Units,
        IReadOnlyList<BoxView> Boxes,
        IReadOnlyList<CheckedInView> CheckedIn,
        IReadOnlyList<DiscrepancyView> Discrepancies,
        IReadOnlyList<DamagedUnit> Damaged,
        IReadOnlyList<StrayedView> Strayed,
        bool Overdue,
        int Balance,
        IReadOnlyList<StepView> History);

    private sealed record UnitView(
        UnitNumber Unit,
        int Line,
        ComponentKind Kind,
        BloodGroup Group,
        DateTimeOffset ExpiresAt,
        bool Picked,
        int? Box,
        string? LeftOut,
        IReadOnlyList<StopView> Stops);

    private sealed record StopView(string Code, string Message);

    private sealed record BoxView(
        int Box,
        int Boxes,
        IReadOnlyList<UnitNumber> Units,
        bool Closed,
        string? Logger,
        string? Coolant,
        bool Arrived,
        double? DoorCelsius,
        IReadOnlyList<TemperatureView> Temperatures,
        bool ColdChainBroken);

    private sealed record TemperatureView(
        string? Logger,
        DateTimeOffset From,
        DateTimeOffset Until,
        int Readings,
        double MinimumCelsius,
        double MaximumCelsius,
        string Digest,
        IReadOnlyList<TemperatureExcursion> Excursions);

    private sealed record StrayedView(UnitNumber Unit, SiteId Site);

    private sealed record CheckedInView(UnitNumber Unit, bool Expected);

    private sealed record DiscrepancyView(
        UnitNumber Unit,
        DiscrepancyKind Kind,
        string? Resolution,
        DiscrepancyResolution? Code,
        DiscrepancyResolution? BySender,
        DiscrepancyResolution? ByDestination,
        ConsignmentEnd? Turn,
        bool Disputed);

    private sealed record StepView(
        string Name, object Data, DateTimeOffset OccurredAt, DateTimeOffset RecordedAt, string Actor, string Site, long Version);
}
