using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Network;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Specs;

public sealed class KeepingForms
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");
    private static readonly OrderFormSurroundings Around = new(Network, Recipient.Initial, Policy, Zone);

    private static readonly SaveOrderForm Draft = new(TheForm, OrderFormKind.Draft, " later ", OrderPurpose.Stock, [new WantedFormLine(ComponentKind.RedCells, null, null, null)]);

    // Now is Monday 15:00 in Hanoi.
    private static readonly SaveOrderForm Standing = new(
        TheForm,
        OrderFormKind.Standing,
        "Mondays and Thursdays",
        OrderPurpose.Stock,
        [new WantedFormLine(ComponentKind.RedCells, 2, OPositive, null)],
        Schedule: new WantedSchedule([Weekday.Thursday, Weekday.Monday], "06:30", 24));

    private static readonly DateTimeOffset Thursday = new(2026, 3, 5, 6, 30, 0, TimeSpan.FromHours(7));
    private static readonly DateTimeOffset Monday = new(2026, 3, 9, 6, 30, 0, TimeSpan.FromHours(7));

    private static OrderFormSaved Saved => Save(Standing).Decision.Events.ShouldHaveSingleItem().ShouldBeOfType<OrderFormSaved>();

    [Fact]
    public void A_draft_may_be_incomplete() =>
        Save(Draft).Then(new OrderFormSaved(
            TheForm, OrderFormKind.Draft, "later", Hospital, new OrderFormContent(OrderPurpose.Stock, [new OrderFormLine(ComponentKind.RedCells)], false), Now));

    [Fact]
    public void Saved_again_as_it_was_nothing_changes() =>
        Spec.For<OrderForm>().Given(Saved).When(state => OrderFormDecider.Save(state, Standing, 0, Around, Nurse with { Now = Now.AddMinutes(5) })).ThenNothing();

    [Fact]
    public void What_is_wrong_with_a_form_is_named_field_by_field() =>
        Save(Draft with
        {
            Name = " ",
            Notes = new string('x', 501),
            Recipient = Patient,
            Lines = [new WantedFormLine(ComponentKind.RedCells, 1, null, new(false, false, false, ["Q"], null))],
            Schedule = Standing.Schedule,
        }).ThenRejected("form-name-invalid", "notes-too-long", "unknown-recipient", "antigen-unknown", "schedule-unexpected");

    [Fact]
    public void A_site_keeps_a_hundred_forms()
    {
        Spec.For<OrderForm>().When(state => OrderFormDecider.Save(state, Draft, 100, Around, Nurse)).ThenRejected("too-many-forms");
        Spec.For<OrderForm>().Given(Saved).When(state => OrderFormDecider.Save(state, Draft, 100, Around, Nurse)).Decision.IsRejected.ShouldBeFalse();
    }

    [Fact]
    public void A_standing_order_says_when_it_places_itself_next_in_local_time() => Saved.Next.ShouldBe(Thursday);

    [Theory]
    [InlineData("6:30", 24, "schedule-time-invalid")]
    [InlineData("06:30", 0, "needed-after-invalid")]
    [InlineData("06:30", 337, "needed-after-invalid")]
    public void A_schedule_that_says_nothing_clear_is_refused(string placeAt, int hours, string code) =>
        Save(Standing with { Schedule = new WantedSchedule([Weekday.Monday], placeAt, hours) }).ThenRejected(code);

    [Fact]
    public void A_standing_order_has_a_schedule_with_days()
    {
        Save(Standing with { Schedule = null }).ThenRejected("schedule-required");
        Save(Standing with { Schedule = Standing.Schedule! with { Days = [] } }).ThenRejected("schedule-days-invalid");
        Save(Standing with { Schedule = Standing.Schedule! with { Days = [Weekday.Monday, Weekday.Monday] } }).ThenRejected("schedule-days-invalid");
    }

    [Fact]
    public void What_could_never_be_placed_is_refused_when_it_is_saved()
    {
        Save(Standing with { Lines = [new WantedFormLine(ComponentKind.RedCells, null, null, null)] }).ThenRejected("group-required", "quantity-invalid");
        var noVans = Around with { Region = Network with { Sites = [.. Network.Sites.Select(site => site with { Slots = [] })] } };
        Spec.For<OrderForm>()
            .When(state => OrderFormDecider.Save(state, Standing with { Schedule = Standing.Schedule! with { NeededAfterHours = null } }, 0, noVans, Nurse))
            .ThenRejected("no-slot");
    }

    [Fact]
    public void At_its_time_it_is_placed_as_standing_and_says_when_next()
    {
        var (form, order) = FallDue(Saved, Thursday);

        form.ShouldBe([new StandingOrderPlaced(TheForm, Thursday, OrderFormDecider.OrderOf(TheForm, Thursday), Monday)]);
        var placed = order.ShouldHaveSingleItem().ShouldBeOfType<OrderPlaced>();
        (placed.Urgency, placed.Form, placed.NeededBy, placed.WaitUntil).ShouldBe((OrderUrgency.Standing, TheForm, Thursday.AddHours(24), Thursday.AddHours(24)));
    }

    [Fact]
    public void It_comes_by_the_first_van_that_can_bring_it()
    {
        var van = new DeliverySlot(DayOfWeek.Thursday, new TimeOnly(7, 0));
        var around = Around with
        {
            Region = Network with { Sites = [.. Network.Sites.Select(site => site.Id == Hospital ? site with { Slots = [van, van with { At = new TimeOnly(9, 0) }] } : site)] },
        };
        var saved = Spec.For<OrderForm>()
            .When(state => OrderFormDecider.Save(state, Standing with { Schedule = Standing.Schedule! with { NeededAfterHours = null } }, 0, around, Nurse)).Decision.Events;

        var (_, order) = OrderFormDecider.FallDue(Aggregate.Fold<OrderForm>(saved), Order.Initial, around, At(Thursday));

        // 55 minutes to be there: the van of 7:00 leaves without it.
        order.ShouldHaveSingleItem().ShouldBeOfType<OrderPlaced>().Slot.ShouldBe(Thursday.AddHours(2.5));
    }

    [Fact]
    public void Before_its_time_nothing_is_due() => FallDue(Saved, Thursday.AddSeconds(-1)).Form.ShouldBeEmpty();

    [Fact]
    public void Looked_at_again_nothing_is_due() =>
        FallDue([Saved, new StandingOrderPlaced(TheForm, Thursday, TheOrder, Monday)], Thursday.AddHours(1)).Form.ShouldBeEmpty();

    [Fact]
    public void After_an_outage_the_last_is_placed_and_the_others_are_told_as_skipped()
    {
        var (form, order) = FallDue(Saved, Monday.AddDays(3).AddHours(2));

        form.Select(@event => @event.GetType()).ShouldBe([typeof(StandingOrderSkipped), typeof(StandingOrderSkipped), typeof(StandingOrderPlaced)]);
        form.OfType<StandingOrderSkipped>().Select(skipped => skipped.Occurrence).ShouldBe([Thursday, Monday]);
        order.ShouldHaveSingleItem();
    }

    [Fact]
    public void What_cannot_be_placed_at_its_time_is_told_with_every_reason()
    {
        var (form, order) = OrderFormDecider.FallDue(
            Aggregate.Fold<OrderForm>([Saved]), Order.Initial, Around with { Policy = Policy with { Components = [] } }, At(Thursday));

        order.ShouldBeEmpty();
        var skipped = form.ShouldHaveSingleItem().ShouldBeOfType<StandingOrderSkipped>();
        skipped.Reasons.Select(reason => reason.Code).ShouldBe(["unknown-component"]);
        skipped.Next.ShouldBe(Monday);
    }

    [Fact]
    public void In_a_pause_nothing_is_placed_and_nothing_made_up_for()
    {
        OrderFormEvent[] paused = [Saved, new StandingOrderPaused(TheForm, "holidays")];

        FallDue(paused, Thursday).Form.ShouldBeEmpty();
        var resumed = Spec.For<OrderForm>().Given(paused).When(state => OrderFormDecider.Resume(state, Zone, At(Thursday.AddHours(1))))
            .Then(new StandingOrderResumed(TheForm, Thursday.AddHours(1).ToUniversalTime(), Monday.ToUniversalTime())).Decision.Events;
        FallDue([.. paused, .. resumed], Thursday.AddHours(2)).Form.ShouldBeEmpty();
        FallDue([.. paused, .. resumed], Monday).Order.ShouldHaveSingleItem();
    }

    [Fact]
    public void Only_a_standing_order_pauses() =>
        Spec.For<OrderForm>().Given(Save(Draft).Decision.Events).When(state => OrderFormDecider.Pause(state, "", Zone, Nurse)).ThenRejected("not-standing", "reason-required");

    [Fact]
    public void A_discarded_form_does_nothing_any_more()
    {
        OrderFormEvent[] discarded = [Saved, new OrderFormDiscarded(TheForm)];

        FallDue(discarded, Thursday).Form.ShouldBeEmpty();
        Spec.For<OrderForm>().Given(discarded).When(OrderFormDecider.Discard).ThenNothing();
        Spec.For<OrderForm>().Given(discarded).When(state => OrderFormDecider.Save(state, Draft, 0, Around, Nurse)).ThenRejected("form-discarded");
        Spec.For<OrderForm>().Given(discarded).When(state => OrderFormDecider.Use(state, TheOrder)).ThenRejected("form-discarded");
        Spec.For<OrderForm>().When(OrderFormDecider.Discard).ThenRejected("unknown-form");
    }

    [Fact]
    public void A_draft_is_used_up_by_its_order_and_a_template_is_not()
    {
        Spec.For<OrderForm>().Given(Save(Draft).Decision.Events).When(state => OrderFormDecider.Use(state, TheOrder)).Then(new OrderFormDiscarded(TheForm, TheOrder));
        Spec.For<OrderForm>().Given(Save(Draft with { Kind = OrderFormKind.Template }).Decision.Events)
            .When(state => OrderFormDecider.Use(state, TheOrder)).ThenNothing();
    }

    [Fact]
    public void A_change_of_the_lines_does_not_lose_an_occurrence_that_is_due() =>
        FallDue([Saved, Saved with { SavedAt = Thursday.AddMinutes(1), Name = "changed" }], Thursday.AddMinutes(2)).Order.ShouldHaveSingleItem();

    [Fact]
    public void What_is_due_when_it_is_paused_or_given_another_schedule_is_told_as_skipped()
    {
        var late = At(Thursday.AddMinutes(5));

        Spec.For<OrderForm>().Given(Saved).When(state => OrderFormDecider.Pause(state, "shelf is full", Zone, late)).Decision.Events
            .OfType<StandingOrderSkipped>().ShouldHaveSingleItem().Occurrence.ShouldBe(Thursday);
        Spec.For<OrderForm>().Given(Saved)
            .When(state => OrderFormDecider.Save(state, Standing with { Schedule = new WantedSchedule([Weekday.Friday], "06:30", 24) }, 0, Around, late)).Decision.Events
            .OfType<StandingOrderSkipped>().ShouldHaveSingleItem().Reasons.ShouldHaveSingleItem().Code.ShouldBe("occurrence-missed");
    }

    [Theory]
    [InlineData(OrderFormKind.Draft)]
    [InlineData(OrderFormKind.Template)]
    public void Nobody_places_an_order_as_standing_by_hand(OrderFormKind kind)
    {
        Spec.For<OrderForm>().Given(Save(Draft with { Kind = kind }).Decision.Events)
            .When(state => OrderFormDecider.Use(state, TheOrder, OrderUrgency.Standing)).ThenRejected("standing-without-form");
        Spec.For<OrderForm>().Given(Save(Draft with { Kind = kind, Urgency = OrderUrgency.Standing }).Decision.Events)
            .When(state => OrderFormDecider.Use(state, TheOrder)).ThenRejected("standing-without-form");
    }

    [Fact]
    public void A_standing_order_from_the_own_stock_says_after_how_many_hours_it_is_needed()
    {
        var patient = Aggregate.Fold<Recipient>(
            [new RecipientRegistered(Patient, OPositive, Hospital, "A9991-N01"), new RecipientGroupDetermined(OPositive, "A9991-N02", null, OPositive)]);
        var refused = Spec.For<OrderForm>().When(state => OrderFormDecider.Save(
            state,
            Standing with { Purpose = OrderPurpose.Patient, Recipient = Patient, Schedule = Standing.Schedule! with { NeededAfterHours = null } },
            0,
            Around with { Recipient = patient },
            Nurse));

        refused.ThenRejected("needed-after-invalid");
        refused.Decision.Rejections[0].Field.ShouldBe("schedule.neededAfterHours");
    }

    [Fact]
    public void A_copy_asks_once_for_what_an_accepted_alternative_made_the_same()
    {
        var order = Aggregate.Fold<Order>([PlacedForPatient with
        {
            Lines = [Placed.Lines[0], Placed.Lines[0] with { Line = 2, Group = BloodGroup.Parse("A+"), Quantity = 3, SubstituteFor = 1 }],
        }]);

        var line = OrderFormDecider.CopyLines(order).ShouldHaveSingleItem();
        (line.Kind, line.Quantity, line.Group).ShouldBe((ComponentKind.RedCells, 5, null));
    }

    private static Provenance At(DateTimeOffset now) => new("standing-order", Hospital, now, now);

    private static SpecOutcome<OrderForm, OrderFormEvent> Save(SaveOrderForm command) =>
        Spec.For<OrderForm>().When(state => OrderFormDecider.Save(state, command, 0, Around, Nurse));

    private static (IReadOnlyList<OrderFormEvent> Form, IReadOnlyList<OrderEvent> Order) FallDue(OrderFormEvent saved, DateTimeOffset now) => FallDue([saved], now);

    private static (IReadOnlyList<OrderFormEvent> Form, IReadOnlyList<OrderEvent> Order) FallDue(IReadOnlyList<OrderFormEvent> history, DateTimeOffset now) =>
        OrderFormDecider.FallDue(Aggregate.Fold<OrderForm>(history), Order.Initial, Around, At(now));
}
