using Distribution.Blood.BloodGroups;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Specs;

public sealed class DeterminingAPatientsGroup
{
    private static readonly BloodGroup APositive = BloodGroup.Parse("A+");

    private static readonly Spec<Recipient> Admitted = Spec.For<Recipient>().Given(
        new RecipientAdmitted(Patient, Hospital),
        new RecipientSampleTaken("S-1", Now, Now.AddDays(3), "A9991-N03"),
        new RecipientSampleTaken("S-2", Now, Now.AddDays(3), "A9991-N03"));

    private static readonly Spec<Recipient> Once = Admitted.Given(new RecipientGroupDetermined(OPositive, "A9991-N01", "S-1"));
    private static readonly Spec<Recipient> Established = Once.Given(new RecipientGroupDetermined(OPositive, "A9991-N02", "S-2", OPositive));
    private static readonly Spec<Recipient> Disputed = Established.Given(new RecipientGroupDetermined(APositive, "A9991-N03"));
    private static readonly Spec<Recipient> Settled = Disputed.Given(new RecipientGroupSettled(OPositive, "tube-mixed-up", "A9991-N02"));

    [Fact]
    public void One_person_establishes_nothing() => Determine(Admitted, "A9991-N01", OPositive, "S-1").ThenState(state => state.Group.ShouldBeNull());

    [Fact]
    public void Two_people_who_agree_in_two_samples_establish_it() => Determine(Once, "A9991-N02", OPositive, "S-2").ThenState(state =>
    {
        state.Group.ShouldBe(OPositive);
        state.GroupDiffers.ShouldBeFalse();
    });

    [Fact]
    public void It_is_told_to_the_others_when_it_stands_and_not_before()
    {
        Profile(Determine(Spec.For<Recipient>().Given(new RecipientAdmitted(Patient, Hospital)), "A9991-N01", OPositive)).Group.ShouldBeNull();
        Profile(Determine(Once, "A9991-N02", OPositive, "S-2")).Group.ShouldBe(OPositive);
        Profile(Determine(Established, "A9991-N03", APositive)).Group.ShouldBeNull();
    }

    [Fact]
    public void A_sample_that_is_not_named_may_be_another() =>
        Determine(Once, "A9991-N02", OPositive).ThenState(state => state.Group.ShouldBe(OPositive));

    [Fact]
    public void Two_people_with_one_tube_may_both_have_the_wrong_patients_blood() => Determine(Once, "A9991-N02", OPositive, "S-1").ThenState(state =>
    {
        state.Group.ShouldBeNull();
        state.Determinations.Count.ShouldBe(2);
    });

    [Fact]
    public void One_person_with_two_samples_is_recorded_and_establishes_nothing() => Determine(Once, "a9991-n01", OPositive, "S-2").ThenState(state =>
    {
        state.Group.ShouldBeNull();
        state.Determinations.Count.ShouldBe(2);
    });

    [Fact]
    public void A_third_finding_makes_up_for_two_that_are_of_one_sample() =>
        Determine(Once.Given(new RecipientGroupDetermined(OPositive, "A9991-N02", "S-1")), "A9991-N03", OPositive, "S-2").ThenState(state => state.Group.ShouldBe(OPositive));

    [Fact]
    public void Who_found_it_does_not_confirm_it_in_the_same_sample() =>
        Determine(Once, "A9991-N01", OPositive, "S-1").ThenRejected("second-person-required");

    [Fact]
    public void What_stands_and_is_found_again_by_the_same_person_changes_nothing() => Determine(Established, "A9991-N02", OPositive, "S-2").ThenNothing();

    [Fact]
    public void The_policy_may_want_three() =>
        Once.When(state => RecipientGroupDecider.Determine(
                state, new DetermineGroup(OPositive, "S-2"), Policy with { GroupDeterminations = 3 }, By("A9991-N02")))
            .ThenState(state => state.Group.ShouldBeNull());

    [Fact]
    public void No_policy_may_want_less_than_two() =>
        Admitted.When(state => RecipientGroupDecider.Determine(state, new DetermineGroup(OPositive), Policy with { GroupDeterminations = 1 }, By("A9991-N01")))
            .ThenState(state => state.Group.ShouldBeNull());

    [Fact]
    public void What_stands_is_not_undone_by_a_policy_that_wants_more() =>
        Established.When(state => RecipientGroupDecider.Determine(
                state, new DetermineGroup(OPositive), Policy with { GroupDeterminations = 5 }, By("A9991-N04")))
            .ThenState(state => state.Group.ShouldBe(OPositive));

    [Fact]
    public void A_group_from_before_people_were_recorded_is_nobodys_confirmation()
    {
        var old = Spec.For<Recipient>().Given(new RecipientRegistered(Patient, OPositive, Hospital));
        Determine(old, "A9991-N01", OPositive).ThenState(state => state.Group.ShouldBeNull());
        Determine(old, "A9991-N01", APositive).ThenState(state => state.GroupDiffers.ShouldBeTrue());
        Determine(old.Given(new RecipientGroupDetermined(OPositive, "A9991-N01")), "A9991-N02", OPositive).ThenState(state => state.Group.ShouldBe(OPositive));
    }

    [Fact]
    public void A_finding_that_differs_is_recorded_and_undoes_the_group() => Determine(Established, "A9991-N03", APositive).ThenState(state =>
    {
        state.Group.ShouldBeNull();
        state.GroupDiffers.ShouldBeTrue();
    });

    [Fact]
    public void However_many_agree_afterwards_two_people_have_to_settle_it() =>
        Determine(Disputed.Given(new RecipientGroupDetermined(OPositive, "A9991-N04")), "A9991-N05", OPositive).ThenState(state => state.Group.ShouldBeNull());

    [Fact]
    public void Two_people_settle_it() => Settle(Disputed, OPositive).ThenState(state =>
    {
        state.Group.ShouldBe(OPositive);
        state.GroupDiffers.ShouldBeFalse();
        state.Determinations.Count.ShouldBe(3);
    });

    [Fact]
    public void What_is_settled_is_told() => Profile(Settle(Disputed, APositive)).Group.ShouldBe(APositive);

    [Fact]
    public void What_was_found_before_the_settling_may_be_found_again_and_opens_the_dispute_anew()
    {
        Determine(Settled, "A9991-N04", OPositive).ThenState(state => state.Group.ShouldBe(OPositive));
        Determine(Settled, "A9991-N03", APositive).ThenState(state =>
        {
            state.Group.ShouldBeNull();
            state.GroupDiffers.ShouldBeTrue();
        });
    }

    [Fact]
    public void Nobody_settles_what_nobody_disputes() => Settle(Established, APositive).ThenRejected("group-not-in-dispute");

    [Fact]
    public void Nobody_settles_on_a_group_that_nobody_found() => Settle(Disputed, BloodGroup.Parse("AB-")).ThenRejected("group-not-determined");

    [Fact]
    public void A_settling_sent_again_changes_nothing() => Settle(Settled, OPositive).ThenNothing();

    [Fact]
    public void One_person_settles_nothing_and_every_reason_is_said() =>
        Disputed.When(state => RecipientGroupDecider.Settle(state, new SettleGroup(default, "Because!", "a9991-n01"), By("A9991-N01")))
            .ThenRejected("second-person-required", "reason-invalid", "group-invalid");

    [Fact]
    public void What_is_found_in_a_tube_that_is_not_the_patients_is_refused() =>
        Admitted.When(state => RecipientGroupDecider.Determine(state, new DetermineGroup(default, "S-9"), Policy, By("A9991-N01")))
            .ThenRejected("unknown-sample", "group-invalid");

    private static SpecOutcome<Recipient, RecipientEvent> Determine(Spec<Recipient> spec, string person, BloodGroup group, string? sample = null) =>
        spec.When(state => RecipientGroupDecider.Determine(state, new DetermineGroup(group, sample), Policy, By(person)));

    private static SpecOutcome<Recipient, RecipientEvent> Settle(Spec<Recipient> spec, BloodGroup group) =>
        spec.When(state => RecipientGroupDecider.Settle(state, new SettleGroup(group, "tube-mixed-up", "A9991-N02"), By("A9991-N01")));

    private static RecipientProfileChanged Profile(SpecOutcome<Recipient, RecipientEvent> outcome) =>
        outcome.Decision.Events.OfType<RecipientProfileChanged>().ShouldHaveSingleItem();

    private static Blood.Deciding.Provenance By(string person) => Nurse with { Actor = person };
}
