using Distribution.Contracts;
using Distribution.Contracts.Request.V1;
using Distribution.EventStore;
using Distribution.Requests.Service.Publishing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;
using Placed = Distribution.Contracts.Request.V1.OrderPlaced;

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
