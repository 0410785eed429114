using System.Globalization;
using System.Text.Json;

namespace Distribution.Workbench.Demo;

/// <summary>The stations of the centre's dispatch: from the picking to the road.</summary>
internal sealed partial class Journey
{
    private readonly Dictionary<string, string> _consignments = new(StringComparer.Ordinal);

    /// <summary>An order's consignment; what was found for it later travels as <c>ORDER/2</c>.</summary>
    private async Task<string> ConsignmentAsync(ScanStep step, string name, CancellationToken cancellationToken)
    {
        if (_consignments.TryGetValue(name, out var known))
            return known;
        var parts = name.Split('/');
        var (order, number) = (_orders[parts[0]], parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1);
        var list = await UntilAsync(step, "dispatch", "/consignments", rows => Of(rows).Length >= number, "the consignment is planned", cancellationToken);
        return _consignments[name] = Of(list)[number - 1];

        string[] Of(JsonElement rows) =>
            [.. rows.EnumerateArray().Where(row => Text(row, "order") == order).Select(row => Text(row, "number")!).Order(StringComparer.Ordinal)];
    }

    private async Task<string> HoldAsync(ScanStep step, CancellationToken cancellationToken)
    {
        foreach (var scan in step.Typed)
            await DoAsync(step, "inventory", "/units/hold", new { scan, reason = step.First }, cancellationToken);
        return $"[yellow]held[/] ({step.First}): {string.Join(", ", step.Typed.Select(scan => Show(Unit(scan))))}";
    }

    /// <summary>Two people end a hold; the gate of the consignment opens when it has heard of it.</summary>
    private async Task<string> EndHoldAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, step.Arguments[1], cancellationToken);
        await DoAsync(step, "inventory", "/units/end-hold", new { scan = step.Typed[0], reason = step.First, verifierScan = step.Typed[1] }, cancellationToken);
        await UntilAsync(
            step, "dispatch", $"/consignments/{number}",
            view => view.GetProperty("units").EnumerateArray().All(unit => Text(unit, "unit") != Unit(step.Typed[0]) || unit.GetProperty("stops").GetArrayLength() == 0),
            "the gate is open", cancellationToken);
        return $"the hold for {step.First} ended by two people ({step.Who.Code}, {step.Typed[1]})";
    }

    private async Task<string> PickAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, step.First, cancellationToken);
        foreach (var scan in step.Typed)
            await DoAsync(step, "dispatch", $"/consignments/{number}/pick", new { scan }, cancellationToken);
        return $"{step.Typed.Count} units picked for consignment {number}";
    }

    /// <summary>Into the box of another consignment with <c>label=ORDER</c>, as when two stand side by side.</summary>
    private async Task<string> PackAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, step.First, cancellationToken);
        var labeled = step.Find("label") is { } other ? await ConsignmentAsync(step, other, cancellationToken) : number;
        var boxScan = LabelOf(labeled, step.Find("box") ?? "1", step.Find("of") ?? "1");
        foreach (var scan in step.Typed)
            await DoAsync(step, "dispatch", $"/consignments/{number}/pack", new { boxScan, scan }, cancellationToken);
        return $"{step.Typed.Count} units into box {step.Find("box") ?? "1"} of {step.Find("of") ?? "1"} ({boxScan})";
    }

    private async Task<string> CloseBoxAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, step.First, cancellationToken);
        await DoAsync(
            step, "dispatch", $"/consignments/{number}/boxes/{step["box"]}/close", new { loggerScan = step["logger"], coolant = step.Find("coolant") }, cancellationToken);
        return $"box {step["box"]} closed with logger {step["logger"]} inside";
    }

    private async Task<string> PrintNoteAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, step.First, cancellationToken);
        var note = await region.GetTextAsync("dispatch", step.Who, $"/consignments/{number}/note", cancellationToken);
        var units = note.Count(character => character == '☐');
        return $"delivery note {number} printed: {units} units to tick off, {note.Length / 1024} KiB of HTML with the symbols of papers and boxes";
    }

    private async Task<string> HandOverAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, step.First, cancellationToken);
        await DoAsync(step, "dispatch", $"/consignments/{number}/hand-over", new { carrierScan = step.Typed[0] }, cancellationToken);
        HandedOverAt[step.First] = step.At;
        return $"handed over by two people ({step.Who.Code}, {step.Typed[0]}); on the road";
    }

    private async Task<string> ShowOverdueAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, step.First, cancellationToken);
        var board = await UntilAsync(
            step, "dispatch", "/consignments/overdue", rows => rows.EnumerateArray().Any(row => Text(row, "number") == number), "the consignment is overdue", cancellationToken);
        var late = board.EnumerateArray().First(row => Text(row, "number") == number);
        var due = late.GetProperty("due").GetDateTimeOffset().ToOffset(step.At.Offset);
        return string.Create(CultureInfo.InvariantCulture, $"[red]overdue[/]: {number} was expected at {due:HH:mm}, and nothing of it has been scanned");
    }

    /// <summary>Sends the typed lines as the logger's file; <c>@HH:MM</c> is a time of the step's day.</summary>
    private async Task<string> ReadTemperatureAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, step.First, cancellationToken);
        var day = string.Create(CultureInfo.InvariantCulture, $"{step.At:yyyy-MM-dd}T");
        string[] lines = ["time,celsius", .. step.Typed.Select(line => string.Create(CultureInfo.InvariantCulture, $"{day}{line[1..6]}:00{step.At:zzz}{line[6..]}"))];
        Commands++;
        var path = $"/consignments/{number}/boxes/{step["box"]}/temperature";
        var answer = await region.TryUploadAsync("dispatch", step.Who, path, string.Join('\n', lines), "text/csv", step.At, cancellationToken);
        if (!answer.IsDone)
            throw new RefusedException($"Line {step.Line}: POST dispatch {path}", answer);
        var excursions = answer.Body.GetProperty("excursions").EnumerateArray().ToArray();
        var said = $"{answer.Body.GetProperty("readings")} readings, {answer.Body.GetProperty("minimumCelsius")} to {answer.Body.GetProperty("maximumCelsius")} °C";
        if (excursions.Length == 0)
            return $"{said}: [green]within the limits[/]";
        var units = excursions.SelectMany(excursion => excursion.GetProperty("units").EnumerateArray().Select(unit => unit.GetString()!)).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var unit in units)
            await UntilAsync(step, "inventory", $"/units/{unit}", view => view.GetProperty("state").GetProperty("holds").GetArrayLength() > 0, "the unit is held", cancellationToken);
        return $"{said}: [red]{excursions[0].GetProperty("worstCelsius")} °C at worst[/]; held wherever it is by now: {string.Join(", ", units.Select(Show))}";
    }

    /// <summary>As Dispatch prints it on the box; box 0 is the papers.</summary>
    private static string LabelOf(string consignment, string box, string boxes) => string.Create(
        CultureInfo.InvariantCulture, $"=${consignment}{int.Parse(box, CultureInfo.InvariantCulture):00}{int.Parse(boxes, CultureInfo.InvariantCulture):00}");
}
