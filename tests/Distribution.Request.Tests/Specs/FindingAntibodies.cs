using Distribution.Blood.Antigens;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Specs;

public sealed class FindingAntibodies
{
    private static readonly AntigenSet Kell = AntigenSet.Of("K");
    private static readonly RecipientProfileChanged NothingKnown = new(Patient, Hospital, AntigenSet.None);

    private static readonly Spec<Recipient> Known = Spec.For<Recipient>().Given(
        new RecipientAdmitted(Patient, Hospital),
        NothingKnown,
        new RecipientAntibodyFound(Kell, null, "told-by-other-hospital"),
        NothingKnown with { Antibodies = Kell });

    [Fact]
    public void They_add_to_those_that_are_known_and_are_told() => Find(AntigenSet.Of("Jka")).Then(
        new RecipientAntibodyFound(AntigenSet.Of("Jka")), NothingKnown with { Antibodies = AntigenSet.Of("K", "Jka") });

    [Fact]
    public void Known_ones_found_again_change_nothing() => Find(Kell).ThenNothing();

    [Fact]
    public void Known_ones_found_in_a_sample_are_another_finding_and_nothing_new_to_the_others() =>
        Known.Given(new RecipientSampleTaken("S-1", Now, Now.AddDays(3), "A9991-N03"), NothingKnown with { Antibodies = Kell, Sample = new ProfileSample("S-1", Now, Now.AddDays(3)) })
            .When(state => RecipientSampleDecider.Find(state, new FindAntibodies(Kell, "S-1")))
            .Then(new RecipientAntibodyFound(Kell, "S-1"));

    [Fact]
    public void They_outlast_a_negative_screen()
    {
        var screened = Known.Given(new RecipientSampleTaken("S-1", Now, Now.AddDays(3), "A9991-N03"))
            .When(state => RecipientSampleDecider.Screen(state, new ScreenSample("S-1", false, AntigenSet.None)));

        screened.After.Antibodies.ShouldBe(Kell);
        screened.Decision.Events.OfType<RecipientProfileChanged>().ShouldHaveSingleItem().Antibodies.ShouldBe(Kell);
    }

    [Fact]
    public void Every_reason_is_given_at_once() =>
        Known.When(state => RecipientSampleDecider.Find(state, new FindAntibodies(AntigenSet.None, "S-9", "Because!")))
            .ThenRejected("antigens-required", "unknown-sample", "note-invalid");

    private static SpecOutcome<Recipient, RecipientEvent> Find(AntigenSet antigens) =>
        Known.When(state => RecipientSampleDecider.Find(state, new FindAntibodies(antigens)));
}
