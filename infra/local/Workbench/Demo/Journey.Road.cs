using System.Globalization;

namespace Distribution.Workbench.Demo;

/// <summary>The stations of the road: from the picking to the receipt.</summary>
internal sealed partial class Journey
{
    private readonly Dictionary<string, string> _consignments = new(StringComparer.Ordinal);

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
        // As Dispatch prints it on the box.
        var (box, boxes) = (int.Parse(step.Find("box") ?? "1", CultureInfo.InvariantCulture), int.Parse(step.Find("of") ?? "1", CultureInfo.InvariantCulture));
        var label = string.Create(CultureInfo.InvariantCulture, $"=${number}{box:00}{boxes:00}");
        foreach (var scan in step.Typed)
            await DoAsync(step, "dispatch", $"/consignments/{number}/pack", new { boxScan = label, scan }, cancellationToken);
        return $"{step.Typed.Count} units into box {box} of {boxes} ({label})";
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
}
