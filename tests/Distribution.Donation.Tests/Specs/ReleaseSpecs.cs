using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests.Specs;

public sealed class Releasing_a_donation
{
    private static readonly DateTimeOffset ReleasedAt = At("2026-03-03T09:00:00+07:00");

    private static SpecOutcome<Donation, DonationEvent> Releasing(string person, params IReadOnlyList<object> history) =>
        Spec.For<Donation>().Given(history).When(state => ReleaseDecider.Release(state, new ReleaseComponents(), Policy, By(person, ReleasedAt)));

    [Fact]
    public void is_signed_by_the_first_person() =>
        Releasing(FirstPerson, Collected, Typed, Negative, RedCellsPrepared).Then(SignedFor(RedCellsPrepared));

    [Fact]
    public void is_done_by_the_second_person_for_every_component() =>
        Releasing(SecondPerson, Collected, Typed, Negative, RedCellsPrepared, PlateletsPrepared, Signed)
            .Then(ReleasedFrom(RedCellsPrepared), ReleasedFrom(PlateletsPrepared));

    [Theory]
    [InlineData(FirstPerson)]
    [InlineData("a9999-n01")]
    public void is_refused_to_the_person_who_signed(string person) =>
        Releasing(person, Collected, Typed, Negative, RedCellsPrepared, Signed).ThenRejected("second-person-required");

    [Fact]
    public void is_refused_with_every_failing_check_at_once() =>
        Releasing(FirstPerson, Collected).ThenRejected("group-unknown", "marker-missing", "marker-missing", "no-components");

    [Fact]
    public void names_every_reactive_marker()
    {
        var outcome = Releasing(
            FirstPerson, Collected, Typed, RedCellsPrepared, Results(("hiv", MarkerResult.Reactive), ("hbv", MarkerResult.Reactive)));
        outcome.ThenRejected("marker-reactive", "marker-reactive");
        outcome.Decision.Rejections.ShouldContain(reason => reason.Message.Contains("hiv"));
    }

    [Fact]
    public void is_refused_for_a_reactive_marker_that_the_policy_no_longer_asks_for() =>
        Releasing(FirstPerson, Collected, Typed, Negative, Results(("htlv", MarkerResult.Reactive)), RedCellsPrepared).ThenRejected("marker-reactive");

    [Fact]
    public void looks_at_the_gate_for_the_second_signature_too() =>
        Spec.For<Donation>().Given(Collected, Typed, Negative, PlateletsPrepared, Signed)
            .When(state => ReleaseDecider.Release(state, new ReleaseComponents(), Policy, By(SecondPerson, At("2026-03-08T09:00:00+07:00"))))
            .ThenRejected("component-expired");

    [Fact]
    public void entered_late_does_not_make_an_expired_component_fresh() =>
        Spec.For<Donation>().Given(Collected, Typed, Negative, PlateletsPrepared, Signed)
            .When(state => ReleaseDecider.Release(state, new ReleaseComponents(), Policy, By(SecondPerson, ReleasedAt, now: At("2026-03-08T09:00:00+07:00"))))
            .ThenRejected("component-expired");

    [Fact]
    public void leaves_an_expired_component_behind() =>
        Spec.For<Donation>().Given(Collected, Typed, Negative, PlateletsPrepared, RedCellsPrepared, Signed)
            .When(state => ReleaseDecider.Release(state, new ReleaseComponents(), Policy, By(SecondPerson, At("2026-03-08T09:00:00+07:00"))))
            .Then(ReleasedFrom(RedCellsPrepared));

    [Fact]
    public void leaves_a_discarded_component_behind() =>
        Releasing(
            SecondPerson, Collected, Typed, Negative, PlateletsPrepared, RedCellsPrepared, DiscardedFrom(PlateletsPrepared, "bag-broken"), Signed)
            .Then(ReleasedFrom(RedCellsPrepared));

    [Fact]
    public void is_refused_when_everything_was_discarded() =>
        Releasing(FirstPerson, Collected, Typed, Negative, RedCellsPrepared, DiscardedFrom(RedCellsPrepared, "bag-broken"))
            .ThenRejected("already-discarded");

    [Fact]
    public void is_refused_for_a_component_prepared_after_a_reactive_donation_was_discarded() =>
        Releasing(
            FirstPerson, Collected, Typed, Reactive, RedCellsPrepared, DiscardedFrom(RedCellsPrepared, "marker-reactive"), PlateletsPrepared)
            .ThenRejected("marker-reactive");

    [Fact]
    public void does_nothing_when_everything_is_released() =>
        Releasing(SecondPerson, Collected, Typed, Negative, RedCellsPrepared, Signed, ReleasedFrom(RedCellsPrepared)).ThenNothing();

    [Fact]
    public void needs_both_people_again_for_a_component_prepared_after_the_signature() =>
        Releasing(SecondPerson, Collected, Typed, Negative, RedCellsPrepared, Signed, PlateletsPrepared)
            .Then(SignedFor(RedCellsPrepared, PlateletsPrepared) with { Person = SecondPerson });

    [Fact]
    public void needs_both_people_again_for_a_component_prepared_after_the_release() =>
        Releasing(FirstPerson, Collected, Typed, Negative, RedCellsPrepared, Signed, ReleasedFrom(RedCellsPrepared), PlateletsPrepared).Then(SignedFor(PlateletsPrepared));

    [Fact]
    public void is_refused_for_an_unknown_donation() => Releasing(FirstPerson).ThenRejected("unknown-donation");
}

public sealed class The_release_gate
{
    private static IReadOnlyList<GateCheck> Checks(params IReadOnlyList<object> history) =>
        ReleaseGate.Check(Spec.For<Donation>().Given(history).State(), Policy, At("2026-03-08T09:00:00+07:00"));

    [Fact]
    public void shows_what_has_passed_with_its_evidence()
    {
        var checks = Checks(Collected, Typed, Negative, RedCellsPrepared);

        checks.ShouldAllBe(check => check.IsPassed);
        checks.Select(check => check.Name).ShouldBe(["group", "marker hiv", "marker hbv", "component A999926123456D0101V00"]);
        checks[^1].Evidence.ShouldContain("2026-04-13 23:59");
    }

    [Fact]
    public void shows_an_expired_component_without_holding_back_the_others()
    {
        var expired = Checks(Collected, Typed, Negative, RedCellsPrepared, PlateletsPrepared).Single(check => !check.IsPassed);

        expired.Failure.ShouldBe("component-expired");
        expired.Blocks.ShouldBeFalse();
    }
}
