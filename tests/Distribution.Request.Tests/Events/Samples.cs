using Distribution.Blood.Antigens;
using Distribution.Blood.Components;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Events;

/// <summary>Every event of the service by stored name, with everything set and with only what it requires.</summary>
internal static class Samples
{
    public static IReadOnlyDictionary<string, (object Full, object Minimal)> All => new Dictionary<string, (object, object)>(StringComparer.Ordinal)
    {
        ["recipient-registered.v1"] = Same(new RecipientRegistered(Patient, OPositive, Hospital)),
        ["order-placed.v1"] = (PlacedForPatient with
        {
            Lines = [Wanted],
            Urgency = OrderUrgency.Urgent,
            Slot = Now.AddDays(1),
            DueAt = Now.AddDays(1),
            Form = TheForm,
            PlacedAt = Now,
            WaitUntil = Now.AddDays(2),
        }, Placed),
        ["order-amended.v1"] = (Amended, Amended with { Recipient = null, RecipientGroup = null, Slot = null, DueAt = null, PlacedAt = null, WaitUntil = null }),
        ["order-alternative-accepted.v1"] = Same(new OrderAlternativeAccepted(TheOrder, 1, 2, ComponentKind.RedCells, OPositive, Centre, 1, ["irradiated"])),
        ["order-alternative-refused.v1"] = Same(new OrderAlternativeRefused(TheOrder, 1, "must be irradiated")),
        ["order-delayed.v1"] = (Delayed with { ExpectedAt = Now.AddHours(3) }, Delayed),
        ["order-shortfall-closed.v1"] = (
            new OrderShortfallClosed(TheOrder, 1, "not-in-time", [ShortOfOne], Now, Now.AddHours(3), [Offer]),
            new OrderShortfallClosed(TheOrder, 1, "not-in-time", [], Now)),
        ["order-reserved.v1"] = (
            ReservedInPart with { Shortfalls = [ShortOfOne], Alternatives = [Offer], WaitsUntil = Now.AddDays(1), DeliverAt = Now.AddDays(1) },
            Reserved with { Units = [], Shortfalls = [], Attempt = null, ReservedAt = null, Urgency = null }),
        ["order-reservation-refused.v1"] = Same(new OrderReservationRefused(TheOrder, [Unit(1)], "order-canceled")),
        ["order-declined.v1"] = (
            new OrderDeclined(TheOrder, "no-compatible-stock", [new Shortfall(1, 2)], 1, Now.AddHours(3), [Offer], Centre), new OrderDeclined(TheOrder, "no-compatible-stock", [])),
        ["order-reservation-lapsed.v1"] = (Lapsed, Lapsed with { Units = [], LapsedAt = null }),
        ["order-dispatched.v1"] = Same(Dispatched),
        ["order-received.v1"] = (new OrderReceived(TheOrder, Box, [Unit(1)], [Unit(2)]), new OrderReceived(TheOrder, Box, [], [])),
        ["order-unit-issued.v1"] = (new OrderUnitIssued(TheOrder, Unit(1), Now), new OrderUnitIssued(TheOrder, Unit(1))),
        ["order-unit-returned.v1"] = Same(new OrderUnitReturned(TheOrder, Unit(1), true, Now)),
        ["order-unit-ended.v1"] = Same(new OrderUnitEnded(TheOrder, Unit(1), UnitFate.Discarded)),
        ["order-met.v1"] = Same(Met),
        ["order-partly-met.v1"] = Same(new OrderPartlyMet(TheOrder, 1)),
        ["order-unmet.v1"] = Same(new OrderUnmet(TheOrder, 2)),
        ["order-canceled.v1"] = Same(Canceled),
    };

    private static readonly Shortfall ShortOfOne = new(1, 1, "all O+ are spoken for");

    private static readonly Alternative Offer = new(1, ComponentKind.RedCells, OPositive, 1, Centre, ["irradiated"], "not irradiated");

    private static readonly OrderLine Wanted = new(
        1, ComponentKind.RedCells, OPositive, 2, new UnitRequirements(true, true, true, AntigenSet.Of("K", "E"), 7), 1);

    private static readonly OrderDelayed Delayed = new(TheOrder, 1, [ShortOfOne], [Offer], Now.AddDays(1), Now);

    private static readonly OrderAmended Amended = new(
        TheOrder,
        2,
        OrderPurpose.Patient,
        Hospital,
        Centre,
        [Wanted],
        Now.AddDays(1),
        OrderUrgency.Urgent,
        Patient,
        OPositive,
        Now.AddDays(1),
        Now.AddDays(1),
        Now,
        Now.AddDays(2));

    private static (object, object) Same(object @event) => (@event, @event);
}
