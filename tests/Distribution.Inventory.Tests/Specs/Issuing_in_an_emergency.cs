using Distribution.Blood.Antigens;
using Distribution.Blood.Components;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Issuing_in_an_emergency
{
    private static Spec<Unit> Waiting => Spec.For<Unit>().Given(InStock(Hospital)).Given(ReservedForEmergency());

    private static Spec<Unit> Out => Waiting.Given(IssuedInEmergency());

    [Fact]
    public void gives_what_the_policy_gives_to_anybody() => Waiting
        .When(state => BenchDecider.IssueInEmergency(state, Stranger, BenchPolicy, ToPatient(), "bleeds", AtHospital))
        .Then(IssuedInEmergency())
        .ThenState(state => state.Custody.Kind.ShouldBe(CustodyKind.IssuedOut));

    [Fact]
    public void is_not_for_an_order_that_is_none() => Spec.For<Unit>()
        .Given(InStock(Hospital))
        .Given(ReservedForPatient())
        .When(state => BenchDecider.IssueInEmergency(state, Known(), BenchPolicy, ToPatient(), "bleeds", AtHospital))
        .ThenRejected("not-emergency", "crossmatch-missing");

    [Fact]
    public void gives_no_other_group_to_somebody_whose_group_is_not_established() => Spec.For<Unit>()
        .Given(InStock(Hospital, "A+"))
        .Given(ReservedForEmergency())
        .When(state => BenchDecider.IssueInEmergency(state, Stranger, BenchPolicy, ToPatient(), "bleeds", AtHospital))
        .ThenRejected("not-emergency-group");

    [Fact]
    public void goes_by_the_group_where_it_is_established() => Spec.For<Unit>()
        .Given(InStock(Hospital, "A+"))
        .Given(ReservedForEmergency())
        .When(state => BenchDecider.IssueInEmergency(state, Known("B+"), BenchPolicy, ToPatient(), "bleeds", AtHospital))
        .ThenRejected("abo-incompatible");

    [Fact]
    public void gives_no_component_uncrossmatched_that_the_policy_does_not_list() => Spec.For<Unit>()
        .Given(InStock(Hospital, "O+", ComponentKind.WholeBlood))
        .Given(ReservedForEmergency())
        .When(state => BenchDecider.IssueInEmergency(state, Stranger, BenchPolicy, ToPatient(), "bleeds", AtHospital))
        .ThenRejected("group-unknown", "sample-missing", "crossmatch-missing", "not-emergency-group");

    [Fact]
    public void does_not_pass_over_antibodies_that_are_known() => Waiting
        .When(state => BenchDecider.IssueInEmergency(state, Stranger with { Antibodies = AntigenSet.Of("K") }, BenchPolicy, ToPatient(), "bleeds", AtHospital))
        .ThenRejected("antibody-unmatched");

    [Fact]
    public void is_stopped_by_all_that_stops_everybody() => Waiting
        .Given(new UnitHeld("lookback", Order))
        .When(state => BenchDecider.IssueInEmergency(state, Stranger, BenchPolicy, ToPatient(verifiedBy: Nurse, appearance: Appearance.Clots), "bleeds", At(Hospital, Now.AddDays(40))))
        .ThenRejected("held", "expired", "appearance-abnormal", "second-person-required");

    [Fact]
    public void of_what_was_crossmatched_before_leaves_nothing_to_be_made_up() => Waiting
        .Given(Crossmatched())
        .When(state => BenchDecider.IssueInEmergency(state, Known(), BenchPolicy, ToPatient(), "bleeds", AtHospital))
        .Then(IssuedInEmergency() with { RecipientGroup = OPositive, CrossmatchDue = null });

    [Fact]
    public void of_what_was_crossmatched_with_a_tube_that_serves_no_more_is_to_be_made_up_for()
    {
        var tested = Waiting.Given(Crossmatched() with { SampleValidUntil = Now });
        var patient = Known() with { Sample = new RecipientSample(Tube, Now.AddDays(-3), Now) };

        tested.When(state => BenchDecider.IssueInEmergency(state, patient, BenchPolicy, ToPatient(), "bleeds", AtHospital))
            .Then(IssuedInEmergency() with { RecipientGroup = OPositive });
        tested.Given(IssuedInEmergency()).When(state => BenchDecider.CrossmatchFallDue(state, At(Hospital, Now.AddDays(1))))
            .Then(new UnitCrossmatchOverdue(Order, Recipient, Now.AddDays(1)));
    }

    [Fact]
    public void and_found_incompatible_with_somebody_whose_group_is_not_established_stands_on_the_board() => Out
        .Given(new UnitTransfused(Order, Recipient, Now, 240))
        .When(state => BenchDecider.Crossmatch(state, Stranger, BenchPolicy, Tested(compatible: false), AtHospital))
        .Then(
            new UnitIncompatibilityFound(Recipient, Order, Tube),
            Discrepancy("retrospective-incompatible", "Handed out, and found incompatible afterwards with the sample S-0001."));

    [Fact]
    public void is_made_up_for_by_a_crossmatch_even_after_the_transfusion() => Out
        .Given(new UnitTransfused(Order, Recipient, Now, 240))
        .When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(), At(Hospital, Now.AddHours(5))))
        .Then(Crossmatched());

    [Fact]
    public void and_found_incompatible_afterwards_stands_on_the_board() => Out
        .When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(compatible: false), AtHospital))
        .Then(
            Crossmatched(compatible: false),
            Discrepancy("retrospective-incompatible", "Handed out, and found incompatible afterwards with the sample S-0001."));

    [Fact]
    public void is_not_made_up_for_by_a_computer_where_the_policy_wants_a_tube() => Out
        .When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(method: CrossmatchMethod.Electronic), AtHospital))
        .ThenRejected("electronic-not-allowed");

    [Fact]
    public void is_overdue_once_when_nobody_has_crossmatched_it()
    {
        var late = At(Hospital, Now.AddDays(1));

        Out.When(state => BenchDecider.CrossmatchFallDue(state, AtHospital)).ThenNothing();
        Out.When(state => BenchDecider.CrossmatchFallDue(state, late)).Then(new UnitCrossmatchOverdue(Order, Recipient, Now.AddDays(1)));
        Out.Given(new UnitTransfused(Order, Recipient, Now, 240)).When(state => BenchDecider.CrossmatchFallDue(state, late)).Then(new UnitCrossmatchOverdue(Order, Recipient, Now.AddDays(1)));
        Out.Given(new UnitCrossmatchOverdue(Order, Recipient, Now.AddDays(1))).When(state => BenchDecider.CrossmatchFallDue(state, late)).ThenNothing();
        Out.Given(Crossmatched()).When(state => BenchDecider.CrossmatchFallDue(state, late)).ThenNothing();
        Out.Given(new UnitReturned(Order, Recipient, 5, true)).When(state => BenchDecider.CrossmatchFallDue(state, late)).ThenNothing();
        // Half of it may have run in before the rest was thrown away.
        Out.Given(new UnitDiscarded("bag-leaking", Order)).When(state => BenchDecider.CrossmatchFallDue(state, late)).Then(new UnitCrossmatchOverdue(Order, Recipient, Now.AddDays(1)));
    }
}
