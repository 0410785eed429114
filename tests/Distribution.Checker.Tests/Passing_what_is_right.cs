using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Contracts;
using Distribution.Dispatches;
using Distribution.Donations;
using Distribution.Inventory;
using Distribution.Requests;
using Shouldly;
using Xunit;
using static Distribution.Checker.Tests.Journey;
using static Distribution.Dispatches.ConsignmentEvent;

namespace Distribution.Checker.Tests;

public sealed class Passing_what_is_right
{
    [Fact]
    public void A_journey_without_fault_breaks_nothing()
    {
        var logs = Tell().Build();

        var report = LogChecker.Check(logs, settled: true);

        report.Violations.ShouldBeEmpty(report.ToString());
        report.Events.ShouldBe(logs.Count);
        report.Units.ShouldBe(6);
    }

    [Fact]
    public void Every_invariant_looked_at_something()
    {
        var report = LogChecker.Check(Tell().Build(), settled: true);

        report.Checked.ShouldAllBe(line => !line.EndsWith(": nothing", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_to_look_at_is_said_aloud()
    {
        var report = LogChecker.Check([], settled: true);

        report.Checked.ShouldAllBe(line => line.EndsWith(": nothing", StringComparison.Ordinal));
    }

    [Fact]
    public void The_order_in_which_the_logs_are_read_does_not_matter()
    {
        var logs = Tell().Build();

        LogChecker.Check(logs.AsEnumerable().Reverse(), settled: true).Checked.ShouldBe(LogChecker.Check(logs, settled: true).Checked);
        LogChecker.Check(logs.AsEnumerable().Reverse(), settled: true).Violations.ShouldBeEmpty();
    }

    [Fact]
    public void Every_prefix_of_the_logs_breaks_nothing_before_all_is_settled()
    {
        // Cut between commits: a log never ends within one.
        var logs = Tell().Build();
        for (var length = 1; length < logs.Count; length++)
        {
            if (logs[length].Stored.Position.TransactionId == logs[length - 1].Stored.Position.TransactionId)
                continue;
            var report = LogChecker.Check(logs.Take(length), settled: false);
            report.Violations.ShouldBeEmpty(report.ToString());
        }
    }

    [Fact]
    public void News_of_an_arrival_may_overtake_that_of_the_departure()
    {
        var report = LogChecker.Check(
            Tell().MoveCommitOf<UnitDispatched, UnitReceived>(
                (_, dispatched) => dispatched.Consignment == StockConsignment, (draft, _) => draft.Stream == Of(InStock)).Build(),
            settled: true);

        report.Violations.ShouldBeEmpty(report.ToString());
    }

    [Fact]
    public void A_fact_against_the_rules_is_right_where_a_discrepancy_says_so()
    {
        var report = LogChecker.Check(
            Tell()
                .Change<UnitTransfused>((_, _) => true, transfused => transfused with { StartedAt = ExpiresAt.AddHours(1) })
                .InsertAfter<UnitTransfused>((_, _) => true, Of(Transfused), new UnitDiscrepancyRecorded("transfused-after-expiry", "…"))
                .Build(),
            settled: true);

        report.Violations.ShouldBeEmpty(report.ToString());
    }

    [Fact]
    public void Trouble_that_is_handled_breaks_nothing()
    {
        var tale = Tell();
        tale.Act(Services.Dispatch, Centre, First, (Of(LapsedConsignment), new UnitLeftOut(OnTheRoad, "reservation over")));
        tale.Act(
            Services.Dispatch, Hospital, Nurse,
            (Of(StockConsignment), new ResolutionProposed(Missing, ConsignmentEnd.Destination, DiscrepancyResolution.Lost, Nurse)));
        tale.Act(Services.Dispatch, Centre, First, (Of(StockConsignment), new DiscrepancyResolved(Missing, "lost", DiscrepancyResolution.Lost, Nurse)));
        tale.Act(Services.Inventory, Hospital, Nurse, (Of(Missing), new UnitLost("not found", null)));
        tale.Hear(Services.Dispatch, Hospital, Nurse, (Gate(Missing), new GateEvent.UnitEnded(Missing, UnitEnd.Lost)));

        // Reserved for an order that was canceled meanwhile.
        var plasma = new UnitNumber(DonationNumber.Create("A9990", 26, 5), Missing.Product);
        Donate(tale, 5, MarkerResult.Negative, plasma);
        var order = OrderId.From("too late");
        tale.Place(order, OrderPurpose.Stock, [new(2, ComponentKind.Plasma, OPositive, 1)]);
        tale.Act(Services.Request, Hospital, Nurse, (Of(order), new OrderCanceled(order, "not needed")));
        tale.Reserve(order, OrderPurpose.Stock, Centre, [plasma]);
        tale.Change<OrderReserved>((_, reserved) => reserved.Order == order, _ => new OrderReservationRefused(order, [plasma], "order-canceled"));
        tale.Hear(
            Services.Inventory, Hospital, Nurse,
            (Of(plasma), new UnitReservationEnded(order, "order-canceled")), (Allocation(order), new AllocationLapsed(order, [plasma], "order-canceled")));
        tale.Hear(Services.Request, Hospital, Nurse, (Of(order), new OrderReservationLapsed(order, [plasma], "order-canceled")));
        tale.Hear(Services.Dispatch, Hospital, Nurse, (Gate(plasma), new GateEvent.ReservationEnded(plasma, order, "order-canceled")));
        tale.Act(Services.Inventory, Centre, First, (Of(plasma), new UnitDiscarded("bag-broken", null)));
        tale.Hear(Services.Dispatch, Centre, First, (Gate(plasma), new GateEvent.UnitEnded(plasma, UnitEnd.Discarded)));

        var report = LogChecker.Check(tale.Build(), settled: true);

        report.Violations.ShouldBeEmpty(report.ToString());
    }

    [Fact]
    public void A_case_that_holds_its_units_until_it_comes_to_nothing_breaks_nothing()
    {
        var tale = Tell().CallBack(InStock);
        var held = LogChecker.Check(tale.Build(), settled: true);
        tale.Act(
            Services.Donation, Centre, First,
            ($"implication-{CaseId}", new ImplicationEnded(CaseId, "confirmed-negative", Second, [InStock.Donation], tale.Now)),
            ($"donation-{InStock.Donation}", new DonationHoldEnded(CaseId)));
        tale.Act(
            Services.Inventory, Centre, First,
            ($"recall-{CaseId}", new RecallClosed(CaseId, RecallSource.DonationService, true, "confirmed negative", Second, tale.Now)),
            ($"family-{InStock.Donation}", new FamilyHoldEnded(CaseId)),
            (Of(InStock), new UnitHoldEnded(CaseId.ToString(), false, null)));
        tale.Hear(Services.Dispatch, Centre, First, (Gate(InStock), new GateEvent.UnitUnblocked(InStock, CaseId.ToString(), 0)));

        var cleared = LogChecker.Check(tale.Build(), settled: true);

        held.Violations.ShouldBeEmpty(held.ToString());
        cleared.Violations.ShouldBeEmpty(cleared.ToString());
    }

    [Fact]
    public void What_the_deciders_decide_on_cases_and_procedures_breaks_nothing()
    {
        var report = LogChecker.Check(CaseStory.Tell().Build(), settled: true);

        report.Violations.ShouldBeEmpty(report.ToString());
        foreach (var looked in CaseStory.LooksAt)
            report.Checked.ShouldContain(line => line.Contains(looked, StringComparison.Ordinal), report.ToString());
    }

    [Fact]
    public void Every_prefix_of_cases_and_procedures_breaks_nothing_before_all_is_settled()
    {
        var logs = CaseStory.Tell().Build();
        for (var length = 1; length < logs.Count; length++)
        {
            if (logs[length].Stored.Position.TransactionId == logs[length - 1].Stored.Position.TransactionId)
                continue;
            var report = LogChecker.Check(logs.Take(length), settled: false);
            report.Violations.ShouldBeEmpty(report.ToString());
        }
    }

    [Fact]
    public void A_week_at_a_hospital_breaks_nothing()
    {
        var report = LogChecker.Check(WardStory.Tell().Build(), settled: true);

        report.Violations.ShouldBeEmpty(report.ToString());
        foreach (var looked in WardStory.LooksAt)
            report.Checked.ShouldContain(line => line.Contains(looked, StringComparison.Ordinal), $"{looked} in {report}");
    }

    [Fact]
    public void Every_prefix_of_a_week_at_a_hospital_breaks_nothing_before_all_is_settled()
    {
        var logs = WardStory.Tell().Build();
        for (var length = 1; length < logs.Count; length++)
        {
            if (logs[length].Stored.Position.TransactionId == logs[length - 1].Stored.Position.TransactionId)
                continue;
            var report = LogChecker.Check(logs.Take(length), settled: false);
            report.Violations.ShouldBeEmpty(report.ToString());
        }
    }

    [Fact]
    public void A_unit_missed_and_found_later_arrives()
    {
        var tale = Tell();
        var sent = tale.Drafts.Select(draft => draft.Data).OfType<ConsignmentDispatched>().First().DispatchedAt;
        tale.CheckIn(StockConsignment, Missing);
        tale.Act(
            Services.Dispatch, Hospital, Nurse,
            (Of(StockConsignment), new ConsignmentReceived(StockConsignment, StockOrder, Centre, Hospital, [Missing], [], [], sent)),
            (Of(StockConsignment), new DiscrepancyResolved(Missing, "found")));

        tale.Hear(Services.Request, Hospital, Nurse, (Of(StockOrder), new OrderReceived(StockOrder, StockConsignment, [Missing], [])));

        var before = LogChecker.Check(tale.Build(), settled: true);
        tale.Hear(Services.Inventory, Hospital, Nurse, (Of(Missing), new UnitReceived(StockConsignment, StockOrder, Hospital, true, sent)));
        var after = LogChecker.Check(tale.Build(), settled: true);

        before.Violations.ShouldHaveSingleItem().Invariant.ShouldBe("I10", before.ToString());
        after.Violations.ShouldBeEmpty(after.ToString());
    }

    [Fact]
    public void The_services_are_those_that_have_routes() => Services.All.Keys.ShouldBe(Routes.Services, ignoreOrder: true);
}
