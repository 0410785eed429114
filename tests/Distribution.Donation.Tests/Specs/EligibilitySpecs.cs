using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests.Specs;

/// <summary>By the pack of the first jurisdiction: its figures are what these rules are for.</summary>
public sealed class A_donor_is_eligible
{
    private static readonly PolicyPack Vietnam = PolicyPack.LoadFile(Path.Combine(TestNodes.RepositoryRoot, "infra/policies/vn-26-2013.json"));
    private static readonly DateTimeOffset Noon = At("2026-03-02T12:00:00+07:00");

    private static IEnumerable<string> Codes(
        CollectionKind collection, decimal? weightKg, int? volumeMl, DateTimeOffset at, params IReadOnlyList<object> history) =>
        DonorEligibility.WhyNot(Spec.For<Donor>().Given([Registered, .. history]).State(), collection, weightKg, volumeMl, Vietnam, at).Select(reason => reason.Code);

    private static DonorGave Gave(CollectionKind collection, int day) => new(OtherNumber, Noon.AddDays(day), collection);

    // Circular 26/2013, Art. 4: women from 42 kg, men from 45 kg; 250 mL below 45 kg, then 9 mL per kg and 500 mL at most.
    [Theory]
    [InlineData(Sex.Female, "41.9", 250, "weight-too-low")]
    [InlineData(Sex.Female, "42", 250, null)]
    [InlineData(Sex.Female, "44.9", 251, "volume-exceeds-weight")]
    [InlineData(Sex.Female, "45", 405, null)]
    [InlineData(Sex.Female, "45", 406, "volume-exceeds-weight")]
    [InlineData(Sex.Male, "44.9", 250, "weight-too-low")]
    [InlineData(Sex.Male, "45", 405, null)]
    [InlineData(Sex.Male, "70", 500, null)]
    [InlineData(Sex.Male, "70", 501, "volume-exceeds-weight")]
    [InlineData(default(Sex), "44", 250, "weight-too-low")]
    [InlineData(Sex.Male, "0", 250, "weight-invalid")]
    [InlineData(Sex.Male, "700", 250, "weight-invalid")]
    [InlineData(Sex.Male, null, 100, "weight-missing")]
    public void by_weight_and_volume(Sex sex, string? weightKg, int volumeMl, string? code)
    {
        decimal? weight = weightKg is null ? null : decimal.Parse(weightKg, System.Globalization.CultureInfo.InvariantCulture);
        var donor = Spec.For<Donor>().Given(Registered with { Sex = sex }).State();

        var codes = DonorEligibility.WhyNot(donor, CollectionKind.WholeBlood, weight, volumeMl, Vietnam, Noon).Select(reason => reason.Code);

        codes.ShouldBe(code is null ? [] : [code]);
        if (code is null)
            DonorEligibility.MaximumVolumeMl(donor, CollectionKind.WholeBlood, weight, Vietnam)!.Value.ShouldBeGreaterThanOrEqualTo(volumeMl);
    }

    [Theory]
    [InlineData("49.9", 500, "weight-too-low")]
    [InlineData("50", 500, null)]
    [InlineData("59.9", 501, "volume-exceeds-weight")]
    [InlineData("60", 650, null)]
    public void for_apheresis_by_bands_of_its_own(string weightKg, int volumeMl, string? code) =>
        Codes(CollectionKind.PlasmaApheresis, decimal.Parse(weightKg, System.Globalization.CultureInfo.InvariantCulture), volumeMl, Noon)
            .ShouldBe(code is null ? [] : [code]);

    // Art. 6: 12 weeks after whole blood or red cells, 2 weeks after plasma or platelets; mixed by what was given last.
    [Theory]
    [InlineData(CollectionKind.WholeBlood, CollectionKind.PlasmaApheresis, 83, false)]
    [InlineData(CollectionKind.WholeBlood, CollectionKind.PlasmaApheresis, 84, true)]
    [InlineData(CollectionKind.RedCellApheresis, CollectionKind.WholeBlood, 83, false)]
    [InlineData(CollectionKind.PlasmaApheresis, CollectionKind.WholeBlood, 13, false)]
    [InlineData(CollectionKind.PlasmaApheresis, CollectionKind.WholeBlood, 14, true)]
    [InlineData(CollectionKind.PlateletApheresis, CollectionKind.PlateletApheresis, 14, true)]
    public void after_the_interval_of_what_was_given_last(CollectionKind given, CollectionKind next, int days, bool eligible) =>
        Codes(next, 60, null, Noon.AddDays(days), Gave(given, 0)).ShouldBe(eligible ? [] : ["donated-too-recently"]);

    [Fact]
    public void by_the_last_alone_whatever_was_given_before_it() =>
        Codes(CollectionKind.PlasmaApheresis, 60, null, Noon.AddDays(34), Gave(CollectionKind.WholeBlood, 0), Gave(CollectionKind.PlasmaApheresis, 20)).ShouldBeEmpty();

    [Fact]
    public void not_when_a_late_entry_would_stand_too_close_before_what_is_known()
    {
        Codes(CollectionKind.WholeBlood, 60, null, Noon, Gave(CollectionKind.PlasmaApheresis, 83)).ShouldBe(["donated-too-recently"]);
        Codes(CollectionKind.PlasmaApheresis, 60, null, Noon, Gave(CollectionKind.WholeBlood, 14)).ShouldBeEmpty();
    }

    // Art. 6: granulocytes at most three times in 7 days.
    [Theory]
    [InlineData(6, false)]
    [InlineData(7, true)]
    public void for_granulocytes_three_times_in_seven_days(int day, bool eligible)
    {
        DonorGave[] three = [Gave(CollectionKind.GranulocyteApheresis, 0), Gave(CollectionKind.GranulocyteApheresis, 2), Gave(CollectionKind.GranulocyteApheresis, 4)];

        Codes(CollectionKind.GranulocyteApheresis, 60, null, Noon.AddDays(day), three).ShouldBe(eligible ? [] : ["donated-too-often"]);
        DonorEligibility.NextDay(Spec.For<Donor>().Given([Registered, .. three]).State(), CollectionKind.GranulocyteApheresis, Vietnam, Noon.AddDays(5))
            .ShouldBe(new DateOnly(2026, 3, 9));
    }

    [Fact]
    public void not_where_a_late_entry_makes_four_in_seven_days() =>
        Codes(
            CollectionKind.GranulocyteApheresis, 60, null, Noon,
            Gave(CollectionKind.GranulocyteApheresis, 1), Gave(CollectionKind.GranulocyteApheresis, 3), Gave(CollectionKind.GranulocyteApheresis, 6))
            .ShouldBe(["donated-too-often"]);

    [Fact]
    public void after_granulocytes_for_another_kind_by_the_longest_interval_as_the_policy_is_silent() =>
        Codes(CollectionKind.PlasmaApheresis, 60, null, Noon.AddDays(83), Gave(CollectionKind.GranulocyteApheresis, 0)).ShouldBe(["donated-too-recently"]);

    [Fact]
    public void never_for_a_kind_of_which_the_policy_knows_no_volume() =>
        DonorEligibility.WhyNot(Spec.For<Donor>().Given(Registered).State(), CollectionKind.PlasmaApheresis, 60, 300, Policy, Noon)
            .Select(reason => reason.Code).ShouldBe(["collection-not-allowed"]);

    [Fact]
    public void never_once_the_identity_is_erased()
    {
        Codes(CollectionKind.WholeBlood, 60, 350, Noon, new DonorIdentityErased("donor-request")).ShouldBe(["identity-erased"]);
        DonorEligibility.NextDay(Spec.For<Donor>().Given(Registered, new DonorIdentityErased("donor-request")).State(), CollectionKind.WholeBlood, Vietnam, Noon).ShouldBeNull();
    }

    [Fact]
    public void not_while_deferred_with_the_end_in_words_and_the_reason_as_it_is_called_there() =>
        DonorEligibility.WhyNot(
            Spec.For<Donor>().Given(Registered, new DonorDeferred("tattoo", Until: At("2026-09-02T00:00:00+07:00"))).State(),
            CollectionKind.WholeBlood, 60, 350, Vietnam, Noon)
            .ShouldHaveSingleItem().Message.ShouldBe("The donor is deferred until 2026-09-02: tattoo (Xăm trổ trên da).");

    [Fact]
    public void on_the_first_day_that_no_rule_of_time_forbids()
    {
        static DateOnly? Next(params IReadOnlyList<object> history) =>
            DonorEligibility.NextDay(Spec.For<Donor>().Given(history).State(), CollectionKind.WholeBlood, Vietnam, Noon);

        Next(Registered).ShouldBe(new DateOnly(2026, 3, 2));
        Next(Registered, Gave(CollectionKind.WholeBlood, -1)).ShouldBe(new DateOnly(2026, 5, 24));
        Next(Registered, Gave(CollectionKind.WholeBlood, -1), new DonorDeferred("tattoo", Until: At("2026-09-02T00:00:00+07:00"))).ShouldBe(new DateOnly(2026, 9, 2));
        Next(Registered, new DonorDeferred("tattoo", Until: At("2026-09-02T10:00:00+07:00"))).ShouldBe(new DateOnly(2026, 9, 3));
        Next(Registered with { BirthYear = 2010 }).ShouldBe(new DateOnly(2029, 1, 1));
        Next(Registered with { BirthYear = 1960 }).ShouldBeNull();
        Next(Registered, new DonorDeferred("marker-reactive")).ShouldBeNull();
    }

    [Fact]
    public void exactly_from_the_day_that_is_told()
    {
        foreach (var given in Enum.GetValues<CollectionKind>())
        {
            foreach (var next in Enum.GetValues<CollectionKind>())
            {
                var donor = Spec.For<Donor>().Given(Registered, Gave(given, 0)).State();
                var day = DonorEligibility.NextDay(donor, next, Vietnam, Noon)!.Value;
                var at = new DateTimeOffset(day.ToDateTime(new TimeOnly(12, 0)), TimeSpan.FromHours(7));
                DonorEligibility.WhyNot(donor, next, 60, null, Vietnam, at).ShouldBeEmpty($"{next} after {given}");
                if (day > new DateOnly(2026, 3, 2))
                    DonorEligibility.WhyNot(donor, next, 60, null, Vietnam, at.AddDays(-1)).ShouldNotBeEmpty($"{next} after {given}");
            }
        }
    }
}

public sealed class Stating_a_deferral
{
    private static SpecOutcome<Donor, DonorEvent> Stating(StateDeferral command, params IReadOnlyList<object> history) =>
        Spec.For<Donor>().Given(history).When(state => DonorDecider.State(state, command, Policy, By(FirstPerson, CollectedAt)));

    [Fact]
    public void counts_from_the_day_of_the_cause_as_long_as_the_policy_says() =>
        Stating(new StateDeferral("tattoo", new DateOnly(2026, 2, 1), Drive: DriveOne, Session: "hk-am"), Registered)
            .Then(new DonorDeferred("tattoo", null, At("2026-08-04T00:00:00+07:00"), new DateOnly(2026, 2, 1), DriveOne, "hk-am"));

    [Fact]
    public void counts_from_today_where_no_day_is_told() =>
        Stating(new StateDeferral("tattoo"), Registered).Then(new DonorDeferred("tattoo", null, At("2026-09-02T00:00:00+07:00"), new DateOnly(2026, 3, 2)));

    [Fact]
    public void is_for_good_where_the_policy_says_so() =>
        Stating(new StateDeferral("dependent"), Registered).Then(new DonorDeferred("dependent", null, null, new DateOnly(2026, 3, 2)));

    [Fact]
    public void is_refused_for_what_only_a_result_may_say()
    {
        var outcome = Stating(new StateDeferral("marker-reactive"), Registered).ThenRejected("reason-reserved");
        outcome.Decision.Rejections[0].Field.ShouldBe("reason");
    }

    [Fact]
    public void does_nothing_the_second_time() =>
        Stating(new StateDeferral("tattoo"), Registered, new DonorDeferred("tattoo", null, At("2026-09-02T00:00:00+07:00"), new DateOnly(2026, 3, 2))).ThenNothing();

    [Fact]
    public void defers_again_after_it_was_ended() =>
        Stating(new StateDeferral("dependent"), Registered, new DonorDeferred("dependent"), new DonorDeferralEnded("dependent"))
            .Then(new DonorDeferred("dependent", null, null, new DateOnly(2026, 3, 2)));

    [Fact]
    public void is_refused_with_all_reasons_at_once() =>
        Stating(new StateDeferral("moonstruck", new DateOnly(2026, 3, 3), Number), Registered)
            .ThenRejected("unknown-deferral-reason", "cause-in-future", "donation-of-another");

    [Fact]
    public void is_refused_for_a_cause_before_anybody_was_born() =>
        Stating(new StateDeferral("tattoo", new DateOnly(1, 1, 1)), Registered).ThenRejected("cause-invalid");

    [Fact]
    public void is_refused_for_somebody_unknown() => Stating(new StateDeferral("tattoo")).ThenRejected("unknown-donor");
}

public sealed class Ending_a_deferral
{
    private static readonly DonorDeferred Tattoo = new("tattoo", Until: CollectedAt.AddDays(100));
    private static readonly DonorDeferred Reactive = new("marker-reactive", Number);

    private static SpecOutcome<Donor, DonorEvent> Ending(EndDeferral command, params IReadOnlyList<object> history) => Ending(command, [], history);

    private static SpecOutcome<Donor, DonorEvent> Ending(EndDeferral command, DonationNumber[] cleared, params IReadOnlyList<object> history) =>
        Spec.For<Donor>().Given(history).When(state => DonorDecider.EndByHand(state, command with { Why = command.Why ?? "asked-again" }, cleared, By(FirstPerson, CollectedAt)));

    [Fact]
    public void lets_the_donor_give_again() =>
        Ending(new EndDeferral("tattoo", VerifiedBy: SecondPerson), Registered, Tattoo)
            .Then(new DonorDeferralEnded("tattoo", VerifiedBy: SecondPerson))
            .ThenState(state => state.Deferrals.ShouldHaveSingleItem().IsInForce(CollectedAt).ShouldBeFalse());

    [Fact]
    public void leaves_other_reasons_in_force() =>
        Ending(new EndDeferral("tattoo", VerifiedBy: SecondPerson), Registered, Tattoo, Reactive)
            .ThenState(state => state.Deferrals.Single(deferral => deferral.IsInForce(CollectedAt)).Reason.ShouldBe("marker-reactive"));

    [Theory]
    [InlineData(FirstPerson)]
    [InlineData("a9999-n01")]
    [InlineData(null)]
    public void takes_another_person(string? verifier) =>
        Ending(new EndDeferral("tattoo", VerifiedBy: verifier), Registered, Tattoo).ThenRejected("second-person-required");

    [Fact]
    public void is_refused_where_a_result_stands_behind_it() =>
        Ending(new EndDeferral("marker-reactive", VerifiedBy: SecondPerson), Registered, Reactive).ThenRejected("deferral-rests-on-result");

    [Fact]
    public void is_done_by_hand_where_the_result_turned_out_not_to_be_the_donors()
    {
        var command = new EndDeferral("marker-reactive", Number, SecondPerson, "confirmed-negative");

        Ending(command, [Number], Registered, Reactive).Then(new DonorDeferralEnded("marker-reactive", Number, SecondPerson));
        Ending(command, [OtherNumber], Registered, Reactive).ThenRejected("deferral-rests-on-result");
        Ending(command with { Donation = null }, [Number], Registered, Reactive, Reactive with { Donation = OtherNumber }).ThenRejected("deferral-rests-on-result");
    }

    [Theory]
    [InlineData("It was henna.")]
    [InlineData("")]
    public void says_why_as_a_code(string why) =>
        Ending(new EndDeferral("tattoo", VerifiedBy: SecondPerson, Why: why), Registered, Tattoo).ThenRejected("why-invalid");

    [Fact]
    public void follows_the_correction_of_the_result_it_rests_on_and_of_no_other() =>
        Spec.For<Donor>().Given(Registered, Reactive, Reactive with { Donation = OtherNumber })
            .When(state => DonorDecider.EndDeferral(state, new EndDeferral("marker-reactive", Number)))
            .Then(new DonorDeferralEnded("marker-reactive", Number))
            .ThenState(state => state.Deferrals.Single(deferral => deferral.IsInForce(CollectedAt)).Donation.ShouldBe(OtherNumber));

    [Fact]
    public void does_nothing_the_second_time() =>
        Ending(new EndDeferral("tattoo", VerifiedBy: SecondPerson), Registered, Tattoo, new DonorDeferralEnded("tattoo")).ThenNothing();

    [Fact]
    public void is_refused_where_there_is_none() =>
        Ending(new EndDeferral("tattoo", VerifiedBy: SecondPerson), Registered).ThenRejected("unknown-deferral");
}

public sealed class A_donation_clears_its_donor
{
    private static readonly PolicyPack Pack = Policy with
    {
        Markers = [new MarkerRule("hiv", MarkerDemand.Mandatory) { Repeats = 2 }, new MarkerRule("hbv", MarkerDemand.Mandatory) { Repeats = 2 }],
    };

    private static bool IsCleared(params IReadOnlyList<object> history) => DonorDecider.IsCleared(Spec.For<Donation>().Given(history).State(), Pack);

    private static MarkerResultRecorded Repeat(MarkerResult result) => Found("hbv", result, TestPhase.Repeat);

    [Fact]
    public void that_is_negative_on_repeat() =>
        IsCleared(Collected, Reactive, Repeat(MarkerResult.Negative), Repeat(MarkerResult.Negative)).ShouldBeTrue();

    [Fact]
    public void that_is_confirmed_negative() =>
        IsCleared(Collected, Reactive, Repeat(MarkerResult.Reactive), new MarkerConfirmed("hbv", Confirmation.Negative)).ShouldBeTrue();

    [Fact]
    public void only_with_every_reactive_marker() =>
        IsCleared(Collected, Results(("hiv", MarkerResult.Reactive), ("hbv", MarkerResult.Reactive)), new MarkerConfirmed("hbv", Confirmation.Negative)).ShouldBeFalse();

    [Fact]
    public void not_before_all_repeats_are_there() => IsCleared(Collected, Reactive, Repeat(MarkerResult.Negative)).ShouldBeFalse();

    [Theory]
    [InlineData(Confirmation.Indeterminate)]
    [InlineData(Confirmation.Positive)]
    public void not_against_a_confirmation(Confirmation said) =>
        IsCleared(Collected, Reactive, Repeat(MarkerResult.Negative), Repeat(MarkerResult.Negative), new MarkerConfirmed("hbv", said)).ShouldBeFalse();

    [Fact]
    public void not_where_nobody_knows_it() => IsCleared().ShouldBeFalse();
}

public sealed class Erasing_an_identity
{
    private static SpecOutcome<Donor, DonorEvent> Erasing(string basis, params IReadOnlyList<object> history) =>
        Spec.For<Donor>().Given(history).When(state => DonorDecider.Erase(state, new EraseIdentity(basis)));

    [Fact]
    public void keeps_what_was_given_and_why_not() =>
        Erasing("donor-request", Registered, new DonorGave(Number, CollectedAt), new DonorDeferred("marker-reactive"))
            .Then(new DonorIdentityErased("donor-request"))
            .ThenState(state => (state.Gifts.Count, state.Deferrals.Count).ShouldBe((1, 1)));

    [Fact]
    public void does_nothing_the_second_time() => Erasing("court-order", Registered, new DonorIdentityErased("donor-request")).ThenNothing();

    [Fact]
    public void takes_a_basis() => Erasing("", Registered).ThenRejected("basis-invalid");

    [Fact]
    public void is_refused_for_somebody_unknown() => Erasing("donor-request").ThenRejected("unknown-donor");
}
