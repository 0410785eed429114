using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Specs;

public sealed class Planning_a_consignment
{
    private static readonly PlanConsignment Command =
        new(Order, Centre, Hospital, [Listed(First, 9), Listed(Second, 3), Listed(Third, 6)], Morning.AddHours(8), ReservedUntil);

    [Fact]
    public void Lists_what_was_reserved_for_the_order() =>
        Spec.For<Consignment>().Given().When(state => ConsignmentDecider.Plan(state, Number, Command)).Then(Planned);

    [Fact]
    public void Puts_what_expires_first_at_the_head_of_the_pick_list() =>
        Spec.For<Consignment>().Given(Planned).State().Units.Select(unit => unit.Unit).ShouldBe([Second, Third, First]);

    [Fact]
    public void Happens_once() =>
        Spec.For<Consignment>().Given(Planned).When(state => ConsignmentDecider.Plan(state, Number, Command)).ThenNothing();

    [Fact]
    public void Is_refused_under_a_number_that_another_order_has() =>
        Spec.For<Consignment>().Given(Planned)
            .When(state => ConsignmentDecider.Plan(state, Number, Command with { Order = OtherOrder }))
            .ThenRejected("consignment-number-used");

    [Fact]
    public void Tells_everything_that_is_wrong_with_the_list_at_once()
    {
        Spec.For<Consignment>().Given()
            .When(state => ConsignmentDecider.Plan(state, Number, Command with { To = Centre, Units = [] }))
            .ThenRejected("no-units", "same-site");
        Spec.For<Consignment>().Given()
            .When(state => ConsignmentDecider.Plan(state, Number, Command with { Units = [Listed(First, 9), Listed(First, 9)] }))
            .ThenRejected("duplicate-unit");
    }
}

public sealed class Numbering_consignments
{
    [Fact]
    public void Counts_up_from_one_within_a_facility_and_year() =>
        Spec.For<Numbering>().Given()
            .When(state => NumberingDecider.Assign(state, "A9990", 26))
            .Then(new NumberingEvent.ConsignmentNumberAssigned(Blood.Isbt128.ConsignmentNumber.Parse("A99902600001", null)));

    [Fact]
    public void Goes_on_after_the_last_number_given() =>
        Spec.For<Numbering>()
            .Given([.. Enumerable.Range(1, 6).Select(serial => new NumberingEvent.ConsignmentNumberAssigned(Blood.Isbt128.ConsignmentNumber.Create("A9990", 26, serial)))])
            .When(state => NumberingDecider.Assign(state, "A9990", 26))
            .Then(new NumberingEvent.ConsignmentNumberAssigned(Number));

    [Fact]
    public void Is_refused_when_five_digits_are_used_up() =>
        NumberingDecider.Assign(Numbering.Initial with { LastSerial = 99_999 }, "A9990", 26).Rejections.ShouldHaveSingleItem().Code.ShouldBe("numbers-exhausted");

    [Fact]
    public void Keeps_a_row_for_every_facility_and_year() => Numbering.IdOf("A9990", 7).ShouldBe("A999007");
}
