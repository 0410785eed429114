using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Network;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Specs;

public sealed class AmendingAnOrder
{
    private static readonly WantedLine TwoCells = new(ComponentKind.RedCells, OPositive, 2);
    private static readonly WantedLine Plasma = new(ComponentKind.Plasma, OPositive, 1);

    [Fact]
    public void An_amendment_is_a_new_asking_that_says_the_whole_will() =>
        Amend(new AmendOrder([TwoCells with { Quantity = 3 }, Plasma])).Then(Now2 with
        {
            Lines = [Placed.Lines[0] with { Quantity = 3 }, new OrderLine(2, ComponentKind.Plasma, OPositive, 1)],
        });

    [Fact]
    public void A_line_that_is_left_out_stays_visible_and_wants_nothing() =>
        Amend(new AmendOrder([Plasma])).ThenState(state => state.Lines.Select(line => (line.Line, line.Quantity)).ShouldBe([(1, 0), (2, 1)]));

    [Fact]
    public void A_line_that_asks_for_something_else_is_a_new_line() =>
        Amend(new AmendOrder([TwoCells with { Group = BloodGroup.Parse("A+") }]))
            .ThenState(state => state.Lines.Select(line => (line.Line, line.Group.ToString(), line.Quantity)).ShouldBe([(1, "O+", 0), (2, "A+", 2)]));

    [Fact]
    public void The_same_again_changes_nothing() => Amend(new AmendOrder([TwoCells])).ThenNothing();

    [Fact]
    public void More_urgent_is_due_sooner() =>
        Amend(new AmendOrder([TwoCells], Urgency: OrderUrgency.Emergency)).ThenState(state =>
        {
            state.Urgency.ShouldBe(OrderUrgency.Emergency);
            state.DueAt.ShouldBe(Now.AddHours(1));
        });

    [Fact]
    public void What_gives_up_its_slot_is_not_due_at_that_slot_any_more() =>
        Amend(new AmendOrder([TwoCells], Now.AddHours(20)), PlacedNow with { Slot = Now.AddHours(23), DueAt = Now.AddHours(23) })
            .ThenState(state => (state.Slot, state.DueAt).ShouldBe((null, Now.AddHours(8))));

    [Fact]
    public void A_patients_lines_take_the_group_of_today()
    {
        var aPositive = BloodGroup.Parse("A+");
        var settled = Aggregate.Fold<Recipient>(
            [new RecipientRegistered(Patient, aPositive, Hospital, "A9991-N01"), new RecipientGroupDetermined(aPositive, "A9991-N02", null, aPositive)]);
        Spec.For<Order>().Given(PlacedForPatient with { WaitUntil = Now.AddDays(1) })
            .When(state => AmendmentDecider.Amend(state, new AmendOrder([new WantedLine(ComponentKind.RedCells, null, 2, Line: 1)]), Network, settled, Policy, Nurse))
            .ThenState(state =>
            {
                state.RecipientGroup.ShouldBe(aPositive);
                (state.Lines.ShouldHaveSingleItem().Line, state.Lines[0].Group).ShouldBe((1, aPositive));
            });
    }

    [Fact]
    public void A_new_time_is_judged_as_when_placing() =>
        Amend(new AmendOrder([TwoCells], Now.AddMinutes(30))).ThenRejected("needed-by-too-soon");

    [Fact]
    public void What_has_left_cannot_be_cut_and_the_line_is_named()
    {
        var refused = Amend(new AmendOrder([TwoCells with { Quantity = 1 }]), PlacedNow, Reserved, Dispatched);

        refused.ThenRejected("line-below-dispatched");
        refused.Decision.Rejections[0].Field.ShouldBe("lines[0].quantity");
        Amend(new AmendOrder([Plasma]), PlacedNow, Reserved, Dispatched).ThenRejected("line-below-dispatched");
    }

    [Fact]
    public void More_can_be_asked_for_after_a_box_has_left() =>
        Amend(new AmendOrder([TwoCells with { Quantity = 3 }]), PlacedNow, Reserved, Dispatched)
            .ThenState(state => (state.Attempt, state.Quantity).ShouldBe((2, 3)));

    [Fact]
    public void An_order_that_has_ended_cannot_be_amended() => Amend(new AmendOrder([Plasma]), PlacedNow, Canceled).ThenRejected("already-ended");

    [Fact]
    public void Wanting_no_more_than_has_come_ends_the_order() =>
        Amend(new AmendOrder([TwoCells with { Quantity = 1 }]), PlacedNow, Reserved, Dispatched with { Units = [Unit(1)] }, Received with { Received = [Unit(1)] })
            .Then(Now2 with { Lines = [Placed.Lines[0] with { Quantity = 1 }] }, Met);

    [Fact]
    public void An_order_whose_time_has_passed_is_given_a_new_one_first() =>
        Spec.For<Order>().Given(PlacedNow)
            .When(state => AmendmentDecider.Amend(state, new AmendOrder([Plasma]), Network, Recipient.Initial, Policy, Nurse with { Now = Now.AddDays(2) }))
            .ThenRejected("needed-by-past");

    [Fact]
    public void A_line_number_that_there_is_not_or_that_asks_for_something_else_is_refused() =>
        Amend(new AmendOrder([TwoCells with { Line = 7 }, Plasma with { Line = 1 }])).ThenRejected("unknown-line", "line-differs");

    [Fact]
    public void A_line_and_its_substitute_for_the_same_are_told_apart_by_their_numbers()
    {
        var substituted = PlacedNow with { Lines = [Placed.Lines[0] with { Quantity = 1 }, Placed.Lines[0] with { Line = 2, Quantity = 1, SubstituteFor = 1 }] };

        Amend(new AmendOrder([TwoCells with { Line = 1 }, TwoCells with { Line = 2, Quantity = 3 }]), substituted)
            .ThenState(state => state.Lines.Select(line => (line.Line, line.Quantity, line.SubstituteFor)).ShouldBe([(1, 2, null), (2, 3, 1)]));
        Amend(new AmendOrder([TwoCells, TwoCells]), substituted).ThenRejected("duplicate-line");
    }

    [Fact]
    public void When_the_patients_group_is_known_at_last_an_amendment_asks_for_it()
    {
        var unknown = PlacedForPatient with { Urgency = OrderUrgency.Emergency, RecipientGroup = null, DueAt = Now.AddHours(1), PlacedAt = Now };
        var known = Aggregate.Fold<Recipient>(
            [new RecipientRegistered(Patient, OPositive, Hospital, "A9991-N01"), new RecipientGroupDetermined(OPositive, "A9991-N02", null, OPositive)]);

        Spec.For<Order>().Given(unknown)
            .When(state => AmendmentDecider.Amend(state, new AmendOrder([TwoCells]), Network, known, Policy, Nurse))
            .ThenState(state => (state.Attempt, state.RecipientGroup, state.Lines.Count).ShouldBe((2, OPositive, 1)));
    }

    [Fact]
    public void The_order_of_nobody_cannot_be_amended() => Amend(new AmendOrder([Plasma]), []).ThenRejected("unknown-order");

    private static OrderAmended Now2 { get; } = new(
        TheOrder,
        2,
        OrderPurpose.Stock,
        Hospital,
        Centre,
        [],
        Placed.NeededBy,
        OrderUrgency.Routine,
        DueAt: Now.AddHours(8),
        PlacedAt: Now,
        WaitUntil: Now.AddDays(2));

    private static SpecOutcome<Order, OrderEvent> Amend(AmendOrder command) => Amend(command, PlacedNow);

    private static SpecOutcome<Order, OrderEvent> Amend(AmendOrder command, params OrderEvent[] history) =>
        Spec.For<Order>().Given(history).When(state => AmendmentDecider.Amend(state, command, Network, Recipient.Initial, Policy, Nurse));
}

public sealed class AnsweringWhatIsOffered
{
    private static readonly UnitRequirements Special = new(true, true, false, AntigenSet.Of("K", "E"), null);
    private static readonly OrderPlaced Wanted = PlacedNow with { Lines = [Placed.Lines[0] with { Quantity = 3, Requirements = Special }] };
    private static readonly SiteId Elsewhere = SiteId.Parse("HN-UB", null);

    private static readonly OrderDelayed Delayed = new(
        TheOrder,
        1,
        [new Shortfall(1, 2)],
        [
            new Alternative(1, ComponentKind.RedCells, OPositive, 5, Centre, ["irradiated", "K"], "neither irradiated nor K negative"),
            new Alternative(1, ComponentKind.RedCells, OPositive, 1, Elsewhere, [], "stands elsewhere"),
            new Alternative(1, ComponentKind.RedCells, BloodGroup.Parse("O-"), 1, Elsewhere, [], "stands elsewhere"),
        ],
        Now.AddDays(1),
        Now);

    private static readonly AcceptAlternative Take = new(1, ComponentKind.RedCells, OPositive, 2);

    [Fact]
    public void What_is_taken_becomes_a_line_of_its_own_without_what_was_given_up() =>
        Accept(Take).Then(
            new OrderAlternativeAccepted(TheOrder, 1, 2, ComponentKind.RedCells, OPositive, Centre, 2, ["irradiated", "K"]),
            new OrderAmended(
                TheOrder,
                2,
                OrderPurpose.Stock,
                Hospital,
                Centre,
                [
                    Wanted.Lines[0] with { Quantity = 1 },
                    new OrderLine(2, ComponentKind.RedCells, OPositive, 2, Special with { Irradiated = false, WithoutAntigens = AntigenSet.Of("E") }, 1),
                ],
                Placed.NeededBy,
                OrderUrgency.Routine,
                DueAt: Now.AddHours(8),
                PlacedAt: Now,
                WaitUntil: Now.AddDays(1)));

    [Fact]
    public void What_was_not_offered_cannot_be_taken()
    {
        Accept(Take with { Group = BloodGroup.Parse("B+") }).ThenRejected("alternative-not-offered");
        Accept(Take with { Line = 2 }).ThenRejected("alternative-not-offered");
        Accept(Take with { Without = ["K"] }).ThenRejected("alternative-not-offered");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void No_more_is_taken_than_the_line_lacks(int quantity) => Accept(Take with { Quantity = quantity }).ThenRejected("quantity-invalid");

    [Fact]
    public void What_stands_elsewhere_is_agreed_on_by_phone()
    {
        Accept(Take with { Site = Elsewhere }).ThenRejected("other-site");
        Accept(Take with { Group = BloodGroup.Parse("O-") }).ThenRejected("other-site");
    }

    [Fact]
    public void What_is_taken_for_a_patient_is_taken_for_the_group_of_today()
    {
        var (oNegative, aPositive) = (BloodGroup.Parse("O-"), BloodGroup.Parse("A+"));
        var placed = PlacedForPatient with { Lines = [Placed.Lines[0] with { Quantity = 3 }] };
        var offered = Delayed with { Alternatives = [new Alternative(1, ComponentKind.RedCells, oNegative, 5, Hospital, [], "other")] };
        var take = Take with { Group = oNegative };
        var settled = Aggregate.Fold<Recipient>(
            [new RecipientRegistered(Patient, aPositive, Hospital, "A9991-N01"), new RecipientGroupDetermined(aPositive, "A9991-N02", null, aPositive)]);
        var undone = Aggregate.Fold<Recipient>([new RecipientRegistered(Patient, aPositive, Hospital, "A9991-N01")]);

        Spec.For<Order>().Given(placed, offered).When(state => AmendmentDecider.Accept(state, take, settled)).ThenState(state =>
        {
            state.RecipientGroup.ShouldBe(aPositive);
            state.Lines.Select(line => line.Group).ShouldBe([aPositive, oNegative]);
        });
        Spec.For<Order>().Given(placed, offered).When(state => AmendmentDecider.Accept(state, take, undone)).ThenRejected("recipient-group-not-established");
    }

    [Fact]
    public void What_is_refused_is_not_shown_until_there_is_a_new_answer()
    {
        var refused = Spec.For<Order>().Given(Wanted, Delayed).When(state => AmendmentDecider.Refuse(state, new RefuseAlternative(1, "must be irradiated")));

        refused.Then(new OrderAlternativeRefused(TheOrder, 1, "must be irradiated")).ThenState(state => state.CurrentAnswer!.Alternatives.ShouldBeEmpty());
        Spec.For<Order>().Given(Wanted, Delayed, new OrderAlternativeRefused(TheOrder, 1, "must be irradiated"))
            .When(state => FulfillmentDecider.Delay(state, new RecordDelay(1, Delayed.Shortfalls, Delayed.Alternatives, Delayed.WaitsUntil, Now.AddHours(1))))
            .ThenState(state => state.CurrentAnswer!.Alternatives.Count.ShouldBe(3));
    }

    [Fact]
    public void Nothing_can_be_refused_where_nothing_is_offered() =>
        Spec.For<Order>().Given(Wanted).When(state => AmendmentDecider.Refuse(state, new RefuseAlternative(1, " "))).ThenRejected("reason-required", "alternative-not-offered");

    [Fact]
    public void Offers_of_an_asking_that_was_amended_are_gone() =>
        Spec.For<Order>().Given(Wanted, Delayed, new OrderAmended(TheOrder, 2, OrderPurpose.Stock, Hospital, Centre, Wanted.Lines, Placed.NeededBy, OrderUrgency.Routine))
            .When(state => AmendmentDecider.Accept(state, Take)).ThenRejected("alternative-not-offered");

    private static SpecOutcome<Order, OrderEvent> Accept(AcceptAlternative command) =>
        Spec.For<Order>().Given(Wanted, Delayed).When(state => AmendmentDecider.Accept(state, command));
}

public sealed class DecliningAnOrder
{
    private static readonly Provenance Dispatcher = Nurse with { Actor = "A9990-N02", Site = Centre };

    [Fact]
    public void The_suppliers_staff_say_why_and_what_is_expected_when() =>
        Spec.For<Order>().Given(Placed, Reserved)
            .When(state => OrderDecider.Decline(state, new DeclineOrder("freezer down", Now.AddDays(1)), Dispatcher))
            .Then(new OrderDeclined(TheOrder, "freezer down", [new Shortfall(1, 2)], 1, Now.AddDays(1), [], Centre) with { Alternatives = [] })
            .ThenState(state => state.Status.ShouldBe(OrderStatus.Declined));

    [Fact]
    public void What_has_left_cannot_be_declined_and_nothing_is_expected_in_the_past() =>
        Spec.For<Order>().Given(Placed, Reserved, Dispatched)
            .When(state => OrderDecider.Decline(state, new DeclineOrder("", Now), Dispatcher))
            .ThenRejected("reason-required", "expected-at-past", "already-dispatched");

    [Fact]
    public void Declining_again_changes_nothing() =>
        Spec.For<Order>().Given(Placed, new OrderDeclined(TheOrder, "freezer down", []))
            .When(state => OrderDecider.Decline(state, new DeclineOrder("other", null), Dispatcher)).ThenNothing();
}
