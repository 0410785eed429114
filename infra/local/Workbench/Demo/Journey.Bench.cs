using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Distribution.Workbench.Demo;

/// <summary>The stations of a hospital's blood bank: from the shelf to the patient.</summary>
internal sealed partial class Journey
{
    private async Task<string> StoreAsync(ScanStep step, CancellationToken cancellationToken)
    {
        foreach (var scan in step.Typed)
            await DoAsync(step, "inventory", "/units/store", new { scan, place = step.First }, cancellationToken);
        return $"{step.Typed.Count} units put away in {step.First}";
    }

    private async Task<string> TypeAsync(ScanStep step, CancellationToken cancellationToken)
    {
        foreach (var scan in step.Typed)
            await DoAsync(step, "inventory", "/units/typing", new { scan, negative = step["negative"].Split(',') }, cancellationToken);
        return $"{string.Join(", ", step.Typed.Select(scan => Show(Unit(scan))))}: lacks {step["negative"]}";
    }

    /// <summary>Asked without doing anything; <c>expect=CODE,…</c> is what has to stand against it by then.</summary>
    private async Task<string> JudgeAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var expected = step["expect"].Split(',');
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var judged = await region.DoAsync(
                "inventory", step.Who, "/units/judgment",
                new { scan = step.Typed[0], order = _orders[step.First], recipient = _recipients[step.Arguments[1]], appearance = "normal" }, cancellationToken: cancellationToken);
            var against = judged.GetProperty("findings").EnumerateArray().Where(finding => Text(finding, "verdict") != "pass").ToArray();
            if (expected.All(code => against.Any(finding => Text(finding, "code") == code)))
            {
                var passed = judged.GetProperty("findings").GetArrayLength() - against.Length;
                return $"{Show(Unit(step.Typed[0]))}: {passed} rules have nothing against it, {against.Length} have" + string.Concat(against.Select(Say));
            }

            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"Line {step.Line}: {step["expect"]} was to stand against it, and what does is {judged}");
            await Task.Delay(TimeSpan.FromMilliseconds(25), cancellationToken);
        }

        static string Say(JsonElement finding)
        {
            var who = finding.TryGetProperty("roles", out var roles) && roles.ValueKind == JsonValueKind.Array
                ? $" (a {string.Join(" or ", roles.EnumerateArray().Select(role => role.GetString()))} may let it pass{(finding.GetProperty("countersigned").GetBoolean() ? ", countersigned" : "")})"
                : "";
            return $"\n    [yellow]{Text(finding, "code")}[/] {Text(finding, "verdict")}: {Markup.Escape(Text(finding, "message") ?? "")}{who}";
        }
    }

    private async Task<string> OverrideAsync(ScanStep step, CancellationToken cancellationToken)
    {
        await DoAsync(
            step, "inventory", "/units/override",
            new
            {
                scan = step.Typed[0],
                order = _orders[step.First],
                recipient = _recipients[step.Arguments[1]],
                codes = step["codes"].Split(','),
                reason = step["reason"],
                verifierScan = step.Typed[1],
            },
            cancellationToken);
        return $"{step["codes"]} [yellow]let pass[/] by {step.Who.Code}, countersigned {step.Typed[1]}: {step["reason"]}";
    }

    private async Task<string> CrossmatchAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var tube = SampleOf(step.Arguments[1]);
        await BenchKnowsAsync(step, step.Arguments[1], cancellationToken);
        foreach (var scan in step.Typed)
        {
            await DoAsync(
                step, "inventory", "/units/crossmatch",
                new { scan, order = _orders[step.First], recipient = _recipients[step.Arguments[1]], compatible = true, sample = tube }, cancellationToken);
        }

        return $"{step.Typed.Count} crossmatched with tube {tube}: compatible";
    }

    private Task BenchKnowsAsync(ScanStep step, string patient, CancellationToken cancellationToken) => UntilAsync(
        step,
        "inventory",
        $"/recipients/{_recipients[patient]}",
        known => Text(known, "group") is not null && known.TryGetProperty("sample", out var sample) && Text(sample, "number") == SampleOf(patient),
        "the bench knows the patient",
        cancellationToken);

    private async Task<string> IssueAsync(ScanStep step, CancellationToken cancellationToken)
    {
        await BenchKnowsAsync(step, step.Arguments[1], cancellationToken);
        foreach (var pair in step.Typed.Chunk(2))
        {
            await DoAsync(
                step, "inventory", "/units/issue",
                new { scan = pair[0], order = _orders[step.First], recipient = _recipients[step.Arguments[1]], verifierScan = pair[1], appearance = "normal" }, cancellationToken);
        }

        return $"{step.Typed.Count / 2} units issued by two people ({step.Who.Code}, {step.Typed[1]})";
    }

    private async Task<string> IssueInEmergencyAsync(ScanStep step, CancellationToken cancellationToken)
    {
        foreach (var pair in step.Typed.Chunk(2))
        {
            await DoAsync(
                step, "inventory", "/units/emergency-issue",
                new
                {
                    scan = pair[0],
                    order = _orders[step.First],
                    recipient = _recipients[step.Arguments[1]],
                    indication = step["indication"],
                    verifierScan = pair[1],
                    appearance = "normal",
                },
                cancellationToken);
        }

        return $"[red]{step.Typed.Count / 2} issued uncrossmatched[/] on the responsibility of {step.Who.Code} ({step["indication"]}), verified {step.Typed[1]}";
    }

    private async Task<string> ReturnAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var minutesOut = int.Parse(step["minutes"], CultureInfo.InvariantCulture);
        await DoAsync(step, "inventory", "/units/return", new { scan = step.Typed[0], minutesOut, appearance = "normal", sealIntact = true }, cancellationToken);
        var unit = await region.GetAsync("inventory", step.Who, $"/units/{Unit(step.Typed[0])}", cancellationToken);
        return $"{Show(Unit(step.Typed[0]))} came back after {minutesOut} minutes: {(unit.GetProperty("available").GetBoolean() ? "[green]in stock again[/]" : "[yellow]held[/]")}";
    }

    private async Task<string> TransfuseAsync(ScanStep step, CancellationToken cancellationToken)
    {
        foreach (var pair in step.Typed.Chunk(2))
        {
            await DoAsync(
                step, "inventory", "/units/transfuse",
                new { scan = pair[0], startedAt = step.At, endedAt = step.At.AddMinutes(90), volumeMl = Milliliters(pair[1]), ward = step.Find("ward") }, cancellationToken);
        }

        TransfusedUnit ??= Unit(step.Typed[0]);
        return $"[green]transfused[/]: {string.Join(", ", step.Typed.Chunk(2).Select(pair => $"{Show(Unit(pair[0]))} ({pair[1]} ml)"))}";
    }

    /// <summary>A board of the bench, once there stands on it what is to.</summary>
    private async Task<string> ShowBoardAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var expected = int.Parse(step["rows"], CultureInfo.InvariantCulture);
        var board = await UntilAsync(
            step, "inventory", $"/bench/{step.First}", answer => answer.GetProperty("units").GetArrayLength() == expected, $"{expected} units stand on the board", cancellationToken);
        return expected == 0
            ? $"{step.First}: [green]nothing[/]"
            : step.First + string.Concat(board.GetProperty("units").EnumerateArray().Select(row =>
                string.Create(CultureInfo.InvariantCulture, $"\n    [yellow]{Show(Text(row, "unit")!)}[/] due {row.GetProperty("due").GetDateTimeOffset().ToOffset(step.At.Offset):dd/MM HH:mm}, issued by {Text(row, "issuedBy") ?? Text(row, "authorizedBy")}")));
    }
}
