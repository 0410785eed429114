using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Contracts.Dispatch.V1;
using Distribution.Contracts.Donation.V1;
using Distribution.Contracts.Inventory.V1;
using Distribution.Contracts.Request.V1;

namespace Distribution.Contracts.Tests;

/// <summary>Each contract with everything set, and with only what it requires.</summary>
internal static class Examples
{
    private static readonly DateTimeOffset Morning = new(2026, 3, 2, 8, 30, 0, TimeSpan.FromHours(7));
    private static readonly SiteId Centre = SiteId.Parse("HN-BM");
    private static readonly SiteId Hospital = SiteId.Parse("HN-XP");
    private static readonly OrderId Order = OrderId.From("order");
    private static readonly RecipientId Recipient = RecipientId.From("recipient");
    private static readonly UnitNumber Unit = UnitNumber.Parse("A999926123456D0101V00");
    private static readonly UnitNumber Other = UnitNumber.Parse("A999926123457D0101V00");
    private static readonly UnitNumber Third = UnitNumber.Parse("A999926123458D0101V00");
    private static readonly ConsignmentNumber Consignment = ConsignmentNumber.Create("A9999", 26, 17);
    private static readonly RecallId Case = RecallId.Parse("lookback-a999926123456-hiv");
    private static readonly BloodGroup OPositive = BloodGroup.Parse("O+");
    private static readonly BloodGroup ANegative = BloodGroup.Parse("A-");

    private static readonly Attribution By = new("A9999-N01", Centre, Morning, "vn-26-2013.1", "8a3f0c52e0b84a6f9d3b6f1c8e5a7d21");
    private static readonly Attribution ByNobodysPolicy = new("A9999-N01", Centre, Morning, null, null);

    private static readonly ComponentFacts Facts =
        new(ComponentKind.RedCells, Morning, Centre, Morning.AddHours(5), new DateTimeOffset(2026, 4, 13, 23, 59, 0, TimeSpan.FromHours(7)), 250, Centre);

    private static readonly ComponentFacts FactsOfPart = Facts with { From = UnitNumber.Parse("A999926123456D0001V00") };

    private static readonly ReservedUnit Reserved = new(Unit, 1, ComponentKind.RedCells, OPositive, Facts.ExpiresAt);
    private static readonly UnitRequirements Requirements = new(true, true, false, AntigenSet.Of("K", "Mia"), 14);
    private static readonly OrderLine Line = new(1, ComponentKind.RedCells, OPositive, 2, Requirements);
    private static readonly Shortfall Short = new(1, 1, "1 of 2 units could not be found.");
    private static readonly Alternative Instead = new(1, ComponentKind.RedCells, OPositive, 1, Centre, ["irradiated"], "Not irradiated.");

    public static IReadOnlyDictionary<Type, (object Full, object Minimal)> All { get; } = new (object Full, object Minimal)[]
    {
        (new ComponentPrepared(Unit, FactsOfPart, By), new ComponentPrepared(Unit, Facts, ByNobodysPolicy)),
        (new ComponentReleased(Unit, FactsOfPart, OPositive, "A9999-N02", By), new ComponentReleased(Unit, Facts, OPositive, "A9999-N02", ByNobodysPolicy)),
        (new ComponentDiscarded(Unit, FactsOfPart, "marker-reactive", By), new ComponentDiscarded(Unit, Facts, "marker-reactive", ByNobodysPolicy)),
        (new ComponentUsedUp(Unit, FactsOfPart, [Other, Third], By), new ComponentUsedUp(Unit, Facts, [], ByNobodysPolicy)),
        (new DonationsImplicated(Case, RecallKind.Lookback, "hiv repeat-reactive", [Unit.Donation, Other.Donation], Morning.AddDays(3), By),
            new DonationsImplicated(Case, RecallKind.Recall, "bag-lot-leaking", [], null, ByNobodysPolicy)),
        (new ImplicationEnded(Case, "confirmed-negative", "A9999-N02", By), new ImplicationEnded(Case, "confirmed-negative", "A9999-N02", ByNobodysPolicy)),
        (new RecallOpened(Case, RecallKind.Reaction, "fever", [Unit.Donation], By), new RecallOpened(Case, RecallKind.Recall, "fever", [], ByNobodysPolicy)),
        (new RecallClosed(Case, true, "unrelated", "A9999-N02", By), new RecallClosed(Case, false, "unrelated", "A9999-N02", ByNobodysPolicy)),
        (new UnitsReserved(Order, Centre, Hospital, [Reserved], [Short], Morning.AddHours(4), By, 2, [Instead], Morning.AddHours(6), 7),
            new UnitsReserved(Order, Centre, Hospital, [], [], Morning.AddHours(4), ByNobodysPolicy)),
        (new ReservationDelayed(Order, Centre, 1, [Short], [Instead], Morning.AddHours(6), Morning.AddHours(5), By, 7),
            new ReservationDelayed(Order, Centre, 1, [], [], Morning.AddHours(6), null, ByNobodysPolicy)),
        (new ReservationDeclined(Order, Centre, "no-compatible-stock", [Short], By, 2, Morning.AddHours(5), [Instead], 7),
            new ReservationDeclined(Order, Centre, "no-compatible-stock", [], ByNobodysPolicy)),
        (new ReservationLapsed(Order, [Unit, Other], "lapsed", By), new ReservationLapsed(Order, [], "order-canceled", ByNobodysPolicy)),
        (new UnitHeld(Unit, "lookback", Order, 7, By), new UnitHeld(Unit, "lookback", null, 7, ByNobodysPolicy)),
        (new UnitReleasedFromHold(Unit, "lookback", true, Order, 8, By), new UnitReleasedFromHold(Unit, "lookback", false, null, 8, ByNobodysPolicy)),
        (new UnitIssued(Unit, Order, Recipient, "A9999-N02", By), new UnitIssued(Unit, Order, Recipient, "A9999-N02", ByNobodysPolicy)),
        (new UnitReturned(Unit, Order, Recipient, true, By), new UnitReturned(Unit, Order, Recipient, false, ByNobodysPolicy)),
        (new UnitFateRecorded(Unit, Fate.Transfused, Order, Recipient, "as ordered", By),
            new UnitFateRecorded(Unit, Fate.Expired, null, null, null, ByNobodysPolicy)),
        (new OrderPlaced(Order, OrderPurpose.Stock, Hospital, Centre, [Line], Morning.AddHours(6), By, OrderUrgency.Urgent),
            new OrderPlaced(Order, OrderPurpose.Patient, Hospital, Hospital, [], Morning.AddHours(6), ByNobodysPolicy)),
        (new ReserveUnits(Order, 1, OrderPurpose.Patient, Hospital, Hospital, [Line], new ReservationRecipient(Recipient, ANegative), By, OrderUrgency.Emergency, Morning.AddHours(1), Morning, Morning.AddHours(3), Recipient),
            new ReserveUnits(Order, 2, OrderPurpose.Stock, Centre, Hospital, [], null, ByNobodysPolicy)),
        (new ReleaseReservation(Order, "order-canceled", By), new ReleaseReservation(Order, "order-canceled", ByNobodysPolicy)),
        (new PrepareConsignment(Order, Centre, Hospital, [Reserved], Morning.AddHours(6), Morning.AddHours(4), By, OrderUrgency.Urgent, Morning.AddHours(5)),
            new PrepareConsignment(Order, Centre, Hospital, [], Morning.AddHours(6), Morning.AddHours(4), ByNobodysPolicy)),
        (new RecipientChanged(Recipient, 7, Hospital, ANegative, AntigenSet.Of("K"), Requirements, new RecipientSample("S-0001", Morning, Morning.AddDays(3), false), By),
            new RecipientChanged(Recipient, 1, Hospital, null, AntigenSet.None, null, null, ByNobodysPolicy)),
        (new OrderMet(Order, Hospital, By), new OrderMet(Order, Hospital, ByNobodysPolicy)),
        (new ConsignmentDispatched(Consignment, Order, Centre, Hospital, [Unit, Other], Morning.AddMinutes(25), "A9999-C07", By),
            new ConsignmentDispatched(Consignment, Order, Centre, Hospital, [], Morning.AddMinutes(25), "A9999-C07", ByNobodysPolicy)),
        (new ConsignmentReceived(Consignment, Order, Centre, Hospital, [Unit], [Other], [Third], Morning, By, [new DamagedUnit(Unit, "bag-leaking")]),
            new ConsignmentReceived(Consignment, Order, Centre, Hospital, [], [], [], null, ByNobodysPolicy)),
        (new ColdChainBroken(Consignment, Order, 1, [Unit, Other], "14.5 °C for 25 minutes, more than 10 °C", Morning, Morning.AddMinutes(25), By),
            new ColdChainBroken(Consignment, Order, 1, [], "26 hours on the road", Morning, Morning.AddHours(26), ByNobodysPolicy)),
        (new DiscrepancyRaised(Consignment, Order, Other, DiscrepancyKind.Missing, By),
            new DiscrepancyRaised(Consignment, Order, Third, DiscrepancyKind.Unexpected, ByNobodysPolicy)),
    }.ToDictionary(pair => pair.Full.GetType());
}
