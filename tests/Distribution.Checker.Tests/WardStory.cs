using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Dispatches;
using Distribution.Donations;
using Distribution.Inventory;
using Distribution.Inventory.Allocating;
using Distribution.Requests;
using static Distribution.Checker.Tests.Journey;
using static Distribution.Dispatches.ConsignmentEvent;

namespace Distribution.Checker.Tests;

/// <summary>
/// A hospital's week: a stock order that waits for its last unit, boxes with loggers of which one got warm and one bag leaked, a patient
/// with an antibody, an order that was amended, somebody who bled and was not known, a hand-over told later, a wait in vain and an order that placed itself.
/// </summary>
internal static class WardStory
{
    public static readonly UnitNumber Typed = Cells(1);
    public static readonly UnitNumber Overridden = Cells(2);
    public static readonly UnitNumber Tested = Cells(3);
    public static readonly UnitNumber Untested = Cells(4);
    public static readonly UnitNumber Warm = Cells(5);
    public static readonly UnitNumber Late = Cells(6);
    public static readonly UnitNumber Leaking = new(DonationNumber.Create("A9990", 26, 31), ProductCode.Parse("D0201V00"));

    public static readonly OrderId Stock = OrderId.From("ward stock");
    public static readonly OrderId Amended = OrderId.From("ward patient");
    public static readonly OrderId Emergency = OrderId.From("ward emergency");
    public static readonly OrderId InVain = OrderId.From("ward in vain");
    public static readonly OrderId Standing = OrderId.From("ward standing");
    public static readonly OrderFormId Form = OrderFormId.From("ward");

    public static readonly ConsignmentNumber Boxes = ConsignmentNumber.Create("A9990", 26, 1);
    public static readonly ConsignmentNumber Rest = ConsignmentNumber.Create("A9990", 26, 2);

    public static readonly RecipientId WithAntibody = RecipientId.From("ward antibody");
    public static readonly RecipientId Bleeding = RecipientId.From("ward bleeding");
    public static readonly AntigenSet K = AntigenSet.Of("K");

    public const string Physician = "A9991-P01";
    public const string CapturedLine = "captured without a connection as D01 7, sent by A9991-N01";
    public const string Round = "allocation-round";

    /// <summary>What the checks must have met in it.</summary>
    public static IReadOnlyList<string> LooksAt { get; } =
    [
        "boxes", "late consignments", "gates of units that left", "units that came damaged", "units of broken cold chains", "resolutions proposed", "temperatures",
        "groups established", "groups settled", "antibodies", "samples", "profiles", "patients known", "rules let pass", "issues in emergencies",
        "crossmatches afterwards", "crossmatches due", "crossmatches overdue", "issues told later with a discrepancy", "discrepancies resolved", "late returns",
        "amendments", "alternatives", "waits", "lines of answers", "lines of askings", "standing orders", "units put away", "units returned", "captured lines", "lines looked at",
    ];

    public static Tale Tell()
    {
        var tale = new Tale();
        for (var i = 1; i <= 6; i++)
            Donate(tale, 30 + i, MarkerResult.Negative, i == 1 ? [Cells(1), Leaking] : [Cells(i)]);
        Fill(tale);
        Treat(tale);
        Rescue(tale);
        TellLater(tale);
        WaitInVain(tale);
        return tale;
    }

    private static void Fill(Tale tale)
    {
        UnitNumber[] first = [Typed, Overridden, Tested, Untested, Warm, Leaking];
        tale.Order(Stock, OrderPurpose.Stock, Centre, [new(1, ComponentKind.RedCells, OPositive, 6), new(2, ComponentKind.Plasma, OPositive, 1)]);
        tale.Allocate(Stock, first, (1, 1));
        tale.Plan(Boxes, Stock, first);
        tale.Allocate(Stock, [Late]);
        tale.Plan(Rest, Stock, [Late]);

        foreach (var unit in first)
            tale.AtCentre(First, new UnitPicked(unit), new UnitPacked(unit, Box(unit), 2));
        tale.AtCentre(First, new BoxClosed(1, "L0001"));
        tale.AtCentre(First, new BoxOpened(1, "coolant forgotten"));
        tale.AtCentre(First, new BoxClosed(1, "L0001", "ice"));
        tale.AtCentre(First, new BoxClosed(2));
        var (at, expected) = (tale.Now, tale.Now.AddMinutes(25));
        tale.Act(
            Services.Dispatch, Centre, First,
            [
                (Of(Boxes), new ConsignmentDispatched(Boxes, Stock, Centre, Hospital, first, at, expected, Driver)),
                .. first.Select(unit => (Gate(unit), (object)new GateEvent.UnitDeparted(unit, Boxes, Stock))),
            ]);
        tale.Hear(Services.Inventory, Centre, First, [.. first.Select(unit => (Of(unit), (object)new UnitDispatched(Boxes, Stock, Centre, Hospital, at, expected)))]);
        tale.Hear(Services.Request, Centre, First, (Of(Stock), new OrderDispatched(Stock, Boxes, first, expected)));
        tale.Pass(TimeSpan.FromHours(1));
        tale.AtCentre(Journey.System, new ConsignmentOverdue(expected));

        tale.AtHospital(Nurse, new ConsignmentArrived(Boxes), new BoxArrived(1, 2));
        foreach (var unit in first)
            tale.CheckIn(Boxes, unit);
        tale.AtHospital(Nurse, new UnitInspected(Typed, 6));
        tale.AtHospital(Nurse, new UnitFoundDamaged(Leaking, DamageReason.BagLeaking), new DiscrepancyRaised(Boxes, Stock, Leaking, DiscrepancyKind.Damaged));
        tale.AtHospital(Nurse, new DoorTemperatureTaken(1, 7));
        tale.AtHospital(Nurse, new ConsignmentReceived(Boxes, Stock, Centre, Hospital, first, [], [], at, [new DamagedUnit(Leaking, DamageReason.BagLeaking)]));
        tale.Hear(
            Services.Inventory, Hospital, Nurse,
            [
                .. first.SelectMany(unit => new (string, object)[]
                {
                    (Of(unit), new UnitReceived(Boxes, Stock, Hospital, true, at)),
                    (Of(unit), new UnitReservationEnded(Stock, "received")),
                }),
                (Of(Leaking), new UnitHeld("damaged-bag-leaking", null, Hospital, Nurse)),
            ]);
        tale.Hear(Services.Dispatch, Hospital, Nurse, (Gate(Leaking), new GateEvent.UnitBlocked(Leaking, "damaged-bag-leaking", 0)));
        tale.Hear(Services.Request, Hospital, Nurse, (Of(Stock), new OrderReceived(Stock, Boxes, first, [])));

        tale.AtHospital(
            Nurse,
            new BoxTemperatureRead(1, at, tale.Now, [0, 600], [5, 15], 5, 15, "00", [new TemperatureExcursion(at.AddMinutes(10), tale.Now, 15, [Warm])], "L0001"),
            new ColdChainBroken(Boxes, Stock, 1, [Warm], "15 °C at worst", at.AddMinutes(10), tale.Now));
        tale.Hear(Services.Inventory, Hospital, Nurse, (Of(Warm), new UnitHeld("cold-chain", null, Hospital, Nurse)));
        tale.Hear(Services.Dispatch, Hospital, Nurse, (Gate(Warm), new GateEvent.UnitBlocked(Warm, "cold-chain", 0)));
        tale.AtCentre(First, new ResolutionProposed(Leaking, ConsignmentEnd.Sender, DiscrepancyResolution.Destroyed, First));
        tale.AtHospital(Nurse, new DiscrepancyResolved(Leaking, "destroyed", DiscrepancyResolution.Destroyed, First));
        foreach (var unit in new[] { Warm, Leaking })
            tale.Discard(unit);

        tale.HandOver(Rest, Stock, [Late]);
        tale.Receive(Rest, Stock, [Late], []);
        tale.Act(Services.Request, Hospital, Nurse, (Of(Stock), new OrderMet(Stock, Hospital)));
    }

    private static void Treat(Tale tale)
    {
        tale.Know(WithAntibody, APositive, "T0100");
        var stream = $"recipient-{WithAntibody}";
        tale.Tell(
            WithAntibody, Nurse, [(stream, new RecipientSampleScreened("T0100", true)), (stream, new RecipientAntibodyFound(K, "T0100"))],
            told => told with { Antibodies = K, Sample = told.Sample! with { AntibodyScreen = true } });
        var needs = UnitRequirements.None with { CmvNegative = true };
        tale.Tell(WithAntibody, Nurse, [(stream, new RecipientRequirementsSet(needs, "transplant"))], told => told with { Requirements = needs });
        tale.AtBench(Typed, Nurse, new UnitTyped(AntigenSet.None, K, CmvStatus.Negative));
        tale.AtBench(Overridden, Nurse, new UnitTyped(AntigenSet.None, AntigenSet.None, CmvStatus.Negative));

        OrderLine[] lines = [new(1, ComponentKind.RedCells, APositive, 2)];
        tale.Order(Amended, OrderPurpose.Patient, Hospital, lines, WithAntibody, APositive);
        tale.Delay(Amended, (1, 2));
        var placed = tale.Drafts.Select(draft => draft.Data).OfType<OrderPlaced>().Single(placed => placed.Order == Amended);
        OrderLine[] changed = [lines[0] with { Quantity = 1 }, new(2, ComponentKind.RedCells, OPositive, 1, null, 1)];
        tale.Act(
            Services.Request, Hospital, Nurse,
            (Of(Amended), new OrderAlternativeAccepted(Amended, 1, 2, ComponentKind.RedCells, OPositive, Hospital, 1, [])),
            (Of(Amended), new OrderAmended(
                Amended, 2, OrderPurpose.Patient, Hospital, Hospital, changed, placed.NeededBy, OrderUrgency.Routine, WithAntibody, APositive, WaitUntil: placed.WaitUntil)));
        tale.Allocate(Amended, [Typed, Overridden]);

        tale.Match(Typed, Amended, WithAntibody, APositive, "T0100");
        tale.Issue(Typed, Amended, new UnitIssued(Amended, WithAntibody, APositive, OtherNurse, tale.Now.AddDays(1)), Nurse);
        tale.Act(
            Services.Inventory, Hospital, Nurse,
            (Of(Typed), new UnitReturned(Amended, WithAntibody, 20, false, Appearance.Clots, true)), (Of(Typed), new UnitReservationEnded(Amended, "returned")),
            (Of(Typed), new UnitHeld("appearance-clots", null, Hospital, Nurse)));
        tale.Hear(Services.Dispatch, Hospital, Nurse, (Gate(Typed), new GateEvent.UnitBlocked(Typed, "appearance-clots", 0)));
        tale.Hear(Services.Request, Hospital, Nurse, (Of(Amended), new OrderUnitReturned(Amended, Typed, false, tale.Now.AddMinutes(-2))));

        tale.AtBench(Overridden, Physician, new UnitRulesOverridden(
            Amended, WithAntibody, ["antibody-unmatched"], "bleeds, and no other unit", Nurse, needs with { WithoutAntigens = K }, APositive));
        tale.Match(Overridden, Amended, WithAntibody, APositive, "T0100");
        tale.Issue(Overridden, Amended, new UnitIssued(Amended, WithAntibody, APositive, OtherNurse, tale.Now.AddDays(1)), Nurse);
        tale.Transfuse(Overridden, Amended, WithAntibody);
        tale.Act(Services.Request, Hospital, Nurse, (Of(Amended), new OrderPartlyMet(Amended, 1)));
        tale.Discard(Typed);
    }

    private static void Rescue(Tale tale)
    {
        var stream = $"recipient-{Bleeding}";
        tale.Tell(Bleeding, Nurse, [(stream, new RecipientAdmitted(Bleeding, Hospital))], told => told);
        tale.Order(Emergency, OrderPurpose.Patient, Hospital, [new(1, ComponentKind.RedCells, OPositive, 2)], Bleeding, null, OrderUrgency.Emergency);
        tale.Allocate(Emergency, [Tested, Untested]);
        var due = tale.Now.AddDays(1);
        foreach (var unit in new[] { Tested, Untested })
            tale.Issue(unit, Emergency, new UnitIssuedInEmergency(Emergency, Bleeding, Nurse, "massive bleeding", due, null, due), Physician);
        tale.Act(Services.Request, Hospital, Nurse, (Of(Emergency), new OrderMet(Emergency, Hospital)));
        foreach (var unit in new[] { Tested, Untested })
            tale.Transfuse(unit, Emergency, Bleeding);

        tale.Tell(Bleeding, Nurse, [(stream, new RecipientGroupDetermined(APositive, Nurse))], told => told);
        tale.Tell(Bleeding, OtherNurse, [(stream, new RecipientGroupDetermined(OPositive, OtherNurse))], told => told);
        tale.Tell(Bleeding, Nurse, [(stream, new RecipientGroupSettled(APositive, "tube-mixed-up", OtherNurse))], told => told with { Group = APositive });
        var (takenAt, until) = (tale.Now, tale.Now.AddDays(3));
        tale.Tell(
            Bleeding, Nurse, [(stream, new RecipientSampleTaken("T0101", takenAt, until, Nurse)), ($"tube-{Hospital}:T0101", new TubeLabeled(Hospital, "T0101", Bleeding))],
            told => told with { Sample = new ProfileSample("T0101", takenAt, until) });
        tale.Match(Tested, Emergency, Bleeding, APositive, "T0101");
        tale.Pass(TimeSpan.FromDays(1));
        tale.AtBench(Untested, Journey.System, new UnitCrossmatchOverdue(Emergency, Bleeding, due));
    }

    private static void TellLater(Tale tale)
    {
        tale.AtBench(Late, Nurse, new UnitStored("F2-S3"));
        tale.Issue(
            Late, Amended, new UnitIssueRecorded(Amended, WithAntibody, OtherNurse, Hospital, tale.Now.AddDays(1), APositive), Nurse,
            [.. new[] { "not-reserved", "crossmatch-missing", "antibody-unmatched", "requirement-cmv" }.Select(code => new UnitDiscrepancyRecorded(code, "told later"))]);
        var version = tale.Drafts.Count(draft => draft.Stream == Of(Late));
        tale.AtBench(Late, Nurse, new UnitDiscrepancyResolved(version, "the connection was down"));
        tale.Transfuse(Late, Amended, WithAntibody);

        // A satellite's file of which no consignment knows one line.
        var capture = $"capture-{Hospital}.D01";
        tale.Act(Services.Dispatch, Hospital, Nurse, (capture, new CaptureEvent.LineUnplaced(Hospital, "D01", 7, "check-in", Late.ToString(), "unknown-consignment", "…")));
        tale.Drafts[^1] = tale.Drafts[^1] with { Reason = CapturedLine };
        tale.Act(Services.Dispatch, Hospital, Nurse, (capture, new CaptureEvent.LineSettled(Hospital, "D01", 7, "scanned twice")));
    }

    private static void WaitInVain(Tale tale)
    {
        tale.Order(InVain, OrderPurpose.Stock, Centre, [new(1, ComponentKind.Platelets, OPositive, 1)]);
        tale.Delay(InVain, (1, 1));
        tale.Pass(TimeSpan.FromDays(2));
        tale.Act(Services.Inventory, Centre, Journey.System, (Allocation(InVain), new AllocationDeclined(InVain, 1, Centre, "not-in-time", [new AllocationShortfall(1, 1)])));
        tale.Hear(Services.Request, Centre, Journey.System, (Of(InVain), new OrderDeclined(InVain, "not-in-time", [new Distribution.Requests.Shortfall(1, 1)], 1)));

        var occurrence = tale.Now.AddHours(1);
        tale.Act(Services.Request, Hospital, Nurse, ($"orderform-{Form}", new OrderFormSaved(
            Form, OrderFormKind.Standing, "platelets", Hospital, new OrderFormContent(OrderPurpose.Stock, [new OrderFormLine(ComponentKind.Platelets, 1, OPositive)], false),
            tale.Now, new StandingSchedule([Weekday.Monday], new TimeOnly(6, 0)), occurrence)));
        tale.Pass(TimeSpan.FromHours(1));
        tale.Act(
            Services.Request, Hospital, Journey.System,
            ($"orderform-{Form}", new StandingOrderPlaced(Form, occurrence, Standing, occurrence.AddDays(7))),
            (Of(Standing), new OrderPlaced(
                Standing, OrderPurpose.Stock, Hospital, Centre, [new OrderLine(1, ComponentKind.Platelets, OPositive, 1)], tale.Now.AddDays(1), null, null, OrderUrgency.Standing, Form: Form)));
        tale.Hear(
            Services.Inventory, Hospital, Journey.System,
            (Allocation(Standing), tale.Will(Standing)),
            (Allocation(Standing), new AllocationDeclined(Standing, 1, Centre, "no-compatible-stock", [new AllocationShortfall(1, 1)])));
        tale.Hear(Services.Request, Hospital, Journey.System, (Of(Standing), new OrderDeclined(Standing, "no-compatible-stock", [new Distribution.Requests.Shortfall(1, 1)], 1)));
    }

    // ---- what happens more than once --------------------------------------------------------------------------------

    private static void Order(
        this Tale tale, OrderId order, OrderPurpose purpose, SiteId supplier, OrderLine[] lines, RecipientId? recipient = null, BloodGroup? group = null,
        OrderUrgency urgency = OrderUrgency.Routine) => tale.Act(
        Services.Request, Hospital, Nurse,
        (Of(order), new OrderPlaced(
            order, purpose, Hospital, supplier, lines, tale.Now.AddDays(2), recipient, group, urgency, PlacedAt: tale.Now, WaitUntil: tale.Now.AddDays(1))));

    private static DemandRegistered Will(this Tale tale, OrderId order)
    {
        var placed = tale.Drafts.Select(draft => draft.Data).OfType<OrderPlaced>().Single(placed => placed.Order == order);
        var amended = tale.Drafts.Select(draft => draft.Data).OfType<OrderAmended>().LastOrDefault(amended => amended.Order == order);
        return new DemandRegistered(
            order, amended?.Attempt ?? 1, placed.Purpose == OrderPurpose.Stock ? ReservationPurpose.Stock : ReservationPurpose.Patient,
            placed.Urgency == OrderUrgency.Emergency ? AskPriority.Emergency : AskPriority.Routine, placed.Supplier, Hospital,
            [.. (amended?.Lines ?? placed.Lines).Select(line => new DemandLine(line.Line, line.Kind, line.Group, line.Quantity, line.Requirements))],
            placed.Recipient, placed.RecipientGroup, placed.NeededBy, tale.Now, placed.WaitUntil);
    }

    /// <summary>The first time the asking is taken with it; later it is what turned up.</summary>
    private static void Allocate(this Tale tale, OrderId order, UnitNumber[] units, params (int Line, int Missing)[] shortfalls)
    {
        var will = tale.Will(order);
        var isFirst = !tale.Drafts.Exists(draft => draft.Data is DemandRegistered known && known.Order == order && known.Attempt == will.Attempt);
        var (lapses, at) = (tale.Now.AddDays(1), tale.Now);
        DateTimeOffset? waits = shortfalls.Length > 0 ? will.WaitUntil : null;
        tale.Hear(
            Services.Inventory, isFirst ? Hospital : Centre, isFirst ? Nurse : Round,
            [
                .. isFirst ? [(Allocation(order), (object)will)] : Array.Empty<(string, object)>(),
                .. units.Select(unit => (Of(unit), (object)new UnitReserved(
                    order, LineOf(order, unit), will.Purpose, will.Supplier, Hospital, will.Recipient, will.RecipientGroup, lapses, will.Urgency == AskPriority.Emergency ? true : null))),
                (Allocation(order), new UnitsAllocated(
                    order, will.Attempt, will.Purpose, will.Supplier, Hospital, [.. units.Select(unit => new AllocatedUnit(unit, LineOf(order, unit), Kind(unit), OPositive, Expiry(unit), []))],
                    [.. shortfalls.Select(line => new AllocationShortfall(line.Line, line.Missing))], lapses, null, null, waits)),
            ]);
        tale.Hear(
            Services.Request, Hospital, Nurse,
            (Of(order), new OrderReserved(
                order, will.Purpose == ReservationPurpose.Stock ? OrderPurpose.Stock : OrderPurpose.Patient, Hospital, will.Supplier,
                [.. units.Select(unit => new ReservedUnit(unit, LineOf(order, unit), Kind(unit), OPositive, Expiry(unit)))],
                [.. shortfalls.Select(line => new Distribution.Requests.Shortfall(line.Line, line.Missing))], lapses, lapses, will.Attempt, null, waits, at)));
    }

    private static void Delay(this Tale tale, OrderId order, params (int Line, int Missing)[] shortfalls)
    {
        var (will, at) = (tale.Will(order), tale.Now);
        tale.Hear(
            Services.Inventory, Hospital, Nurse,
            (Allocation(order), will),
            (Allocation(order), new AllocationDelayed(
                order, will.Attempt, will.Supplier, [.. shortfalls.Select(line => new AllocationShortfall(line.Line, line.Missing))], [], will.WaitUntil!.Value, null)));
        tale.Hear(Services.Request, Hospital, Nurse, (Of(order), new OrderDelayed(
            order, will.Attempt, [.. shortfalls.Select(line => new Distribution.Requests.Shortfall(line.Line, line.Missing))], [], will.WaitUntil!.Value, at)));
    }

    private static void AtCentre(this Tale tale, string person, params object[] events) =>
        tale.Act(Services.Dispatch, Centre, person, [.. events.Select(data => (Of(Boxes), data))]);

    private static void AtHospital(this Tale tale, string person, params object[] events) =>
        tale.Act(Services.Dispatch, Hospital, person, [.. events.Select(data => (Of(Boxes), data))]);

    private static void AtBench(this Tale tale, UnitNumber unit, string person, params object[] events) =>
        tale.Act(Services.Inventory, Hospital, person, [.. events.Select(data => (Of(unit), data))]);

    private static void Match(this Tale tale, UnitNumber unit, OrderId order, RecipientId patient, BloodGroup group, string sample)
    {
        var until = tale.Drafts.Select(draft => draft.Data).OfType<RecipientSampleTaken>().Single(taken => taken.Number == sample).ValidUntil;
        tale.AtBench(unit, Nurse, new UnitCrossmatched(order, patient, group, true, CrossmatchMethod.Serological, sample, until));
    }

    private static void Issue(this Tale tale, UnitNumber unit, OrderId order, UnitEvent issued, string person, params UnitEvent[] beside)
    {
        var at = tale.Now;
        tale.AtBench(unit, person, [issued, .. beside]);
        tale.Hear(Services.Request, Hospital, person, (Of(order), new OrderUnitIssued(order, unit, at)));
    }

    private static void Transfuse(this Tale tale, UnitNumber unit, OrderId order, RecipientId patient)
    {
        tale.AtBench(unit, Nurse, new UnitTransfused(order, patient, tale.Now, 200));
        tale.Hear(Services.Request, Hospital, Nurse, (Of(order), new OrderUnitEnded(order, unit, Distribution.Requests.UnitFate.Transfused)));
        tale.Hear(Services.Dispatch, Hospital, Nurse, (Gate(unit), new GateEvent.UnitEnded(unit, UnitEnd.Transfused)));
    }

    private static void Discard(this Tale tale, UnitNumber unit)
    {
        tale.AtBench(unit, Nurse, new UnitDiscarded("spoilt", null));
        tale.Hear(Services.Dispatch, Hospital, Nurse, (Gate(unit), new GateEvent.UnitEnded(unit, UnitEnd.Discarded)));
    }

    private static int LineOf(OrderId order, UnitNumber unit) => order == Amended ? unit == Overridden ? 2 : 1 : Box(unit);

    private static int Box(UnitNumber unit) => Kind(unit) == ComponentKind.RedCells ? 1 : 2;

    private static ComponentKind Kind(UnitNumber unit) => unit.Product.Description == "D0101" ? ComponentKind.RedCells : ComponentKind.Plasma;

    private static DateTimeOffset Expiry(UnitNumber unit) => Kind(unit) == ComponentKind.RedCells ? ExpiresAt : ExpiresAt.AddYears(2);

    private static UnitNumber Cells(int number) => new(DonationNumber.Create("A9990", 26, 30 + number), ProductCode.Parse("D0101V00"));
}
