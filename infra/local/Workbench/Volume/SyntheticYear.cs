using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;

namespace Distribution.Workbench.Volume;

/// <summary>Somebody who gives blood in a year that never was. No name: whoever needs one makes it of the index.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Woman">Decides the least weight.</param>
public sealed record SyntheticDonor(int Index, bool Woman, int BirthYear, decimal WeightKg, BloodGroup Group);

/// <summary>What is made of a donation.</summary>
public sealed record SyntheticComponent(ProductCode Product, int VolumeMl);

/// <param name="Reactive">The marker that is found reactive; null for nearly all.</param>
public sealed record SyntheticDonation(
    DonationNumber Number,
    SyntheticDonor Donor,
    CollectionKind Collection,
    int VolumeMl,
    DateTimeOffset CollectedAt,
    SiteId Site,
    string? Reactive,
    IReadOnlyList<SyntheticComponent> Components);

/// <summary>
/// A large centre's year, or any part of it, the same for the same seed. Groups are those of Vietnam (O 45, B 30, A 20,
/// AB 5 in a hundred, RhD negative 7 in ten thousand); 7 in a hundred donations are platelets by apheresis, as at the
/// National Institute in 2023; ages, weights, and how many are reactive are assumed.
/// </summary>
/// <param name="Facility">Opens the donation numbers; sites of the facility collect.</param>
/// <param name="Donations">How many.</param>
/// <param name="From">The first day of collection.</param>
/// <param name="Days">Over how many days they are spread.</param>
/// <param name="Seed">Another seed, another year.</param>
/// <param name="FirstSerial">The first donation number's serial in each calendar year.</param>
public sealed record SyntheticYear(string Facility, IReadOnlyList<SiteId> Sites, int Donations, DateOnly From, int Days = 365, int Seed = 26, int FirstSerial = 1)
{
    private const int DaysBetween = 85;

    private static readonly TimeSpan Offset = TimeSpan.FromHours(7);
    private static readonly (string Marker, double Share)[] Reactivity = [("hbv", 0.0080), ("syphilis", 0.0030), ("antibody-screen", 0.0025), ("hcv", 0.0020), ("hiv", 0.0010)];
    private static readonly ProductCode RedCells = ProductCode.Parse("D0101V00", null);
    private static readonly ProductCode Plasma = ProductCode.Parse("D0201V00", null);
    private static readonly ProductCode Platelets = ProductCode.Parse("D0301V00", null);

    /// <summary>The donations donor by donor, each donor's in order of time: a donor's rules look at what the donor gave before.</summary>
    public IEnumerable<IReadOnlyList<SyntheticDonation>> ByDonor()
    {
        var plans = Plan();
        // Numbers run with the calendar, as a centre's do.
        var order = plans.SelectMany((plan, donor) => plan.Days.Select((day, gift) => (Donor: donor, Gift: gift, Day: day, plan.Minutes[gift])))
            .OrderBy(entry => entry.Day).ThenBy(entry => entry.Item4).ThenBy(entry => entry.Donor).ToArray();
        var serials = plans.Select(plan => new (int Year, int Serial)[plan.Days.Length]).ToArray();
        var perYear = new Dictionary<int, int>();
        foreach (var entry in order)
        {
            var year = From.AddDays(entry.Day).Year;
            perYear[year] = perYear.GetValueOrDefault(year) + 1;
            serials[entry.Donor][entry.Gift] = (year, FirstSerial + perYear[year] - 1);
        }

        for (var index = 0; index < plans.Count; index++)
            yield return Gifts(index, plans[index], serials[index]);
    }

    private IReadOnlyList<SyntheticDonation> Gifts(int index, DonorPlan plan, (int Year, int Serial)[] serials)
    {
        var random = new Random(unchecked((Seed * 1_000_003) + index));
        var woman = random.NextDouble() < 0.45;
        var donor = new SyntheticDonor(
            index, woman, From.Year - random.Next(20, 56), Math.Round((decimal)((woman ? 47 : 55) + (random.NextDouble() * 30)), 1), Group(random));
        List<SyntheticDonation> gifts = [];
        for (var gift = 0; gift < plan.Days.Length; gift++)
        {
            var apheresis = donor.WeightKg >= 60 && random.NextDouble() < 0.14;
            var volume = apheresis ? 450 : donor.WeightKg >= 50 ? 450 : 350;
            if (!apheresis)
                volume = Math.Min(volume, (int)(donor.WeightKg * 9) / 50 * 50);
            // At the first gift only: who comes again has been tested before, and the year needs no lookback of its own.
            var reactive = gift == 0 ? Reactive(random) : null;
            gifts.Add(new SyntheticDonation(
                DonationNumber.Parse($"{Facility}{serials[gift].Year % 100:00}{serials[gift].Serial:000000}", null),
                donor,
                apheresis ? CollectionKind.PlateletApheresis : CollectionKind.WholeBlood,
                volume,
                new DateTimeOffset(From.AddDays(plan.Days[gift]).ToDateTime(new TimeOnly(7, 0)), Offset).AddMinutes(plan.Minutes[gift]),
                Sites[random.Next(Sites.Count)],
                reactive,
                Components(apheresis, volume, random)));
            // Whoever was reactive is deferred and does not come again.
            if (reactive is not null and not "antibody-screen")
                break;
        }

        return gifts;
    }

    private static List<SyntheticComponent> Components(bool apheresis, int volumeMl, Random random)
    {
        if (apheresis)
            return [new SyntheticComponent(Platelets, 250)];
        List<SyntheticComponent> components = [new(RedCells, volumeMl * 5 / 10), new(Plasma, volumeMl * 4 / 10)];
        if (random.NextDouble() < 0.85)
            components.Add(new(Platelets, volumeMl / 10));
        return components;
    }

    private static BloodGroup Group(Random random)
    {
        var abo = random.NextDouble() switch { < 0.45 => "O", < 0.75 => "B", < 0.95 => "A", _ => "AB" };
        return BloodGroup.Parse(abo + (random.NextDouble() < 0.0007 ? "-" : "+"), null);
    }

    private static string? Reactive(Random random)
    {
        var drawn = random.NextDouble();
        foreach (var (marker, share) in Reactivity)
        {
            if (drawn < share)
                return marker;
            drawn -= share;
        }

        return null;
    }

    private List<DonorPlan> Plan()
    {
        var random = new Random(Seed);
        List<DonorPlan> plans = [];
        for (var planned = 0; planned < Donations;)
        {
            var wanted = Math.Min(Donations - planned, random.NextDouble() switch { < 0.5 => 1, < 0.8 => 2, < 0.95 => 3, _ => 4 });
            var room = Math.Max(1, ((Days - 1) / DaysBetween) + 1);
            var times = Math.Min(wanted, room);
            // What the spacing leaves over is spread before and between the gifts.
            var slack = Days - 1 - ((times - 1) * DaysBetween);
            int[] offsets = [.. Enumerable.Range(0, times).Select(_ => random.Next(slack + 1)).Order()];
            plans.Add(new DonorPlan(
                [.. offsets.Select((offset, gift) => offset + (gift * DaysBetween))],
                [.. offsets.Select(_ => random.Next(9 * 60))]));
            planned += times;
        }

        return plans;
    }

    private sealed record DonorPlan(int[] Days, int[] Minutes);
}
