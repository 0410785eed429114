using Distribution.Blood.Antigens;
using Distribution.Blood.Components;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Specs;

public sealed class Crossmatching_a_unit
{
    private static Spec<Unit> Waiting => Spec.For<Unit>().Given(InStock(Hospital)).Given(ReservedForPatient());

    [Fact]
    public void in_a_tube_names_the_sample_and_how_long_it_serves() => Waiting
        .When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(), AtHospital))
        .Then(new UnitCrossmatched(Order, Recipient, OPositive, true, CrossmatchMethod.Serological, Tube, Now.AddHours(70)));

    [Theory]
    [InlineData("S-0009")]
    [InlineData(null)]
    public void with_another_tube_than_the_patients_newest_is_refused(string? tube) => Waiting
        .When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(sample: tube), AtHospital))
        .ThenRejected("sample-missing");

    [Fact]
    public void with_a_sample_that_is_too_old_is_refused() => Waiting
        .When(state => BenchDecider.Crossmatch(state, Known() with { Sample = new RecipientSample(Tube, Now.AddDays(-3), Now) }, BenchPolicy, Tested(), AtHospital))
        .ThenRejected("sample-expired");

    [Fact]
    public void of_plasma_needs_no_sample() => Spec.For<Unit>()
        .Given(InStock(Hospital, "AB+", ComponentKind.Plasma))
        .Given(ReservedForPatient())
        .When(state => BenchDecider.Crossmatch(state, Known() with { Sample = null }, BenchPolicy, Tested(sample: null), AtHospital))
        .Decision.IsRejected.ShouldBeFalse();

    [Fact]
    public void for_somebody_without_a_group_is_refused() => Waiting
        .When(state => BenchDecider.Crossmatch(state, Known() with { Group = null }, BenchPolicy, Tested(), AtHospital))
        .ThenRejected("group-unknown");

    [Fact]
    public void by_computer_is_for_those_of_whom_all_is_known() => Waiting
        .When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy with { ElectronicCrossmatch = true }, Tested(method: CrossmatchMethod.Electronic), AtHospital))
        .Then(Crossmatched() with { Method = CrossmatchMethod.Electronic });

    [Fact]
    public void by_computer_where_nothing_is_as_it_should_tells_every_reason()
    {
        var patient = Known("A-") with { Antibodies = AntigenSet.Of("K"), Sample = new RecipientSample("S-0002", Now, Now.AddDays(3)) };

        Spec.For<Unit>().Given(Prepared(Facts(site: Hospital)), Released("B+"), ReservedForPatient("A-"))
            .When(state => BenchDecider.Crossmatch(state, patient, BenchPolicy, Tested(method: CrossmatchMethod.Electronic), AtHospital))
            .ThenRejected("electronic-not-allowed", "sample-missing", "electronic-screen-missing", "electronic-antibodies", "electronic-incompatible");
    }

    [Fact]
    public void by_computer_after_a_positive_screen_is_refused() => Waiting
        .When(state => BenchDecider.Crossmatch(
            state,
            Known() with { Sample = new RecipientSample(Tube, Now, Now.AddDays(3), true) },
            BenchPolicy with { ElectronicCrossmatch = true },
            Tested(method: CrossmatchMethod.Electronic),
            AtHospital))
        .ThenRejected("electronic-screen-positive");

    [Fact]
    public void and_found_incompatible_is_taken_whatever_the_tube_the_reservation_or_the_group()
    {
        var found = new UnitIncompatibilityFound(Recipient, Order, Tube);

        Waiting.When(state => BenchDecider.Crossmatch(state, Known() with { Group = null }, BenchPolicy, Tested(compatible: false), AtHospital)).Then(found);
        Waiting.When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(compatible: false, sample: "S-0000"), AtHospital)).Then(found with { Sample = "S-0000" });
        Spec.For<Unit>().Given(OutWithAPatient()).Given(new UnitReturned(Order, Recipient, 5, true), new UnitReservationEnded(Order, "returned"))
            .When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(compatible: false), AtHospital))
            .Then(found);
        Waiting.Given(found).When(state => BenchDecider.Issue(state, Known(), BenchPolicy, ToPatient(), AtHospital)).ThenRejected("crossmatch-incompatible");
        Spec.For<Unit>().Given(InStock(Hospital)).Given(found)
            .When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(compatible: false), AtHospital)).ThenNothing();
    }

    [Fact]
    public void of_a_unit_that_nobody_has_told_of_is_refused() => Spec.For<Unit>()
        .When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(compatible: false), AtHospital))
        .ThenRejected("unknown-unit");

    [Fact]
    public void in_a_tube_after_one_by_computer_counts() => Waiting
        .Given(Crossmatched() with { Method = CrossmatchMethod.Electronic })
        .When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(), AtHospital))
        .Then(Crossmatched());

    [Fact]
    public void again_with_the_same_tube_changes_nothing_and_with_a_new_one_counts()
    {
        var tested = Waiting.Given(Crossmatched());
        var newer = Known() with { Sample = new RecipientSample("S-0002", Now, Now.AddDays(3)) };

        tested.When(state => BenchDecider.Crossmatch(state, Known(), BenchPolicy, Tested(), AtHospital)).ThenNothing();
        tested.When(state => BenchDecider.Crossmatch(state, newer, BenchPolicy, Tested(sample: "S-0002"), AtHospital))
            .ThenState(state => state.Crossmatch!.Sample.ShouldBe("S-0002"));
    }
}
