using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.Testing;

namespace Distribution.Requests.Tests;

/// <summary>The orders that the specs speak of: two units of O+ red cells for Xanh Pôn's stock, and two for a patient there.</summary>
internal static class Given
{
    public static readonly PolicyPack Policy = PolicyPack.LoadFile(Path.Combine(TestNodes.RepositoryRoot, "infra/policies/vn-26-2013.json"));
    public static readonly Region Network = Region.LoadFile(Path.Combine(TestNodes.RepositoryRoot, "infra/regions/hanoi.json"));

    public static readonly SiteId Hospital = SiteId.Parse("HN-XP", null);
    public static readonly SiteId Centre = SiteId.Parse("HN-BM", null);
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset LapseTime = Now.AddHours(12);
    public static readonly Provenance Nurse = new("A9991-N01", Hospital, Now, Now);

    public static readonly OrderId TheOrder = OrderId.From("order");
    public static readonly OrderFormId TheForm = OrderFormId.From("form");
    public static readonly RecipientId Patient = RecipientId.From("patient");
    public static readonly BloodGroup OPositive = BloodGroup.Parse("O+");
    public static readonly ConsignmentNumber Box = ConsignmentNumber.Parse("A99902600001");

    public static readonly OrderPlaced Placed = new(
        TheOrder, OrderPurpose.Stock, Hospital, Centre, [new OrderLine(1, ComponentKind.RedCells, OPositive, 2)], Now.AddDays(1));

    public static readonly OrderPlaced PlacedForPatient = Placed with
    {
        Purpose = OrderPurpose.Patient,
        Supplier = Hospital,
        Recipient = Patient,
        RecipientGroup = OPositive,
    };

    /// <summary>As it is stored since orders have an urgency and wait.</summary>
    public static readonly OrderPlaced PlacedNow = Placed with
    {
        Urgency = OrderUrgency.Routine,
        DueAt = Now.AddHours(8),
        PlacedAt = Now,
        WaitUntil = Now.AddDays(2),
    };

    public static readonly OrderReserved Reserved = ReservedOf(Placed, 1, 2);
    public static readonly OrderReserved ReservedInPart = ReservedOf(Placed, 1) with { Shortfalls = [new Shortfall(1, 1)] };
    public static readonly OrderReserved ReservedForPatient = ReservedOf(PlacedForPatient, 1, 2);
    public static readonly OrderReservationLapsed Lapsed = new(TheOrder, [Unit(1), Unit(2)], "lapsed", LapseTime);
    public static readonly OrderDispatched Dispatched = new(TheOrder, Box, [Unit(1), Unit(2)], Now.AddHours(2));
    public static readonly OrderReceived Received = new(TheOrder, Box, [Unit(1), Unit(2)], []);
    public static readonly OrderCanceled Canceled = new(TheOrder, "not needed");
    public static readonly OrderMet Met = new(TheOrder, Hospital);

    public static UnitNumber Unit(int serial) => new(DonationNumber.Create("A9990", 26, serial), ProductCode.Create("D0101"));

    public static ReservedUnit UnitFor(int serial) => new(Unit(serial), 1, ComponentKind.RedCells, OPositive, Now.AddDays(20));

    public static RecordReservation Reservation(params int[] serials) => new([.. serials.Select(UnitFor)], [], LapseTime, 1, Now);

    private static OrderReserved ReservedOf(OrderPlaced placed, params int[] serials) => new(
        TheOrder, placed.Purpose, placed.Hospital, placed.Supplier, [.. serials.Select(UnitFor)], [], placed.NeededBy, LapseTime, 1, null, null, Now, OrderUrgency.Routine);
}
