using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Dispatches;
using Distribution.Donations;
using Distribution.Inventory;
using Distribution.Requests;
using static Distribution.Dispatches.ConsignmentEvent;

namespace Distribution.Checker.Tests;

/// <summary>
/// A fortnight in which everything goes as it should: a stock order that arrives but for one unit, a transfusion, a return and
/// its expiry, a reservation that lapses, a reactive donation, orders declined and canceled, and a box still on the road.
/// </summary>
internal static class Journey
{
    public static readonly SiteId Centre = SiteId.Parse("HN-BM");
    public static readonly SiteId CollectionPoint = SiteId.Parse("HN-HK");
    public static readonly SiteId Hospital = SiteId.Parse("HN-XP");
    public static readonly SiteId OtherHospital = SiteId.Parse("HN-PS");

    /// <summary>Red cells: held at the centre for a while, transfused in the end.</summary>
    public static readonly UnitNumber Transfused = Unit(1, "D0101V00");

    /// <summary>Red cells: issued, returned, expired.</summary>
    public static readonly UnitNumber Returned = Unit(2, "D0101V00");

    /// <summary>Red cells: reserved in vain, then on the road.</summary>
    public static readonly UnitNumber OnTheRoad = Unit(3, "D0101V00");

    /// <summary>Red cells: reactive.</summary>
    public static readonly UnitNumber Reactive = Unit(4, "D0101V00");

    /// <summary>Plasma: not in the box.</summary>
    public static readonly UnitNumber Missing = Unit(1, "D0201V00");

    /// <summary>Plasma: arrived, in the hospital's stock.</summary>
    public static readonly UnitNumber InStock = Unit(2, "D0201V00");

    public static readonly OrderId StockOrder = OrderId.From("stock");
    public static readonly OrderId PatientOrder = OrderId.From("patient");
    public static readonly OrderId SparedOrder = OrderId.From("spared");
    public static readonly OrderId LapsedOrder = OrderId.From("lapsed");
    public static readonly OrderId RoadOrder = OrderId.From("road");
    public static readonly OrderId DeclinedOrder = OrderId.From("declined");
    public static readonly OrderId CanceledOrder = OrderId.From("canceled");

    public static readonly ConsignmentNumber StockConsignment = ConsignmentNumber.Create("A9990", 26, 1);
    public static readonly ConsignmentNumber LapsedConsignment = ConsignmentNumber.Create("A9990", 26, 2);
    public static readonly ConsignmentNumber RoadConsignment = ConsignmentNumber.Create("A9990", 26, 3);
    public static readonly ConsignmentNumber NextConsignment = ConsignmentNumber.Create("A9990", 26, 4);

    public static readonly RecipientId Patient = RecipientId.Parse("00000000000000000000000000000007", null);
    public const string Sample = "T0001";
    public static readonly BloodGroup OPositive = BloodGroup.Parse("O+");
    public static readonly BloodGroup APositive = BloodGroup.Parse("A+");
    public static readonly BloodGroup ONegative = BloodGroup.Parse("O-");
    public static readonly DateTimeOffset ExpiresAt = new(2026, 4, 13, 23, 59, 0, TimeSpan.FromHours(7));

    public static readonly RecallId CaseId = RecallId.Parse("recall-1");

    /// <summary>The donation whose results are told as they were before each had an event of its own.</summary>
    private const int Former = 1;

    private static readonly string[] Markers = ["hiv", "hbv", "hcv", "syphilis", "antibody-screen"];

    public const string First = "A9990-N01";
    public const string Second = "A9990-N02";
    public const string Nurse = "A9991-N01";
    public const string OtherNurse = "A9991-N02";
    public const string Driver = "A9990-D01";
    public const string System = "expiry";

    public static string Of(UnitNumber unit) => $"unit-{unit}";

    public static string Gate(UnitNumber unit) => $"gate-{unit}";

    public static string Of(OrderId order) => $"order-{order}";

    public static string Allocation(OrderId order) => $"allocation-{order}";

    public static string Of(ConsignmentNumber consignment) => $"consignment-{consignment}";

    /// <summary>The unit's donation is called back, and the unit with it; what else was made of it has ended.</summary>
    public static Tale CallBack(this Tale tale, UnitNumber unit)
    {
        tale.Act(
            Services.Donation, Centre, First,
            ($"implication-{CaseId}", new ImplicationOpened(CaseId, RecallKind.Recall, "bag leaking", [unit.Donation], tale.Now)),
            ($"donation-{unit.Donation}", new DonationHeld(CaseId, RecallKind.Recall, "bag leaking")));
        tale.Act(
            Services.Inventory, Centre, First,
            ($"family-{unit.Donation}", new FamilyHeld(CaseId, "bag leaking", RecallKind.Recall)),
            ($"recall-{CaseId}", new RecallOpened(
                CaseId, RecallKind.Recall, "bag leaking", RecallSource.DonationService, [unit.Donation],
                [.. tale.Drafts.Select(draft => draft.Data).OfType<UnitListed>().Where(listed => listed.Unit.Donation == unit.Donation)
                    .Select(listed => new RecalledUnit(listed.Unit, CustodyKind.AtSite, Hospital, null, listed.Unit == unit ? null : FateKind.Expired))],
                Centre, tale.Now, null)),
            (Of(unit), new UnitHeld(CaseId.ToString(), null, Centre, First, CaseId)));
        tale.Hear(Services.Dispatch, Centre, First, (Gate(unit), new GateEvent.UnitBlocked(unit, CaseId.ToString(), 0)));
        return tale;
    }

    public static Tale Tell()
    {
        var tale = new Tale();
        Donate(tale, 1, MarkerResult.Negative, Transfused, Missing);
        Donate(tale, 2, MarkerResult.Negative, Returned, InStock);
        Donate(tale, 3, MarkerResult.Negative, OnTheRoad);
        Donate(tale, 4, MarkerResult.Reactive, Reactive);

        tale.Hold(Transfused, Centre, First);
        UnitNumber[] boxed = [Transfused, Returned, Missing, InStock];
        tale.Place(StockOrder, OrderPurpose.Stock, [new(1, ComponentKind.RedCells, OPositive, 2), new(2, ComponentKind.Plasma, OPositive, 2)]);
        tale.Reserve(StockOrder, OrderPurpose.Stock, Centre, boxed);
        tale.Plan(StockConsignment, StockOrder, boxed);
        tale.HandOver(StockConsignment, StockOrder, boxed);
        tale.Receive(StockConsignment, StockOrder, [Transfused, Returned, InStock], [Missing]);
        tale.Act(Services.Request, Hospital, Nurse, (Of(StockOrder), new OrderPartlyMet(StockOrder, 1)));

        tale.Know(Patient, APositive, Sample);
        tale.ForPatient(PatientOrder, Transfused);
        tale.Act(Services.Inventory, Hospital, Nurse, (Of(Transfused), new UnitTransfused(PatientOrder, Patient, tale.Now, 200)));
        tale.Hear(Services.Request, Hospital, Nurse, (Of(PatientOrder), new OrderUnitEnded(PatientOrder, Transfused, Distribution.Requests.UnitFate.Transfused)));
        tale.Hear(Services.Dispatch, Hospital, Nurse, (Gate(Transfused), new GateEvent.UnitEnded(Transfused, UnitEnd.Transfused)));

        tale.Hold(Returned, Hospital, Nurse);
        tale.ForPatient(SparedOrder, Returned);
        tale.Act(
            Services.Inventory, Hospital, Nurse,
            (Of(Returned), new UnitReturned(SparedOrder, Patient, 20, true)), (Of(Returned), new UnitReservationEnded(SparedOrder, "returned")));
        tale.Hear(Services.Request, Hospital, Nurse, (Of(SparedOrder), new OrderUnitReturned(SparedOrder, Returned, true, tale.Now.AddMinutes(-1))));

        tale.Place(LapsedOrder, OrderPurpose.Stock, [new(1, ComponentKind.RedCells, OPositive, 1)]);
        tale.Reserve(LapsedOrder, OrderPurpose.Stock, Centre, [OnTheRoad]);
        tale.Plan(LapsedConsignment, LapsedOrder, [OnTheRoad]);
        tale.Pass(TimeSpan.FromDays(2));
        tale.Act(
            Services.Inventory, Centre, System,
            (Of(OnTheRoad), new UnitReservationEnded(LapsedOrder, "lapsed")),
            (Allocation(LapsedOrder), new AllocationLapsed(LapsedOrder, [OnTheRoad], "lapsed")));
        tale.Hear(
            Services.Request, Centre, System,
            (Of(LapsedOrder), new OrderReservationLapsed(LapsedOrder, [OnTheRoad], "lapsed")), (Of(LapsedOrder), new OrderUnmet(LapsedOrder, 1)));
        tale.Hear(Services.Dispatch, Centre, System, (Gate(OnTheRoad), new GateEvent.ReservationEnded(OnTheRoad, LapsedOrder, "lapsed")));

        tale.Place(RoadOrder, OrderPurpose.Stock, [new(1, ComponentKind.RedCells, OPositive, 1)]);
        tale.Reserve(RoadOrder, OrderPurpose.Stock, Centre, [OnTheRoad]);
        tale.Plan(RoadConsignment, RoadOrder, [OnTheRoad]);
        tale.HandOver(RoadConsignment, RoadOrder, [OnTheRoad]);

        tale.Place(DeclinedOrder, OrderPurpose.Stock, [new(1, ComponentKind.Platelets, OPositive, 1)]);
        tale.Decline(DeclinedOrder, "no-compatible-stock");
        tale.Hear(Services.Request, Hospital, Nurse, (Of(DeclinedOrder), new OrderDeclined(DeclinedOrder, "no-compatible-stock", [new Shortfall(1, 1)])));
        tale.Place(CanceledOrder, OrderPurpose.Stock, [new(1, ComponentKind.Platelets, OPositive, 1)]);
        tale.Act(Services.Request, Hospital, Nurse, (Of(CanceledOrder), new OrderCanceled(CanceledOrder, "not needed")));
        tale.Hear(Services.Inventory, Hospital, Nurse, (Allocation(CanceledOrder), new AllocationLapsed(CanceledOrder, [], "order-canceled")));
        tale.Decline(CanceledOrder, "given-back");

        tale.Pass(ExpiresAt - tale.Now);
        tale.Act(Services.Dispatch, Centre, System, (Of(RoadConsignment), new ConsignmentOverdue(tale.Sent(RoadConsignment).ExpectedAt)));
        tale.Act(Services.Inventory, Hospital, System, (Of(Returned), new UnitExpired(ExpiresAt, null)));
        tale.Hear(Services.Dispatch, Hospital, System, (Gate(Returned), new GateEvent.UnitEnded(Returned, UnitEnd.Expired)));
        return tale;
    }

    /// <summary>A pick list made from nothing but an order: number, gates and consignment in one commit.</summary>
    public static void Plan(this Tale tale, ConsignmentNumber consignment, OrderId order, UnitNumber[] units) => tale.Hear(
        Services.Dispatch, Centre, Nurse,
        [
            ("numbering-A999026", new NumberingEvent.ConsignmentNumberAssigned(consignment)),
            (Of(consignment), new ConsignmentPlanned(
                consignment, order, Centre, Hospital, [.. units.Select(unit => new PlannedUnit(unit, Line(unit), Kind(unit), OPositive, Expiry(unit)))], tale.Now.AddDays(1), tale.Now.AddDays(1))),
            .. units.Select(unit => (Gate(unit), (object)new GateEvent.UnitPlanned(unit, consignment, order))),
        ]);

    /// <summary>Packed and given to the driver, as Dispatch tells it.</summary>
    public static void Leave(this Tale tale, ConsignmentNumber consignment, OrderId order, UnitNumber[] units)
    {
        foreach (var unit in units)
        {
            tale.Act(Services.Dispatch, Centre, First, (Of(consignment), new UnitPicked(unit)));
            // Red cells and plasma need different temperatures.
            tale.Act(Services.Dispatch, Centre, First, (Of(consignment), new UnitPacked(unit, Line(unit), units.Max(Line))));
        }

        tale.Act(
            Services.Dispatch, Centre, First,
            [
                (Of(consignment), new ConsignmentDispatched(consignment, order, Centre, Hospital, units, tale.Now, tale.Now.AddMinutes(25), Driver)),
                .. units.Select(unit => (Gate(unit), (object)new GateEvent.UnitDeparted(unit, consignment, order))),
            ]);
    }

    public static ConsignmentDispatched Sent(this Tale tale, ConsignmentNumber consignment) =>
        tale.Drafts.Select(draft => draft.Data).OfType<ConsignmentDispatched>().Single(data => data.Consignment == consignment);

    /// <summary>Scanned at the destination: it is on the road no more.</summary>
    public static void CheckIn(this Tale tale, ConsignmentNumber consignment, UnitNumber unit) => tale.Act(
        Services.Dispatch, Hospital, Nurse,
        (Of(consignment), new UnitCheckedIn(unit, true)), (Gate(unit), new GateEvent.UnitLanded(unit, consignment)));

    /// <summary>Registered with a group, which a second person finds as well; a sample is taken; each time the others are told.</summary>
    public static void Know(this Tale tale, RecipientId patient, BloodGroup group, string sample)
    {
        var stream = $"recipient-{patient}";
        Tell(Nurse, new RecipientRegistered(patient, group, Hospital, Nurse), profile => profile);
        Tell(OtherNurse, new RecipientGroupDetermined(group, OtherNurse, null, group), profile => profile with { Group = group });
        var (takenAt, validUntil) = (tale.Now, tale.Now.AddDays(60));
        Tell(
            Nurse, new RecipientSampleTaken(sample, takenAt, validUntil, Nurse), profile => profile with { Sample = new ProfileSample(sample, takenAt, validUntil) },
            ($"tube-{Hospital}:{sample}", new TubeLabeled(Hospital, sample, patient)));

        void Tell(string person, object fact, Func<RecipientProfileChanged, RecipientProfileChanged> change, params IReadOnlyList<(string, object)> more) =>
            tale.Tell(patient, person, [(stream, fact), .. more], change);
    }

    /// <summary>Something is found of a patient, and Inventory hears of it.</summary>
    public static void Tell(
        this Tale tale, RecipientId patient, string person, IReadOnlyList<(string Stream, object Data)> facts, Func<RecipientProfileChanged, RecipientProfileChanged> change)
    {
        var stream = $"recipient-{patient}";
        var before = tale.Drafts.Select(draft => draft.Data).OfType<RecipientProfileChanged>().LastOrDefault(told => told.Recipient == patient)
            ?? new RecipientProfileChanged(patient, Hospital, AntigenSet.None);
        var told = change(before);
        tale.Act(Services.Request, Hospital, person, [.. facts, (stream, told)]);
        var version = tale.Drafts.Count(draft => draft.Service == Services.Request && draft.Stream == stream);
        tale.Hear(Services.Inventory, Hospital, person, (stream, new RecipientTold(
            version, told.Site, told.Antibodies, told.Group, told.Requirements,
            told.Sample is { } tube ? new Distribution.Inventory.RecipientSample(tube.Number, tube.TakenAt, tube.ValidUntil, tube.AntibodyScreen) : null)));
    }

    public static void Donate(Tale tale, int sequence, MarkerResult hbv, params UnitNumber[] units)
    {
        var number = DonationNumber.Create("A9990", 26, sequence);
        var (donor, stream) = (DonorId.From($"donor {sequence}"), $"donation-{number}");
        var collectedAt = tale.Now;
        tale.Act(Services.Donation, CollectionPoint, First, ($"donor-{donor}", new DonorRegistered(donor, Sex.Female, 1990, CollectionPoint)));
        tale.Act(
            Services.Donation, CollectionPoint, First,
            (stream, new DonationCollected(number, donor, 450, collectedAt, CollectionPoint)), ($"donor-{donor}", new DonorGave(number, collectedAt)));
        if (sequence == Former)
            TestAsBefore(tale, stream, hbv);
        else
            Test(tale, stream, donor, number, hbv);
        foreach (var unit in units)
        {
            tale.Act(Services.Donation, Centre, First, (stream, new ComponentPrepared(unit, Kind(unit), 200, collectedAt, Expiry(unit), collectedAt, CollectionPoint, Centre)));
            tale.Hear(
                Services.Inventory, Centre, First,
                (Of(unit), new UnitPrepared(unit, Kind(unit), collectedAt, CollectionPoint, collectedAt, Expiry(unit), 200, Centre)), ($"family-{number}", new UnitListed(unit)));
        }

        if (hbv == MarkerResult.Reactive)
        {
            foreach (var unit in units)
            {
                tale.Act(Services.Donation, Centre, First, (stream, new ComponentDiscarded(
                    unit, Kind(unit), 200, collectedAt, Expiry(unit), collectedAt, CollectionPoint, Centre, "marker-reactive")));
                tale.Hear(Services.Inventory, Centre, First, (Of(unit), new UnitDiscarded("marker-reactive", null)));
                tale.Hear(Services.Dispatch, Centre, First, (Gate(unit), new GateEvent.UnitEnded(unit, UnitEnd.Discarded)));
            }

            return;
        }

        tale.Act(Services.Donation, Centre, First, (stream, new ReleaseSigned(First, sequence == Former ? null : units)));
        tale.Act(Services.Donation, Centre, Second, [.. units.Select(unit => (stream, (object)new ComponentReleased(
            unit, Kind(unit), 200, collectedAt, Expiry(unit), collectedAt, CollectionPoint, Centre, OPositive, First)))]);
        foreach (var unit in units)
            tale.Hear(Services.Inventory, Centre, Second, (Of(unit), new UnitReleased(OPositive, First)));
    }

    /// <summary>Each result and each determination for itself, by whoever found it, and the donor with them.</summary>
    private static void Test(Tale tale, string stream, DonorId donor, DonationNumber number, MarkerResult hbv)
    {
        tale.Act(Services.Donation, Centre, First, (stream, new GroupDeterminationRecorded(OPositive, First)));
        tale.Act(
            Services.Donation, Centre, Second,
            (stream, new GroupDeterminationRecorded(OPositive, Second, Established: OPositive)), ($"donor-{donor}", new DonorGroupKnown(OPositive, number)));
        tale.Act(
            Services.Donation, Centre, First,
            [
                .. Markers.Select(marker => (stream, (object)new MarkerResultRecorded(marker, marker == "hbv" ? hbv : MarkerResult.Negative, TestPhase.Screening))),
                .. hbv == MarkerResult.Reactive ? [($"donor-{donor}", (object)new DonorDeferred("marker-reactive", number))] : Array.Empty<(string, object)>(),
            ]);
    }

    /// <summary>As it was written once: one determination by whomever, and all results at a time.</summary>
    private static void TestAsBefore(Tale tale, string stream, MarkerResult hbv)
    {
        tale.Act(Services.Donation, Centre, First, (stream, new GroupDetermined(OPositive)));
        tale.Act(Services.Donation, Centre, First, (stream, new MarkersTested(
            Markers.ToDictionary(marker => marker, marker => marker == "hbv" ? hbv : MarkerResult.Negative, StringComparer.Ordinal))));
    }

    private static void Hold(this Tale tale, UnitNumber unit, SiteId site, string actor)
    {
        tale.Act(Services.Inventory, site, actor, (Of(unit), new UnitHeld("temperature", null)));
        tale.Hear(Services.Dispatch, site, actor, (Gate(unit), new GateEvent.UnitBlocked(unit, "temperature", 0)));
        tale.Act(Services.Inventory, site, actor, (Of(unit), new UnitHoldEnded("temperature", false, null)));
        tale.Hear(Services.Dispatch, site, actor, (Gate(unit), new GateEvent.UnitUnblocked(unit, "temperature", 0)));
    }

    public static void Place(this Tale tale, OrderId order, OrderPurpose purpose, OrderLine[] lines) => tale.Act(
        Services.Request, Hospital, Nurse,
        (Of(order), new OrderPlaced(
            order, purpose, Hospital, purpose == OrderPurpose.Stock ? Centre : Hospital, lines, tale.Now.AddDays(1),
            purpose == OrderPurpose.Patient ? Patient : null, purpose == OrderPurpose.Patient ? APositive : null)));

    public static void Reserve(this Tale tale, OrderId order, OrderPurpose purpose, SiteId supplier, UnitNumber[] units)
    {
        var (kept, until) = (purpose == OrderPurpose.Stock ? ReservationPurpose.Stock : ReservationPurpose.Patient, tale.Now.AddDays(1));
        RecipientId? recipient = purpose == OrderPurpose.Patient ? Patient : null;
        BloodGroup? group = purpose == OrderPurpose.Patient ? APositive : null;
        tale.Hear(
            Services.Inventory, Hospital, Nurse,
            [
                (Allocation(order), tale.Demand(order)),
                .. units.Select(unit => (Of(unit), (object)new UnitReserved(order, Line(unit), kept, supplier, Hospital, recipient, group, until))),
                (Allocation(order), new UnitsAllocated(
                    order, 1, kept, supplier, Hospital, [.. units.Select(unit => new AllocatedUnit(unit, Line(unit), Kind(unit), OPositive, Expiry(unit), []))], [], until)),
            ]);
        tale.Hear(
            Services.Request, Hospital, Nurse,
            (Of(order), new OrderReserved(
                order, purpose, Hospital, supplier, [.. units.Select(unit => new ReservedUnit(unit, Line(unit), Kind(unit), OPositive, Expiry(unit)))], [], until, until)));
    }

    private static void Decline(this Tale tale, OrderId order, string reason) => tale.Hear(
        Services.Inventory, Hospital, Nurse,
        [
            // What was given back before is looked for no more.
            .. reason == "given-back" ? Array.Empty<(string, object)>() : [(Allocation(order), tale.Demand(order))],
            (Allocation(order), new AllocationDeclined(order, 1, Centre, reason, [new AllocationShortfall(1, 1)])),
        ]);

    /// <summary>What the order asked for, as Inventory took it.</summary>
    private static DemandRegistered Demand(this Tale tale, OrderId order)
    {
        var placed = tale.Drafts.Select(draft => draft.Data).OfType<OrderPlaced>().Single(placed => placed.Order == order);
        return new DemandRegistered(
            order, 1, placed.Purpose == OrderPurpose.Stock ? ReservationPurpose.Stock : ReservationPurpose.Patient, Distribution.Inventory.Allocating.AskPriority.Routine, placed.Supplier, placed.Hospital,
            [.. placed.Lines.Select(line => new DemandLine(line.Line, line.Kind, line.Group, line.Quantity, line.Requirements))],
            placed.Recipient, placed.RecipientGroup, placed.NeededBy, tale.Now, null);
    }

    public static void HandOver(this Tale tale, ConsignmentNumber consignment, OrderId order, UnitNumber[] units)
    {
        tale.Leave(consignment, order, units);
        var (at, expected) = (tale.Now, tale.Now.AddMinutes(25));
        tale.Hear(
            Services.Inventory, Centre, First,
            [.. units.Select(unit => (Of(unit), (object)new UnitDispatched(consignment, order, Centre, Hospital, at, expected)))]);
        tale.Hear(Services.Request, Centre, First, (Of(order), new OrderDispatched(order, consignment, units, expected)));
    }

    public static void Receive(this Tale tale, ConsignmentNumber consignment, OrderId order, UnitNumber[] units, UnitNumber[] missing)
    {
        var sent = tale.Sent(consignment).DispatchedAt;
        tale.Act(Services.Dispatch, Hospital, Nurse, (Of(consignment), new ConsignmentArrived(consignment)));
        foreach (var unit in units)
            tale.CheckIn(consignment, unit);
        tale.Act(
            Services.Dispatch, Hospital, Nurse,
            [
                (Of(consignment), new ConsignmentReceived(consignment, order, Centre, Hospital, units, missing, [], sent)),
                .. missing.Select(unit => (Of(consignment), (object)new DiscrepancyRaised(consignment, order, unit, DiscrepancyKind.Missing))),
            ]);
        tale.Hear(
            Services.Inventory, Hospital, Nurse,
            [
                .. units.SelectMany(unit => new (string, object)[]
                {
                    (Of(unit), new UnitReceived(consignment, order, Hospital, true, sent)),
                    (Of(unit), new UnitReservationEnded(order, "received")),
                }),
                .. missing.SelectMany(unit => new (string, object)[]
                {
                    (Of(unit), new UnitMissing(consignment, order, Centre, Hospital)),
                    (Of(unit), new UnitReservationEnded(order, "missing")),
                }),
            ]);
        tale.Hear(Services.Request, Hospital, Nurse, (Of(order), new OrderReceived(order, consignment, units, missing)));
    }

    private static void ForPatient(this Tale tale, OrderId order, UnitNumber unit)
    {
        tale.Place(order, OrderPurpose.Patient, [new(1, Kind(unit), APositive, 1)]);
        tale.Reserve(order, OrderPurpose.Patient, Hospital, [unit]);
        var until = tale.Drafts.Select(draft => draft.Data).OfType<RecipientSampleTaken>().Single(taken => taken.Number == Sample).ValidUntil;
        tale.Act(Services.Inventory, Hospital, Nurse, (Of(unit), new UnitCrossmatched(order, Patient, APositive, true, CrossmatchMethod.Serological, Sample, until)));
        var at = tale.Now;
        tale.Act(Services.Inventory, Hospital, Nurse, (Of(unit), new UnitIssued(order, Patient, APositive, OtherNurse, at.AddDays(1))));
        tale.Hear(Services.Request, Hospital, Nurse, (Of(order), new OrderUnitIssued(order, unit, at)), (Of(order), new OrderMet(order, Hospital)));
    }

    private static UnitNumber Unit(int sequence, string product) => new(DonationNumber.Create("A9990", 26, sequence), ProductCode.Parse(product));

    private static ComponentKind Kind(UnitNumber unit) => unit.Product.Description == "D0101" ? ComponentKind.RedCells : ComponentKind.Plasma;

    private static int Line(UnitNumber unit) => Kind(unit) == ComponentKind.RedCells ? 1 : 2;

    private static DateTimeOffset Expiry(UnitNumber unit) => Kind(unit) == ComponentKind.RedCells ? ExpiresAt : ExpiresAt.AddYears(2);
}
