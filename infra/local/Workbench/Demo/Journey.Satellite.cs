using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Distribution.Contracts;

namespace Distribution.Workbench.Demo;

/// <summary>The stations of a satellite with a poor connection: its day comes as a file, hours later.</summary>
internal sealed partial class Journey
{
    /// <summary>
    /// Sends a file beside the scans to both services that take one. What only becomes known as the day goes stands in braces:
    /// <c>{consignment O6}</c>, <c>{order O7}</c>, <c>{recipient P6}</c>; <c>@HH:MM</c> is a time of the step's day.
    /// </summary>
    private async Task<string> UploadCaptureAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(RepositoryFiles.Find($"infra/regions/{step.First}"), cancellationToken);
        foreach (Match named in Named().Matches(text))
        {
            var value = named.Groups["what"].Value switch
            {
                "consignment" => await ConsignmentAsync(step, named.Groups["name"].Value, cancellationToken),
                "order" => _orders[named.Groups["name"].Value],
                _ => _recipients[named.Groups["name"].Value],
            };
            text = text.Replace(named.Value, value, StringComparison.Ordinal);
        }

        text = Clock().Replace(text, at => string.Create(CultureInfo.InvariantCulture, $"{step.At:yyyy-MM-dd}T{at.Groups["time"].Value}:00{step.At:zzz}"));
        var said = "";
        // Dispatch first: what was given out there has to have come there.
        foreach (var service in new[] { Routes.Dispatch, Routes.Inventory })
        {
            Commands++;
            var answer = await region.TryUploadAsync(service, step.Who, "/captures", text, "text/csv", step.At, cancellationToken);
            if (!answer.IsDone)
                throw new RefusedException($"Line {step.Line}: POST {service} /captures", answer);
            var totals = answer.Body.GetProperty("totals");
            said += $"\n    {service}: {totals.GetProperty("recorded")} recorded, {totals.GetProperty("known")} known already, {totals.GetProperty("review")} to be looked at, {totals.GetProperty("elsewhere")} elsewhere";
            foreach (var line in answer.Body.GetProperty("lines").EnumerateArray().Where(line => Text(line, "outcome") == "review"))
                said += $"\n      line {line.GetProperty("line")}: [yellow]{string.Join(", ", line.GetProperty("codes").EnumerateArray().Select(code => code.GetString()))}[/]";
            if (service == Routes.Dispatch && step.Find("wait") is { } waiting)
                await FilledAsync(step with { Arguments = [waiting] }, cancellationToken);
        }

        return $"{step.First}: {text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1} lines of a day without a connection{said}";
    }

    /// <summary>What the site did against the record stands until somebody has looked at it; the first is settled.</summary>
    private async Task<string> ReviewAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var board = await UntilAsync(
            step, "inventory", $"/discrepancies?site={step.Who.Site}&open=true", answer => answer.GetProperty("discrepancies").GetArrayLength() > 0, "there is something to look at", cancellationToken);
        var rows = board.GetProperty("discrepancies").EnumerateArray().ToArray();
        foreach (var row in rows)
        {
            await DoAsync(
                step, "inventory", "/discrepancies/resolution", new { unit = Text(row, "unit"), version = row.GetProperty("version").GetInt64(), resolution = step["resolution"] }, cancellationToken);
        }

        return $"{rows.Length} contradictions looked at ({step["resolution"]})" + string.Concat(rows.Select(Say));

        static string Say(JsonElement row) =>
            $"\n    [yellow]{Text(row, "code")}[/] {Show(Text(row, "unit")!)}: {Spectre.Console.Markup.Escape(Text(row, "detail") ?? "")}";
    }

    [GeneratedRegex(@"\{(?<what>consignment|order|recipient) (?<name>[^}]+)\}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Named();

    [GeneratedRegex(@"@(?<time>\d\d:\d\d)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Clock();
}
