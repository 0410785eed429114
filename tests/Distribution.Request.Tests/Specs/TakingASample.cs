using Distribution.Blood.Antigens;
using Distribution.Blood.Identifiers;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Specs;

public sealed class TakingASample
{
    private static readonly TakeSample Sample = new("S-1", Now.AddHours(-1), "A9991-N03");
    private static readonly RecipientSampleTaken Taken = new("S-1", Now.AddHours(-1), Now.AddHours(-1) + Policy.SampleValidity, "A9991-N03");
    private static readonly RecipientProfileChanged NothingKnown = new(Patient, Hospital, AntigenSet.None);
    private static readonly RecipientProfileChanged Told = NothingKnown with { Sample = new ProfileSample(Taken.Number, Taken.TakenAt, Taken.ValidUntil) };
    private static readonly Spec<Recipient> Admitted = Spec.For<Recipient>().Given(new RecipientAdmitted(Patient, Hospital), NothingKnown);
    private static readonly Spec<Recipient> WithSample = Admitted.Given(Taken, Told);

    [Fact]
    public void It_serves_from_when_it_was_taken_for_as_long_as_the_policy_says() => Take(Admitted, Sample).Then(Taken, Told);

    [Fact]
    public void Told_again_it_is_the_same() => Take(WithSample, Sample).ThenNothing();

    [Fact]
    public void One_number_is_not_two_samples_of_a_patient() =>
        Take(WithSample, Sample with { TakenAt = Now }).ThenRejected("sample-exists");

    [Fact]
    public void What_has_not_been_taken_yet_is_refused() => Take(Admitted, Sample with { TakenAt = Now.AddSeconds(1) }).ThenRejected("taken-in-future");

    [Fact]
    public void An_older_one_that_is_told_later_is_not_the_newest()
    {
        var older = Take(WithSample, new TakeSample("S-0", Now.AddDays(-1), "A9991-N03"));

        older.Decision.Events.ShouldHaveSingleItem().ShouldBeOfType<RecipientSampleTaken>();
        older.After.NewestSample.ShouldNotBeNull().Number.ShouldBe("S-1");
    }

    [Fact]
    public void Of_two_taken_at_once_the_one_told_last_is_the_newest() =>
        Take(WithSample, Sample with { Number = "S-2" }).After.NewestSample.ShouldNotBeNull().Number.ShouldBe("S-2");

    [Fact]
    public void A_number_on_another_patients_tube_is_refused()
    {
        var used = Spec.For<Tube>().Given(new TubeLabeled(Hospital, "S-1", RecipientId.From("somebody else")))
            .When(state => TubeDecider.Label(state, "S-1", Patient, Nurse));

        used.ThenRejected("sample-number-used");
        used.Decision.Rejections[0].Field.ShouldBe("number");
        used.Decision.Rejections[0].Message.ShouldNotContain(RecipientId.From("somebody else").ToString());
    }

    [Fact]
    public void A_number_is_given_once_and_to_the_same_patient_again()
    {
        Spec.For<Tube>().When(state => TubeDecider.Label(state, "S-1", Patient, Nurse)).Then(new TubeLabeled(Hospital, "S-1", Patient));
        Spec.For<Tube>().Given(new TubeLabeled(Hospital, "S-1", Patient)).When(state => TubeDecider.Label(state, "S-1", Patient, Nurse)).ThenNothing();
    }

    [Fact]
    public void A_negative_screen_is_told() =>
        Screen(WithSample, false).Then(new RecipientSampleScreened("S-1", false), Told with { Sample = Told.Sample! with { AntibodyScreen = false } });

    [Fact]
    public void A_positive_screen_may_say_against_what() => Screen(WithSample, true, "K", "Jka").Then(
        new RecipientSampleScreened("S-1", true),
        new RecipientAntibodyFound(AntigenSet.Of("K", "Jka"), "S-1"),
        Told with { Antibodies = AntigenSet.Of("K", "Jka"), Sample = Told.Sample! with { AntibodyScreen = true } });

    [Fact]
    public void Against_what_may_be_found_out_later() =>
        Screen(WithSample.Given(new RecipientSampleScreened("S-1", true)), true, "K").After.Antibodies.ShouldBe(AntigenSet.Of("K"));

    [Fact]
    public void A_screen_told_again_changes_nothing() => Screen(WithSample.Given(new RecipientSampleScreened("S-1", false)), false).ThenNothing();

    [Fact]
    public void Of_two_results_of_one_sample_the_positive_stands()
    {
        Screen(WithSample.Given(new RecipientSampleScreened("S-1", true)), false).After.FindSample("S-1")!.AntibodyScreen.ShouldBe(true);
        Screen(WithSample.Given(new RecipientSampleScreened("S-1", false)), true).After.FindSample("S-1")!.AntibodyScreen.ShouldBe(true);
    }

    [Fact]
    public void What_a_screen_found_is_told_with_later_samples_too()
    {
        var screened = WithSample.Given(new RecipientSampleScreened("S-1", true), Told with { Sample = Told.Sample! with { AntibodyScreen = true } });
        var next = Take(screened, Sample with { Number = "S-2", TakenAt = Now });

        next.Decision.Events.OfType<RecipientProfileChanged>().ShouldHaveSingleItem().Sample.ShouldNotBeNull().AntibodyScreen.ShouldBe(true);
        next.After.FindSample("S-2")!.AntibodyScreen.ShouldBeNull();
    }

    [Fact]
    public void A_negative_screen_finds_no_antibodies() => Screen(WithSample, false, "K").ThenRejected("antigens-unexpected");

    [Fact]
    public void A_tube_that_is_not_the_patients_is_not_screened() => Screen(Admitted, true).ThenRejected("unknown-sample");

    private static SpecOutcome<Recipient, RecipientEvent> Take(Spec<Recipient> spec, TakeSample sample) =>
        spec.When(state => RecipientSampleDecider.Take(state, sample, Policy, Nurse));

    private static SpecOutcome<Recipient, RecipientEvent> Screen(Spec<Recipient> spec, bool positive, params string[] antigens) =>
        spec.When(state => RecipientSampleDecider.Screen(state, new ScreenSample("S-1", positive, AntigenSet.Of(antigens))));
}
