using System.Globalization;

namespace Distribution.Workbench.Demo;

/// <summary>The stations of a hospital's blood bank.</summary>
internal sealed partial class Journey
{
    private readonly Dictionary<string, string> _recipients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _orders = new(StringComparer.Ordinal);

    private async Task<string> RegisterRecipientAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var made = await DoAsync(
            step, "request", "/recipients", new { fullName = $"Người bệnh {step.First}", birthDate = step["born"], group = step["group"] }, cancellationToken);
        _recipients[step.First] = made.GetProperty("recipient").GetString()!;
        return $"recipient {_recipients[step.First][..8]}…, {step["group"]}; the name stays in the vault";
    }

    private async Task<string> DetermineRecipientAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var found = await DoAsync(step, "request", $"/recipients/{_recipients[step.First]}/determinations", new { group = step["group"] }, cancellationToken);
        // Nothing is tested or handed out before the bench knows the patient and a tube of blood.
        await DoAsync(step, "request", $"/recipients/{_recipients[step.First]}/samples", new { number = SampleOf(step.First), takenAt = step.At }, cancellationToken);
        return found.TryGetProperty("group", out var group) ? $"established by two people: {group}" : $"{step["group"]}; not established yet";
    }

    private static string SampleOf(string patient) => $"T-{patient}";

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

    private async Task<string> CrossmatchAsync(ScanStep step, CancellationToken cancellationToken)
    {
        await BenchKnowsAsync(step, step.Arguments[1], cancellationToken);
        await DoAsync(step, "inventory", "/units/crossmatch", new { scan = step.Typed[0], order = _orders[step.First], recipient = _recipients[step.Arguments[1]], compatible = true, sample = SampleOf(step.Arguments[1]) }, cancellationToken);
        return "crossmatch compatible";
    }

    private Task BenchKnowsAsync(ScanStep step, string patient, CancellationToken cancellationToken) => UntilAsync(
        step,
        "inventory",
        $"/recipients/{_recipients[patient]}",
        known => known.TryGetProperty("group", out _) && known.TryGetProperty("sample", out _),
        "the bench knows the patient",
        cancellationToken);

    private async Task<string> IssueAsync(ScanStep step, CancellationToken cancellationToken)
    {
        await BenchKnowsAsync(step, step.Arguments[1], cancellationToken);
        foreach (var pair in step.Typed.Chunk(2))
            await DoAsync(step, "inventory", "/units/issue", new { scan = pair[0], order = _orders[step.First], recipient = _recipients[step.Arguments[1]], verifierScan = pair[1], appearance = "normal" }, cancellationToken);
        return $"{step.Typed.Count / 2} units issued by two people ({step.Who.Code}, {step.Typed[1]})";
    }

    private async Task<string> TransfuseAsync(ScanStep step, CancellationToken cancellationToken)
    {
        foreach (var pair in step.Typed.Chunk(2))
            await DoAsync(step, "inventory", "/units/transfuse", new { scan = pair[0], startedAt = step.At, volumeMl = Milliliters(pair[1]) }, cancellationToken);
        TransfusedUnit ??= Unit(step.Typed[0]);
        return $"[green]transfused[/]: {string.Join(", ", step.Typed.Chunk(2).Select(pair => Show(Unit(pair[0]))))}";
    }
}
