using Distribution.Blood.Components;
using Distribution.Contracts;
using Distribution.Contracts.Request.V1;
using Distribution.EventStore;
using Distribution.Requests.Service.Publishing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;
using Placed = Distribution.Contracts.Request.V1.OrderPlaced;
using Urgency = Distribution.Contracts.Request.V1.OrderUrgency;

namespace Distribution.Requests.Tests.Publishing;

public sealed class WhatTheOthersAreTold
{
    private static readonly RequestContracts Contracts = new();

    [Fact]
    public void A_placed_order_is_told_and_its_units_are_asked_for()
    {
        var messages = Told(Given.Placed);

        messages.Select(message => message.GetType()).ShouldBe([typeof(Placed), typeof(ReserveUnits)]);
        var reserve = messages.OfType<ReserveUnits>().Single();
        reserve.Attempt.ShouldBe(1);
        reserve.Supplier.ShouldBe(Centre);
        reserve.Destination.ShouldBe(Hospital);
        reserve.Recipient.ShouldBeNull();
        reserve.Lines.ShouldHaveSingleItem().Quantity.ShouldBe(2);
        reserve.By.ShouldBe(new Attribution("A9991-N01", Hospital, Now, "vn-26-2013.1", "correlation"));
    }

    [Fact]
    public void A_patients_order_asks_for_units_that_suit_the_recipient() =>
        Told(PlacedForPatient).OfType<ReserveUnits>().Single().Recipient.ShouldBe(new ReservationRecipient(Patient, OPositive));

    [Fact]
    public void Units_set_aside_for_stock_are_to_be_brought_before_the_reservation_ends()
    {
        var prepare = Told(Reserved).ShouldHaveSingleItem().ShouldBeOfType<PrepareConsignment>();

        (prepare.From, prepare.To).ShouldBe((Centre, Hospital));
        prepare.ReservedUntil.ShouldBe(Reserved.LapsesAt);
        prepare.Units.Select(unit => unit.Unit).ShouldBe([Unit(1), Unit(2)]);
    }

    [Fact]
    public void How_pressing_it_is_and_how_long_it_waits_is_told()
    {
        var messages = Told(PlacedNow with { Urgency = OrderUrgency.Urgent });

        messages.OfType<Placed>().Single().Urgency.ShouldBe(Urgency.Urgent);
        var reserve = messages.OfType<ReserveUnits>().Single();
        (reserve.Urgency, reserve.NeededBy, reserve.PlacedAt, reserve.WaitUntil)
            .ShouldBe((Urgency.Urgent, PlacedNow.NeededBy, PlacedNow.PlacedAt, PlacedNow.WaitUntil));
    }

    [Fact]
    public void A_patient_whose_group_is_not_established_is_named_as_such()
    {
        var reserve = Told(PlacedForPatient with { RecipientGroup = null }).OfType<ReserveUnits>().Single();

        reserve.Recipient.ShouldBeNull();
        reserve.RecipientOfUnknownGroup.ShouldBe(Patient);
    }

    [Fact]
    public void An_amendment_asks_anew_for_all_that_is_wanted_and_for_nothing_else()
    {
        var amended = new OrderAmended(
            TheOrder,
            2,
            OrderPurpose.Stock,
            Hospital,
            Centre,
            [Given.Placed.Lines[0] with { Quantity = 0 }, Given.Placed.Lines[0] with { Line = 2, Quantity = 3, Requirements = UnitRequirements.None with { Irradiated = true } }],
            Given.Placed.NeededBy,
            OrderUrgency.Routine);

        var reserve = Told(amended).ShouldHaveSingleItem().ShouldBeOfType<ReserveUnits>();

        reserve.Attempt.ShouldBe(2);
        var line = reserve.Lines.ShouldHaveSingleItem();
        (line.Line, line.Quantity, line.Requirements?.Irradiated).ShouldBe((2, 3, true));
    }

    [Fact]
    public void Units_for_a_patient_from_the_supplier_are_brought_by_the_slot()
    {
        var prepare = Told(ReservedForPatient with { Supplier = Centre, Urgency = OrderUrgency.Emergency, DeliverAt = Now.AddHours(2) })
            .ShouldHaveSingleItem().ShouldBeOfType<PrepareConsignment>();

        (prepare.Urgency, prepare.DeliverAt).ShouldBe((Urgency.Emergency, Now.AddHours(2)));
    }

    [Fact]
    public void An_answer_without_units_brings_nothing() => Told(Reserved with { Units = [] }).ShouldBeEmpty();

    [Fact]
    public void What_the_suppliers_staff_declined_is_given_back_and_what_Inventory_declined_is_not()
    {
        var declined = new OrderDeclined(TheOrder, "no-compatible-stock", []);

        Told(declined).ShouldBeEmpty();
        Told(declined with { DeclinedBy = Centre }).ShouldHaveSingleItem().ShouldBeOfType<ReleaseReservation>().Order.ShouldBe(TheOrder);
    }

    [Fact]
    public void Units_set_aside_for_a_patient_stay_where_they_are() => Told(ReservedForPatient).ShouldBeEmpty();

    [Fact]
    public void A_canceled_order_gives_back_what_was_set_aside() =>
        Told(Canceled).ShouldHaveSingleItem().ShouldBeOfType<ReleaseReservation>().Order.ShouldBe(TheOrder);

    [Fact]
    public void Units_set_aside_for_an_order_that_had_ended_are_given_back() =>
        Told(new OrderReservationRefused(TheOrder, [Unit(1)], "order-canceled")).ShouldHaveSingleItem().ShouldBeOfType<ReleaseReservation>();

    [Fact]
    public void A_met_order_is_told() => Told(Met).ShouldHaveSingleItem().ShouldBeOfType<Contracts.Request.V1.OrderMet>().Hospital.ShouldBe(Hospital);

    [Fact]
    public void Every_event_is_mapped_or_listed_as_private_and_what_is_told_has_a_route()
    {
        foreach (var (full, _) in Events.Samples.All.Values)
        {
            var messages = Told(full);
            if (Contracts.NotPublished.Contains(full.GetType()))
                messages.ShouldBeEmpty();
            foreach (var message in messages)
                Routes.All.ShouldContain(route => route.Contract == message.GetType() && route.Publisher == Routes.Request);
        }
    }

    [Fact]
    public void An_event_of_another_service_stops_the_relay() => Should.Throw<InvalidOperationException>(() => Told("stranger"));

    private static IReadOnlyList<object> Told(object @event) => Contracts.ToMessages(new StoredEvent(
        LogPosition.Start,
        default,
        "order-1",
        1,
        "any",
        @event,
        new EventMetadata { Actor = "A9991-N01", Site = "HN-XP", OccurredAt = Now, Policy = "vn-26-2013.1", CorrelationId = "correlation" },
        Now));
}
