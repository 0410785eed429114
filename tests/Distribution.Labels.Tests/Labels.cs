using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;

namespace Distribution.Labels.Tests;

internal static class Labels
{
    public static readonly TimeZoneInfo Hanoi = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");

    /// <summary>Complete, of red cells.</summary>
    public static UnitLabel RedCells { get; } = new()
    {
        FacilityName = "Trung tâm Máu Bạch Mai",
        FacilityAddress = "78 Giải Phóng, Hà Nội",
        ComponentName = "Khối hồng cầu có dung dịch bảo quản",
        Kind = ComponentKind.RedCells,
        Unit = new UnitNumber(DonationNumber.Parse("A999026123456"), ProductCode.Parse("D0101V00")),
        Group = new BloodGroup(Abo.O, RhD.Positive),
        CollectedAt = new DateTimeOffset(2026, 11, 21, 9, 15, 40, TimeSpan.FromHours(7)),
        Solution = "CPD / SAGM",
        ExpiresAt = new DateTimeOffset(2027, 1, 2, 23, 59, 0, TimeSpan.FromHours(7)),
        VolumeMl = 250,
        StorageMinimumCelsius = 2,
        StorageMaximumCelsius = 6,
        IsIrradiated = false,
        Zone = Hanoi,
    };

    /// <summary>Complete ones of any facility, product, group and date.</summary>
    public static IReadOnlyList<UnitLabel> Any(int count)
    {
        var random = new Random(20261121);
        return [.. Enumerable.Range(0, count).Select(_ => Any(random))];
    }

    private static UnitLabel Any(Random random)
    {
        const string Facility = "ABCDEFGHIJKLMNPQRSTUVWXYZ123456789";
        var facility = $"{One(Facility)}{One(Facility + '0')}{One(Facility + '0')}{random.Next(100):00}";
        var description = $"{One("ABCDEF")}{One(Facility + '0')}{random.Next(1000):000}";
        var product = ProductCode.Create(description, One("0VRA1dP"), $"{One("0ABZ")}{One("0ab")}");
        var collected = new DateTimeOffset(2020, 1, 5, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(20 * 365 * 24 * 60));
        return RedCells with
        {
            Unit = new UnitNumber(DonationNumber.Create(facility, random.Next(100), random.Next(1_000_000)), product),
            Group = BloodGroup.All[random.Next(BloodGroup.All.Count)],
            CollectedAt = collected,
            ExpiresAt = collected.AddMinutes(random.Next(60, 730 * 24 * 60)),
            IsIrradiated = random.Next(2) == 0,
            OtherGroups = random.Next(2) == 0 ? "C-, E-, K-" : null,
        };

        char One(string characters) => characters[random.Next(characters.Length)];
    }
}
