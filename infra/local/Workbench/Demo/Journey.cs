using System.Globalization;
using System.Text.Json;
using Distribution.Blood.Isbt128;

namespace Distribution.Workbench.Demo;

/// <summary>What a day of scans leads to: each step is sent to the service whose station it was typed at.</summary>
internal sealed class Journey(RegionClient region, Func<ScanStep, string, CancellationToken, Task> report)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, string> _donors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _recipients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _units = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _signatures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _consignments = new(StringComparer.Ordinal);

    /// <summary>Instants by which the history of a unit is asked about afterwards.</summary>
    public Dictionary<string, DateTimeOffset> HandedOverAt { get; } = new(StringComparer.Ordinal);

    public string? TransfusedUnit { get; private set; }

    public int Discrepancies { get; private set; }

    public int Commands { get; private set; }

    public async Task TakeAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var said = step.Station switch
        {
            "donor" => await RegisterDonorAsync(step, cancellationToken),
            "collect" => await CollectAsync(step, cancellationToken),
            "group" => await GroupAsync(step, cancellationToken),
            "markers" => await MarkersAsync(step, cancellationToken),
            "process" => await ProcessAsync(step, cancellationToken),
            "release" => await ReleaseAsync(step, cancellationToken),
            "discard" => await DiscardAsync(step, cancellationToken),
            "recipient" => await RegisterRecipientAsync(step, cancellationToken),
            "order" => await OrderAsync(step, cancellationToken),
            "pick" or "check-in" => await ScanUnitsAsync(step, cancellationToken),
            "pack" => await PackAsync(step, cancellationToken),
            "hand-over" => await HandOverAsync(step, cancellationToken),
            "arrive" => await ArriveAsync(step, cancellationToken),
            "complete-receipt" => await CompleteReceiptAsync(step, cancellationToken),
            "crossmatch" => await CrossmatchAsync(step, cancellationToken),
            "issue" => await IssueAsync(step, cancellationToken),
            "transfuse" => await TransfuseAsync(step, cancellationToken),
            _ => throw new FormatException($"Line {step.Line}: there is no station '{step.Station}'."),
        };
        await report(step, said, cancellationToken);
    }

    private static string Number(string scan) => Scan.Parse(scan)[0].AsDonationNumber().ToString();

    /// <summary>Where the unit stands; null while it stands nowhere.</summary>
    private static string? Site(JsonElement unit) =>
        unit.GetProperty("state").GetProperty("custody").TryGetProperty("site", out var site) ? site.GetString() : null;

    private static string Show(string unit) => $"{unit[..5]} {unit[5..7]} {unit[7..13]} {unit[13..]}";

    private async Task<JsonElement> DoAsync(ScanStep step, string service, string path, object body, CancellationToken cancellationToken)
    {
        Commands++;
        return await region.DoAsync(service, step.Who, path, body, step.At, cancellationToken: cancellationToken);
    }

    private async Task<string> RegisterDonorAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var made = await DoAsync(
            step, "donation", "/donors",
            new { fullName = $"Người hiến máu {step.First}", birthDate = step["born"], nationalId = $"0010{step.First}", sex = step["sex"] }, cancellationToken);
        _donors[step.First] = made.GetProperty("donor").GetString()!;
        return $"donor {_donors[step.First][..8]}… registered; the name stays in the vault";
    }

    private async Task<string> CollectAsync(ScanStep step, CancellationToken cancellationToken)
    {
        await DoAsync(
            step, "donation", "/donations",
            new
            {
                donor = _donors[step.First],
                scan = step.Typed[0],
                volumeMl = int.Parse(step.Typed[1], CultureInfo.InvariantCulture),
                weightKg = decimal.Parse(step["weight"], CultureInfo.InvariantCulture),
            },
            cancellationToken);
        return $"{step.Typed[0]} → {step.Typed[1]} ml collected of {step["weight"]} kg";
    }

    private async Task<string> GroupAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var agreed = 0;
        foreach (var scan in step.Typed)
        {
            var parts = scan.Split(' ');
            var found = await DoAsync(step, "donation", $"/donations/{Number(parts[0])}/group", new { scan = parts[1] }, cancellationToken);
            agreed += found.TryGetProperty("group", out var group) && group.ValueKind == JsonValueKind.String ? 1 : 0;
        }

        return $"{step.Typed.Count} groups determined, {agreed} of them agreed on by two people";
    }

    private async Task<string> MarkersAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var results = step.Arguments.Select(argument => argument.Split('=')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        foreach (var scan in step.Typed)
            await DoAsync(step, "donation", $"/donations/{Number(scan)}/markers", new { results }, cancellationToken);
        var reactive = results.Where(result => result.Value == "reactive").Select(result => result.Key).ToArray();
        return reactive.Length == 0 ? $"{step.Typed.Count} donations, all markers negative" : $"[red]{string.Join(", ", reactive)} reactive[/]: {step.Typed[0]}";
    }

    private async Task<string> ProcessAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = Number(step.Typed[0]);
        for (var i = 1; i < step.Typed.Count; i += 2)
        {
            await DoAsync(
                step, "donation", $"/donations/{number}/components",
                new { scan = step.Typed[i], volumeMl = int.Parse(step.Typed[i + 1], CultureInfo.InvariantCulture) }, cancellationToken);
        }

        var units = step.Typed.Skip(1).Where((_, i) => i % 2 == 0).Select(scan => number + scan[2..]).ToArray();
        _units[number] = units;
        foreach (var unit in units)
            await UntilAsync(step, "inventory", $"/units/{unit}", _ => true, $"unit {unit} is in quarantine", cancellationToken);
        return $"{step.Typed[0]} → {units.Length} components, in quarantine at the centre";
    }

    private async Task<string> ReleaseAsync(ScanStep step, CancellationToken cancellationToken)
    {
        foreach (var scan in step.Typed)
        {
            await DoAsync(step, "donation", $"/donations/{Number(scan)}/release", new { }, cancellationToken);
            _signatures[Number(scan)] = _signatures.GetValueOrDefault(Number(scan)) + 1;
        }

        var released = step.Typed.Select(Number).Where(number => _signatures[number] == 2).SelectMany(number => _units[number]).ToArray();
        foreach (var unit in released)
            await UntilAsync(step, "inventory", $"/units/{unit}", answer => answer.GetProperty("state").GetProperty("released").GetBoolean(), $"unit {unit} is available", cancellationToken);
        return released.Length == 0
            ? $"{step.Typed.Count} donations signed by the first person"
            : $"[green]{released.Length} units released[/] by the second person and available at the centre";
    }

    private async Task<string> DiscardAsync(ScanStep step, CancellationToken cancellationToken)
    {
        foreach (var scan in step.Typed)
            await DoAsync(step, "donation", $"/donations/{Number(scan)}/discard", new { reason = step.First }, cancellationToken);
        return $"[red]discarded[/]: {string.Join(", ", step.Typed)} ({step.First})";
    }

    private async Task<string> RegisterRecipientAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var made = await DoAsync(
            step, "request", "/recipients", new { fullName = $"Người bệnh {step.First}", birthDate = step["born"], group = step["group"] }, cancellationToken);
        _recipients[step.First] = made.GetProperty("recipient").GetString()!;
        return $"recipient {_recipients[step.First][..8]}…, {step["group"]}; the name stays in the vault";
    }

    private async Task<string> OrderAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var isPatient = step.Arguments.Count > 1;
        var lines = step.Typed.Select(line => line.Split(' ')).ToArray();
        var made = await DoAsync(
            step, "request", "/orders",
            new
            {
                purpose = isPatient ? "patient" : "stock",
                neededBy = TimeProvider.System.GetUtcNow().AddHours(6),
                recipient = isPatient ? _recipients[step.Arguments[1]] : null,
                lines = lines.Select(line => new { kind = line[0], group = line[1], quantity = int.Parse(line[2], CultureInfo.InvariantCulture) }),
            },
            cancellationToken);
        var order = _orders[step.First] = made.GetProperty("order").GetString()!;
        var view = await UntilAsync(
            step, "request", $"/orders/{order}", answer => answer.GetProperty("status").GetString() is not "placed", "the order is answered", cancellationToken);
        var wanted = view.GetProperty("lines").EnumerateArray().Sum(line => line.GetProperty("quantity").GetInt32());
        var units = view.GetProperty("units").EnumerateArray().Select(unit => unit.GetProperty("unit").GetString()!).ToArray();
        if (units.Length == 0)
            throw new InvalidOperationException($"Line {step.Line}: nothing could be reserved: {view}");
        return $"{units.Length} of {wanted} units reserved: {string.Join(", ", units.Select(Show))}";
    }

    private async Task<string> ConsignmentAsync(ScanStep step, CancellationToken cancellationToken)
    {
        if (_consignments.TryGetValue(step.First, out var known))
            return known;
        var order = _orders[step.First];
        var list = await UntilAsync(
            step, "dispatch", "/consignments", rows => rows.EnumerateArray().Any(row => row.GetProperty("order").GetString() == order), "the consignment is planned", cancellationToken);
        return _consignments[step.First] = list.EnumerateArray().First(row => row.GetProperty("order").GetString() == order).GetProperty("number").GetString()!;
    }

    private async Task<string> ScanUnitsAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, cancellationToken);
        foreach (var scan in step.Typed)
            await DoAsync(step, "dispatch", $"/consignments/{number}/{step.Station}", new { scan }, cancellationToken);
        return step.Station == "pick" ? $"{step.Typed.Count} units picked for consignment {number}" : $"{step.Typed.Count} units scanned in";
    }

    private async Task<string> PackAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, cancellationToken);
        // The label that Dispatch prints for box 1 of 1.
        var label = $"=${number}0101";
        foreach (var scan in step.Typed)
            await DoAsync(step, "dispatch", $"/consignments/{number}/pack", new { boxScan = label, scan }, cancellationToken);
        return $"{step.Typed.Count} units into box 1 of 1 ({label})";
    }

    private async Task<string> HandOverAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, cancellationToken);
        await DoAsync(step, "dispatch", $"/consignments/{number}/hand-over", new { carrierScan = step.Typed[0] }, cancellationToken);
        HandedOverAt[step.First] = step.At;
        return $"handed over to {step.Typed[0]}; on the road";
    }

    private async Task<string> ArriveAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, cancellationToken);
        await DoAsync(step, "dispatch", $"/consignments/{number}/arrive", new { scan = $"=${number}0001" }, cancellationToken);
        return "arrived";
    }

    private async Task<string> CompleteReceiptAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, cancellationToken);
        await DoAsync(step, "dispatch", $"/consignments/{number}/complete-receipt", new { }, cancellationToken);
        var view = await region.GetAsync("dispatch", step.Who, $"/consignments/{number}", cancellationToken);
        var discrepancies = view.GetProperty("discrepancies").EnumerateArray().ToArray();
        Discrepancies += discrepancies.Length;
        foreach (var scanned in view.GetProperty("checkedIn").EnumerateArray())
        {
            var unit = scanned.GetProperty("unit").GetString();
            await UntilAsync(
                step, "inventory", $"/units/{unit}", answer => Site(answer) == step.Who.Site.ToString(), $"unit {unit} is in the hospital's books", cancellationToken);
        }

        return $"checked: {string.Join(", ", discrepancies.Select(one => $"[yellow]{one.GetProperty("kind").GetString()} {Show(one.GetProperty("unit").GetString()!)}[/]"))}";
    }

    private async Task<string> CrossmatchAsync(ScanStep step, CancellationToken cancellationToken)
    {
        await DoAsync(step, "inventory", "/units/crossmatch", new { scan = step.Typed[0], order = _orders[step.First], recipient = _recipients[step.Arguments[1]], compatible = true }, cancellationToken);
        return "crossmatch compatible";
    }

    private async Task<string> IssueAsync(ScanStep step, CancellationToken cancellationToken)
    {
        await DoAsync(step, "inventory", "/units/issue", new { scan = step.Typed[0], order = _orders[step.First], recipient = _recipients[step.Arguments[1]], verifierScan = step.Typed[1] }, cancellationToken);
        return $"issued by two people ({step.Who.Code}, {step.Typed[1]})";
    }

    private async Task<string> TransfuseAsync(ScanStep step, CancellationToken cancellationToken)
    {
        await DoAsync(step, "inventory", "/units/transfuse", new { scan = step.Typed[0], startedAt = step.At, volumeMl = int.Parse(step.Typed[1], CultureInfo.InvariantCulture) }, cancellationToken);
        var scan = Scan.Parse(step.Typed[0]);
        TransfusedUnit = scan[0].AsDonationNumber().ToString() + scan[1].AsProductCode().ToString();
        return "[green]transfused[/]";
    }

    private async Task<JsonElement> UntilAsync(
        ScanStep step, string service, string path, Func<JsonElement, bool> holds, string what, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await region.TryGetAsync(service, step.Who, path, cancellationToken);
            if (answer.IsDone && holds(answer.Body))
                return answer.Body;
            if (!answer.IsDone && answer.Status != 404)
                throw new RefusedException($"GET {service} {path}", answer);
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"Line {step.Line}: not within {Patience.TotalSeconds:0} s: {what}. Last answer: {answer.Status} {answer.Body}");
            await Task.Delay(TimeSpan.FromMilliseconds(25), cancellationToken);
        }
    }
}
