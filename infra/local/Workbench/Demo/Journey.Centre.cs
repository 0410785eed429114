using System.Globalization;
using System.Text.Json;

namespace Distribution.Workbench.Demo;

/// <summary>The stations of the drives and of the centre: up to the release.</summary>
internal sealed partial class Journey
{
    private readonly Dictionary<string, string> _donors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _signatures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _collected = new(StringComparer.Ordinal);

    private async Task<string> PlanDriveAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var day = DateOnly.FromDateTime(step.At.Date);
        var sessions = step.Typed.Skip(1).Select(line => line.Split(' ')).Select(words => new
        {
            id = words[0],
            site = step.Who.Site,
            date = day,
            from = TimeOnly.Parse(words[1], CultureInfo.InvariantCulture),
            to = TimeOnly.Parse(words[2], CultureInfo.InvariantCulture),
            slots = int.Parse(words[3], CultureInfo.InvariantCulture),
        }).ToArray();
        await DoAsync(
            step, "donation", "/drives",
            new
            {
                drive = step.First,
                name = step.Typed[0],
                series = step["series"],
                kind = "campaign",
                sites = new[] { step.Who.Site },
                from = day,
                to = day,
                targetUnits = int.Parse(step["target"], CultureInfo.InvariantCulture),
                sessions,
            },
            cancellationToken);
        return $"{step.Typed[0]} planned: {step["target"]} donations wanted, {sessions.Sum(session => session.slots)} slots";
    }

    private async Task<string> ShowFiguresAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var drive = await UntilAsync(
            step, "donation", $"/drives/{step.First}", answer => answer.GetProperty("brought").GetProperty("collected").GetInt32() == _collected[step.First], "the drive's figures are told", cancellationToken);
        var brought = drive.GetProperty("brought");
        return $"{step.First}: {brought.GetProperty("collected")} of {drive.GetProperty("targetUnits")} donations, {brought.GetProperty("volumeMl")} ml, {brought.GetProperty("deferred")} donors deferred";
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
        var collection = step.Find("collection") ?? "whole-blood";
        await DoAsync(
            step, "donation", "/donations",
            new
            {
                donor = _donors[step.First],
                scan = step.Typed[0],
                volumeMl = Milliliters(step.Typed[1]),
                weightKg = decimal.Parse(step["weight"], CultureInfo.InvariantCulture),
                collection,
                drive = step.Find("drive"),
                session = step.Find("session"),
                bagLot = step.Find("lot"),
            },
            cancellationToken);
        if (step.Find("drive") is not { } drive)
            return $"{step.Typed[0]} → {step.Typed[1]} ml {collection} of {step["weight"]} kg";
        _collected[drive] = _collected.GetValueOrDefault(drive) + 1;
        return $"{step.Typed[0]} → {step.Typed[1]} ml {collection} of {step["weight"]} kg, for {drive}";
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
        List<string> conspicuous = [];
        foreach (var scan in step.Typed)
        {
            var standings = (await DoAsync(step, "donation", $"/donations/{Number(scan)}/markers", new { results }, cancellationToken)).GetProperty("standings");
            conspicuous.AddRange(standings.EnumerateObject().Where(marker => marker.Value.GetString() != "negative").Select(marker => $"[red]{marker.Name} {marker.Value}[/]: {scan}"));
        }

        return conspicuous.Count == 0 ? $"{step.Typed.Count} donations, all markers negative" : string.Join(", ", conspicuous);
    }

    private async Task<string> AnalyserAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var answer = await UploadAsync(step, cancellationToken);
        var taken = answer.IsDone ? answer.Body : throw new RefusedException($"Line {step.Line}: the file", answer);
        var reactive = step.Typed.Select(line => line.Split(',')).Where(columns => columns[2] == "reactive").Select(columns => $"[red]{columns[1]} reactive[/]: {columns[0]}").ToArray();
        return $"{taken.GetProperty("recorded")} of {taken.GetProperty("lines")} results of the analyser's file recorded{(reactive.Length == 0 ? "" : $"; {string.Join(", ", reactive)}")}";
    }

    /// <summary>Refused as a whole: that is what the step shows.</summary>
    private async Task<string> BrokenFileAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var answer = await UploadAsync(step, cancellationToken);
        if (answer.Code != "file-refused")
            throw new RefusedException($"Line {step.Line}: the file was to be refused, and", answer);
        var errors = answer.Body.GetProperty("errors").EnumerateArray().Select(error => $"line {error.GetProperty("line")} {error.GetProperty("code")}");
        return $"[yellow]the file is refused[/] as a whole, nothing of it recorded: {string.Join(", ", errors)}";
    }

    /// <summary>Sends the typed lines as the file that the instrument writes; <c>@HH:MM</c> is a time of the step's day.</summary>
    private async Task<Answer> UploadAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var day = string.Create(CultureInfo.InvariantCulture, $"{step.At:yyyy-MM-dd}T");
        var lines = step.Typed.Select(line => line.LastIndexOf('@') is >= 0 and var at
            ? string.Create(CultureInfo.InvariantCulture, $"{line[..at]}{day}{line[(at + 1)..]}:00{step.At:zzz}")
            : line);
        Commands++;
        return await region.TryUploadAsync("donation", step.Who, "/analyser-results", string.Join('\n', lines), "text/csv", step.At, cancellationToken);
    }

    private async Task<string> ProcessAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = Number(step.Typed[0]);
        var bags = step.Typed.Skip(1).Chunk(2).ToArray();
        foreach (var bag in bags)
            await DoAsync(step, "donation", $"/donations/{number}/components", new { scan = bag[0], volumeMl = Milliliters(bag[1]) }, cancellationToken);
        foreach (var bag in bags)
            await UntilAsync(step, "inventory", $"/units/{number}{bag[0][2..]}", _ => true, $"unit {number}{bag[0][2..]} is in quarantine", cancellationToken);
        return $"{step.Typed[0]} → {bags.Length} components, in quarantine at the centre";
    }

    /// <summary>Before its release the laboratory makes others of a component, afterwards whoever has it in stock.</summary>
    private async Task<string> ProcedureAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var source = Unit(step.Typed[0]);
        var bags = step.Typed.Skip(1).Chunk(2).ToArray();
        var results = bags.Select(bag => new { scan = bag[0], volumeMl = Milliliters(bag[1]) }).ToArray();
        decimal? doseGy = step.Find("dose") is { } dose ? decimal.Parse(dose, CultureInfo.InvariantCulture) : null;
        var unit = await region.GetAsync("inventory", step.Who, $"/units/{source}", cancellationToken);
        if (unit.GetProperty("state").GetProperty("released").GetBoolean())
            await DoAsync(step, "inventory", "/procedures", new { procedure = step.First, sources = new[] { step.Typed[0] }, results, doseGy }, cancellationToken);
        else
            await DoAsync(step, "donation", $"/donations/{Number(step.Typed[0])}/procedures", new { procedure = step.First, from = step.Typed[0], results, doseGy }, cancellationToken);

        List<string> made = [];
        foreach (var bag in bags)
        {
            var view = await UntilAsync(step, "inventory", $"/units/{Unit(bag[0])}", _ => true, $"unit {Unit(bag[0])} is known", cancellationToken);
            var expiresAt = view.GetProperty("state").GetProperty("facts").GetProperty("expiresAt").GetDateTimeOffset().ToOffset(step.At.Offset);
            made.Add(string.Create(CultureInfo.InvariantCulture, $"{Unit(bag[0])[13..]} ({bag[1]} ml, until {expiresAt:dd/MM/yyyy})"));
        }

        return $"{step.First}{(doseGy is null ? "" : $" with {step["dose"]} Gy")}: {Show(source)} → {string.Join(", ", made)}";
    }

    private async Task<string> ReleaseAsync(ScanStep step, CancellationToken cancellationToken)
    {
        List<string> released = [], withheld = [];
        foreach (var number in step.Typed.Select(Number))
        {
            await DoAsync(step, "donation", $"/donations/{number}/release", new { }, cancellationToken);
            _signatures[number] = _signatures.GetValueOrDefault(number) + 1;
            if (_signatures[number] < 2)
                continue;
            var donation = await region.GetAsync("donation", step.Who, $"/donations/{number}", cancellationToken);
            foreach (var component in donation.GetProperty("components").EnumerateArray())
            {
                var unit = component.GetProperty("unit").GetString()!;
                if (component.GetProperty("standing").GetString() == "released")
                    released.Add(unit);
                else if (component.GetProperty("standing").GetString() == "quarantined")
                    withheld.Add(unit);
            }
        }

        foreach (var unit in released)
            await UntilAsync(step, "inventory", $"/units/{unit}", answer => answer.GetProperty("state").GetProperty("released").GetBoolean(), $"unit {unit} is available", cancellationToken);
        if (released.Count == 0)
            return $"{step.Typed.Count} donations signed by the first person";
        return $"[green]{released.Count} units released[/] by the second person and available at the centre"
            + (withheld.Count == 0 ? "" : $"; [yellow]withheld[/]: {string.Join(", ", withheld.Select(Show))}");
    }

    /// <summary>Prints the labels and scans each back; first the next bag's, as happens when two are mixed up.</summary>
    private async Task<string> LabelAsync(ScanStep step, CancellationToken cancellationToken)
    {
        List<(string Unit, string Code, int Items)> labels = [];
        foreach (var unit in step.Typed.Select(Unit))
        {
            var label = await region.GetAsync("inventory", step.Who, $"/units/{unit}/label?format=json", cancellationToken);
            labels.Add((unit, label.GetProperty("compoundMessage").GetString()!, label.GetProperty("items").EnumerateArray().Count()));
        }

        var refused = 0;
        foreach (var ((unit, code, _), other) in labels.Zip(labels.Skip(1).Append(labels[0])))
        {
            if (other.Unit != unit)
            {
                Commands++;
                var answer = await region.TryAsync("inventory", step.Who, $"/units/{unit}/label/verification", new { scan = other.Code }, step.At, cancellationToken: cancellationToken);
                refused += answer.Code == "label-differs" ? 1 : throw new RefusedException($"Line {step.Line}: another bag's label was to be refused, and it", answer);
            }

            await DoAsync(step, "inventory", $"/units/{unit}/label/verification", new { scan = code }, cancellationToken);
        }

        return $"{labels.Count} labels of {labels[0].Items} items printed and scanned back; another bag's label [yellow]refused[/] {refused} times";
    }

    private async Task<string> DiscardAsync(ScanStep step, CancellationToken cancellationToken)
    {
        foreach (var scan in step.Typed)
            await DoAsync(step, "donation", $"/donations/{Number(scan)}/discard", new { reason = step.First }, cancellationToken);
        return $"[red]discarded[/]: {string.Join(", ", step.Typed)} ({step.First})";
    }
}
