using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Events;

/// <summary>Every event of the service by stored name, with everything set and with only what it requires.</summary>
internal static class Samples
{
    public static IReadOnlyDictionary<string, (object Full, object Minimal)> All { get; } = new Dictionary<string, (object, object)>(StringComparer.Ordinal)
    {
        ["recipient-registered.v1"] = Same(new RecipientRegistered(Patient, OPositive, Hospital)),
        ["order-placed.v1"] = (PlacedForPatient, Placed),
        ["order-reserved.v1"] = (ReservedInPart, Reserved with { Units = [], Shortfalls = [] }),
        ["order-reservation-refused.v1"] = Same(new OrderReservationRefused(TheOrder, [Unit(1)], "order-canceled")),
        ["order-declined.v1"] = (new OrderDeclined(TheOrder, "no-compatible-stock", [new Shortfall(1, 2)]), new OrderDeclined(TheOrder, "no-compatible-stock", [])),
        ["order-reservation-lapsed.v1"] = (Lapsed, Lapsed with { Units = [] }),
        ["order-dispatched.v1"] = Same(Dispatched),
        ["order-received.v1"] = (new OrderReceived(TheOrder, Box, [Unit(1)], [Unit(2)]), new OrderReceived(TheOrder, Box, [], [])),
        ["order-unit-issued.v1"] = Same(new OrderUnitIssued(TheOrder, Unit(1))),
        ["order-unit-ended.v1"] = Same(new OrderUnitEnded(TheOrder, Unit(1), UnitFate.Discarded)),
        ["order-met.v1"] = Same(Met),
        ["order-partly-met.v1"] = Same(new OrderPartlyMet(TheOrder, 1)),
        ["order-unmet.v1"] = Same(new OrderUnmet(TheOrder, 2)),
        ["order-canceled.v1"] = Same(Canceled),
    };

    private static (object, object) Same(object @event) => (@event, @event);
}
