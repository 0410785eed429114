using System.Text.Json;

namespace Distribution.Workbench.Demo;

/// <summary>The stations at a hospital's door: whatever is scanned says what it is.</summary>
internal sealed partial class Journey
{
    /// <summary><c>note of N</c> and <c>box K of N</c> are the symbols that were printed with the consignment's number; a unit's scan may be followed by what is wrong with it.</summary>
    private async Task<string> ReceiveAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, step.First, cancellationToken);
        List<string> said = [];
        JsonElement progress = default;
        foreach (var typed in step.Typed)
        {
            var (scan, condition) = typed.Split(' ') switch
            {
                ["note", "of", var boxes] => (LabelOf(number, "0", boxes), null),
                ["box", var box, "of", var boxes] => (LabelOf(number, box, boxes), null),
                [var unit, var seen] => (unit, seen),
                var words => (words[0], (string?)null),
            };
            Commands++;
            var answer = await region.TryAsync("dispatch", step.Who, "/receipts", new { scan, condition }, step.At, cancellationToken: cancellationToken);
            if (answer.Code == "consignment-required")
            {
                // On nobody's list: whoever has it in hand knows which box it came out of.
                said.Add($"{scan} [yellow]consignment-required[/]");
                progress = await DoAsync(step, "dispatch", "/receipts", new { scan, condition, consignment = number }, cancellationToken);
            }
            else
            {
                progress = answer.IsDone ? answer.Body : throw new RefusedException($"Line {step.Line}: POST dispatch /receipts", answer);
            }

            said.Add($"{scan} {Text(progress, "what")} {Text(progress, "verdict")}{(condition is null ? "" : $", [yellow]{condition}[/]")} → {Text(progress, "next")}");
        }

        return $"{progress.GetProperty("unitsCheckedIn")} of {progress.GetProperty("unitsExpected")} units checked in" + string.Concat(said.Select(line => $"\n    {line}"));
    }

    private async Task<string> CompleteReceiptAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, step.First, cancellationToken);
        await DoAsync(step, "dispatch", $"/consignments/{number}/complete-receipt", new { }, cancellationToken);
        var view = await region.GetAsync("dispatch", step.Who, $"/consignments/{number}", cancellationToken);
        var damaged = view.GetProperty("damaged").EnumerateArray().Select(unit => Text(unit, "unit")).ToHashSet(StringComparer.Ordinal);
        foreach (var unit in view.GetProperty("checkedIn").EnumerateArray().Select(scanned => Text(scanned, "unit")))
        {
            await UntilAsync(
                step,
                "inventory",
                $"/units/{unit}",
                answer => Site(answer) == step.Who.Site.ToString() && (!damaged.Contains(unit) || answer.GetProperty("state").GetProperty("holds").GetArrayLength() > 0),
                $"unit {unit} is in the hospital's books, and held where it is damaged",
                cancellationToken);
        }

        var discrepancies = view.GetProperty("discrepancies").EnumerateArray().Select(one => $"[yellow]{Text(one, "kind")} {Show(Text(one, "unit")!)}[/]").ToArray();
        return discrepancies.Length == 0 ? "[green]all is there as it was sent[/]" : $"on the board of both ends: {string.Join(", ", discrepancies)}";
    }

    private async Task<string> ResolveAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var number = await ConsignmentAsync(step, step.First, cancellationToken);
        var unit = Unit(step.Typed[0]);
        await DoAsync(step, "dispatch", $"/consignments/{number}/discrepancies/resolve", new { unit, resolution = step.Arguments[1] }, cancellationToken);
        var view = await region.GetAsync("dispatch", step.Who, $"/consignments/{number}", cancellationToken);
        var discrepancy = view.GetProperty("discrepancies").EnumerateArray().First(one => Text(one, "unit") == unit);
        return Text(discrepancy, "resolution") is { } resolution
            ? $"{Show(unit)}: [green]both ends agree[/], {resolution}"
            : $"{Show(unit)}: {step.Who.Site} says {step.Arguments[1]}; the {Text(discrepancy, "turn")} has to agree";
    }

    private async Task<string> ShowLedgerAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var ledger = await UntilAsync(step, "dispatch", "/ledger", answer => answer.GetProperty("balance").GetInt32() == 0, "the books balance", cancellationToken);
        var lanes = ledger.GetProperty("lanes").EnumerateArray().Select(lane =>
        {
            var account = lane.GetProperty("account");
            return $"{Text(lane, "from")} → {Text(lane, "to")}: {account.GetProperty("handedOver")} left, {account.GetProperty("received")} came, {account.GetProperty("accountedFor")} accounted for";
        });
        return $"[green]balance 0[/]; {string.Join("; ", lanes)}";
    }
}
