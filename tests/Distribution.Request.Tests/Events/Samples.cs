using Distribution.Blood.Antigens;
using Distribution.Blood.Components;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Events;

/// <summary>Every event of the service by stored name, with everything set and with only what it requires.</summary>
internal static class Samples
{
    public static IReadOnlyDictionary<string, (object Full, object Minimal)> All { get; } = new Dictionary<string, (object, object)>(StringComparer.Ordinal)
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
