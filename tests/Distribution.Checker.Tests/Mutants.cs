using Distribution.Dispatches;
using Distribution.Donations;
using Distribution.EventStore;
using Distribution.Inventory;
using Distribution.Requests;
using static Distribution.Checker.Tests.Journey;
using static Distribution.Dispatches.ConsignmentEvent;

namespace Distribution.Checker.Tests;

/// <summary>The journey told wrongly, a lie at a time.</summary>
internal static class Mutants
{
    public static IReadOnlyList<Mutant> All { get; } =
    [
        Mutant.Of("reserved while still reserved for another order", "I1", "while reserved for", tale => tale
            .MoveCommitOf<AllocationLapsed, UnitsAllocated>(
                (_, lapsed) => lapsed.Order == LapsedOrder, (_, allocated) => allocated.Order == RoadOrder)),
        Mutant.Of("allocated without its unit being reserved", "I1", "is allocated 1 times and is reserved 0 times", tale => tale
            .Drop<UnitReserved>((_, reserved) => reserved.Order == LapsedOrder)),
        Mutant.Of("reserved in no allocation", "I1", "is allocated 0 times and is reserved 1 times", tale => tale
            .InsertAfter<UnitReceived>(
                On<UnitReceived>(Of(InStock)), Of(InStock),
                new UnitReserved(StockOrder, 2, ReservationPurpose.Stock, Hospital, Hospital, null, null, ExpiresAt))
            .Move<UnitReserved, UnitReservationEnded>((draft, reserved) => draft.Stream == Of(InStock) && reserved.Supplier == Hospital, On<UnitReservationEnded>(Of(InStock)))),
        Mutant.Of("allocation lapsed and its unit kept reserved", "I1", "is given back 1 times and is freed 0 times", tale => tale
            .Drop<UnitReservationEnded>((_, ended) => ended.Order == LapsedOrder)),
        Mutant.Of("arrived and still reserved", "I1", "and stays reserved for", tale => tale
            .Drop<UnitReservationEnded>(On<UnitReservationEnded>(Of(InStock)))),
        Mutant.Of("handed over after the reservation was over", "I1", "when its reservation was over", tale => tale
            .Change<ConsignmentPlanned>((_, planned) => planned.Consignment == StockConsignment, planned => planned with { ReservedUntil = planned.ReservedUntil.AddDays(-1) })),

        Mutant.Of("a mandatory marker without a result", "I2", "without a result for hcv", tale => tale
            .Change<MarkersTested>((_, _) => true, tested => new MarkersTested(tested.Results.Where(result => result.Key != "hcv").ToDictionary(StringComparer.Ordinal)))),
        Mutant.Of("a reactive marker", "I2", "with syphilis reactive", tale => tale
            .Change<MarkersTested>((_, _) => true, tested => new MarkersTested(new Dictionary<string, MarkerResult>(tested.Results, StringComparer.Ordinal) { ["syphilis"] = MarkerResult.Reactive }))),
        Mutant.Of("discarded as reactive and never tested", "I2", "and no marker is", tale => tale
            .Drop<MarkerResultRecorded>(On<MarkerResultRecorded>($"donation-{Reactive.Donation}"))),
        Mutant.Of("a reactive marker that became negative", "I2", "was Reactive and became Negative", tale => tale
            .InsertAfter<ComponentDiscarded>(
                (_, _) => true, $"donation-{Reactive.Donation}", new MarkersTested(new Dictionary<string, MarkerResult>(StringComparer.Ordinal) { ["hbv"] = MarkerResult.Negative }))),
        Mutant.Of("group never determined", "I2", "before its group was known", tale => tale
            .Drop<GroupDeterminationRecorded>(On<GroupDeterminationRecorded>($"donation-{OnTheRoad.Donation}"))),
        Mutant.Of("released by one person alone", "I2", "by one person alone", tale => tale
            .Change<ComponentReleased>((_, released) => released.Unit == OnTheRoad, (draft, _) => draft with { Actor = First })),
        Mutant.Of("released without the first signature", "I2", "without the signature", tale => tale
            .Drop<ReleaseSigned>(On<ReleaseSigned>($"donation-{OnTheRoad.Donation}"))),
        Mutant.Of("reserved before its release", "I2", "before its release", tale => tale
            .Move<UnitReleased, UnitReserved>(On<UnitReleased>(Of(OnTheRoad)), On<UnitReserved>(Of(OnTheRoad)))),
        Mutant.Of("dispatched before its release", "I2", $"left on {StockConsignment} before its release", tale => tale
            .Move<UnitReleased, UnitDispatched>(On<UnitReleased>(Of(InStock)), On<UnitDispatched>(Of(InStock)))),
        Mutant.Of("issued by one person alone", "I2", "Issued by one person alone", tale => tale
            .Change<UnitIssued>(On<UnitIssued>(Of(Transfused)), issued => issued with { VerifiedBy = Nurse })),

        Mutant.Of("issued for another group than two people found", "I3", "what was established is A+", tale => tale
            .Change<UnitIssued>(On<UnitIssued>(Of(Transfused)), issued => issued with { RecipientGroup = OPositive })),
        Mutant.Of("issued for a group that cannot take it", "I3", "issued for a patient of O-", tale => tale
            .Change<UnitIssued>(On<UnitIssued>(Of(Transfused)), issued => issued with { RecipientGroup = ONegative })),
        Mutant.Of("red cells without a crossmatch", "I3", "without a compatible crossmatch", tale => tale
            .Drop<UnitCrossmatched>(On<UnitCrossmatched>(Of(Transfused)))),
        Mutant.Of("red cells with an incompatible crossmatch", "I3", "with whom it was found incompatible", tale => tale
            .Change<UnitCrossmatched>(On<UnitCrossmatched>(Of(Transfused)), crossmatched => crossmatched with { Compatible = false })),
        Mutant.Of("transfused to somebody else", "I3", "and transfused to", tale => tale
            .Change<UnitTransfused>((_, _) => true, transfused => transfused with { Recipient = default })),

        Mutant.Of("issued after its expiry", "I4", "was issued at", tale => tale
            .Change<UnitIssued>(On<UnitIssued>(Of(Transfused)), (draft, _) => draft with { RecordedAt = ExpiresAt.AddMinutes(1) })),
        Mutant.Of("issued at its expiry, back-dated", "I4", "was issued at", tale => tale
            .Change<UnitIssued>(On<UnitIssued>(Of(Transfused)), (draft, _) => draft with { RecordedAt = ExpiresAt })),
        Mutant.Of("reserved after its expiry", "I4", "was reserved for", tale => tale
            .Change<UnitReserved>(On<UnitReserved>(Of(OnTheRoad)), (draft, _) => draft with { RecordedAt = ExpiresAt.AddMinutes(1) })),
        Mutant.Of("handed over after its expiry", "I4", "was handed over at", tale => tale
            .Change<ConsignmentDispatched>((_, sent) => sent.Consignment == StockConsignment, (draft, _) => draft with { RecordedAt = ExpiresAt.AddMinutes(1) })),
        Mutant.Of("transfused after its expiry, and nobody noted it", "I4", "no discrepancy 'transfused-after-expiry'", tale => tale
            .Change<UnitTransfused>((_, _) => true, transfused => transfused with { StartedAt = ExpiresAt.AddHours(1) })),

        Mutant.Of("held after its transfusion", "I5", "although the unit was transfused", tale => tale
            .InsertAfter<UnitTransfused>((_, _) => true, Of(Transfused), new UnitHeld("recall", PatientOrder))
            .InsertAfter<OrderUnitEnded>((_, _) => true, Gate(Transfused), new GateEvent.UnitBlocked(Transfused, "recall", 0))
            .Change<GateEvent.UnitBlocked>((_, blocked) => blocked.Reason == "recall", (draft, _) => draft with { Service = Services.Dispatch, Cause = null })),
        Mutant.Of("order ended twice", "I5", "The order was met and then not met", tale => tale
            .InsertAfter<OrderMet>((_, met) => met.Order == PatientOrder, Of(PatientOrder), new OrderUnmet(PatientOrder, 1))),

        Mutant.Of("issued while held", "I6", "Issued while held for temperature", tale => tale
            .Move<UnitHoldEnded, UnitIssued>(On<UnitHoldEnded>(Of(Returned)), On<UnitIssued>(Of(Returned)))
            .Move<GateEvent.UnitUnblocked, UnitReturned>(On<GateEvent.UnitUnblocked>(Gate(Returned)), (_, _) => true)),
        Mutant.Of("labeled while held", "I6", "was verified while held for temperature", tale => tale
            .InsertAfter<UnitHeld>(On<UnitHeld>(Of(Returned)), Of(Returned), new UnitLabelVerified("scan"))),
        Mutant.Of("labeled before its release", "I2", "A label was verified before the release", tale => tale
            .InsertAfter<UnitPrepared>(On<UnitPrepared>(Of(InStock)), Of(InStock), new UnitLabelVerified("scan"))),
        Mutant.Of("handed over although its gate was shut", "I6", "was handed over while held", tale => tale
            .Move<GateEvent.UnitUnblocked, ConsignmentDispatched>(On<GateEvent.UnitUnblocked>(Gate(Transfused)), On<ConsignmentDispatched>(Of(StockConsignment)))),
        Mutant.Of("handed over past a gate that nobody had set up", "I6", "past a gate that nobody has set up", tale => tale
            .Drop<GateEvent.UnitPlanned>((_, planned) => planned.Unit == InStock)),
        Mutant.Of("came back too late and was not held", "I6", "was not held", tale => tale
            .Change<UnitReturned>((_, _) => true, returned => returned with { Usable = false })),

        Mutant.Of("left from where it did not stand", "I7", "while at a site (HN-BM)", tale => tale
            .Change<UnitDispatched>(On<UnitDispatched>(Of(InStock)), dispatched => dispatched with { From = OtherHospital })),
        Mutant.Of("expired in stock while out with a patient", "I7", "while out with a patient", tale => tale
            .Drop<UnitReturned>().Drop<OrderUnitReturned>()),
        Mutant.Of("returned twice", "I7", "was not out with a patient", tale => tale
            .InsertAfter<UnitReturned>((_, _) => true, Of(Returned), new UnitReturned(SparedOrder, Patient, 20, true))),
        Mutant.Of("order met with less than was ordered", "I7", "1 of 2 were served", tale => tale
            .Change<OrderPartlyMet>((_, _) => true, _ => new OrderMet(StockOrder, Hospital))),

        Mutant.Of("lost on the road", "I8", "was neither received nor missed", tale => tale
            .Change<ConsignmentReceived>((_, _) => true, received => received with { Received = [.. received.Received.Where(unit => unit != InStock)] })
            .Change<OrderReceived>((_, _) => true, received => received with { Received = [.. received.Received.Where(unit => unit != InStock)] })
            .Drop<UnitReceived>(On<UnitReceived>(Of(InStock)))),
        Mutant.Of("missing, and on no board", "I8", "no discrepancy says so", tale => tale
            .Drop<DiscrepancyRaised>()),
        Mutant.Of("left without having been packed", "I8", "What left is not what was packed", tale => tale
            .Drop<UnitPacked>((_, packed) => packed.Unit == InStock)),
        Mutant.Of("received without having been scanned", "I8", "nobody had scanned it", tale => tale
            .Drop<UnitCheckedIn>((_, checkedIn) => checkedIn.Unit == InStock)),
        Mutant.Of("late, and nobody said so", "I8", "nobody has said that it is late", tale => tale
            .Drop<ConsignmentOverdue>()),
        Mutant.Of("on two legs, says the unit", "I8", $"left on {NextConsignment} while on {RoadConsignment}", tale => tale
            .InsertAfter<UnitDispatched>(
                (_, dispatched) => dispatched.Consignment == RoadConsignment, Of(OnTheRoad),
                new UnitDispatched(NextConsignment, RoadOrder, Centre, OtherHospital, ExpiresAt.AddDays(-20), ExpiresAt.AddDays(-20)))) with { Settled = false },
        Mutant.Of("on two legs, says Dispatch", "I8", $"was handed over while on {RoadConsignment}", tale =>
        {
            tale.Plan(NextConsignment, DeclinedOrder, [OnTheRoad]);
            tale.Leave(NextConsignment, DeclinedOrder, [OnTheRoad]);
            foreach (var planned in tale.Drafts.FindAll(draft => draft.Stream == Of(NextConsignment)))
                tale.Drafts[tale.Drafts.IndexOf(planned)] = planned with { At = ExpiresAt.AddDays(-20), RecordedAt = ExpiresAt.AddDays(-20) };
            return tale;
        }) with { Settled = false },

        Mutant.Stored("an event written twice", "Two events have the id", logs => logs.Add(logs[^1])),
        Mutant.Stored("a gap in the versions", "Version 3 stands where 2 belongs", logs =>
        {
            for (var i = 0; i < logs.Count; i++)
            {
                if (logs[i].Stored is { Version: > 1 } stored && stored.StreamId == Of(InStock))
                    logs[i] = logs[i] with { Stored = stored with { Version = stored.Version + 1 } };
            }
        }),
        Mutant.Stored("two events at one place", "stand at", logs => Restore(logs, logs.FindLastIndex(logged => logged.Service == Services.Inventory), stored =>
            stored with { Position = logs.First(logged => logged.Service == Services.Inventory).Stored.Position })),
        Mutant.Stored("an id used twice", "Two events have the id", logs =>
            Restore(logs, logs.FindIndex(logged => logged.Stored.Data is UnitPicked), stored => stored with { Id = logs[0].Stored.Id })),
        Mutant.Stored("a later version at an earlier place", "comes before version", logs =>
            Restore(logs, logs.FindIndex(logged => logged.Stored.Data is UnitPacked), stored => stored with { Position = new LogPosition(1, stored.Position.Sequence) })),
        Mutant.Stored("stored under another name", "stores no UnitPicked", logs =>
            Restore(logs, logs.FindIndex(logged => logged.Stored.Data is UnitPicked), stored => stored with { Type = "unit-packed.v1" })),
        Mutant.Of("a history that opens in its middle", "I9", "opens with 'donor-gave.v1'", tale => tale
            .Drop<DonorRegistered>((draft, _) => draft.Commit == 1)),
        Mutant.Of("a consignment number never given out", "I9", "was never given out", tale => tale
            .Drop<NumberingEvent.ConsignmentNumberAssigned>((_, assigned) => assigned.Consignment == RoadConsignment)),

        Mutant.Of("a component that never reached Inventory", "I10", "was said and took no effect", tale => tale
            .Drop<UnitEvent>(On<UnitEvent>(Of(Reactive)))
            .Drop<GateEvent>(On<GateEvent>(Gate(Reactive)))),
        Mutant.Of("a unit that Donation never prepared", "I10", "took effect and was never said", tale => tale
            .Drop<ComponentPrepared>((_, prepared) => prepared.Unit == Reactive)),
        Mutant.Of("a unit that expires at another time than it was told", "I10", "took effect and was never said", tale => tale
            .Change<UnitPrepared>((_, prepared) => prepared.Unit == Missing, prepared => prepared with { ExpiresAt = prepared.ExpiresAt.AddDays(1) })),
        Mutant.Of("an order that nobody answered", "I10", "orders placed", tale => tale
            .Drop<AllocationDeclined>((_, declined) => declined.Order == CanceledOrder)),
        Mutant.Of("an answer that never came home", "I10", "declined allocations", tale => tale
            .Drop<OrderDeclined>()),
        Mutant.Of("less answered than asked", "I10", "is looked for", tale => tale
            .Change<OrderPlaced>((_, placed) => placed.Order == RoadOrder, placed => placed with { Lines = [placed.Lines[0] with { Quantity = 2 }] })),
        Mutant.Of("reserved and never planned", "I10", "reserved orders that travel", tale => tale
            .Drop<ConsignmentPlanned>((_, planned) => planned.Consignment == LapsedConsignment)),
        Mutant.Of("dispatched, and the order was not told", "I10", "consignments dispatched", tale => tale
            .Drop<OrderDispatched>((_, dispatched) => dispatched.Consignment == RoadConsignment)),
        Mutant.Of("received, and the order was told of other units", "I10", "consignments received", tale => tale
            .Change<OrderReceived>((_, _) => true, received => received with { Missing = [] })),
        Mutant.Of("a hold that never reached its gate", "I10", "does not know that the unit is free", tale => tale
            .Drop<GateEvent.UnitBlocked>((_, blocked) => blocked.Unit == Returned)
            .Drop<GateEvent.UnitUnblocked>((_, unblocked) => unblocked.Unit == Returned)),
        Mutant.Of("a gate still shut after its hold", "I10", "does not know that the unit is free", tale => tale
            .Drop<GateEvent.UnitUnblocked>((_, unblocked) => unblocked.Unit == Returned)),
        Mutant.Of("a fate that never reached its gate", "I10", "fates, to gates", tale => tale
            .Drop<GateEvent.UnitEnded>((_, ended) => ended.Unit == Returned)),
        Mutant.Of("a cancellation that gave nothing back", "I10", "orders that give back", tale => tale
            .Drop<AllocationLapsed>((_, lapsed) => lapsed.Order == CanceledOrder)),
        Mutant.Of("a donor who never learned of the donation", "I10", "the donor's history does not say so", tale => tale
            .Drop<DonorGave>((_, gave) => gave.Donation == Reactive.Donation)),

        Mutant.Of("called back and not held", "I6", "is called back by recall-1 and is not held", tale => tale
            .CallBack(InStock).Drop<UnitHeld>((_, held) => held.Recall is not null).Drop<GateEvent.UnitBlocked>((_, blocked) => blocked.Reason == CaseId.ToString())),
        Mutant.Of("held for a case that ended by hand", "I6", "is called back by recall-1 and is not held", tale =>
        {
            tale.CallBack(InStock).Act(Services.Inventory, Hospital, Nurse, (Of(InStock), new UnitHoldEnded(CaseId.ToString(), false, null)));
            tale.Hear(Services.Dispatch, Hospital, Nurse, (Gate(InStock), new GateEvent.UnitUnblocked(InStock, CaseId.ToString(), 0)));
            return tale;
        }),
        Mutant.Of("of a donation called back and not in the case", "I6", "the case does not name it", tale => tale
            .CallBack(InStock).Change<RecallOpened>((_, _) => true, opened => opened with { Units = [] })),

        Mutant.Of("prepared twice", "I11", "was prepared twice", tale => tale
            .InsertAfter<UnitPrepared>((_, prepared) => prepared.Unit == InStock, Of(InStock), tale.Drafts.Select(draft => draft.Data).OfType<UnitPrepared>().Single(prepared => prepared.Unit == InStock))),
        Mutant.Of("released twice", "I11", "was released twice", tale => tale
            .InsertAfter<UnitReleased>(On<UnitReleased>(Of(InStock)), Of(InStock), new UnitReleased(OPositive, First))),
        Mutant.Of("one order, two consignments", "I11", "took effect 2 times", tale =>
        {
            tale.Plan(NextConsignment, RoadOrder, [OnTheRoad]);
            return tale;
        }),
        Mutant.Of("the order heard of its box twice", "I11", "took effect 2 times", tale => tale
            .InsertAfter<OrderDispatched>(
                (_, dispatched) => dispatched.Consignment == RoadConsignment, Of(RoadOrder),
                new OrderDispatched(RoadOrder, RoadConsignment, [OnTheRoad], ExpiresAt))) with { Settled = false },
        Mutant.Of("one message, two effects", "I11", "acted on the message", tale => tale
            .Change<OrderReceived>((_, _) => true, (draft, _) => draft with { Cause = tale.Drafts[tale.Find<OrderDispatched>((_, _) => true)].Cause })),

        Mutant.Of("issued by another hospital", "I14", "was issued at HN-PS", tale => tale
            .Change<UnitIssued>(On<UnitIssued>(Of(Transfused)), (draft, _) => draft with { Site = OtherHospital })),
        Mutant.Of("crossmatched by another hospital", "I14", "was crossmatched at HN-PS", tale => tale
            .Change<UnitCrossmatched>(On<UnitCrossmatched>(Of(Transfused)), (draft, _) => draft with { Site = OtherHospital })),
        Mutant.Of("transfused elsewhere, and nobody noted it", "I14", "no discrepancy 'transfused-elsewhere'", tale => tale
            .Change<UnitTransfused>((_, _) => true, (draft, _) => draft with { Site = OtherHospital })),
        Mutant.Of("received by another hospital", "I14", "was done at HN-PS, not at HN-XP", tale => tale
            .Change<ConsignmentReceived>((_, _) => true, (draft, _) => draft with { Site = OtherHospital })),
        Mutant.Of("handed over by another site", "I14", "was done at HN-PS, not at HN-BM", tale => tale
            .Change<ConsignmentDispatched>((_, _) => true, (draft, _) => draft with { Site = OtherHospital })),
        Mutant.Of("handed over to oneself", "I14", "Who handed over took over", tale => tale
            .Change<ConsignmentDispatched>((_, _) => true, sent => sent with { HandedOverTo = First })),
        Mutant.Of("ordered for another hospital", "I14", "Placed at HN-PS for HN-XP", tale => tale
            .Change<OrderPlaced>((_, placed) => placed.Order == RoadOrder, (draft, _) => draft with { Site = OtherHospital })),
    ];

    private static Func<Draft, T, bool> On<T>(string stream) => (draft, _) => draft.Stream == stream;

    private static void Restore(List<LoggedEvent> logs, int index, Func<StoredEvent, StoredEvent> change) =>
        logs[index] = logs[index] with { Stored = change(logs[index].Stored) };
}
