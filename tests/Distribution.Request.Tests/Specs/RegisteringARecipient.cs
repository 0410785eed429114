using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Specs;

public sealed class RegisteringARecipient
{
    private static readonly UnitRequirements Irradiated = UnitRequirements.None with { Irradiated = true };
    private static readonly RecipientProfileChanged NothingKnown = new(Patient, Hospital, AntigenSet.None);
    private static readonly Spec<Recipient> Registered = Spec.For<Recipient>().Given(new RecipientAdmitted(Patient, Hospital), NothingKnown);

    [Fact]
    public void A_group_that_is_stated_counts_as_the_finding_of_who_registers_and_establishes_nothing() =>
        Spec.For<Recipient>().When(state => RecipientDecider.Register(state, new RegisterRecipient(Patient, OPositive), Nurse))
            .Then(new RecipientRegistered(Patient, OPositive, Hospital, "A9991-N01"), NothingKnown)
            .ThenState(state =>
            {
                state.Group.ShouldBeNull();
                state.Determinations.ShouldBe([new RecipientDetermination(OPositive, "A9991-N01")]);
            });

    [Fact]
    public void Nobody_needs_to_know_a_group_to_register_a_patient() =>
        Spec.For<Recipient>().When(state => RecipientDecider.Register(state, new RegisterRecipient(Patient, null), Nurse))
            .Then(new RecipientAdmitted(Patient, Hospital), NothingKnown)
            .ThenState(state => state.IsRegistered.ShouldBeTrue());

    [Fact]
    public void What_is_no_group_is_refused() =>
        Spec.For<Recipient>().When(state => RecipientDecider.Register(state, new RegisterRecipient(Patient, default(BloodGroup)), Nurse)).ThenRejected("group-invalid");

    [Fact]
    public void The_same_registration_sent_again_changes_nothing() =>
        Registered.When(state => RecipientDecider.Register(state, new RegisterRecipient(Patient, OPositive), Nurse)).ThenNothing();

    [Fact]
    public void What_units_must_be_is_told_to_the_others() =>
        Registered.When(state => RecipientDecider.Require(state, new SetRequirements(Irradiated, "stem-cell-transplant")))
            .Then(new RecipientRequirementsSet(Irradiated, "stem-cell-transplant"), NothingKnown with { Requirements = Irradiated });

    [Fact]
    public void What_units_must_be_already_is_not_said_twice() =>
        Registered.Given(new RecipientRequirementsSet(Irradiated, "stem-cell-transplant"))
            .When(state => RecipientDecider.Require(state, new SetRequirements(Irradiated, "said-again"))).ThenNothing();

    [Theory]
    [InlineData(0)]
    [InlineData(366)]
    public void Requirements_that_nobody_can_mean_are_refused_with_every_reason(int days) =>
        Registered.When(state => RecipientDecider.Require(state, new SetRequirements(UnitRequirements.None with { FresherThanDays = days }, "Because!")))
            .ThenRejected("fresher-than-days-invalid", "reason-invalid");

    [Fact]
    public void An_erasure_is_recorded_once_and_tells_the_others_nothing() =>
        Registered.When(state => RecipientDecider.Erase(state, new EraseIdentity("patient-request"))).Then(new RecipientIdentityErased("patient-request"));

    [Fact]
    public void An_erasure_asked_for_again_changes_nothing() =>
        Registered.Given(new RecipientIdentityErased("patient-request"))
            .When(state => RecipientDecider.Erase(state, new EraseIdentity("court-order"))).ThenNothing();

    [Fact]
    public void An_erasure_rests_on_something() =>
        Registered.When(state => RecipientDecider.Erase(state, new EraseIdentity("Because!"))).ThenRejected("basis-invalid");

    [Fact]
    public void Of_a_recipient_whom_nobody_registered_nothing_is_recorded()
    {
        var nobody = Spec.For<Recipient>();
        nobody.When(state => RecipientDecider.Erase(state, new EraseIdentity("patient-request"))).ThenRejected("unknown-recipient");
        nobody.When(state => RecipientDecider.Require(state, new SetRequirements(Irradiated, "stem-cell-transplant"))).ThenRejected("unknown-recipient");
        nobody.When(state => RecipientGroupDecider.Determine(state, new DetermineGroup(OPositive), Policy, Nurse)).ThenRejected("unknown-recipient");
        nobody.When(state => RecipientGroupDecider.Settle(state, new SettleGroup(OPositive, "tube-mixed-up", "A9991-N02"), Nurse)).ThenRejected("unknown-recipient");
        nobody.When(state => RecipientSampleDecider.Take(state, new TakeSample("S-1", Now, "A9991-N01"), Policy, Nurse)).ThenRejected("unknown-recipient");
        nobody.When(state => RecipientSampleDecider.Screen(state, new ScreenSample("S-1", true, AntigenSet.None))).ThenRejected("unknown-recipient");
        nobody.When(state => RecipientSampleDecider.Find(state, new FindAntibodies(AntigenSet.Of("K")))).ThenRejected("unknown-recipient");
    }
}
