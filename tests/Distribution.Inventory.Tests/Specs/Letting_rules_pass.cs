using System.Collections.Frozen;
using Distribution.Blood.Antigens;
using Distribution.Blood.Components;
using Distribution.Testing;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Letting_rules_pass
{
    private static readonly KnownRecipient Patient = Known("O-") with { Requirements = UnitRequirements.None with { Irradiated = true } };

    private static Spec<Unit> Waiting => Spec.For<Unit>().Given(InStock(Hospital)).Given(ReservedForPatient(), Crossmatched());

    [Fact]
    public void opens_the_way_for_this_patient() => Waiting
        .Given(LetPass("rhd-incompatible", "requirement-irradiated").Passed)
        .When(state => BenchDecider.Issue(state, Patient, BenchPolicy, ToPatient(), AtHospital))
        .Then(Issued("O-"));

    [Fact]
    public void writes_down_which_why_and_who_agreed() => Waiting
        .When(state => BenchDecider.Override(state, Patient, BenchPolicy, LetPass("rhd-incompatible").Command, AtHospital))
        .Then(new UnitRulesOverridden(Order, Recipient, ["rhd-incompatible"], "bleeds", SecondNurse, Patient.Demands, Patient.Group));

    [Fact]
    public void of_one_rule_leaves_the_others() => Waiting
        .Given(LetPass("rhd-incompatible").Passed)
        .When(state => BenchDecider.Issue(state, Patient, BenchPolicy, ToPatient(), AtHospital))
        .ThenRejected("requirement-irradiated");

    [Fact]
    public void again_changes_nothing() => Waiting
        .Given(LetPass("rhd-incompatible").Passed)
        .When(state => BenchDecider.Override(state, Patient, BenchPolicy, LetPass("rhd-incompatible").Command, AtHospital))
        .ThenNothing();

    [Fact]
    public void is_for_those_whom_the_policy_names() => Waiting
        .When(state => BenchDecider.Override(state, Patient, BenchPolicy, LetPass("rhd-incompatible").Command with { Roles = FrozenSet.Create("blood-bank") }, AtHospital))
        .ThenRejected("override-role-missing");

    [Fact]
    public void takes_two_people() => Waiting
        .When(state => BenchDecider.Override(state, Patient, BenchPolicy, LetPass("rhd-incompatible").Command with { CountersignedBy = " a9991-n01" }, AtHospital))
        .ThenRejected("second-person-required");

    [Fact]
    public void names_each_code_that_does_not_stand_or_cannot_be_let_pass() => Waiting
        .Given(new UnitHeld("lookback", Order))
        .When(state => BenchDecider.Override(state, Patient, BenchPolicy, LetPass("rhd-incompatible", "held", "antibody-unmatched").Command, AtHospital))
        .ThenRejected("not-overridable", "not-overridable");

    [Fact]
    public void needs_a_reservation_for_the_patient() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .When(state => BenchDecider.Override(state, Patient, BenchPolicy, LetPass("rhd-incompatible").Command, AtHospital))
        .ThenRejected("not-reserved");

    [Fact]
    public void ends_with_the_reservation() => Waiting
        .Given(LetPass("rhd-incompatible", "requirement-irradiated").Passed)
        .Given(new UnitReservationEnded(Order, "order-canceled"), ReservedForPatient(), Crossmatched())
        .When(state => BenchDecider.Issue(state, Patient, BenchPolicy, ToPatient(), AtHospital))
        .ThenRejected("rhd-incompatible", "requirement-irradiated");

    [Fact]
    public void does_not_cover_what_was_found_in_the_patient_since()
    {
        var judged = Patient with { Antibodies = AntigenSet.Of("K") };
        var passed = new UnitRulesOverridden(Order, Recipient, ["rhd-incompatible", "requirement-irradiated", "antibody-unmatched"], "bleeds", SecondNurse, judged.Demands, judged.Group);

        Waiting.Given(passed).When(state => BenchDecider.Issue(state, judged, BenchPolicy, ToPatient(), AtHospital)).Then(Issued("O-"));
        Waiting.Given(passed)
            .When(state => BenchDecider.Issue(state, judged with { Antibodies = AntigenSet.Of("K", "Jka") }, BenchPolicy, ToPatient(), AtHospital))
            .ThenRejected("rhd-incompatible", "requirement-irradiated", "antibody-unmatched");
    }

    [Fact]
    public void does_not_cover_what_was_found_in_the_unit_since()
    {
        var patient = Known() with { Antibodies = AntigenSet.Of("K") };
        var passed = Waiting.Given(new UnitRulesOverridden(Order, Recipient, ["antibody-unmatched"], "bleeds", SecondNurse, patient.Demands, patient.Group));

        passed.Given(new UnitTyped(AntigenSet.None, AntigenSet.Of("E"))).When(state => BenchDecider.Issue(state, patient, BenchPolicy, ToPatient(), AtHospital)).Then(Issued());
        passed.Given(new UnitTyped(AntigenSet.Of("K"), AntigenSet.None)).When(state => BenchDecider.Issue(state, patient, BenchPolicy, ToPatient(), AtHospital)).ThenRejected("antibody-unmatched");
    }

    private static (LetPass Command, UnitRulesOverridden Passed) LetPass(params string[] codes) => (
        new LetPass(Order, Recipient, codes, "bleeds", FrozenSet.Create("physician"), SecondNurse),
        new UnitRulesOverridden(Order, Recipient, codes, "bleeds", SecondNurse, Patient.Demands, Patient.Group));
}
