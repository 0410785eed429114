using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Inventory.Tests.Stories;

namespace Distribution.Inventory.Tests.Processes;

/// <summary>Dispatch tells of a leg in two messages; they come in any order and any number of times.</summary>
public sealed class Unit_on_the_road
{
    public static TheoryData<string> Orders => ["dispatched,received", "received,dispatched", "dispatched,dispatched,received,received", "received,dispatched,received,dispatched"];

    [Theory]
    [MemberData(nameof(Orders))]
    public void ends_at_the_hospital_and_free_whatever_the_order_of_the_messages(string order)
    {
        var unit = Play([.. InStock(), ReservedForStock()], order);

        unit.Custody.ShouldBe(Custody.At(Hospital));
        unit.Reservation.ShouldBeNull();
        unit.IsAvailable(Now).ShouldBeTrue();
        unit.Discrepancies.ShouldBeEmpty();
        unit.Dispatched.ShouldBe([Journey.Consignment]);
        unit.Closed.ShouldBe([Journey.Consignment]);
    }

    [Theory]
    [InlineData("dispatched,missing")]
    [InlineData("missing,dispatched")]
    [InlineData("missing,dispatched,missing")]
    public void that_did_not_arrive_is_missing_whatever_the_order_of_the_messages(string order)
    {
        var unit = Play([.. InStock(), ReservedForStock()], order);

        unit.Custody.ShouldBe(Custody.MissingOn(Journey.Consignment, Centre, Hospital));
        unit.Reservation.ShouldBeNull();
        unit.IsAvailable(Now).ShouldBeFalse();
    }

    [Theory]
    [InlineData("dispatched,missing,received")]
    [InlineData("dispatched,missing,received,missing,received")]
    [InlineData("missing,received,dispatched")]
    [InlineData("received,missing,dispatched")]
    public void that_turned_up_after_it_was_missed_is_at_the_hospital(string order)
    {
        var unit = Play([.. InStock(), ReservedForStock()], order);

        unit.Custody.ShouldBe(Custody.At(Hospital));
        unit.IsAvailable(Now).ShouldBeTrue();
        unit.Discrepancies.ShouldBeEmpty();
        unit.Closed.ShouldBe([Journey.Consignment]);
    }

    [Theory]
    [InlineData("dispatched", "dispatched-after-end")]
    [InlineData("received", "received-after-end")]
    [InlineData("missing", "missing-after-end")]
    [InlineData("received,received", "received-after-end")]
    public void that_ended_before_the_message_came_only_gets_a_discrepancy(string order, string code)
    {
        var unit = Play([.. InStock(), ReservedForStock(), new UnitExpired(Now, Order)], order);

        unit.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe(code);
        unit.Custody.ShouldBe(Custody.At(Centre));
    }

    [Fact]
    public void is_dispatched_as_the_message_says() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock())
        .When(state => CustodyDecider.RecordDispatch(state, Journey, Now, Now.AddMinutes(25)))
        .Then(Dispatched());

    [Fact]
    public void is_received_as_the_message_says() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(), Dispatched())
        .When(state => CustodyDecider.RecordReceipt(state, Journey, true, Now))
        .Then(Received(Now), new UnitReservationEnded(Order, "received"));

    [Fact]
    public void that_was_received_without_ever_having_been_handed_over_stands_on_the_board() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock())
        .When(state => CustodyDecider.RecordReceipt(state, Journey, true, dispatchedAt: null))
        .ThenState(state => state.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("received-without-dispatch"))
        .ThenState(state => state.Custody.ShouldBe(Custody.At(Hospital)));

    [Fact]
    public void that_nobody_listed_is_at_the_hospital_all_the_same_and_stays_reserved_for_its_own_order() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(OtherOrder))
        .When(state => CustodyDecider.RecordReceipt(state, Journey, expected: false, Now))
        .ThenState(state => state.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("unexpected"))
        .ThenState(state => state.Custody.ShouldBe(Custody.At(Hospital)))
        .ThenState(state => state.Reservation!.Order.ShouldBe(OtherOrder));

    [Fact]
    public void that_should_not_have_left_is_on_the_board_with_every_contradiction() => Spec.For<Unit>()
        .Given(Prepared(Facts(expiresAt: Now, site: Elsewhere)), new UnitHeld("lookback", null))
        .When(state => CustodyDecider.RecordDispatch(state, Journey, Now, Now.AddMinutes(25)))
        .ThenState(state => state.Custody.ShouldBe(Custody.At(Elsewhere), "Another site has it."))
        .ThenState(state => state.Discrepancies.Select(discrepancy => discrepancy.Code)
            .ShouldBe(["not-reserved", "dispatched-on-hold", "not-released", "dispatched-after-expiry", "dispatched-elsewhere"]));

    [Fact]
    public void that_another_site_has_is_there_whatever_the_box_lacked() => Spec.For<Unit>()
        .Given(InStock(Elsewhere))
        .When(state => CustodyDecider.RecordMissing(state, Journey))
        .Then(
            new UnitMissing(Journey.Consignment, Order, Centre, Hospital),
            Discrepancy("missing-elsewhere", "Missed at HN-XP on A99902600001 while at HN-SS."))
        .ThenState(state => state.Custody.ShouldBe(Custody.At(Elsewhere)));

    [Fact]
    public void that_was_missing_found_elsewhere_and_sent_on_is_where_it_was_received_at_last() => Spec.For<Unit>()
        .Given(InStock())
        .Given(Dispatched(), new UnitMissing(Journey.Consignment, Order, Centre, Hospital), new UnitFound(Elsewhere))
        .When(state => CustodyDecider.RecordReceipt(state, Journey, true, Now))
        .ThenState(state => state.Custody.ShouldBe(Custody.At(Hospital)));

    [Fact]
    public void that_was_missed_while_another_site_had_it_is_received_all_the_same() => Spec.For<Unit>()
        .Given(InStock(Elsewhere))
        .Given(new UnitMissing(Journey.Consignment, Order, Centre, Hospital))
        .When(state => CustodyDecider.RecordReceipt(state, Journey, true, Now))
        .ThenState(state => state.Custody.ShouldBe(Custody.At(Hospital)));

    [Fact]
    public void that_is_out_with_a_patient_stays_with_the_patient() => Spec.For<Unit>()
        .Given(OutWithAPatient())
        .When(state => CustodyDecider.RecordMissing(state, Journey))
        .ThenState(state => state.Custody.Kind.ShouldBe(CustodyKind.IssuedOut))
        .ThenState(state => state.Discrepancies.ShouldHaveSingleItem().Code.ShouldBe("missing-elsewhere"));

    [Fact]
    public void that_is_on_another_leg_stays_on_it() => Spec.For<Unit>()
        .Given(InStock())
        .Given(ReservedForStock(), Dispatched())
        .When(state => CustodyDecider.RecordMissing(state, Journey with { Consignment = ConsignmentNumber.Create("A9990", 26, 2), Order = OtherOrder }))
        .ThenState(state => state.Custody.Consignment.ShouldBe(Journey.Consignment));

    private static Unit Play(IReadOnlyList<object> history, string order)
    {
        var unit = Aggregate.Fold<Unit>(history);
        foreach (var message in order.Split(','))
        {
            var decision = message switch
            {
                "dispatched" => CustodyDecider.RecordDispatch(unit, Journey, Now, Now.AddMinutes(25)),
                "received" => CustodyDecider.RecordReceipt(unit, Journey, true, Now),
                "missing" => CustodyDecider.RecordMissing(unit, Journey),
                _ => throw new ArgumentException(message, nameof(order)),
            };
            decision.IsRejected.ShouldBeFalse("Facts are never refused.");
            unit = Aggregate.Fold(unit, decision.Events);
        }

        return unit;
    }
}
