using System.Globalization;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.Contracts;
using Npgsql;
using Spectre.Console;
using Region = Distribution.Blood.Network.Region;

namespace Distribution.Workbench.Volume;

/// <summary>A year for trying the system at its full size.</summary>
internal static class ImportRun
{
    private const int Most = 900_000;

    public static async Task<int> RunAsync(int donations, CancellationToken cancellationToken)
    {
        if (donations is < 1 or > Most)
        {
            await Console.Error.WriteLineAsync($"--donations: between 1 and {Most}.");
            return 2;
        }

        var region = Region.LoadFile(Environment.GetEnvironmentVariable("Region__File") ?? RepositoryFiles.Find("infra/regions/hanoi.json"));
        var book = PolicyBook.LoadFile(Environment.GetEnvironmentVariable("Policy__File") ?? RepositoryFiles.Find("infra/policies/vn-26-2013.json"));
        var centre = region.Sites.Single(site => site.Tier == SiteTier.Centre);
        SiteId[] collecting = [centre.Id, .. region.Sites.Where(site => site.Tier == SiteTier.CollectionPoint && site.Facility == centre.Facility).Select(site => site.Id)];
        var now = TimeProvider.System.GetUtcNow();
        var year = new SyntheticYear(centre.Facility, collecting, donations, DateOnly.FromDateTime(now.UtcDateTime).AddDays(-365));
        await using var donation = Open(Routes.Donation);
        await using var inventory = Open(Routes.Inventory);
        if (await IsUsedAsync(donation, cancellationToken) || await IsUsedAsync(inventory, cancellationToken))
        {
            await Console.Error.WriteLineAsync("The databases hold events already; a year is imported into empty ones. ./dev down --wipe empties them.");
            return 1;
        }

        var (events, took) = await AnsiConsole.Status().StartAsync(
            $"importing {donations} donations through the deciders",
            _ => new VolumeStore(donation, inventory).ImportAsync(new YearImport(year, book, region, now), cancellationToken));
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"{events} events of {donations} donations and what became of them, in {took.TotalSeconds:0} s ({events / took.TotalSeconds:0} a second)");
        return 0;
    }

    private static NpgsqlDataSource Open(string service) => NpgsqlDataSource.Create(
        Environment.GetEnvironmentVariable($"ConnectionStrings__{service}") ?? throw new InvalidOperationException($"ConnectionStrings__{service} is not set: run this through ./dev import."));

    private static async Task<bool> IsUsedAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select exists (select from mt_events)");
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
