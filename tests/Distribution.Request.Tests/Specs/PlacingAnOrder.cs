using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Network;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Specs;

public sealed class PlacingAnOrder
{
    private static readonly PlaceOrder ForStock = new(
        TheOrder, OrderPurpose.Stock, [new WantedLine(ComponentKind.RedCells, OPositive, 2)], Now.AddDays(1), null);

    private static readonly PlaceOrder ForPatient = new(
        TheOrder, OrderPurpose.Patient, [new WantedLine(ComponentKind.RedCells, null, 2)], Now.AddDays(1), Patient);

    private static readonly Recipient Known = Aggregate.Fold<Recipient>(
        [new RecipientRegistered(Patient, OPositive, Hospital, "A9991-N01"), new RecipientGroupDetermined(OPositive, "A9991-N02", null, OPositive)]);

    [Fact]
    public void Stock_is_ordered_from_the_site_that_supplies_the_hospital() => Place(ForStock).Then(Placed);

    [Fact]
    public void A_patient_is_served_from_the_hospitals_own_stock_by_the_recipients_group() => Place(ForPatient, Known).Then(PlacedForPatient);

    [Fact]
    public void The_same_order_sent_again_changes_nothing() =>
        Spec.For<Order>().Given(Placed).When(state => OrderDecider.Place(state, ForStock, Network.Find(Hospital), Recipient.Initial, Policy, Nurse)).ThenNothing();

    [Fact]
    public void An_order_for_nothing_is_refused() => Place(ForStock with { Lines = [] }).ThenRejected("no-lines");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(501)]
    public void A_quantity_outside_1_to_500_is_refused_and_the_line_named(int quantity)
    {
        var refused = Place(ForStock with { Lines = [.. ForStock.Lines, ForStock.Lines[0] with { Quantity = quantity }] });

        refused.ThenRejected("quantity-invalid");
        refused.Decision.Rejections[0].Field.ShouldBe("lines[1].quantity");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    public void Quantities_from_1_to_500_are_taken(int quantity) =>
        Place(ForStock with { Lines = [ForStock.Lines[0] with { Quantity = quantity }] }).Decision.IsRejected.ShouldBeFalse();

    [Fact]
    public void A_component_that_the_policy_does_not_know_is_refused() =>
        Spec.For<Order>()
            .When(state => OrderDecider.Place(
                state, ForStock, Network.Find(Hospital), Recipient.Initial, Policy with { Components = [] }, Nurse))
            .ThenRejected("unknown-component");

    [Fact]
    public void A_line_for_stock_without_a_group_is_refused() =>
        Place(ForStock with { Lines = [ForStock.Lines[0] with { Group = null }] }).ThenRejected("group-required");

    [Fact]
    public void What_was_needed_before_now_is_refused_even_when_the_order_is_back_dated() =>
        Spec.For<Order>()
            .When(state => OrderDecider.Place(
                state, ForStock with { NeededBy = Now }, Network.Find(Hospital), Recipient.Initial, Policy, Nurse with { OccurredAt = Now.AddHours(-3) }))
            .ThenRejected("needed-by-past");

    [Fact]
    public void An_order_for_a_patient_names_the_recipient() =>
        Place(ForPatient with { Recipient = null }).ThenRejected("recipient-required");

    [Fact]
    public void A_recipient_whom_nobody_registered_is_refused() => Place(ForPatient).ThenRejected("unknown-recipient");

    [Fact]
    public void A_recipient_whose_group_only_one_person_found_is_refused() =>
        Place(ForPatient, Aggregate.Fold<Recipient>([new RecipientRegistered(Patient, OPositive, Hospital, "A9991-N01")]))
            .ThenRejected("recipient-group-not-established");

    [Fact]
    public void An_order_for_stock_names_no_recipient() =>
        Place(ForStock with { Recipient = Patient }, Known).ThenRejected("recipient-unexpected");

    [Fact]
    public void A_group_that_is_not_the_recipients_is_refused() =>
        Place(ForPatient with { Lines = [ForPatient.Lines[0] with { Group = BloodGroup.Parse("A+") }] }, Known).ThenRejected("recipient-group-mismatch");

    [Fact]
    public void A_site_outside_the_region_cannot_order() =>
        Spec.For<Order>().When(state => OrderDecider.Place(state, ForStock, null, Recipient.Initial, Policy, Nurse)).ThenRejected("unknown-site");

    [Fact]
    public void A_site_that_nobody_supplies_cannot_order_stock() =>
        Spec.For<Order>()
            .When(state => OrderDecider.Place(state, ForStock, Network.Find(Centre), Recipient.Initial, Policy, Nurse with { Site = Centre }))
            .ThenRejected("no-supplier");

    [Fact]
    public void A_collection_point_has_no_stock_to_serve_a_patient_from()
    {
        var point = SiteId.Parse("HN-HK", null);
        Spec.For<Order>()
            .When(state => OrderDecider.Place(state, ForPatient, Network.Find(point), Known, Policy, Nurse with { Site = point }))
            .ThenRejected("no-supplier");
    }

    [Fact]
    public void Every_reason_is_given_at_once() =>
        Spec.For<Order>()
            .When(state => OrderDecider.Place(
                state,
                new PlaceOrder(TheOrder, OrderPurpose.Stock, [new WantedLine(ComponentKind.RedCells, null, 0)], Now.AddDays(-1), Patient),
                Network.Find(Centre),
                Recipient.Initial,
                Policy,
                Nurse with { Site = Centre }))
            .ThenRejected("no-supplier", "recipient-unexpected", "group-required", "quantity-invalid", "needed-by-past");

    private static SpecOutcome<Order, OrderEvent> Place(PlaceOrder command, Recipient? recipient = null) =>
        Spec.For<Order>().When(state => OrderDecider.Place(state, command, Network.Find(Hospital), recipient ?? Recipient.Initial, Policy, Nurse));
}
