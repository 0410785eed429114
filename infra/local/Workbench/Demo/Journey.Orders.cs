using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Distribution.Workbench.Demo;

/// <summary>The stations at which a hospital orders and is answered.</summary>
internal sealed partial class Journey
{
    private readonly Dictionary<string, string> _orders = new(StringComparer.Ordinal);

    private async Task<string> OrderAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var patient = step.Arguments.Skip(1).FirstOrDefault(argument => !argument.Contains('=', StringComparison.Ordinal));
        var urgency = step.Find("urgency");
        var order = _orders[step.First] = await TwiceAsync(
            step,
            "/orders",
            new
            {
                purpose = patient is null ? "stock" : "patient",
                // An emergency is needed as soon as can be.
                neededBy = urgency == "emergency" ? (DateTimeOffset?)null : TimeProvider.System.GetUtcNow().AddHours(6),
                recipient = patient is null ? null : _recipients[patient],
                urgency,
                lines = step.Typed.Select(ReadLine),
            },
            cancellationToken);
        return await AnsweredAsync(step, order, cancellationToken);
    }

    /// <summary>What is ordered every week is kept as a template; the click that was made twice is one order.</summary>
    private async Task<string> PlaceTemplateAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var kept = await DoAsync(
            step, "request", "/order-forms",
            new { kind = "template", name = step["name"], purpose = "stock", lines = step.Typed.Select(ReadLine) }, cancellationToken);
        var order = _orders[step.First] = await TwiceAsync(
            step, $"/order-forms/{kept.GetProperty("form").GetString()}/place", new { neededBy = TimeProvider.System.GetUtcNow().AddHours(6) }, cancellationToken);
        return $"template {step["name"]} kept; {await AnsweredAsync(step, order, cancellationToken)}";
    }

    /// <summary>Sent twice under one key, as by a browser that got no answer.</summary>
    private async Task<string> TwiceAsync(ScanStep step, string path, object body, CancellationToken cancellationToken)
    {
        var key = Guid.CreateVersion7().ToString("N");
        var orders = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 2; i++)
        {
            Commands++;
            var made = await region.DoAsync("request", step.Who, path, body, step.At, key, cancellationToken: cancellationToken);
            orders.Add(made.GetProperty("order").GetString()!);
        }

        return orders.Count == 1 ? orders.Single() : throw new InvalidOperationException($"Line {step.Line}: sent twice under one key, it became two orders.");
    }

    private async Task<string> AnsweredAsync(ScanStep step, string order, CancellationToken cancellationToken)
    {
        // It may be told to wait for a moment, while a table follows the log.
        var reserved = int.Parse(step["units"], CultureInfo.InvariantCulture);
        var view = await UntilAsync(
            step,
            "request",
            $"/orders/{order}",
            answer => answer.GetProperty("status").GetString() is not "placed" && answer.GetProperty("units").GetArrayLength() == reserved,
            $"{reserved} units are reserved",
            cancellationToken);
        var wanted = view.GetProperty("lines").EnumerateArray().Sum(line => line.GetProperty("quantity").GetInt32());
        var units = UnitsOf(view);
        return $"sent twice, [green]one order[/]; {units.Length} of {wanted} units reserved: {string.Join(", ", units.Select(Show))}{Lacking(view)}";
    }

    private static string Lacking(JsonElement view)
    {
        var said = "";
        foreach (var line in view.GetProperty("lines").EnumerateArray().Where(line => line.GetProperty("short").GetInt32() > 0))
            said += $"\n    line {line.GetProperty("line")}: [yellow]{line.GetProperty("short")} short[/] and looked for. {Markup.Escape(Text(line, "explanation") ?? "")}";
        foreach (var offer in view.GetProperty("alternatives").EnumerateArray())
            said += $"\n    instead: {offer.GetProperty("quantity")} {Markup.Escape(Text(offer, "explanation") ?? "")}";
        return said;
    }

    /// <summary>Why these units, and the proof that nothing better could be done.</summary>
    private async Task<string> ExplainAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var view = await region.GetAsync("inventory", step.Who, $"/allocations/{_orders[step.First]}", cancellationToken);
        var proof = view.GetProperty("certificate");
        var said = $"certificate {Text(proof, "digest")?[..12]}…: cost {Text(proof, "objective")} over {proof.GetProperty("units")} units, {proof.GetProperty("orders")} orders at once";
        foreach (var unit in view.GetProperty("units").EnumerateArray())
            said += $"\n    {Markup.Escape(string.Join(' ', unit.GetProperty("explanation").EnumerateArray().Select(sentence => sentence.GetString())))}";
        return said;
    }

    /// <summary>The first of what is offered for the line.</summary>
    private async Task<string> AcceptAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var order = _orders[step.First];
        var line = int.Parse(step["line"], CultureInfo.InvariantCulture);
        var view = await region.GetAsync("request", step.Who, $"/orders/{order}", cancellationToken);
        var supplier = Text(view, "supplier");
        var offer = view.GetProperty("alternatives").EnumerateArray().First(offer => offer.GetProperty("line").GetInt32() == line && Text(offer, "site") == supplier);
        await DoAsync(
            step, "request", $"/orders/{order}/alternatives/acceptance",
            new
            {
                line,
                kind = Text(offer, "kind"),
                group = Text(offer, "group"),
                quantity = int.Parse(step["quantity"], CultureInfo.InvariantCulture),
                without = offer.GetProperty("without"),
            },
            cancellationToken);
        return $"taken instead: {step["quantity"]} {Text(offer, "kind")} {Text(offer, "group")}. {Markup.Escape(Text(offer, "explanation") ?? "")}";
    }

    private async Task<string> FilledAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var view = await UntilAsync(
            step,
            "request",
            $"/orders/{_orders[step.First]}",
            answer => answer.GetProperty("lines").EnumerateArray().All(line => line.GetProperty("reserved").GetInt32() >= line.GetProperty("quantity").GetInt32()),
            "all that was waited for is found",
            cancellationToken);
        return $"[green]found by itself[/]: all lines are reserved, {string.Join(", ", UnitsOf(view).Select(Show))}";
    }

    private static string[] UnitsOf(JsonElement view) => [.. view.GetProperty("units").EnumerateArray().Select(unit => Text(unit, "unit")!)];

    /// <summary><c>kind group quantity requirement…</c>; <c>-</c> where the group is the patient's or not known.</summary>
    private static object ReadLine(string typed)
    {
        var words = typed.Split(' ');
        var asked = words.Skip(3).ToList();
        return new
        {
            kind = words[0],
            group = words[1] == "-" ? null : words[1],
            quantity = int.Parse(words[2], CultureInfo.InvariantCulture),
            requirements = asked.Count == 0 ? null : new
            {
                irradiated = asked.Contains("irradiated"),
                cmvNegative = asked.Contains("cmv-negative"),
                washed = asked.Contains("washed"),
            },
        };
    }
}
