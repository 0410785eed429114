using Distribution.Blood.Identifiers;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Holding_for_a_case
{
    private static readonly RecallId OtherCase = RecallId.Parse("reaction-1");

    [Fact]
    public void stops_a_unit_wherever_it_is_and_names_its_order() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(), Dispatched())
        .When(state => UnitRecallDecider.Hold(state, CaseId, Centre, Nurse))
        .Then(new UnitHeld(CaseId.ToString(), Order, Centre, Nurse, CaseId));

    [Fact]
    public void stops_a_unit_that_is_out_with_a_patient() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => UnitRecallDecider.Hold(state, CaseId, Centre, Nurse))
        .ThenState(state => state.IsHeldFor(CaseId).ShouldBeTrue());

    [Fact]
    public void is_one_hold_and_past_the_units_end_none()
    {
        Spec.For<Unit>().Given(InStock()).Given(HeldForCase(CaseId)).When(state => UnitRecallDecider.Hold(state, CaseId, Centre, Nurse)).ThenNothing();
        Spec.For<Unit>().Given(InStock()).Given(new UnitExpired(Now, null)).When(state => UnitRecallDecider.Hold(state, CaseId, Centre, Nurse)).ThenNothing();
    }

    [Fact]
    public void takes_the_place_of_a_hold_laid_by_hand_in_its_words() => Spec.For<Unit>()
        .Given(InStock())
        .Given(new UnitHeld(CaseId.ToString(), null, Centre, Nurse))
        .When(state => UnitRecallDecider.Hold(state, CaseId, Centre, null))
        .Then(new UnitHoldEnded(CaseId.ToString(), false, null), new UnitHeld(CaseId.ToString(), null, Centre, null, CaseId))
        .ThenState(state => state.Holds.ShouldBe([CaseId.ToString()]));

    [Fact]
    public void is_ended_by_nobodys_hand() => Spec.For<Unit>()
        .Given(InStock())
        .Given(HeldForCase(CaseId))
        .When(state => UnitDecider.EndHold(state, CaseId.ToString(), SecondNurse, AtCentre))
        .ThenRejected("hold-of-a-recall");

    [Fact]
    public void ends_with_its_case_and_with_no_other() => Spec.For<Unit>()
        .Given(InStock())
        .Given(HeldForCase(CaseId), HeldForCase(OtherCase))
        .When(state => UnitRecallDecider.EndHold(state, CaseId, SecondNurse))
        .Then(new UnitHoldEnded(CaseId.ToString(), true, null, SecondNurse))
        .ThenState(state => state.IsHeldFor(OtherCase).ShouldBeTrue());

    [Fact]
    public void ends_nothing_on_a_unit_that_it_does_not_hold_or_that_has_ended()
    {
        Spec.For<Unit>().Given(InStock()).When(state => UnitRecallDecider.EndHold(state, CaseId, SecondNurse)).ThenNothing();
        Spec.For<Unit>().Given(InStock()).Given(HeldForCase(CaseId), new UnitExpired(Now, null)).When(state => UnitRecallDecider.EndHold(state, CaseId, SecondNurse)).ThenNothing();
    }

    [Fact]
    public void covers_a_donation_once_until_the_case_ends()
    {
        var held = Spec.For<Family>().Given(new FamilyHeld(CaseId, "hiv", RecallKind.Lookback));

        held.When(state => FamilyDecider.Hold(state, CaseId, "hiv", RecallKind.Lookback)).ThenNothing();
        held.When(state => FamilyDecider.EndHold(state, OtherCase)).ThenNothing();
        held.When(state => FamilyDecider.EndHold(state, CaseId)).Then(new FamilyHoldEnded(CaseId)).ThenState(state => state.Holds.ShouldBeEmpty());
    }

    [Fact]
    public void lists_each_unit_of_a_donation_once() => Spec.For<Family>()
        .Given(new UnitListed(Number()))
        .When(state => FamilyDecider.List(state, [Number(), Number(2), Number(2)]))
        .Then(new UnitListed(Number(2)));

    private static UnitHeld HeldForCase(RecallId recall) => new(recall.ToString(), null, Centre, Nurse, recall);
}
