using System.Globalization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Inventory;

namespace Distribution.Benchmarks;

/// <summary>Red cell units of the region, by number: the same number gives the same history.</summary>
internal static class UnitHistory
{
    private static readonly SiteId Centre = SiteId.Parse("HN-BM");
    private static readonly SiteId Hospital = SiteId.Parse("HN-XP");

    /// <summary>Up to ten million different units.</summary>
    public static UnitNumber Number(int number) => UnitNumber.Parse(
        string.Create(CultureInfo.InvariantCulture, $"A999{number / 1_000_000}26{number % 1_000_000:000000}D0101V00"));

    public static UnitPrepared Prepared(UnitNumber unit, DateTimeOffset at) =>
        new(unit, ComponentKind.RedCells, at, SiteId.Parse("HN-HK"), at.AddHours(4), at.AddDays(42), 280, Centre);

    /// <summary>Ten events from preparation to transfusion.</summary>
    public static (UnitNumber Unit, UnitEvent[] Events) Of(int number, DateTimeOffset day)
    {
        var unit = Number(number);
        var group = BloodGroup.All[number % BloodGroup.All.Count];
        var (stock, patient) = (OrderId.From($"stock {number}"), OrderId.From($"patient {number}"));
        var recipient = RecipientId.From($"recipient {number}");
        var consignment = ConsignmentNumber.Create("A9990", 26, 1 + (number % 99_999));
        return (unit,
        [
            Prepared(unit, day),
            new UnitReleased(group, "A9990-R02"),
            new UnitReserved(stock, 1, ReservationPurpose.Stock, Centre, Hospital, null, null, day.AddDays(2)),
            new UnitDispatched(consignment, stock, Centre, Hospital, day.AddDays(1), day.AddDays(1).AddMinutes(40)),
            new UnitReceived(consignment, stock, Hospital, true, day.AddDays(1)),
            new UnitReservationEnded(stock, "received"),
            new UnitReserved(patient, 1, ReservationPurpose.Patient, Hospital, Hospital, recipient, group, day.AddDays(4)),
            new UnitCrossmatched(patient, recipient, group, true),
            new UnitIssued(patient, recipient, group, "A9991-B02"),
            new UnitTransfused(patient, recipient, day.AddDays(3), 280),
        ]);
    }
}
