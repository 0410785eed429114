using Distribution.Blood.Components;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Donations.Tests.Given;

namespace Distribution.Donations.Tests.Specs;

public sealed class Registering_a_donor
{
    private static readonly RegisterDonor Registration = new(DonorOne, Sex.Female, 1990);

    [Fact]
    public void keeps_the_sex_and_the_year_of_birth() =>
        Spec.For<Donor>().Given()
            .When(state => DonorDecider.Register(state, Registration, By(FirstPerson, CollectedAt, site: CollectionPoint)))
            .Then(Registered);

    [Fact]
    public void does_nothing_when_it_is_sent_again() =>
        Spec.For<Donor>().Given(Registered)
            .When(state => DonorDecider.Register(state, Registration, By(FirstPerson, CollectedAt)))
            .ThenNothing();

    [Fact]
    public void is_refused_when_the_pseudonym_stands_for_somebody_else() =>
        Spec.For<Donor>().Given(Registered)
            .When(state => DonorDecider.Register(state, Registration with { BirthYear = 1991 }, By(FirstPerson, CollectedAt)))
            .ThenRejected("donor-exists");

    [Theory]
    [InlineData(1899)]
    [InlineData(2027)]
    public void is_refused_for_a_year_of_birth_that_cannot_be(int year) =>
        Spec.For<Donor>().Given()
            .When(state => DonorDecider.Register(state, Registration with { BirthYear = year }, By(FirstPerson, CollectedAt)))
            .ThenRejected("birth-date-invalid");

    [Fact]
    public void is_refused_with_all_reasons_at_once() =>
        Spec.For<Donor>().Given()
            .When(state => DonorDecider.Register(state, Registration with { BirthYear = 1, Sex = default }, By(FirstPerson, CollectedAt)))
            .ThenRejected("birth-date-invalid", "sex-invalid");
}

public sealed class A_donor_giving
{
    private static readonly CollectDonation Collection = new(DonorOne, Number, 350, 60);

    private static DonorGave Gave(DateTimeOffset at) => new(Number, at, CollectionKind.WholeBlood, 350, 60);

    private static SpecOutcome<Donor, DonorEvent> Giving(DateTimeOffset at, params IReadOnlyList<object> history) =>
        Spec.For<Donor>().Given(history).When(state => DonorDecider.Give(state, Collection, Policy, By(FirstPerson, at)));

    [Fact]
    public void is_recorded_with_the_donation() =>
        Giving(CollectedAt, Registered).Then(Gave(CollectedAt));

    [Fact]
    public void is_refused_for_somebody_unknown() => Giving(CollectedAt).ThenRejected("unknown-donor");

    // Collected in 2026: whoever was born in 2008 may still be 17, whoever was born in 2007 is 18 on any day of the year.
    [Theory]
    [InlineData(2008, "donor-too-young")]
    [InlineData(2007, null)]
    [InlineData(1966, null)]
    [InlineData(1965, "donor-too-old")]
    public void depends_on_the_age_read_strictly_from_the_year_of_birth(int birthYear, string? code)
    {
        var outcome = Giving(CollectedAt, Registered with { BirthYear = birthYear });
        if (code is null)
            outcome.Then(Gave(CollectedAt));
        else
            outcome.ThenRejected(code);
    }

    [Theory]
    [InlineData("2026-05-24T23:59:00+07:00", false)]
    [InlineData("2026-05-25T00:00:00+07:00", true)]
    public void waits_for_the_interval_counted_in_local_days(string at, bool accepted)
    {
        var outcome = Giving(At(at), Registered, new DonorGave(OtherNumber, CollectedAt));
        if (accepted)
            outcome.Then(Gave(At(at)));
        else
            outcome.ThenRejected("donated-too-recently").Decision.Rejections[0].Message.ShouldContain("2026-05-25");
    }

    [Fact]
    public void is_refused_when_it_is_entered_late_and_stands_too_close_before_a_donation_already_known() =>
        Giving(CollectedAt.AddDays(-10), Registered, new DonorGave(OtherNumber, CollectedAt)).ThenRejected("donated-too-recently");

    [Fact]
    public void is_refused_while_deferred() =>
        Giving(CollectedAt, Registered, new DonorDeferred("tattoo", Until: CollectedAt.AddDays(1))).ThenRejected("donor-deferred");

    [Fact]
    public void is_accepted_from_the_end_of_the_deferral_on() =>
        Giving(CollectedAt, Registered, new DonorDeferred("tattoo", Until: CollectedAt)).Then(Gave(CollectedAt));

    [Fact]
    public void is_refused_for_good_after_a_deferral_without_an_end() =>
        Giving(CollectedAt.AddYears(5), Registered, new DonorDeferred("marker-reactive", OtherNumber)).ThenRejected("donor-deferred");

    [Fact]
    public void is_refused_with_all_reasons_at_once() =>
        Giving(CollectedAt, Registered with { BirthYear = 2010 }, new DonorGave(OtherNumber, CollectedAt), new DonorDeferred("marker-reactive"))
            .ThenRejected("donor-too-young", "donated-too-recently", "donor-deferred");

    [Fact]
    public void does_nothing_when_the_donation_is_on_record() =>
        Giving(CollectedAt, Registered, new DonorGave(Number, CollectedAt)).ThenNothing();
}

public sealed class Deferring_a_donor
{
    private static readonly DeferDonor Deferral = new("marker-reactive", Number, null);

    [Fact]
    public void keeps_the_reason_and_its_evidence() =>
        Spec.For<Donor>().Given(Registered)
            .When(state => DonorDecider.Defer(state, Deferral))
            .Then(new DonorDeferred("marker-reactive", Number));

    [Fact]
    public void does_nothing_the_second_time() =>
        Spec.For<Donor>().Given(Registered, new DonorDeferred("marker-reactive", Number))
            .When(state => DonorDecider.Defer(state, Deferral))
            .ThenNothing();

    [Fact]
    public void is_refused_for_somebody_unknown() =>
        Spec.For<Donor>().Given().When(state => DonorDecider.Defer(state, Deferral)).ThenRejected("unknown-donor");
}
