using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
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

    private static readonly WantedRequirements Special = new(true, true, false, ["K", "E"], 7);

    private static readonly Recipient Known = Aggregate.Fold<Recipient>(
        [new RecipientRegistered(Patient, OPositive, Hospital, "A9991-N01"), new RecipientGroupDetermined(OPositive, "A9991-N02", null, OPositive)]);

    /// <summary>Somebody who bleeds and of whom one person has found the group.</summary>
    private static readonly Recipient Ungrouped = Aggregate.Fold<Recipient>([new RecipientRegistered(Patient, OPositive, Hospital, "A9991-N01")]);

    [Fact]
    public void Stock_is_ordered_from_the_site_that_supplies_the_hospital() => Place(ForStock).Then(PlacedNow);

    [Fact]
    public void A_patient_is_served_from_the_hospitals_own_stock_by_the_recipients_group() => Place(ForPatient, Known).Then(PlacedForPatient with
    {
        Urgency = OrderUrgency.Routine,
        DueAt = Now.AddHours(8),
        PlacedAt = Now,
        WaitUntil = Now.AddDays(1),
    });

    [Fact]
    public void The_same_order_sent_again_changes_nothing() =>
        Spec.For<Order>().Given(Placed).When(state => OrderDecider.Place(state, ForStock, Network, Recipient.Initial, Policy, Nurse)).ThenNothing();

    [Fact]
    public void An_order_for_nothing_is_refused() => Place(ForStock with { Lines = [] }).ThenRejected("no-lines");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(501)]
    public void A_quantity_outside_1_to_500_is_refused_and_the_line_named(int quantity)
    {
        var refused = Place(ForStock with { Lines = [.. ForStock.Lines, ForStock.Lines[0] with { Kind = ComponentKind.Plasma, Quantity = quantity }] });

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
                state, ForStock, Network, Recipient.Initial, Policy with { Components = [] }, Nurse))
            .ThenRejected("unknown-component");

    [Fact]
    public void A_line_for_stock_without_a_group_is_refused() =>
        Place(ForStock with { Lines = [ForStock.Lines[0] with { Group = null }] }).ThenRejected("group-required");

    [Fact]
    public void What_was_needed_before_now_is_refused_even_when_the_order_is_back_dated() =>
        Spec.For<Order>()
            .When(state => OrderDecider.Place(
                state, ForStock with { NeededBy = Now }, Network, Recipient.Initial, Policy, Nurse with { OccurredAt = Now.AddHours(-3) }))
            .ThenRejected("needed-by-past");

    [Fact]
    public void Who_tells_an_order_late_does_not_pass_others_by_that() =>
        Spec.For<Order>()
            .When(state => OrderDecider.Place(state, ForStock, Network, Recipient.Initial, Policy, Nurse with { OccurredAt = Now.AddDays(-43) }))
            .Then(PlacedNow);

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
        Spec.For<Order>().When(state => OrderDecider.Place(state, ForStock, Network with { Sites = [] }, Recipient.Initial, Policy, Nurse)).ThenRejected("unknown-site");

    [Fact]
    public void A_site_that_nobody_supplies_cannot_order_stock() =>
        Spec.For<Order>()
            .When(state => OrderDecider.Place(state, ForStock, Network, Recipient.Initial, Policy, Nurse with { Site = Centre }))
            .ThenRejected("no-supplier");

    [Fact]
    public void A_collection_point_has_no_stock_to_serve_a_patient_from()
    {
        var point = SiteId.Parse("HN-HK", null);
        Spec.For<Order>()
            .When(state => OrderDecider.Place(state, ForPatient, Network, Known, Policy, Nurse with { Site = point }))
            .ThenRejected("no-supplier");
    }

    [Fact]
    public void A_patient_may_be_served_by_the_supplier() =>
        Place(ForPatient with { FromSupplier = true }, Known).ThenState(state => state.Supplier.ShouldBe(Centre));

    [Theory]
    [InlineData(OrderUrgency.Emergency, 1)]
    [InlineData(OrderUrgency.Urgent, 4)]
    [InlineData(OrderUrgency.Routine, 8)]
    public void The_urgency_says_when_it_is_due(OrderUrgency urgency, int hours) =>
        Place(ForStock with { Urgency = urgency }).ThenState(state => state.DueAt.ShouldBe(Now.AddHours(hours)));

    [Fact]
    public void An_emergency_needs_no_time_and_waits_for_nothing_but_the_road() =>
        Place(ForStock with { Urgency = OrderUrgency.Emergency, NeededBy = null }).ThenState(state => state.NeededBy.ShouldBe(Now.AddHours(1)));

    [Fact]
    public void An_order_says_by_when_it_is_needed() => Place(ForStock with { NeededBy = null }).ThenRejected("needed-by-required");

    [Fact]
    public void What_cannot_be_there_in_time_is_refused_and_the_earliest_said()
    {
        var refused = Place(ForStock with { NeededBy = Now.AddMinutes(40) });

        refused.ThenRejected("needed-by-too-soon");
        // Half an hour to pick and pack, 25 minutes on the road.
        refused.Decision.Rejections[0].Message.ShouldContain("2026-03-02T08:55");
        Place(ForStock with { NeededBy = Now.AddMinutes(55) }).Decision.IsRejected.ShouldBeFalse();
        Place(ForStock with { NeededBy = Now.AddMinutes(40), Urgency = OrderUrgency.Emergency }).Decision.IsRejected.ShouldBeFalse();
        Place(ForPatient with { NeededBy = Now.AddMinutes(5) }, Known).Decision.IsRejected.ShouldBeFalse("the units are in the house");
    }

    [Fact]
    public void Nobody_orders_more_than_sixty_days_ahead() => Place(ForStock with { NeededBy = Now.AddDays(61) }).ThenRejected("needed-by-too-far");

    [Fact]
    public void A_slot_is_one_of_the_next_vans_and_sets_the_times()
    {
        // Monday 16:00 in Hanoi, which is an hour ahead of Monday 8:00 in Greenwich.
        var van = new DateTimeOffset(2026, 3, 2, 16, 0, 0, TimeSpan.FromHours(7));
        PlaceAt(WithVans, ForStock with { NeededBy = null, Slot = van }).ThenState(state =>
        {
            state.Slot.ShouldBe(van);
            state.NeededBy.ShouldBe(van);
            state.DueAt.ShouldBe(van);
        });

        var refused = PlaceAt(WithVans, ForStock with { Slot = van.AddHours(1) });
        refused.ThenRejected("slot-unknown");
        refused.Decision.Rejections[0].Message.ShouldContain("2026-03-04T10:00:00");
        PlaceAt(WithVans, ForStock with { NeededBy = van.AddMinutes(-5), Slot = van }).ThenRejected("slot-too-late");
        PlaceAt(WithVans, ForPatient with { Slot = van }, Known).ThenRejected("slot-unexpected");
    }

    [Fact]
    public void A_standing_order_is_placed_by_its_form_only()
    {
        Place(ForStock with { Urgency = OrderUrgency.Standing }).ThenRejected("standing-without-form");
        Place(ForStock with { Urgency = OrderUrgency.Standing, Form = TheForm }).Decision.IsRejected.ShouldBeFalse();
    }

    [Fact]
    public void Two_lines_for_the_same_are_a_slip()
    {
        var refused = Place(ForStock with { Lines = [ForStock.Lines[0], ForStock.Lines[0] with { Quantity = 3 }] });

        refused.ThenRejected("duplicate-line");
        refused.Decision.Rejections[0].Field.ShouldBe("lines[1]");
        Place(ForStock with { Lines = [ForStock.Lines[0], ForStock.Lines[0] with { Requirements = Special with { Irradiated = false } }] }).Decision.IsRejected.ShouldBeFalse();
    }

    [Fact]
    public void Requirements_are_read_and_what_is_none_is_left_out()
    {
        var policy = Policy with { Components = [.. Policy.Components, Policy.Components.First(component => component.Kind == ComponentKind.RedCells) with { Irradiated = true }] };
        Spec.For<Order>()
            .When(state => OrderDecider.Place(state, ForStock with { Lines = [ForStock.Lines[0] with { Requirements = Special }] }, Network, Recipient.Initial, policy, Nurse))
            .ThenState(state => state.Lines[0].Requirements.ShouldBe(new UnitRequirements(true, true, false, AntigenSet.Of("K", "E"), 7)));
        Place(ForStock with { Lines = [ForStock.Lines[0] with { Requirements = new(false, false, false, [], null) }] })
            .ThenState(state => state.Lines[0].Requirements.ShouldBeNull());
    }

    [Fact]
    public void Requirements_that_nothing_can_meet_are_refused_and_each_is_named()
    {
        var refused = Place(ForStock with { Lines = [new WantedLine(ComponentKind.Plasma, OPositive, 1, new(false, false, true, ["K", "Q", ""], 43))] });

        refused.ThenRejected("antigen-unknown", "antigen-unknown", "fresher-than-days-invalid", "requirement-impossible");
        refused.Decision.Rejections.Select(reason => reason.Field).ShouldBe(
        [
            "lines[0].requirements.withoutAntigens[1]",
            "lines[0].requirements.withoutAntigens[2]",
            "lines[0].requirements.fresherThanDays",
            "lines[0].requirements",
        ]);
    }

    [Fact]
    public void In_an_emergency_the_group_that_the_policy_gives_is_ordered()
    {
        var policy = Policy with { Emergency = EmergencyRules.None with { Groups = EmergencyRules.None.Groups.Add(ComponentKind.RedCells, [OPositive]) } };
        SpecOutcome<Order, OrderEvent> Ask(WantedLine line) => Spec.For<Order>().When(state => OrderDecider.Place(
            state, ForPatient with { Urgency = OrderUrgency.Emergency, Lines = [line] }, Network, Ungrouped, policy, Nurse));

        Ask(ForPatient.Lines[0]).ThenState(state =>
        {
            state.Recipient.ShouldBe(Patient);
            state.RecipientGroup.ShouldBeNull();
            state.Lines[0].Group.ShouldBe(OPositive);
        });
        Ask(ForPatient.Lines[0] with { Group = BloodGroup.Parse("A+") }).ThenRejected("recipient-group-mismatch");
        Ask(new WantedLine(ComponentKind.Platelets, null, 1)).ThenRejected("no-emergency-group");
    }

    [Fact]
    public void Every_reason_is_given_at_once() =>
        Spec.For<Order>()
            .When(state => OrderDecider.Place(
                state,
                new PlaceOrder(TheOrder, OrderPurpose.Stock, [new WantedLine(ComponentKind.RedCells, null, 0)], Now.AddDays(-1), Patient),
                Network,
                Recipient.Initial,
                Policy,
                Nurse with { Site = Centre }))
            .ThenRejected("no-supplier", "recipient-unexpected", "group-required", "quantity-invalid", "needed-by-past");

    private static Region WithVans => Network with
    {
        Sites = [.. Network.Sites.Select(site => site.Id == Hospital
            ? site with { Slots = [new(DayOfWeek.Monday, new TimeOnly(16, 0)), new(DayOfWeek.Wednesday, new TimeOnly(10, 0))] }
            : site)],
    };

    private static SpecOutcome<Order, OrderEvent> Place(PlaceOrder command, Recipient? recipient = null) => PlaceAt(Network, command, recipient);

    private static SpecOutcome<Order, OrderEvent> PlaceAt(Region region, PlaceOrder command, Recipient? recipient = null) =>
        Spec.For<Order>().When(state => OrderDecider.Place(state, command, region, recipient ?? Recipient.Initial, Policy, Nurse));
}
