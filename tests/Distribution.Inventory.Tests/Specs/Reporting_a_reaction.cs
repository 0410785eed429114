using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Reporting_a_reaction
{
    [Fact]
    public void follows_the_transfusion() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .Given(new UnitTransfused(Order, Recipient, Now, 240))
        .When(state => UnitRecallDecider.ReportReaction(state, Reaction("fever")))
        .Then(Reaction("fever"))
        .ThenState(state => state.Fate!.Kind.ShouldBe(FateKind.Transfused));

    [Fact]
    public void twice_in_the_same_words_is_one_report() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .Given(new UnitTransfused(Order, Recipient, Now, 240), Reaction("fever"))
        .When(state => UnitRecallDecider.ReportReaction(state, Reaction("fever")))
        .ThenNothing();

    [Fact]
    public void is_taken_though_the_record_shows_no_transfusion() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => UnitRecallDecider.ReportReaction(state, Reaction()))
        .Then(Reaction(), Discrepancy("reaction-without-transfusion", "A reaction to it was reported at HN-XP, and no transfusion."));

    [Fact]
    public void is_taken_of_a_unit_that_nobody_prepared() => Spec.For<Unit>()
        .When(state => UnitRecallDecider.ReportReaction(state, Reaction()))
        .ThenState(state => state.Discrepancies.Select(discrepancy => discrepancy.Code).ShouldBe(["unknown-unit", "reaction-without-transfusion"]));
}
