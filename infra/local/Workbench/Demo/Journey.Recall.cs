using System.Globalization;
using System.Text.Json;

namespace Distribution.Workbench.Demo;

/// <summary>The stations of a case: what must not be used is found, answered for and brought to an end.</summary>
internal sealed partial class Journey
{
    private readonly Dictionary<string, string> _cases = new(StringComparer.Ordinal);

    private async Task<string> ShowCaseAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var donation = await region.GetAsync("donation", step.Who, $"/donations/{Number(step.Typed[0])}", cancellationToken);
        var recall = _cases[step.First] = donation.GetProperty("holds").EnumerateArray().First(hold => !hold.GetProperty("ended").GetBoolean()).GetProperty("recall").GetString()!;
        var implication = await region.GetAsync("donation", step.Who, $"/implications/{recall}", cancellationToken);
        var donations = implication.GetProperty("donations").GetArrayLength();
        var view = await UntilAsync(
            step, "inventory", $"/recalls/{recall}", answer => answer.GetProperty("donations").GetArrayLength() == donations, $"Inventory has opened {recall}", cancellationToken);
        var due = view.GetProperty("dueAt").GetDateTimeOffset().ToOffset(step.At.Offset);
        var units = view.GetProperty("units").EnumerateArray().OrderBy(unit => Text(unit, "unit"), StringComparer.Ordinal).ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"[red]{recall}[/]: {donations} donations, {units.Length} units, answers due {due:dd/MM HH:mm}")
            + string.Concat(units.Select(unit => $"\n    {Show(unit.GetProperty("unit").GetString()!)} {Whereabouts(unit)}"));
    }

    private async Task<string> AcknowledgeAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var recall = _cases[step.First];
        // Without scans the site answers for all that it has or had last.
        await DoAsync(step, "inventory", $"/recalls/{recall}/acknowledgement", new { units = step.Typed.Count == 0 ? null : step.Typed }, cancellationToken);
        var view = await region.GetAsync("inventory", step.Who, $"/recalls/{recall}", cancellationToken);
        var open = view.GetProperty("unacknowledged").EnumerateArray().Select(site => site.GetString()!).ToArray();
        await UntilAsync(
            step, "inventory", "/recalls/unacknowledged",
            board => board.GetProperty("rows").EnumerateArray().Where(row => row.GetProperty("recall").GetString() == recall).All(row => open.Contains(row.GetProperty("site").GetString())),
            "the board knows the answer", cancellationToken);
        return open.Length == 0 ? "[green]acknowledged; the board is empty[/]" : $"acknowledged; still on the board: {string.Join(", ", open)}";
    }

    private async Task<string> ThrowAwayAsync(ScanStep step, CancellationToken cancellationToken)
    {
        foreach (var scan in step.Typed)
            await DoAsync(step, "inventory", "/units/discard", new { scan, reason = step.First }, cancellationToken);
        return $"[red]discarded[/]: {string.Join(", ", step.Typed.Select(scan => Show(Unit(scan))))} ({step.First})";
    }

    private async Task<string> CloseAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var recall = _cases[step.First];
        await UntilAsync(step, "inventory", $"/recalls/{recall}", view => view.GetProperty("unaccounted").GetInt32() == 0, "every unit has met its end", cancellationToken);
        await DoAsync(step, "inventory", $"/recalls/{recall}/closure", new { reason = step["reason"], verifierScan = step.Typed[0] }, cancellationToken);
        var view = await region.GetAsync("inventory", step.Who, $"/recalls/{recall}", cancellationToken);
        var fates = view.GetProperty("units").EnumerateArray().GroupBy(unit => unit.GetProperty("fate").GetString(), StringComparer.Ordinal);
        return $"[green]closed by two people[/] ({step.Who.Code}, {step.Typed[0]}), every unit accounted for: {string.Join(", ", fates.Select(fate => $"{fate.Count()} {fate.Key}"))}";
    }

    private static string Whereabouts(JsonElement unit)
    {
        if (Text(unit, "fate") is { } fate)
            return Text(unit, "recipient") is { } recipient ? $"{fate} at {Text(unit, "site")}, recipient {recipient[..8]}…" : $"{fate} at {Text(unit, "site")}";
        return $"[yellow]{(unit.GetProperty("held").GetBoolean() ? "held" : "not held")}[/] {Text(unit, "whereabouts")} {Text(unit, "site")}";
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
