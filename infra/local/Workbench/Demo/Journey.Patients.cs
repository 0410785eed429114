using System.Globalization;

namespace Distribution.Workbench.Demo;

/// <summary>What a hospital learns of its patients, by pseudonym.</summary>
internal sealed partial class Journey
{
    private readonly Dictionary<string, string> _recipients = new(StringComparer.Ordinal);

    private async Task<string> RegisterRecipientAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var group = step.Find("group");
        var made = await DoAsync(
            step, "request", "/recipients", new { fullName = $"Người bệnh {step.First}", birthDate = step["born"], group }, cancellationToken);
        _recipients[step.First] = made.GetProperty("recipient").GetString()!;
        return $"recipient {_recipients[step.First][..8]}…, {(group is null ? "nobody knows the group" : $"{group} by one person")}; the name stays in the vault";
    }

    private async Task<string> DetermineRecipientAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var found = await DoAsync(step, "request", $"/recipients/{_recipients[step.First]}/determinations", new { group = step["group"] }, cancellationToken);
        return Text(found, "group") is { } group ? $"[green]established by two people[/]: {group}" : $"{step["group"]}; not established yet";
    }

    /// <summary>Nothing is tested or handed out before the bench knows the patient and a tube of blood.</summary>
    private async Task<string> TakeSampleAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var (recipient, tube) = (_recipients[step.First], SampleOf(step.First));
        var taken = await DoAsync(step, "request", $"/recipients/{recipient}/samples", new { number = tube, takenAt = step.At }, cancellationToken);
        var antigens = step.Find("antibodies")?.Split(',');
        await DoAsync(step, "request", $"/recipients/{recipient}/samples/{tube}/screen", new { positive = antigens is not null, antigens }, cancellationToken);
        var until = taken.GetProperty("validUntil").GetDateTimeOffset().ToOffset(step.At.Offset);
        return string.Create(
            CultureInfo.InvariantCulture, $"tube {tube} serves until {until:dd/MM HH:mm}; screen {(antigens is null ? "negative" : $"[yellow]positive: anti-{string.Join(", anti-", antigens)}[/]")}");
    }

    private async Task<string> RequireAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var names = step["units"].Split(',');
        await DoAsync(
            step, "request", $"/recipients/{_recipients[step.First]}/requirements",
            new
            {
                reason = step["reason"],
                irradiated = names.Contains("irradiated", StringComparer.Ordinal),
                cmvNegative = names.Contains("cmv-negative", StringComparer.Ordinal),
                washed = names.Contains("washed", StringComparer.Ordinal),
            },
            cancellationToken);
        return $"units for the patient have to be {step["units"]} from now on ({step["reason"]})";
    }

    private static string SampleOf(string patient) => $"T-{patient}";
}
