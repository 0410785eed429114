using Distribution.Blood.Deciding;
using Distribution.Blood.Isbt128;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static Distribution.Dispatches.Tests.Specs.Example;

namespace Distribution.Dispatches.Tests.Properties;

public sealed class Consignment_invariants
{
    private static readonly UnitNumber[] Scanned = [First, Second, Third, Stranger];
    private static readonly string[] Reasons = ["donor-recall", "temperature"];

    private static Arbitrary<Step[]> Steps { get; } = (
        from kind in Gen.Frequency([
            (1, Gen.Constant(StepKind.Pick)), (6, Gen.Constant(StepKind.Pack)), (1, Gen.Constant(StepKind.LeaveOut)), (4, Gen.Constant(StepKind.HandOver)),
            (1, Gen.Constant(StepKind.Arrive)), (2, Gen.Constant(StepKind.CheckIn)), (1, Gen.Constant(StepKind.Complete)), (2, Gen.Constant(StepKind.Resolve)),
            (1, Gen.Constant(StepKind.Close)), (1, Gen.Constant(StepKind.Open)), (1, Gen.Constant(StepKind.ArriveBox)), (1, Gen.Constant(StepKind.Inspect)),
            (1, Gen.Constant(StepKind.Stray)), (1, Gen.Constant(StepKind.Overdue)),
            (1, Gen.Constant(StepKind.Block)), (1, Gen.Constant(StepKind.Unblock)), (1, Gen.Constant(StepKind.Lapse)), (1, Gen.Constant(StepKind.End))])
        from unit in Gen.Choose(0, Scanned.Length - 1)
        from choice in Gen.Choose(0, 5)
        from hours in Gen.Frequency([(8, Gen.Choose(1, 5)), (1, Gen.Constant(7)), (1, Gen.Constant(24 * 4))])
        select new Step(kind, unit, choice, hours)).ArrayOf().ToArbitrary();

    [Fact]
    public void Hold_whatever_is_scanned_and_told_in_whatever_order() =>
        Prop.ForAll(Steps, Hold).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(60));

    private static void Hold(Step[] steps)
    {
        var state = Aggregate.Fold<Consignment>([Planned]);
        var gates = Scanned.ToDictionary(unit => unit, _ => Gate.Initial);
        var told = new List<UnitNumber>();
        var handedOver = 0;
        var history = new List<object> { Planned };
        foreach (var step in steps)
        {
            var unit = Scanned[step.Unit];
            if (ToldOf(step, unit, gates[unit]) is { } news)
            {
                news.IsRejected.ShouldBeFalse("What has happened cannot be refused.");
                gates[unit] = Aggregate.Fold(gates[unit], news.Events);
                continue;
            }

            var decision = Decide(step, unit, state, gates);
            foreach (var @event in decision.Events)
            {
                if (@event is ConsignmentEvent.ConsignmentDispatched dispatched)
                {
                    handedOver++;
                    dispatched.Units.ShouldNotBeEmpty();
                    dispatched.Units.ShouldAllBe(sent => state.Find(sent) != null && state.Packed.ContainsKey(sent));
                    dispatched.Units.ShouldAllBe(sent => !gates[sent].StopsFor(Number, Order, sent).Any());
                    dispatched.Units.ShouldAllBe(sent => state.Find(sent)!.ExpiresAt > dispatched.DispatchedAt);
                    dispatched.DispatchedAt.ShouldBeLessThanOrEqualTo(ReservedUntil);
                }

                if (@event is ConsignmentEvent.ConsignmentReceived received)
                    told.AddRange([.. received.Received, .. received.Unexpected]);
                state = Consignment.Evolve(state, @event);
                history.Add(@event);
            }

            handedOver.ShouldBeLessThanOrEqualTo(1);
            told.ShouldBeUnique();
            state.Packed.Keys.Intersect(state.LeftOut.Keys).ShouldBeEmpty();
            state.Packed.Keys.ShouldAllBe(packed => state.Find(packed) != null);
        }

        Aggregate.Fold<Consignment>(history).Status.ShouldBe(state.Status);
        Settle(state).Balance.ShouldBe(0, "Once all is received and both ends agree, nothing stands on one side of the books only.");
    }

    /// <summary>The receipt is finished, and both ends say the same of whatever stands open.</summary>
    private static Consignment Settle(Consignment state)
    {
        Take(ReceivingDecider.CompleteReceipt(state, AtHospital()));
        foreach (var unit in state.HandedOver?.Units ?? [])
            (state.CheckedIn.ContainsKey(unit) || state.Discrepancies.ContainsKey(unit)).ShouldBeTrue("What left is received, missing or resolved.");
        // What is damaged is on the board again when it is settled where it belongs.
        while (state.Discrepancies.FirstOrDefault(discrepancy => discrepancy.Value.IsOpen) is { Value: { } open } next)
        {
            var unit = next.Key;
            Take(DiscrepancyDecider.Resolve(state, unit, DiscrepancyResolution.Returned, null, AtCentre()));
            Take(DiscrepancyDecider.Resolve(state, unit, DiscrepancyResolution.Returned, null, AtHospital()));
            state.Discrepancies[unit].ShouldNotBeSameAs(open);
        }

        return state;

        void Take(Decision<ConsignmentEvent> decision) => state = Aggregate.Fold(state, decision.Events);
    }

    private static Decision<GateEvent>? ToldOf(Step step, UnitNumber unit, Gate gate) => step.Kind switch
    {
        StepKind.Block => GateDecider.Block(gate, unit, Reasons[step.Choice % 2], step.Hours),
        StepKind.Unblock => GateDecider.Unblock(gate, unit, Reasons[step.Choice % 2], step.Hours),
        StepKind.Lapse => GateDecider.EndReservation(gate, unit, step.Choice > 3 ? Order : OtherOrder, "lapsed"),
        StepKind.End => step.Choice > 3 ? GateDecider.End(gate, unit, UnitEnd.Discarded) : null,
        _ => null,
    };

    private static Decision<ConsignmentEvent> Decide(Step step, UnitNumber unit, Consignment state, Dictionary<UnitNumber, Gate> gates)
    {
        var at = Morning.AddHours(step.Hours);
        var sender = step.Choice == 0 ? AtHospital(at) : AtCentre(at);
        var receiver = step.Choice == 0 ? AtCentre(at) : AtHospital(at);
        return step.Kind switch
        {
            StepKind.Pick => ConsignmentDecider.Pick(state, unit, gates[unit], sender),
            StepKind.Pack => ConsignmentDecider.Pack(state, Box(step.Choice == 1 ? 2 : 1, step.Choice == 2 ? 3 : 2), unit, gates[unit], Policy, sender),
            StepKind.LeaveOut => ConsignmentDecider.LeaveOut(state, unit, "not-found", sender),
            StepKind.HandOver => ConsignmentDecider.HandOver(state, step.Choice == 1 ? Packer : Carrier, gates, LeadTime, sender),
            StepKind.Arrive => ReceivingDecider.Arrive(state, Box(0, 2), receiver),
            StepKind.CheckIn => ReceivingDecider.CheckIn(state, unit, Policy, receiver),
            StepKind.Complete => ReceivingDecider.CompleteReceipt(state, receiver),
            StepKind.Resolve => DiscrepancyDecider.Resolve(
                state, unit, step.Choice > 2 ? DiscrepancyResolution.Lost : DiscrepancyResolution.CountedWrong, null, step.Choice % 2 == 0 ? sender : receiver),
            StepKind.Close => ConsignmentDecider.CloseBox(state, step.Choice == 1 ? 2 : 1, null, null, sender),
            StepKind.Open => ConsignmentDecider.OpenBox(state, step.Choice == 1 ? 2 : 1, "again", sender),
            StepKind.ArriveBox => ReceivingDecider.ArriveBox(state, Box(step.Choice == 1 ? 2 : 1, 2), receiver),
            StepKind.Inspect => ReceivingDecider.Inspect(state, unit, step.Choice > 3 ? DamageReason.Clots : null, null, Policy, receiver),
            StepKind.Stray => ReceivingDecider.StrayUnit(state, unit, By(Elsewhere, Nurse, at)),
            StepKind.Overdue => ReceivingDecider.FallOverdue(state),
            _ => Decision<ConsignmentEvent>.AlreadyDone,
        };
    }

    private enum StepKind
    {
        Pick, Pack, LeaveOut, HandOver, Arrive, CheckIn, Complete, Resolve, Block, Unblock, Lapse, End,
        Close, Open, ArriveBox, Inspect, Stray, Overdue,
    }

    private sealed record Step(StepKind Kind, int Unit, int Choice, int Hours);
}
