using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Reserving_a_unit
{
    [Fact]
    public void sets_it_aside_for_the_order() => Spec.For<Unit>()
        .Given(InStock())
        .When(state => UnitDecider.Reserve(state, ForStock(), AtCentre))
        .Then(ReservedForStock())
        .ThenState(state => state.IsAvailable(Now).ShouldBeFalse());

    [Fact]
    public void twice_for_the_same_order_changes_nothing() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock())
        .When(state => UnitDecider.Reserve(state, ForStock(), AtCentre))
        .ThenNothing();

    [Fact]
    public void that_another_order_has_is_refused() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(OtherOrder))
        .When(state => UnitDecider.Reserve(state, ForStock(), AtCentre))
        .ThenRejected("reserved-elsewhere");

    [Fact]
    public void that_nobody_told_of_is_refused() => Spec.For<Unit>()
        .When(state => UnitDecider.Reserve(state, ForStock(), AtCentre))
        .ThenRejected("unknown-unit");

    [Fact]
    public void tells_every_reason_against_it_and_not_only_the_first() => Spec.For<Unit>()
        .Given(Prepared(Facts(expiresAt: Now)), new UnitHeld("lookback", null), new UnitHeld("out-of-storage", null), ReservedForStock(OtherOrder))
        .When(state => UnitDecider.Reserve(state, ForStock() with { Supplier = Elsewhere }, AtCentre))
        .ThenRejected("not-released", "held", "held", "expired", "not-here", "reserved-elsewhere");

    [Theory]
    [InlineData("O+", "O-", true)]
    [InlineData("A+", "O-", false)]
    public void of_another_group_that_was_accepted_is_done_where_a_physician_may_let_it_pass(string unit, string patient, bool allowed)
    {
        var outcome = Spec.For<Unit>()
            .Given(InStock(Hospital, unit))
            .When(state => UnitDecider.Reserve(
                state, ForPatient(patient) with { Group = BloodGroup.Parse(unit), LetPass = ["rhd-incompatible"] }, AtHospital));

        if (allowed)
            outcome.Then(ReservedForPatient(patient));
        else
            outcome.ThenRejected("incompatible-group");
    }

    [Fact]
    public void of_yet_another_group_than_was_accepted_is_refused() => Spec.For<Unit>()
        .Given(InStock(Hospital, "O-"))
        .When(state => UnitDecider.Reserve(state, ForPatient("O-") with { Group = BloodGroup.Parse("O+"), LetPass = ["rhd-incompatible"] }, AtHospital))
        .ThenRejected("incompatible-group");

    [Fact]
    public void is_renewed_when_the_order_becomes_an_emergency_and_what_was_tested_stays() => Spec.For<Unit>()
        .Given(InStock(Hospital)).Given(ReservedForPatient(), Crossmatched())
        .When(state => UnitDecider.Renew(state, ForPatient() with { Emergency = true, LapsesAt = Now }))
        .Then(new UnitReservationRenewed(Order, BloodGroup.Parse("O+"), LapsesAt, true))
        .ThenState(state =>
        {
            state.Reservation!.Emergency.ShouldBeTrue();
            state.Crossmatch.ShouldNotBeNull();
        });

    [Fact]
    public void is_renewed_until_it_is_needed_later_and_for_another_group_is_tested_anew() => Spec.For<Unit>()
        .Given(InStock(Hospital)).Given(ReservedForPatient(), Crossmatched())
        .When(state => UnitDecider.Renew(state, ForPatient("A+") with { LapsesAt = LapsesAt.AddHours(9) }))
        .Then(new UnitReservationRenewed(Order, BloodGroup.Parse("A+"), LapsesAt.AddHours(9), false))
        .ThenState(state => state.Crossmatch.ShouldBeNull());

    [Fact]
    public void is_not_renewed_where_nothing_is_otherwise_or_another_order_has_it()
    {
        Spec.For<Unit>().Given(InStock(Hospital)).Given(ReservedForPatient()).When(state => UnitDecider.Renew(state, ForPatient())).ThenNothing();
        Spec.For<Unit>().Given(InStock(Hospital)).Given(ReservedForPatient(order: OtherOrder))
            .When(state => UnitDecider.Renew(state, ForPatient() with { Emergency = true })).ThenNothing();
    }

    [Fact]
    public void that_has_ended_is_refused() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitLost("not on the shelf", null))
        .When(state => UnitDecider.Reserve(state, ForStock(), AtCentre))
        .ThenRejected("ended");

    [Fact]
    public void of_another_component_is_refused() => Spec.For<Unit>()
        .Given(InStock(kind: ComponentKind.Plasma))
        .When(state => UnitDecider.Reserve(state, ForStock(), AtCentre))
        .ThenRejected("wrong-component");

    [Fact]
    public void for_a_stock_wants_the_identical_group() => Spec.For<Unit>()
        .Given(InStock(group: "O-"))
        .When(state => UnitDecider.Reserve(state, ForStock("O+"), AtCentre))
        .ThenRejected("incompatible-group");

    [Theory]
    [InlineData(ComponentKind.RedCells, "O-", "A+", true)]
    [InlineData(ComponentKind.RedCells, "A+", "O+", false)]
    [InlineData(ComponentKind.RedCells, "O+", "O-", false)]
    [InlineData(ComponentKind.WholeBlood, "O-", "A+", false)]
    [InlineData(ComponentKind.Plasma, "AB+", "O-", true)]
    [InlineData(ComponentKind.Plasma, "O+", "A+", false)]
    public void for_a_patient_wants_a_compatible_group(ComponentKind kind, string unit, string recipient, bool compatible)
    {
        var outcome = Spec.For<Unit>()
            .Given(InStock(Hospital, unit, kind))
            .When(state => UnitDecider.Reserve(state, ForPatient(recipient, kind: kind), AtHospital));

        if (compatible)
            outcome.Then(ReservedForPatient(recipient));
        else
            outcome.ThenRejected("incompatible-group");
    }

    [Fact]
    public void for_a_patient_of_unknown_group_is_refused() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .When(state => UnitDecider.Reserve(state, ForPatient() with { RecipientGroup = null }, AtHospital))
        .ThenRejected("incompatible-group");

    [Fact]
    public void is_judged_by_the_later_of_the_told_and_the_servers_time() => Spec.For<Unit>()
        .Given(InStock(expiresAt: Now.AddMinutes(-1)))
        .When(state => UnitDecider.Reserve(state, ForStock(), At(Centre, Now, occurredAt: Now.AddHours(-2))))
        .ThenRejected("expired");

    [Fact]
    public void given_up_makes_it_free_again() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock())
        .When(state => UnitDecider.EndReservation(state, Order, "order-canceled"))
        .Then(new UnitReservationEnded(Order, "order-canceled"))
        .ThenState(state => state.IsAvailable(Now).ShouldBeTrue());

    [Fact]
    public void given_up_for_an_order_that_no_longer_has_it_changes_nothing() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(OtherOrder))
        .When(state => UnitDecider.EndReservation(state, Order, "order-canceled"))
        .ThenNothing();

    [Fact]
    public void given_up_while_it_is_on_the_road_leaves_it_to_its_leg() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(), Dispatched())
        .When(state => UnitDecider.EndReservation(state, Order, "order-canceled"))
        .ThenNothing();

    [Fact]
    public void given_up_while_it_is_on_the_road_for_another_order_ends_it() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(), Dispatched(Journey with { Order = OtherOrder }))
        .When(state => UnitDecider.EndReservation(state, Order, "order-canceled"))
        .Then(new UnitReservationEnded(Order, "order-canceled"));

    [Fact]
    public void given_back_waits_where_it_was_to_travel_and_not_where_it_stays()
    {
        Spec.For<Unit>().Given(InStock()).Given(ReservedForStock())
            .When(state => UnitDecider.GiveBack(state, Order, "order-canceled"))
            .ThenNothing();
        Spec.For<Unit>().Given(InStock(Hospital)).Given(ReservedForPatient())
            .When(state => UnitDecider.GiveBack(state, Order, "order-canceled"))
            .Then(new UnitReservationEnded(Order, "order-canceled"));
    }

    [Fact]
    public void lapses_only_when_its_grace_is_over()
    {
        var history = Spec.For<Unit>().Given(InStock()).Given(ReservedForStock());

        history.When(state => UnitDecider.LapseReservation(state, Order, At(Centre, LapsesAt.AddMinutes(14)))).ThenNothing();
        history.When(state => UnitDecider.LapseReservation(state, Order, At(Centre, LapsesAt.AddMinutes(15)))).Then(new UnitReservationEnded(Order, "lapsed"));
    }
}
