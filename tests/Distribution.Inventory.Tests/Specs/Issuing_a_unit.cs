using Distribution.Blood.Components;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Issuing_a_unit
{
    [Fact]
    public void hands_out_what_is_reserved_and_crossmatched_for_the_patient() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(ReservedForPatient(), Crossmatched())
        .When(state => BenchDecider.Issue(state, Known(), BenchPolicy, ToPatient(), AtHospital))
        .Then(Issued())
        .ThenState(state => state.Custody.Kind.ShouldBe(CustodyKind.IssuedOut));

    [Fact]
    public void of_a_bag_that_leaks_is_refused_whatever_else_is_well() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(ReservedForPatient(), Crossmatched())
        .When(state => BenchDecider.Issue(state, Known(), BenchPolicy, ToPatient(appearance: Appearance.Leaking), AtHospital))
        .ThenRejected("appearance-abnormal");

    [Fact]
    public void to_somebody_of_whom_nothing_was_told_is_refused() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(ReservedForPatient(), Crossmatched())
        .When(state => BenchDecider.Issue(state, KnownRecipient.Initial, BenchPolicy, ToPatient(), AtHospital))
        .ThenRejected("group-unknown", "sample-missing");

    [Fact]
    public void twice_to_the_same_patient_changes_nothing() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => BenchDecider.Issue(state, Known(), BenchPolicy, ToPatient(), AtHospital))
        .ThenNothing();

    [Fact]
    public void to_another_patient_than_it_is_out_with_is_refused() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => BenchDecider.Issue(state, Known(), BenchPolicy, ToPatient(OtherRecipient), AtHospital))
        .ThenRejected("issued", "wrong-recipient", "crossmatch-missing");

    [Fact]
    public void by_one_person_alone_is_refused() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(ReservedForPatient(), Crossmatched())
        .When(state => BenchDecider.Issue(state, Known(), BenchPolicy, ToPatient(verifiedBy: Nurse), AtHospital))
        .ThenRejected("second-person-required");

    [Fact]
    public void without_a_crossmatch_is_refused() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(ReservedForPatient())
        .When(state => BenchDecider.Issue(state, Known(), BenchPolicy, ToPatient(), AtHospital))
        .ThenRejected("crossmatch-missing");

    [Fact]
    public void on_an_incompatible_crossmatch_is_refused() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(ReservedForPatient(), Crossmatched(compatible: false))
        .When(state => BenchDecider.Issue(state, Known(), BenchPolicy, ToPatient(), AtHospital))
        .ThenRejected("crossmatch-incompatible");

    [Fact]
    public void of_plasma_needs_no_crossmatch() => Spec.For<Unit>()
        .Given(InStock(Hospital, "AB+", ComponentKind.Plasma))
        .Given(ReservedForPatient())
        .When(state => BenchDecider.Issue(state, Known(), BenchPolicy, ToPatient(), AtHospital))
        .Then(Issued());

    [Fact]
    public void judges_the_groups_again_whatever_it_was_reserved_on() => Spec.For<Unit>()
        .Given(InStock(Hospital, "A+"))
        .Given(ReservedForPatient("O+"), Crossmatched())
        .When(state => BenchDecider.Issue(state, Known(), BenchPolicy, ToPatient(), AtHospital))
        .ThenRejected("abo-incompatible");

    [Fact]
    public void of_a_unit_that_a_stock_order_has_is_refused() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(ReservedForStock())
        .When(state => BenchDecider.Issue(state, Known(), BenchPolicy, ToPatient(), AtHospital))
        .ThenRejected("wrong-recipient", "crossmatch-missing");

    [Fact]
    public void tells_every_reason_against_it() => Spec.For<Unit>()
        .Given(Prepared(Facts(expiresAt: Now.AddHours(-1))), new UnitHeld("lookback", null))
        .When(state => BenchDecider.Issue(state, Known(), BenchPolicy, ToPatient(verifiedBy: Nurse), AtHospital))
        .ThenRejected("not-released", "held", "expired", "not-here", "not-reserved", "crossmatch-missing", "second-person-required");

    [Fact]
    public void of_an_expired_unit_is_refused_however_it_is_dated_back() => Spec.For<Unit>()
        .Given(InStock(Hospital, expiresAt: Now.AddMinutes(-1)))
        .Given(ReservedForPatient(), Crossmatched())
        .When(state => BenchDecider.Issue(state, Known(), BenchPolicy, ToPatient(), At(Hospital, Now, Now.AddHours(-3))))
        .ThenRejected("expired");

    [Fact]
    public void crossmatches_first_what_is_reserved_for_the_patient() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(ReservedForPatient())
        .When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(), AtHospital))
        .Then(Crossmatched());

    [Fact]
    public void does_not_crossmatch_what_is_somebody_elses() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(ReservedForPatient(order: OtherOrder))
        .When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(), AtHospital))
        .ThenRejected("not-reserved");

    [Fact]
    public void never_overwrites_an_incompatible_crossmatch() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(ReservedForPatient(), Crossmatched(compatible: false))
        .When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(), AtHospital))
        .ThenRejected("crossmatch-incompatible");

    [Fact]
    public void takes_a_later_incompatible_crossmatch() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(ReservedForPatient(), Crossmatched())
        .When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(compatible: false), AtHospital))
        .Then(Crossmatched(compatible: false));

    [Fact]
    public void remembers_an_incompatible_crossmatch_beyond_the_reservation()
    {
        var before = Spec.For<Unit>().Given(InStock(Hospital)).Given(ReservedForPatient(), Crossmatched(compatible: false), new UnitReservationEnded(Order, "order-canceled"));

        before.When(state => UnitDecider.Reserve(state, ForPatient(order: OtherOrder), AtHospital)).ThenRejected("crossmatch-incompatible");
        var again = before.Given(ReservedForPatient(order: OtherOrder));
        again.When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(order: OtherOrder), AtHospital)).ThenRejected("crossmatch-incompatible");
        again.When(state => BenchDecider.Issue(state, Known(), BenchPolicy, ToPatient(order: OtherOrder), AtHospital)).ThenRejected("crossmatch-incompatible");
    }
}
