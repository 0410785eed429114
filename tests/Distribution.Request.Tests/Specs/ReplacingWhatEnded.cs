using Distribution.Blood.Deciding;
using Distribution.Testing;
using Shouldly;
using Xunit;
using static Distribution.Requests.Tests.Given;

namespace Distribution.Requests.Tests.Specs;

/// <summary>A unit that ends before it could serve is asked for anew by the order itself.</summary>
public sealed class ReplacingWhatEnded
{
    private static readonly RecordFate Discarded = new(Unit(2), UnitFate.Discarded, Now.AddHours(1));

    private static readonly OrderAmended Again = new(
        TheOrder,
        2,
        OrderPurpose.Stock,
        Hospital,
        Centre,
        Placed.Lines,
        Placed.NeededBy,
        OrderUrgency.Routine,
        DueAt: Now.AddHours(8),
        PlacedAt: Now,
        WaitUntil: Now.AddDays(2),
        Ended: [Unit(2)]);

    [Fact]
    public void The_same_is_asked_for_again_once() =>
        Spec.For<Order>().Given(PlacedNow, Reserved)
            .When(state => FulfillmentDecider.End(state, Discarded))
            .Then(new OrderUnitEnded(TheOrder, Unit(2), UnitFate.Discarded), Again)
            .ThenState(state => FulfillmentDecider.End(state, Discarded).Events.ShouldBeEmpty());

    [Fact]
    public void Also_where_the_end_is_heard_of_before_the_reservation() =>
        Spec.For<Order>().Given(PlacedNow, new OrderUnitEnded(TheOrder, Unit(2), UnitFate.Discarded))
            .When(state => FulfillmentDecider.Reserve(state, Reservation(1, 2) with { Now = Now.AddHours(1) }))
            .ThenState(state => state.Attempt.ShouldBe(2));

    [Fact]
    public void What_was_asked_for_again_is_not_asked_for_once_more()
    {
        OrderEvent[] history = [PlacedNow, Reserved, new OrderUnitEnded(TheOrder, Unit(2), UnitFate.Discarded), Again];

        Spec.For<Order>().Given(history)
            .When(state => FulfillmentDecider.Reserve(state, Reservation(1) with { At = Now.AddMinutes(1), Now = Now.AddHours(1) }))
            .ThenState(state => state.Attempt.ShouldBe(2));
        Spec.For<Order>().Given(history)
            .When(state => FulfillmentDecider.End(state, Discarded with { Unit = Unit(1) }))
            .Decision.Events.OfType<OrderAmended>().ShouldHaveSingleItem().Ended.ShouldBe([Unit(1)]);
    }

    [Fact]
    public void The_order_goes_on_until_that_is_answered_and_is_met_by_the_other_unit()
    {
        OrderEvent[] history = [PlacedNow, Reserved, new OrderUnitEnded(TheOrder, Unit(2), UnitFate.Discarded), Again, Dispatched with { Units = [Unit(1)] }];

        Spec.For<Order>().Given(history)
            .When(state => FulfillmentDecider.Receive(state, new RecordReceipt(Box, [Unit(1)], [])))
            .ThenState(state => state.HasEnded.ShouldBeFalse());
        Spec.For<Order>().Given([.. history, Received with { Received = [Unit(1)] }])
            .When(state => FulfillmentDecider.Reserve(state, Reservation(3) with { At = Now.AddHours(2), Attempt = 2 }))
            .ThenState(state => state.Next.ShouldBe(OrderPhase.AwaitingDispatch));
    }

    [Fact]
    public void What_has_left_was_transfused_or_is_too_late_is_not_asked_for()
    {
        Ask(Discarded, PlacedNow, Reserved, Dispatched).Attempt.ShouldBe(1);
        Ask(Discarded with { Fate = UnitFate.Transfused }, PlacedNow, Reserved).Attempt.ShouldBe(1);
        Ask(Discarded with { Now = Now.AddDays(2) }, PlacedNow, Reserved).Attempt.ShouldBe(1);
        Ask(Discarded, PlacedNow, Reserved, Canceled).Attempt.ShouldBe(1);
        Ask(Discarded, PlacedNow, Reserved, Lapsed).Attempt.ShouldBe(1);
        Ask(Discarded with { Unit = Unit(9) }, PlacedNow, Reserved).Attempt.ShouldBe(1);
    }

    private static Order Ask(RecordFate fate, params OrderEvent[] history) =>
        Spec.For<Order>().Given(history).When(state => FulfillmentDecider.End(state, fate)).After;
}

/// <summary>Of two answers the one that Inventory decided later stands, whichever command began first.</summary>
public sealed class HearingAnswersOutOfTime
{
    [Fact]
    public void What_was_decided_later_stands_although_its_time_is_earlier()
    {
        var later = Reservation(2) with { At = Now, Told = 5 };
        var earlier = Reservation(1) with { At = Now.AddMilliseconds(500), Told = 4, Shortfalls = [new Shortfall(1, 1)], WaitsUntil = Now.AddDays(1) };

        foreach (var told in new[] { new[] { earlier, later }, [later, earlier] })
        {
            Spec.For<Order>().Given([PlacedNow, .. FulfillmentDecider.Reserve(Aggregate.Fold<Order>([PlacedNow]), told[0]).Events])
                .When(state => FulfillmentDecider.Reserve(state, told[1]))
                .ThenState(state =>
                {
                    state.IsWaiting.ShouldBeFalse();
                    state.Reserved.Count.ShouldBe(2);
                });
        }
    }
}
