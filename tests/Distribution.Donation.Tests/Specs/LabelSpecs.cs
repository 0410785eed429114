using Distribution.Blood.BloodGroups;
using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests.Specs;

public sealed class Labeling_a_component
{
    private static readonly DateTimeOffset LabeledAt = At("2026-03-03T09:00:00+07:00");

    /// <summary>The red cells: expire on day 103 of 2026.</summary>
    private const string Printed = "=A99992612345600=%5100=<D0101V00&>0261032359";

    private static readonly object[] Released =
        [Collected, FirstFound, SecondFound, Found("hiv", MarkerResult.Negative), Found("hbv", MarkerResult.Negative), RedCellsPrepared, Signed, ReleasedFrom(RedCellsPrepared)];

    private static IEnumerable<string> WhyNone(DateTimeOffset at, params IReadOnlyList<object> history) =>
        LabelDecider.WhyNone(Aggregate.Fold<Donation>(history), RedCells, Policy, at).Select(reason => reason.Code);

    [Fact]
    public void needs_no_second_look_after_the_release() => WhyNone(LabeledAt, Released).ShouldBeEmpty();

    [Fact]
    public void ends_with_the_component_s_time() => WhyNone(RedCellsPrepared.ExpiresAt, Released).ShouldBe(["component-expired"]);

    [Fact]
    public void waits_for_the_end_of_a_case_even_after_the_release()
    {
        WhyNone(LabeledAt, [.. Released, Held]).ShouldBe(["donation-held"]);
        WhyNone(LabeledAt, [.. Released, Held, new DonationHoldEnded(LookbackCase)]).ShouldBeEmpty();
    }

    [Fact]
    public void of_what_has_expired_says_nothing_of_the_others() =>
        WhyNone(RedCellsPrepared.ExpiresAt, [.. Released[..^2], PlasmaPrepared]).ShouldBe(["component-expired"]);

    [Fact]
    public void takes_the_label_that_says_what_the_record_says()
    {
        var decision = Verify(Printed, Released);
        decision.Events.ShouldBe([new ComponentLabelVerified(RedCellsPrepared.Unit, Printed)]);
        Verify(Printed, [.. Released, .. decision.Events]).Events.ShouldBeEmpty();
    }

    [Fact]
    public void is_to_be_done_again_when_the_group_was_wrong()
    {
        var wrong = new GroupCorrected(OPositive, BloodGroup.Parse("A+", null), "tube-mixed-up", SecondPerson, FirstPerson);
        var donation = Aggregate.Fold<Donation>([.. Released, new ComponentLabelVerified(RedCellsPrepared.Unit, Printed), wrong]);

        donation.Components.ShouldHaveSingleItem().LabelVerified.ShouldBeFalse();
    }

    private static Decision<DonationEvent> Verify(string scan, IReadOnlyList<object> history)
    {
        LabelReading.TryRead(scan, out var reading, out _).ShouldBeTrue();
        return LabelDecider.Verify(Aggregate.Fold<Donation>(history), new VerifyLabel(RedCells, reading!), Policy, By(FirstPerson, LabeledAt));
    }
}
