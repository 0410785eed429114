using Distribution.Blood.Antigens;
using Distribution.Blood.Components;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Events;

/// <summary>Every event of the service by stored name, with everything set and with only what it requires.</summary>
internal static class Samples
{
    public static IReadOnlyDictionary<string, (object Full, object Minimal)> All => new Dictionary<string, (object, object)>(StringComparer.Ordinal)
    {
        ["recipient-registered.v1"] = (new RecipientRegistered(Patient, OPositive, Hospital, "A9991-N01"), new RecipientRegistered(Patient, OPositive, Hospital)),
        ["recipient-admitted.v1"] = Same(new RecipientAdmitted(Patient, Hospital)),
        ["recipient-group-determined.v1"] = (
            new RecipientGroupDetermined(OPositive, "A9991-N02", "S-0001", OPositive), new RecipientGroupDetermined(OPositive, "A9991-N02")),
        ["recipient-group-settled.v1"] = Same(new RecipientGroupSettled(OPositive, "tube-mixed-up", "A9991-N02")),
        ["recipient-antibody-found.v1"] = (
            new RecipientAntibodyFound(AntigenSet.Of("K", "Jka"), "S-0001", "told-by-other-hospital"), new RecipientAntibodyFound(AntigenSet.Of("K"))),
        ["recipient-requirements-set.v1"] = (
            new RecipientRequirementsSet(new UnitRequirements(true, true, true, AntigenSet.Of("K"), 7), "stem-cell-transplant"),
            new RecipientRequirementsSet(UnitRequirements.None, "stem-cell-transplant")),
        ["recipient-sample-taken.v1"] = Same(new RecipientSampleTaken("S-0001", Now, Now.AddDays(3), "A9991-N03")),
        ["recipient-sample-screened.v1"] = Same(new RecipientSampleScreened("S-0001", true)),
        ["recipient-identity-erased.v1"] = Same(new RecipientIdentityErased("patient-request")),
        ["recipient-profile-changed.v1"] = (
            new RecipientProfileChanged(
                Patient,
                Hospital,
                AntigenSet.Of("K"),
                OPositive,
                new UnitRequirements(true, false, false, AntigenSet.Of("K"), 7),
                new ProfileSample("S-0001", Now, Now.AddDays(3), false)),
            new RecipientProfileChanged(Patient, Hospital, AntigenSet.None)),
        ["tube-labeled.v1"] = Same(new TubeLabeled(Hospital, "S-0001", Patient)),
        ["order-form-saved.v1"] = (
            new OrderFormSaved(
                TheForm,
                OrderFormKind.Standing,
                "Monday red cells",
                Hospital,
                new OrderFormContent(
                    OrderPurpose.Patient,
                    [new OrderFormLine(ComponentKind.RedCells, 2, OPositive, UnitRequirements.None with { Irradiated = true })],
                    true,
                    OrderUrgency.Routine,
                    Patient,
                    "ward 3"),
                Now,
                new StandingSchedule([Weekday.Monday, Weekday.Thursday], new TimeOnly(6, 30), 24),
                Now.AddDays(3)),
            new OrderFormSaved(TheForm, OrderFormKind.Draft, "later", Hospital, new OrderFormContent(OrderPurpose.Stock, [], false), Now)),
        ["order-form-discarded.v1"] = (new OrderFormDiscarded(TheForm, TheOrder), new OrderFormDiscarded(TheForm)),
        ["standing-order-placed.v1"] = (new StandingOrderPlaced(TheForm, Now, TheOrder, Now.AddDays(3)), new StandingOrderPlaced(TheForm, Now, TheOrder)),
        ["standing-order-skipped.v1"] = (
            new StandingOrderSkipped(TheForm, Now, [new SkipReason("group-required", "A line for stock names the group wanted.", "lines[0].group")], Now.AddDays(3)),
            new StandingOrderSkipped(TheForm, Now, [])),
        ["standing-order-paused.v1"] = Same(new StandingOrderPaused(TheForm, "holidays")),
        ["standing-order-resumed.v1"] = (new StandingOrderResumed(TheForm, Now, Now.AddDays(3)), new StandingOrderResumed(TheForm, Now)),
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
        ["order-amended.v1"] = (Amended, Amended with { Recipient = null, RecipientGroup = null, Slot = null, DueAt = null, PlacedAt = null, WaitUntil = null, Ended = null }),
        ["order-alternative-accepted.v1"] = Same(new OrderAlternativeAccepted(TheOrder, 1, 2, ComponentKind.RedCells, OPositive, Centre, 1, ["irradiated"])),
        ["order-alternative-refused.v1"] = Same(new OrderAlternativeRefused(TheOrder, 1, "must be irradiated")),
        ["order-delayed.v1"] = (Delayed with { ExpectedAt = Now.AddHours(3), Told = 7 }, Delayed),
        ["order-shortfall-closed.v1"] = (
            new OrderShortfallClosed(TheOrder, 1, "not-in-time", [ShortOfOne], Now, Now.AddHours(3), [Offer], 7),
            new OrderShortfallClosed(TheOrder, 1, "not-in-time", [], Now)),
        ["order-reserved.v1"] = (
            ReservedInPart with { Shortfalls = [ShortOfOne], Alternatives = [Offer], WaitsUntil = Now.AddDays(1), DeliverAt = Now.AddDays(1), Told = 7 },
            Reserved with { Units = [], Shortfalls = [], Attempt = null, ReservedAt = null, Urgency = null }),
        ["order-reservation-refused.v1"] = Same(new OrderReservationRefused(TheOrder, [Unit(1)], "order-canceled")),
        ["order-declined.v1"] = (
            new OrderDeclined(TheOrder, "no-compatible-stock", [new Shortfall(1, 2)], 1, Now.AddHours(3), [Offer], Centre), new OrderDeclined(TheOrder, "no-compatible-stock", [])),
        ["order-reservation-lapsed.v1"] = (Lapsed, Lapsed with { Units = [], LapsedAt = null }),
        ["order-dispatched.v1"] = Same(Dispatched),
        ["order-received.v1"] = (new OrderReceived(TheOrder, Box, [Unit(1)], [Unit(2)], [Unit(1)]), new OrderReceived(TheOrder, Box, [], [])),
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
        Now.AddDays(2),
        [Unit(2)]);

    private static (object, object) Same(object @event) => (@event, @event);
}
