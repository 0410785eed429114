using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.Contracts;
using Distribution.ServiceDefaults.Security;
using Distribution.Testing;
using Distribution.Workbench;
using Distribution.Workbench.Volume;

namespace Distribution.Benchmarks;

/// <summary>
/// A large centre's day through the APIs of real processes, a lookback over a donor who gave sixty times, and the release
/// board: on a tenth of a year of data, and on all of it.
/// </summary>
internal static class IntakeBench
{
    private const int DonationsOfADay = 600;
    private const int Year = 150_000;
    private const int GiftsOfTheFrequentDonor = 60;

    /// <summary>Two and a half units a gift.</summary>
    private const int UnitsOfTheFrequentDonor = 150;

    public static async Task<int> RunAsync(bool quick)
    {
        var all = quick ? Year / 10 : Year;
        var small = await MeasureAsync(all / 10);
        var large = await MeasureAsync(all);

        var figures = new Figures("intake");
        var size = string.Create(CultureInfo.InvariantCulture, $"with {large.Donations} donations and {large.Events} events before it");
        figures.AtMost("day-through-the-apis", 60, [large.Day.Elapsed.TotalSeconds], "s", $"{large.Day.Donations} donations, {large.Day.Components} components, {large.Day.Commands} commands; {size}");
        foreach (var (step, took) in large.Day.Steps)
            figures.Told($"day: {step}", [took.TotalSeconds], "s");
        figures.AtMost("lookback-found-and-held", 1, [large.Lookback.TotalSeconds], "s", $"{GiftsOfTheFrequentDonor} donations, {UnitsOfTheFrequentDonor} units, from the result sent to the last unit held and the case readable");
        figures.AtMost("release-board-p50", 100, [Figures.Percentile(large.Board, 50)], "ms", "a day's donations, over HTTP");
        figures.AtMost("release-board-p99", 100, [Figures.Percentile(large.Board, 99)], "ms");
        figures.Told("import", [large.Events / large.Import.TotalSeconds], "events/s", $"{large.Import.TotalSeconds:0} s through the deciders");
        var tenth = string.Create(CultureInfo.InvariantCulture, $"all of it over a tenth ({small.Donations} donations)");
        figures.Told("growth-day", [large.Day.Elapsed / small.Day.Elapsed], "x", tenth);
        figures.Told("growth-lookback", [large.Lookback / small.Lookback], "x", tenth);
        figures.Told("growth-board", [Figures.Percentile(large.Board, 50) / Figures.Percentile(small.Board, 50)], "x", tenth);
        return figures.Print();
    }

    private static async Task<Measured> MeasureAsync(int donations)
    {
        var (donation, inventory, broker) = (new DatabaseFixture(), new DatabaseFixture(), new BrokerFixture());
        await Task.WhenAll(donation.InitializeAsync(), inventory.InitializeAsync(), broker.InitializeAsync());
        var folder = Directory.CreateTempSubdirectory("distribution-intake-");
        try
        {
            var keyFile = Path.Combine(folder.FullName, "key.json");
            DevelopmentTokens.CreateKeyFile(keyFile);
            var policyFile = WritePolicy(folder.FullName);
            var book = PolicyBook.LoadFile(policyFile);
            var region = Region.LoadFile(Path.Combine(TestNodes.RepositoryRoot, "infra", "regions", "hanoi.json"));
            var centre = region.Sites.Single(site => site.Tier == SiteTier.Centre);
            SiteId[] collecting = [centre.Id, .. region.Sites.Where(site => site.Tier == SiteTier.CollectionPoint && site.Facility == centre.Facility).Select(site => site.Id)];
            var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).DateTime);

            Dictionary<string, string> Environment(string service, DatabaseFixture database) => new(StringComparer.Ordinal)
            {
                [$"ConnectionStrings__{service}"] = database.ApplicationConnectionString + ";Maximum Pool Size=50",
                [$"ConnectionStrings__{service}_owner"] = database.OwnerConnectionString,
                ["Migrate__AppRole"] = database.ApplicationRole,
                ["RABBITMQ__URI"] = broker.Uri.ToString(),
                ["Auth__SigningKeyFile"] = keyFile,
                ["Policy__File"] = policyFile,
            };
            await ServiceProcess.MigrateAsync(Routes.Donation, Environment(Routes.Donation, donation));
            await ServiceProcess.MigrateAsync(Routes.Inventory, Environment(Routes.Inventory, inventory));

            var year = new SyntheticYear("A9990", collecting, donations, today.AddDays(-366));
            var frequent = FrequentDonor(centre.Id, today);
            var until = new DateTimeOffset(today.AddDays(-1).ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(7));
            var (events, import) = await new VolumeStore(donation.Application, inventory.Application).ImportAsync(new YearImport(year, book, region, until, [frequent]));

            await using var first = ServiceProcess.Start(Routes.Donation, Environment(Routes.Donation, donation));
            await using var second = ServiceProcess.Start(Routes.Inventory, Environment(Routes.Inventory, inventory));
            await Task.WhenAll(first.WaitUntilReadyAsync(), second.WaitUntilReadyAsync());
            using var client = new RegionClient(
                new Dictionary<string, IReadOnlyList<Uri>> { [Routes.Donation] = [first.Address], [Routes.Inventory] = [second.Address] }, keyFile);
            await Console.Error.WriteLineAsync($"intake: {events} events imported in {import.TotalSeconds:0} s; the projections are being built");
            await VolumeStore.FoldedAsync(donation.Application);
            await VolumeStore.FoldedAsync(inventory.Application);

            // Numbers that the year has not used, on the day that it left free.
            var day = new SyntheticYear("A9990", collecting, DonationsOfADay, today.AddDays(-1), Days: 1, Seed: 77, FirstSerial: 900_000).ByDonor().Select(gifts => gifts[0]).ToArray();
            var report = await new DayOfIntake(client, centre.Id, book.At(until), day).RunAsync();
            await Console.Error.WriteLineAsync($"intake: the day took {report.Elapsed.TotalSeconds:0.0} s");
            var board = await BoardAsync(client, centre.Id, today);
            var lookback = await LookBackAsync(client, centre.Id, YearImport.DonorOf(year, frequent[0].Donor), today);
            return new Measured(donations, events, import, report, lookback, board);
        }
        finally
        {
            folder.Delete(recursive: true);
            await broker.DisposeAsync();
            await donation.DisposeAsync();
            await inventory.DisposeAsync();
        }
    }

    private static async Task<double[]> BoardAsync(RegionClient client, SiteId centre, DateOnly today)
    {
        var releaser = new Staff("A9990-R01", centre, ["releaser"]);
        var path = $"/donations?from={today.AddDays(-1):yyyy-MM-dd}&to={today:yyyy-MM-dd}&status=released";
        List<double> times = [];
        for (var i = 0; i < 120; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await client.GetAsync(Routes.Donation, releaser, path);
            // The first are the compiler's.
            if (i >= 20)
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return [.. times];
    }

    /// <summary>The donor gives once more and is found reactive: from the last result's being sent until the case shows every unit held.</summary>
    private static async Task<TimeSpan> LookBackAsync(RegionClient client, SiteId centre, DonorId donor, DateOnly today)
    {
        var number = DonationNumber.Parse($"A9990{today.Year % 100:00}990001", null);
        var technician = new Staff("A9990-L01", centre, ["laboratory"]);
        await client.DoAsync(
            Routes.Donation,
            new Staff("A9990-N01", centre, ["collector"]),
            "/donations",
            new { donor, scan = $"={number}00", volumeMl = 450, weightKg = 70, collection = "platelet-apheresis" });
        async Task ReactAsync(string run) =>
            await client.DoAsync(Routes.Donation, technician, $"/donations/{number}/markers", new { results = new { hiv = "reactive" }, run });
        await ReactAsync("1");
        // The first reactive repeat settles it.
        var started = Stopwatch.GetTimestamp();
        await ReactAsync("2");
        var path = $"/recalls/lookback-{number.ToString().ToLowerInvariant()}-hiv";
        await Eventually.GetAsync(
            () => client.TryGetAsync(Routes.Inventory, new Staff("A9990-A01", centre, ["auditor"]), path),
            answer => answer.IsDone && answer.Body.GetProperty("units").GetArrayLength() >= UnitsOfTheFrequentDonor,
            "every unit of the donor is held",
            every: TimeSpan.FromMilliseconds(5));
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Sixty gifts of platelets by apheresis, one every second week, two or three bags each.</summary>
    private static IReadOnlyList<SyntheticDonation> FrequentDonor(SiteId centre, DateOnly today)
    {
        var donor = new SyntheticDonor(int.MaxValue, Woman: false, today.Year - 40, 70m, Blood.BloodGroups.BloodGroup.Parse("O+", null));
        return
        [
            .. Enumerable.Range(0, GiftsOfTheFrequentDonor).Select(gift =>
            {
                var at = new DateTimeOffset(today.AddDays(-20 - (14 * (GiftsOfTheFrequentDonor - 1 - gift))).ToDateTime(new TimeOnly(8, 0)), TimeSpan.FromHours(7));
                return new SyntheticDonation(
                    DonationNumber.Parse($"A9990{at.Year % 100:00}{990_100 + gift:000000}", null),
                    donor,
                    CollectionKind.PlateletApheresis,
                    450,
                    at,
                    centre,
                    null,
                    [.. new[] { "A0", "B0", "C0" }.Take(gift % 2 == 0 ? 3 : 2).Select(division => new SyntheticComponent(ProductCode.Parse($"D0301V{division}", null), 150))]);
            }),
        ];
    }

    /// <summary>The law's pack with a window that reaches over all sixty gifts: the year before the last good one would hold less than half.</summary>
    private static string WritePolicy(string folder)
    {
        var pack = JsonNode.Parse(File.ReadAllText(Path.Combine(TestNodes.RepositoryRoot, "infra", "policies", "vn-26-2013.json")))!;
        pack["id"] = "bench";
        pack["version"] = "bench.1";
        foreach (var marker in pack["markers"]!.AsArray())
        {
            if (marker!["lookbackWindow"] is { } window)
                window["value"] = "P3650D";
        }

        var path = Path.Combine(folder, "bench.json");
        File.WriteAllText(path, pack.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        return path;
    }

    private sealed record Measured(int Donations, long Events, TimeSpan Import, IntakeReport Day, TimeSpan Lookback, double[] Board);
}
