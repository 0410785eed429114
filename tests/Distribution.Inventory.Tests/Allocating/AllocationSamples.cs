using System.Globalization;
using Distribution.Blood.Antigens;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Inventory.Allocating;

namespace Distribution.Inventory.Tests.Allocating;

/// <summary>Lines and units of a region's morning.</summary>
internal static class AllocationSamples
{
    public static readonly DateTimeOffset Now = new(2026, 5, 12, 8, 0, 0, TimeSpan.FromHours(7));

    public static readonly SiteId Centre = SiteId.Parse("CENTRE");

    public static readonly SiteId Hospital = SiteId.Parse("HOSPITAL-0");

    private static readonly ProductCode Product = ProductCode.Parse("D0101V00");

    /// <summary>Antigens and how many of a hundred people have them, made up and only roughly like Vietnam.</summary>
    private static readonly (AntigenSet Antigen, int Percent)[] Antigens =
    [
        (AntigenSet.Of("C"), 92), (AntigenSet.Of("c"), 45), (AntigenSet.Of("E"), 35), (AntigenSet.Of("e"), 96), (AntigenSet.Of("K"), 1),
        (AntigenSet.Of("Jka"), 75), (AntigenSet.Of("Jkb"), 70), (AntigenSet.Of("Fyb"), 15), (AntigenSet.Of("M"), 80), (AntigenSet.Of("S"), 10),
        (AntigenSet.Of("s"), 98), (AntigenSet.Of("Dia"), 5), (AntigenSet.Of("Mia"), 7),
    ];

    public static AllocationTerms Terms { get; } = new(Now, (from, to) => from == to
        ? TimeSpan.Zero
        : to.ToString() == "HOSPITAL-9" ? null : TimeSpan.FromMinutes(20 + (25 * (to.ToString()[^1] % 4))));

    public static AskId Id(int number, int line = 1) => new(OrderId.From($"order {number}"), line);

    public static UnitNumber Unit(int number) => new(DonationNumber.Create("A9999", 26, number), Product);

    public static Ask Ask(int number, string group = "O+", int quantity = 1, AskPriority priority = AskPriority.Routine) => new(
        Id(number), ComponentKind.RedCells, BloodGroup.Parse(group), false, quantity, priority, Now.AddHours(6), Now.AddHours(-1), Hospital);

    /// <param name="daysLeft">To the end of that day.</param>
    public static Offer Offer(int number, string group = "O+", int daysLeft = 20) => new(
        Unit(number), ComponentKind.RedCells, BloodGroup.Parse(group), Now.AddDays(daysLeft - 42), new DateTimeOffset(Now.Date.AddDays(daysLeft).AddHours(23), Now.Offset), Centre);

    /// <summary>Lines and units of a seed, some of them impossible to serve.</summary>
    public static (List<Ask> Asks, List<Offer> Offers) Morning(int seed, int asks, int offers, bool typed, int sites = 3)
    {
        var random = new Random(seed);
        return (
            [.. Enumerable.Range(0, asks).Select(number => AnyAsk(random, number, typed, sites))],
            [.. Enumerable.Range(0, offers).Select(number => AnyOffer(random, number, typed, sites))]);
    }

    public static Ask AnyAsk(Random random, int number, bool typed, int sites)
    {
        var without = AntigenSet.None;
        for (var i = typed && random.Next(3) == 0 ? random.Next(1, 4) : 0; i > 0; i--)
            without |= Antigens[random.Next(Antigens.Length)].Antigen;
        return new Ask(
            Id(number),
            random.Next(10) == 0 ? ComponentKind.Platelets : ComponentKind.RedCells,
            random.Next(50) == 0 ? default : AnyGroup(random),
            random.Next(3) == 0,
            random.Next(0, 4),
            (AskPriority)random.Next(4),
            Now.AddMinutes(random.Next(-60, 5 * 24 * 60)),
            Now.AddMinutes(-random.Next(0, 5 * 24 * 60)),
            Site(random.Next(sites)))
        {
            WithoutAntigens = without,
            Irradiated = random.Next(12) == 0,
            CmvNegative = random.Next(12) == 0,
            Washed = random.Next(20) == 0,
            FresherThanDays = random.Next(10) == 0 ? random.Next(5, 30) : null,
            PrefersFresh = random.Next(10) == 0,
        };
    }

    public static Offer AnyOffer(Random random, int number, bool typed, int sites)
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

        var platelets = random.Next(10) == 0;
        var collected = Now.AddMinutes(-random.Next(60, (platelets ? 4 : 41) * 24 * 60));
        return new Offer(
            Unit(number),
            platelets ? ComponentKind.Platelets : ComponentKind.RedCells,
            AnyGroup(random),
            collected,
            new DateTimeOffset(collected.Date.AddDays(platelets ? 5 : 42).AddHours(23).AddMinutes(59), Now.Offset),
            random.Next(4) == 0 ? Site(random.Next(sites)) : Centre)
        {
            AntigenNegative = negative,
            AntigenPositive = positive,
            Irradiated = random.Next(15) == 0,
            Washed = random.Next(15) == 0,
            Cmv = (CmvStatus)random.Next(3),
        };
    }

    private static SiteId Site(int number) => SiteId.Parse($"HOSPITAL-{number.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Rather more RhD negative people than there are, so that there is something to spare.</summary>
    private static BloodGroup AnyGroup(Random random) => new(
        random.Next(100) switch { < 45 => Abo.O, < 75 => Abo.B, < 95 => Abo.A, _ => Abo.AB },
        random.Next(15) == 0 ? RhD.Negative : RhD.Positive);
}
