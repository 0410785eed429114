using System.Globalization;
using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Inventory.Allocating;

namespace Distribution.Benchmarks;

/// <summary>A day's open lines and usable red cells of one centre and its hospitals, made up.</summary>
internal sealed class AllocationDay
{
    /// <summary>Minutes from the centre, as many as there are hospitals.</summary>
    private static readonly int[] Leads = [20, 25, 25, 30, 35, 40, 55, 60, 75, 80, 90, 225];

    /// <summary>Percent of people who have it; figures only roughly like a population's.</summary>
    private static readonly (AntigenSet Antigen, int Percent)[] Antigens =
    [
        (AntigenSet.Of("C"), 92), (AntigenSet.Of("c"), 45), (AntigenSet.Of("E"), 35), (AntigenSet.Of("e"), 96), (AntigenSet.Of("K"), 1),
        (AntigenSet.Of("Jka"), 75), (AntigenSet.Of("Jkb"), 70), (AntigenSet.Of("Fyb"), 15), (AntigenSet.Of("M"), 80), (AntigenSet.Of("S"), 10),
        (AntigenSet.Of("s"), 98), (AntigenSet.Of("Dia"), 5), (AntigenSet.Of("Mia"), 7),
    ];

    private static readonly DateTimeOffset Now = new(2026, 5, 12, 8, 0, 0, TimeSpan.FromHours(7));
    private static readonly SiteId Centre = SiteId.Parse("CENTRE");
    private static readonly SiteId[] Hospitals =
        [.. Enumerable.Range(0, Leads.Length).Select(number => SiteId.Parse($"HOSPITAL-{number.ToString("00", CultureInfo.InvariantCulture)}"))];

    /// <param name="asks">Lines of one to three units.</param>
    /// <param name="typed">Units are typed for some dozen antigens, and every third line excludes some.</param>
    public AllocationDay(int seed, int asks, int offers, bool typed)
    {
        var random = new Random(seed);
        var product = ProductCode.Parse("D0101V00");
        Asks = [.. Enumerable.Range(0, asks).Select(number => Ask(random, number, typed))];
        Offers = [.. Enumerable.Range(0, offers).Select(number => Offer(random, new UnitNumber(DonationNumber.Create("A9999", 26, number), product), typed))];
    }

    public static AllocationTerms Terms { get; } = new(
        Now, (from, to) => from == Centre && Array.IndexOf(Hospitals, to) is var hospital and >= 0 ? TimeSpan.FromMinutes(Leads[hospital]) : null);

    public List<Ask> Asks { get; }

    public List<Offer> Offers { get; }

    private static Ask Ask(Random random, int number, bool typed)
    {
        var without = AntigenSet.None;
        for (var i = typed && random.Next(3) == 0 ? random.Next(1, 4) : 0; i > 0; i--)
            without |= Antigens[random.Next(Antigens.Length)].Antigen;
        var priority = random.Next(20) switch { 0 => AskPriority.Emergency, < 4 => AskPriority.Urgent, < 14 => AskPriority.Routine, _ => AskPriority.Standing };
        return new Ask(
            new AskId(OrderId.From($"order {number}"), 1),
            ComponentKind.RedCells,
            Group(random),
            priority == AskPriority.Standing,
            random.Next(1, 4),
            priority,
            Now.AddMinutes(random.Next(60, 48 * 60)),
            Now.AddMinutes(-random.Next(0, 24 * 60)),
            Hospitals[random.Next(Hospitals.Length)])
        {
            WithoutAntigens = without,
            Irradiated = random.Next(25) == 0,
            CmvNegative = random.Next(50) == 0,
        };
    }

    private static Offer Offer(Random random, UnitNumber unit, bool typed)
    {
        var (negative, positive) = (AntigenSet.None, AntigenSet.None);
        foreach (var (antigen, percent) in typed ? Antigens : [])
        {
            if (random.Next(5) == 0)
                continue;
            if (random.Next(100) < percent)
                positive |= antigen;
            else
                negative |= antigen;
        }

        var collected = Now.AddMinutes(-random.Next(60, 41 * 24 * 60));
        var expires = new DateTimeOffset(collected.Date.AddDays(42).AddHours(23).AddMinutes(59), Now.Offset);
        return new Offer(unit, ComponentKind.RedCells, Group(random), collected, expires, Centre)
        {
            AntigenNegative = negative,
            AntigenPositive = positive,
            Irradiated = random.Next(20) == 0,
            Cmv = random.Next(10) == 0 ? CmvStatus.Negative : CmvStatus.Positive,
        };
    }

    private static BloodGroup Group(Random random) => new(
        random.Next(100) switch { < 45 => Abo.O, < 75 => Abo.B, < 95 => Abo.A, _ => Abo.AB },
        random.Next(50) == 0 ? RhD.Negative : RhD.Positive);
}
