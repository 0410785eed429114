using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;
using Distribution.Checker;
using Distribution.Contracts;
using Distribution.Workbench.Volume;
using Npgsql;
using Spectre.Console;
using Region = Distribution.Blood.Network.Region;

namespace Distribution.Workbench.Demo;

/// <summary>The main job on real input, told as it happens; ends with the checker over all logs.</summary>
internal static class DemoRun
{
    private const int DonationsAtOnce = 40;

    public static async Task<int> RunAsync(string scansPath, string keyFile, bool once, CancellationToken cancellationToken)
    {
        // A pipe has no width of its own; lines of a scan must not break.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 160;
        var started = Stopwatch.GetTimestamp();
        try
        {
            var region = Region.LoadFile(Environment.GetEnvironmentVariable("Region__File") ?? RepositoryFiles.Find("infra/regions/hanoi.json"));
            AnsiConsole.MarkupLine($"[bold]{region.Name}[/]: {region.Sites.Count} sites, {region.Lanes.Count} lanes, from the region file that every service has loaded");
            var zone = TimeZoneInfo.FindSystemTimeZoneById(region.TimeZone);
            var file = ScanFile.Load(scansPath, zone, TimeProvider.System.GetUtcNow());
            using var client = new RegionClient(Routes.Services.ToDictionary(name => name, name => (IReadOnlyList<Uri>)[new Uri(Require($"{name.ToUpperInvariant()}_URL"))], StringComparer.Ordinal), keyFile);
            var journey = new Journey(client, (step, said, _) =>
            {
                var site = region.Find(step.Who.Site)?.Name ?? step.Who.Site.ToString();
                AnsiConsole.MarkupLine($"[grey]{step.At.ToString("dd/MM HH:mm", CultureInfo.InvariantCulture)}[/] [blue]{site,-12}[/] [grey]{step.Who.Code}[/] {step.Station,-16} {said}");
                return Task.CompletedTask;
            });

            foreach (var step in file.Steps)
                await journey.TakeAsync(step, cancellationToken);

            var auditor = new Staff("A9990-A01", SiteId.Parse("HN-BM"), ["auditor"]);
            var unit = journey.TransfusedUnit ?? throw new InvalidOperationException("No unit was transfused.");
            var held = await ReplayAsync(client, auditor, unit, journey.HandedOverAt.Values.First().AddMinutes(10), zone, cancellationToken);
            await IntakeAsync(client, region, cancellationToken);
            held &= await CheckAsync(cancellationToken);
            AnsiConsole.MarkupLine($"[grey]{journey.Commands} commands in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s[/]");
            if (!once)
                await StayAsync(keyFile, unit, cancellationToken);
            return held ? 0 : 1;
        }
        catch (Exception exception) when (exception is RefusedException or TimeoutException or FormatException or InvalidOperationException or HttpRequestException or NpgsqlException)
        {
            Say($"[red]The demo failed:[/] {exception.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 130;
        }
    }

    /// <summary>A small part of a centre's day at once, as its analyser and its staff send it.</summary>
    private static async Task IntakeAsync(RegionClient client, Region region, CancellationToken cancellationToken)
    {
        var centre = region.Sites.Single(site => site.Tier == SiteTier.Centre);
        SiteId[] collecting = [centre.Id, .. region.Sites.Where(site => site.Tier == SiteTier.CollectionPoint).Select(site => site.Id)];
        var yesterday = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).DateTime).AddDays(-1);
        var day = new SyntheticYear("A9990", collecting, DonationsAtOnce, yesterday, Days: 1, FirstSerial: 900_000).ByDonor().Select(gifts => gifts[0]).ToArray();
        var policy = PolicyBook.LoadFile(Environment.GetEnvironmentVariable("Policy__File") ?? RepositoryFiles.Find("infra/policies/vn-26-2013.json")).At(TimeProvider.System.GetUtcNow());
        var report = await new DayOfIntake(client, centre.Id, policy, day).RunAsync(cancellationToken);
        Say($"[bold]{report.Donations} donations at once[/]: {report.Components} components, {report.Released} of them available, {report.Commands} requests, {report.Elapsed.TotalSeconds:0.0} s");
    }

    private static async Task<bool> ReplayAsync(
        RegionClient client, Staff auditor, string unit, DateTimeOffset onTheRoad, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var history = await client.GetAsync("inventory", auditor, $"/units/{unit}/history", cancellationToken);
        var table = new Table().Title($"Unit {unit}, replayed from its stream").AddColumns("#", "what happened", "occurred at", "recorded at", "actor", "site");
        foreach (var one in history.GetProperty("events").EnumerateArray())
        {
            table.AddRow(
                one.GetProperty("version").GetInt64().ToString(CultureInfo.InvariantCulture),
                one.GetProperty("name").GetString()!,
                Local(one.GetProperty("occurredAt").GetDateTimeOffset(), zone),
                Local(one.GetProperty("recordedAt").GetDateTimeOffset(), zone),
                one.GetProperty("actor").GetString()!,
                one.GetProperty("site").GetString()!);
        }

        AnsiConsole.Write(table);
        var then = await client.GetAsync("inventory", auditor, $"/units/{unit}?asOf={Uri.EscapeDataString(onTheRoad.ToString("O", CultureInfo.InvariantCulture))}", cancellationToken);
        var custody = then.GetProperty("state").GetProperty("custody");
        Say($"As of {Local(onTheRoad, zone)} it was [bold]{custody.GetProperty("kind").GetString()}[/]: {Compact(custody)}");
        return custody.GetProperty("kind").GetString() == "in-transit";
    }

    private static async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        // Quiet first: effects of the last step may still be on their way.
        CheckReport report;
        var databases = Routes.Services.ToDictionary(service => service, service => NpgsqlDataSource.Create(Require($"ConnectionStrings__{service}")), StringComparer.Ordinal);
        var started = Stopwatch.GetTimestamp();
        do
        {
            var logs = await LogReading.ReadAsync(databases, cancellationToken);
            report = LogChecker.Check(logs, settled: true);
        }
        while (report.Violations.Count > 0 && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));

        foreach (var database in databases.Values)
            await database.DisposeAsync();

        foreach (var violation in report.Violations)
            Say($"[red]{violation.Invariant}[/] {violation.StreamId}: {violation.Explanation}");
        AnsiConsole.MarkupLine(report.Violations.Count == 0
            ? $"[green]Checker: {report.Events} events of four logs, {report.Units} units, {report.Checked.Count} invariants, no violation.[/]"
            : $"[red]Checker: {report.Violations.Count} violations in {report.Events} events.[/]");
        return report.Violations.Count == 0;
    }

    private static async Task StayAsync(string keyFile, string unit, CancellationToken cancellationToken)
    {
        foreach (var service in Routes.Services)
            Say($"{service,-10} {Require($"{service.ToUpperInvariant()}_URL")}/openapi/v1.json");
        Say($"Try: curl -H \"Authorization: Bearer $(./dev token --role auditor --site HN-BM)\" {Require("INVENTORY_URL")}/units/{unit}/history");
        AnsiConsole.MarkupLine("The system stays up until Ctrl-C.");
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // That was the Ctrl-C.
        }
    }

    /// <summary>Values are escaped, so that no answer of a service is taken for markup.</summary>
    private static void Say(FormattableString markup) => AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, markup);

    private static string Local(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("dd/MM/yyyy HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Compact(JsonElement element) => string.Join(", ", element.EnumerateObject().Select(member => $"{member.Name} {member.Value}"));

    private static string Require(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{name} is not set: run this through ./dev demo.");
}
