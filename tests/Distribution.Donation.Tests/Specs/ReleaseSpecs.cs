using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
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

public sealed class Releasing_told_late
{
    private static readonly DateTimeOffset ReleasedAt = At("2026-03-03T09:00:00+07:00");

    /// <summary>With a test that was not asked for before.</summary>
    private static readonly PolicyPack Newer = Policy with { Version = "test.2", Markers = [.. Policy.Markers, new MarkerRule("malaria", MarkerDemand.Mandatory)] };

    private static SpecOutcome<Donation, DonationEvent> Releasing(PolicyPack pack, PolicyPack packNow, DateTimeOffset at, params IReadOnlyList<object> history) =>
        Spec.For<Donation>().Given([Collected, Typed, RedCellsPrepared, .. history])
            .When(state => ReleaseDecider.Release(state, new ReleaseComponents(), pack, By(FirstPerson, at, now: ReleasedAt.AddDays(1)), packNow));

    [Fact]
    public void does_not_slip_under_a_rule_that_has_come_since()
    {
        var outcome = Releasing(Policy, Newer, ReleasedAt, Negative).ThenRejected("marker-missing");
        outcome.Decision.Rejections[0].Message.ShouldContain("malaria");
    }

    [Fact]
    public void keeps_to_the_rule_of_its_time_too() => Releasing(Newer, Policy, ReleasedAt, Negative).ThenRejected("marker-missing");

    [Fact]
    public void names_once_what_both_versions_refuse() => Releasing(Policy, Newer, ReleasedAt, Reactive, Found("malaria", MarkerResult.Negative)).ThenRejected("marker-reactive");

    [Fact]
    public void goes_by_both_where_both_let_it() => Releasing(Policy, Newer, ReleasedAt, Negative, Found("malaria", MarkerResult.Negative)).Then(SignedFor(RedCellsPrepared));

    [Theory]
    [InlineData("2026-03-02T08:29:59+07:00", "occurred-before")]
    [InlineData("2026-03-02T12:59:59+07:00", "occurred-before")]
    [InlineData("2026-03-02T19:59:59+07:00", "occurred-before")]
    [InlineData("2026-03-02T20:00:00+07:00", null)]
    public void comes_after_all_that_it_judges(string at, string? code)
    {
        var outcome = Releasing(
            Policy, Policy, At(at), Negative, Found("hiv", MarkerResult.Negative) with { MeasuredAt = Measured.MeasuredAt });

        if (code is null)
            outcome.Then(SignedFor(RedCellsPrepared));
        else
            outcome.ThenRejected(code).Decision.Rejections[0].Field.ShouldBe("Occurred-At");
    }

    [Fact]
    public void comes_after_the_preparation_where_nobody_says_when_it_was_measured() =>
        Releasing(Policy, Policy, PreparedAt.AddSeconds(-1), Negative).ThenRejected("occurred-before");
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

public sealed class Releasing_component_by_component
{
    private static readonly DateTimeOffset ReleasedAt = At("2026-03-03T09:00:00+07:00");

    /// <summary>Two components wait and everything is as it must be.</summary>
    private static readonly object[] Fit = [Collected, Typed, Negative, RedCellsPrepared, PlateletsPrepared];

    private static SpecOutcome<Donation, DonationEvent> Releasing(string person, IReadOnlyList<ProductCode>? products, params IReadOnlyList<object> history) =>
        Spec.For<Donation>().Given(history).When(state => ReleaseDecider.Release(state, new ReleaseComponents(products), Policy, By(person, ReleasedAt)));

    [Fact]
    public void is_signed_for_what_is_named() => Releasing(FirstPerson, [RedCells], Fit).Then(SignedFor(RedCellsPrepared));

    [Fact]
    public void releases_what_both_people_named_and_nothing_else() =>
        Releasing(SecondPerson, [RedCells], [.. Fit, SignedFor(RedCellsPrepared, PlateletsPrepared)]).Then(ReleasedFrom(RedCellsPrepared));

    [Fact]
    public void releases_what_the_first_person_named_where_the_second_names_nothing() =>
        Releasing(SecondPerson, null, [.. Fit, SignedFor(RedCellsPrepared)]).Then(ReleasedFrom(RedCellsPrepared));

    [Fact]
    public void leaves_the_signature_for_what_it_covers_still() =>
        Releasing(SecondPerson, [Platelets], [.. Fit, SignedFor(RedCellsPrepared, PlateletsPrepared), ReleasedFrom(RedCellsPrepared)])
            .Then(ReleasedFrom(PlateletsPrepared));

    [Fact]
    public void is_a_first_signature_for_what_the_first_one_did_not_cover() =>
        Releasing(SecondPerson, [Platelets], [.. Fit, SignedFor(RedCellsPrepared)]).Then(SignedFor(PlateletsPrepared) with { Person = SecondPerson });

    [Fact]
    public void is_refused_to_the_person_who_signed() =>
        Releasing(FirstPerson, [RedCells], [.. Fit, SignedFor(RedCellsPrepared, PlateletsPrepared)]).ThenRejected("second-person-required");

    [Fact]
    public void does_nothing_for_what_has_been_released() =>
        Releasing(SecondPerson, [RedCells], [.. Fit, SignedFor(RedCellsPrepared), ReleasedFrom(RedCellsPrepared)]).ThenNothing();

    [Fact]
    public void is_refused_for_what_is_not_there() =>
        Releasing(FirstPerson, [Plasma, Platelets], [.. Fit, DiscardedFrom(PlateletsPrepared, "bag-broken")]).Decision.Rejections
            .Select(reason => reason.Code).ShouldBe(["unknown-unit", "already-discarded"], ignoreOrder: true);

    [Fact]
    public void is_refused_for_what_was_used_up() =>
        Releasing(FirstPerson, [Plasma], [Collected, Typed, Negative, PlasmaPrepared, CryoMade, PlasmaUsedUp]).ThenRejected("used-up");

    [Fact]
    public void is_refused_for_an_empty_list() => Releasing(FirstPerson, [], Fit).ThenRejected("no-components");

    [Fact]
    public void needs_both_people_again_after_a_new_component_a_new_result_or_a_correction()
    {
        object[] news =
        [
            PlasmaPrepared, Found("hiv", MarkerResult.Negative), new MarkerConfirmed("hiv", Confirmation.Negative), SecondFound, Held,
            new GroupCorrected(OPositive, OPositive, "tube-mixed-up", SecondPerson, null, OPositive),
            new MarkerResultCorrected("hiv", MarkerResult.Negative, MarkerResult.Reactive, "tube-mixed-up", SecondPerson, 1),
            PlasmaUsedUp with { Unit = PlateletsPrepared.Unit },
        ];

        foreach (var news1 in news)
            Spec.For<Donation>().Given([.. Fit, SignedFor(RedCellsPrepared), news1]).State().SignedBy.ShouldBeNull(news1.ToString());
    }

    [Fact]
    public void tells_what_it_was_made_of()
    {
        var made = RedCellsPrepared with { From = PlasmaPrepared.Unit, Procedure = ProcedureKind.Irradiate };

        Releasing(SecondPerson, null, Collected, Typed, Negative, made, SignedFor(made)).Then(ReleasedFrom(made));
    }
}

public sealed class A_donation_with_antibodies
{
    private static readonly DateTimeOffset ReleasedAt = At("2026-03-03T09:00:00+07:00");

    private static readonly PolicyPack Pack = Policy with
    {
        Markers = [.. Policy.Markers, new MarkerRule("antibody-screen", MarkerDemand.Mandatory, [ComponentKind.WholeBlood, ComponentKind.Plasma, ComponentKind.Platelets])],
    };

    private static readonly object[] Waiting =
        [Collected, Typed, Negative, RedCellsPrepared, PlateletsPrepared, Found("antibody-screen", MarkerResult.Reactive)];

    private static SpecOutcome<Donation, DonationEvent> Releasing(string person, IReadOnlyList<ProductCode>? products, params IReadOnlyList<object> history) =>
        Spec.For<Donation>().Given(history).When(state => ReleaseDecider.Release(state, new ReleaseComponents(products), Pack, By(person, ReleasedAt)));

    [Fact]
    public void lets_go_of_its_red_cells_and_keeps_what_holds_plasma()
    {
        Releasing(FirstPerson, null, Waiting).Then(SignedFor(RedCellsPrepared));
        Releasing(SecondPerson, null, [.. Waiting, SignedFor(RedCellsPrepared)]).Then(ReleasedFrom(RedCellsPrepared));
    }

    [Fact]
    public void keeps_platelets_whoever_asks_and_however()
    {
        Releasing(FirstPerson, [Platelets], Waiting).ThenRejected("marker-reactive");
        Releasing(FirstPerson, [RedCells, Platelets], Waiting).ThenRejected("marker-reactive");
        // A signature that an older policy let through opens nothing.
        Releasing(SecondPerson, [Platelets], [.. Waiting, SignedFor(RedCellsPrepared, PlateletsPrepared)]).ThenRejected("marker-reactive");
        Releasing(SecondPerson, null, [.. Waiting, Signed]).Then(ReleasedFrom(RedCellsPrepared));
    }

    [Fact]
    public void waits_for_the_screen() =>
        Releasing(FirstPerson, [RedCells], Collected, Typed, Negative, RedCellsPrepared).ThenRejected("marker-missing");

    [Fact]
    public void shows_what_the_marker_keeps_back()
    {
        var state = Spec.For<Donation>().Given(Waiting).State();
        var checks = ReleaseGate.Check(state, Pack, ReleasedAt);

        var antibodies = checks.Single(check => check.Name == "marker antibody-screen");
        antibodies.Failure.ShouldBe("marker-reactive");
        antibodies.Blocks.ShouldBeFalse();
        antibodies.Components.ShouldBe([PlateletsPrepared.Unit]);
        ReleaseGate.Open(state, checks).ShouldBe([RedCellsPrepared.Unit]);
    }

    [Fact]
    public void discards_with_anything_else_what_is_barred_and_keeps_the_red_cells() =>
        Spec.For<Donation>().Given(Waiting)
            .When(state => DonationDecider.Discard(state, new DiscardComponents("marker-reactive"), Pack))
            .Then(DiscardedFrom(PlateletsPrepared, "marker-reactive"));

    [Fact]
    public void discards_no_red_cells_as_reactive() =>
        Spec.For<Donation>().Given(Waiting)
            .When(state => DonationDecider.Discard(state, new DiscardComponents("marker-reactive", RedCells), Pack))
            .ThenRejected("marker-not-reactive");
}
