using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;

namespace Distribution.Workbench.Volume;

/// <summary>How a day went.</summary>
/// <param name="Released">Units that left quarantine.</param>
/// <param name="Commands">Requests that changed something.</param>
/// <param name="Elapsed">From the first registration to the last unit's being available in Inventory.</param>
public sealed record IntakeReport(int Donations, int Components, int Released, int Commands, TimeSpan Elapsed, IReadOnlyList<(string Step, TimeSpan Took)> Steps);

/// <summary>A centre's day through the services' HTTP APIs, as its staff and its analyser would send it.</summary>
/// <param name="region">The running services.</param>
/// <param name="centre">Where the laboratory stands.</param>
/// <param name="policy">Says which tests there are.</param>
/// <param name="day">What is collected.</param>
/// <param name="clients">How many requests are under way at once.</param>
public sealed class DayOfIntake(RegionClient region, SiteId centre, PolicyPack policy, IReadOnlyList<SyntheticDonation> day, int clients = 8)
{
    private const int DonationsInAFile = 100;

    private readonly ConcurrentDictionary<int, string> _donors = new();
    private readonly List<(string Step, TimeSpan Took)> _steps = [];
    private int _commands;

    private Staff Technician => new("A9990-L01", centre, ["laboratory"]);

    private Staff OtherTechnician => new("A9990-L02", centre, ["laboratory"]);

    public async Task<IntakeReport> RunAsync(CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        await StepAsync("register donors", day.DistinctBy(donation => donation.Donor.Index), RegisterAsync, cancellationToken);
        await StepAsync("collect", day, CollectAsync, cancellationToken);
        await StepAsync("group, first", day, (donation, token) => GroupAsync(donation, Technician, token), cancellationToken);
        await StepAsync("group, second", day, (donation, token) => GroupAsync(donation, OtherTechnician, token), cancellationToken);
        await StepAsync("results", day.Chunk(DonationsInAFile), UploadAsync, cancellationToken);
        await StepAsync("prepare", day, PrepareAsync, cancellationToken);
        SyntheticDonation[] good = [.. day.Where(donation => donation.Reactive is null)];
        await StepAsync("sign", good, (donation, token) => ReleaseAsync(donation, "A9990-R01", token), cancellationToken);
        await StepAsync("release", good, (donation, token) => ReleaseAsync(donation, "A9990-R02", token), cancellationToken);
        await StepAsync("arrive in stock", good, ArriveAsync, cancellationToken);
        return new IntakeReport(
            day.Count, day.Sum(donation => donation.Components.Count), good.Sum(donation => donation.Components.Count), _commands, Stopwatch.GetElapsedTime(started), _steps);
    }

    private async Task StepAsync<T>(string step, IEnumerable<T> items, Func<T, CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            items, new ParallelOptions { MaxDegreeOfParallelism = clients, CancellationToken = cancellationToken }, async (item, token) => await act(item, token));
        _steps.Add((step, Stopwatch.GetElapsedTime(started)));
    }

    private async Task<JsonElement> DoAsync(Staff who, string path, object body, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _commands);
        return await region.DoAsync("donation", who, path, body, at, cancellationToken: cancellationToken);
    }

    private async Task RegisterAsync(SyntheticDonation donation, CancellationToken cancellationToken)
    {
        var donor = donation.Donor;
        var made = await DoAsync(
            new Staff("A9990-N01", donation.Site, ["collector"]),
            "/donors",
            new
            {
                fullName = $"Người hiến máu {donation.Number}",
                birthDate = string.Create(CultureInfo.InvariantCulture, $"{donor.BirthYear}-06-15"),
                nationalId = $"S{donation.Number}",
                sex = donor.Woman ? "female" : "male",
            },
            null,
            cancellationToken);
        _donors[donor.Index] = made.GetProperty("donor").GetString()!;
    }

    private Task<JsonElement> CollectAsync(SyntheticDonation donation, CancellationToken cancellationToken) => DoAsync(
        new Staff("A9990-N01", donation.Site, ["collector"]),
        "/donations",
        new
        {
            donor = _donors[donation.Donor.Index],
            scan = $"={donation.Number}00",
            volumeMl = donation.VolumeMl,
            weightKg = donation.Donor.WeightKg,
            collection = JsonNamingPolicy.KebabCaseLower.ConvertName(donation.Collection.ToString()),
        },
        donation.CollectedAt,
        cancellationToken);

    private Task<JsonElement> GroupAsync(SyntheticDonation donation, Staff who, CancellationToken cancellationToken) =>
        DoAsync(who, $"/donations/{donation.Number}/group", new { scan = donation.Donor.Group.ToString(), method = "gel" }, null, cancellationToken);

    private async Task UploadAsync(SyntheticDonation[] donations, CancellationToken cancellationToken)
    {
        var text = new StringBuilder("donation,test,result,method,reagent_lot,instrument,run,measured_at\r\n");
        foreach (var donation in donations)
        {
            foreach (var marker in policy.MandatoryMarkers)
            {
                var result = donation.Reactive == marker ? "reactive" : "negative";
                text.Append(CultureInfo.InvariantCulture, $"{donation.Number},{marker},{result},CLIA,LOT-{marker},AN-1,RUN-1,{donation.CollectedAt.AddHours(6):yyyy-MM-dd'T'HH:mm:sszzz}\r\n");
            }
        }

        Interlocked.Increment(ref _commands);
        var answer = await region.TryUploadAsync("donation", Technician, "/analyser-results", text.ToString(), "text/csv", cancellationToken: cancellationToken);
        if (!answer.IsDone)
            throw new RefusedException("POST donation /analyser-results", answer);
    }

    private async Task PrepareAsync(SyntheticDonation donation, CancellationToken cancellationToken)
    {
        foreach (var component in donation.Components)
        {
            await DoAsync(
                Technician,
                $"/donations/{donation.Number}/components",
                new { scan = $"=<{component.Product}", volumeMl = component.VolumeMl },
                donation.CollectedAt.AddHours(4),
                cancellationToken);
        }
    }

    private Task<JsonElement> ReleaseAsync(SyntheticDonation donation, string person, CancellationToken cancellationToken) =>
        DoAsync(new Staff(person, centre, ["releaser"]), $"/donations/{donation.Number}/release", new { }, null, cancellationToken);

    private async Task ArriveAsync(SyntheticDonation donation, CancellationToken cancellationToken)
    {
        var auditor = new Staff("A9990-A01", centre, ["auditor"]);
        foreach (var component in donation.Components)
        {
            var path = $"/units/{new UnitNumber(donation.Number, component.Product)}";
            while (true)
            {
                var answer = await region.TryGetAsync("inventory", auditor, path, cancellationToken);
                // A waiting order may have taken it the moment it was free.
                if (answer.IsDone && answer.Body.GetProperty("state").GetProperty("released").GetBoolean())
                    break;
                await Task.Delay(20, cancellationToken);
            }
        }
    }
}
