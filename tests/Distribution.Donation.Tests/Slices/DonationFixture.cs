using System.Globalization;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Xunit;

namespace Distribution.Donations.Tests.Slices;

/// <summary>The service on a database of its own, and people at its sites.</summary>
public sealed class DonationFixture() : ServiceFixture<Program>("donation")
{
    private static int _people;
    private int _numbers;

    public HttpClient Collector => Client("A9990-C01", SiteId.Parse("HN-HK", null), Roles.Collector);

    public HttpClient Laboratory => Client("A9990-L01", SiteId.Parse("HN-BM", null), Roles.Laboratory);

    public HttpClient FirstReleaser => Client("A9990-R01", SiteId.Parse("HN-BM", null), Roles.Releaser);

    public HttpClient SecondReleaser => Client("A9990-R02", SiteId.Parse("HN-BM", null), Roles.Releaser);

    public HttpClient Operator => Client("A9990-O01", SiteId.Parse("HN-BM", null), Roles.Operator);

    public HttpClient Auditor => Client("A9999-A01", SiteId.Parse("HN-SS", null), Roles.Auditor);

    public HttpClient Elsewhere => Client("A9991-L01", SiteId.Parse("HN-XP", null), Roles.Laboratory, Roles.Releaser, Roles.Collector);

    public DonationNumber NextNumber() => DonationNumber.Create("A9990", 26, Interlocked.Increment(ref _numbers));

    public static string Scan(DonationNumber number) => $"={number}00";

    /// <summary>A person of its own each time, all of one name.</summary>
    public static object Person(int birthYear = 1990) => new
    {
        FullName = "Canary Zebedee",
        BirthDate = string.Create(CultureInfo.InvariantCulture, $"{birthYear}-05-17"),
        NationalId = string.Create(CultureInfo.InvariantCulture, $"001090{Interlocked.Increment(ref _people):000000}"),
        Phone = "0987000111",
        Sex = "female",
    };

    public async Task<string> RegisterAsync(int birthYear = 1990)
    {
        var answer = await (await Collector.CommandAsync("/donors", Person(birthYear))).EnsureAsync();
        return answer.GetProperty("donor").GetString()!;
    }

    /// <summary>A donation of a new donor, collected now at the collection point.</summary>
    public async Task<DonationNumber> CollectAsync(string? donor = null)
    {
        var number = NextNumber();
        donor ??= await RegisterAsync();
        await (await Collector.CommandAsync("/donations", new { Donor = donor, Scan = Scan(number), VolumeMl = 350, WeightKg = 60 })).EnsureAsync();
        return number;
    }

    /// <summary>Typed, tested negative and processed into red cells.</summary>
    public async Task<DonationNumber> ProcessAsync()
    {
        var number = await CollectAsync();
        await (await Laboratory.CommandAsync($"/donations/{number}/group", new { Scan = "=%5100" })).EnsureAsync();
        await (await Laboratory.CommandAsync($"/donations/{number}/markers", new { Results = AllNegative })).EnsureAsync();
        await (await Laboratory.CommandAsync($"/donations/{number}/components", new { Scan = "=<D0101V00", VolumeMl = 250 })).EnsureAsync();
        return number;
    }

    public static object AllNegative { get; } = new { Hiv = "negative", Hbv = "negative", Hcv = "negative", Syphilis = "negative" };
}

[CollectionDefinition(Name)]
public sealed class DonationSlices : ICollectionFixture<DonationFixture>
{
    public const string Name = "donation slices";
}
