using System.Globalization;
using System.Text.Json;
using Distribution.Blood.Isbt128;

namespace Distribution.Workbench.Demo;

/// <summary>What a day of scans leads to: each step is sent to the service whose station it was typed at.</summary>
internal sealed partial class Journey(RegionClient region, Func<ScanStep, string, CancellationToken, Task> report)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Instants by which the history of a unit is asked about afterwards.</summary>
    public Dictionary<string, DateTimeOffset> HandedOverAt { get; } = new(StringComparer.Ordinal);

    /// <summary>The first one of the day.</summary>
    public string? TransfusedUnit { get; private set; }

    public int Discrepancies { get; private set; }

    public int Commands { get; private set; }

    public async Task TakeAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var said = step.Station switch
        {
            "drive" => await PlanDriveAsync(step, cancellationToken),
            "figures" => await ShowFiguresAsync(step, cancellationToken),
            "donor" => await RegisterDonorAsync(step, cancellationToken),
            "collect" => await CollectAsync(step, cancellationToken),
            "group" => await GroupAsync(step, cancellationToken),
            "markers" => await MarkersAsync(step, cancellationToken),
            "analyser" => await AnalyserAsync(step, cancellationToken),
            "broken-file" => await BrokenFileAsync(step, cancellationToken),
            "process" => await ProcessAsync(step, cancellationToken),
            "procedure" => await ProcedureAsync(step, cancellationToken),
            "release" => await ReleaseAsync(step, cancellationToken),
            "label" => await LabelAsync(step, cancellationToken),
            "discard" => await DiscardAsync(step, cancellationToken),
            "recipient" => await RegisterRecipientAsync(step, cancellationToken),
            "recipient-group" => await DetermineRecipientAsync(step, cancellationToken),
            "order" => await OrderAsync(step, cancellationToken),
            "pick" or "check-in" => await ScanUnitsAsync(step, cancellationToken),
            "pack" => await PackAsync(step, cancellationToken),
            "hand-over" => await HandOverAsync(step, cancellationToken),
            "arrive" => await ArriveAsync(step, cancellationToken),
            "complete-receipt" => await CompleteReceiptAsync(step, cancellationToken),
            "crossmatch" => await CrossmatchAsync(step, cancellationToken),
            "issue" => await IssueAsync(step, cancellationToken),
            "transfuse" => await TransfuseAsync(step, cancellationToken),
            "case" => await ShowCaseAsync(step, cancellationToken),
            "acknowledge" => await AcknowledgeAsync(step, cancellationToken),
            "throw-away" => await ThrowAwayAsync(step, cancellationToken),
            "close" => await CloseAsync(step, cancellationToken),
            _ => throw new FormatException($"Line {step.Line}: there is no station '{step.Station}'."),
        };
        await report(step, said, cancellationToken);
    }

    private static string Number(string scan) => Scan.Parse(scan)[0].AsDonationNumber().ToString();

    private static string Unit(string scan)
    {
        var symbols = Scan.Parse(scan);
        return symbols[0].AsDonationNumber().ToString() + symbols[1].AsProductCode().ToString();
    }

    private static int Milliliters(string typed) => int.Parse(typed, CultureInfo.InvariantCulture);

    /// <summary>Where the unit stands; null while it stands nowhere.</summary>
    private static string? Site(JsonElement unit) =>
        unit.GetProperty("state").GetProperty("custody").TryGetProperty("site", out var site) ? site.GetString() : null;

    private static string Show(string unit) => $"{unit[..5]} {unit[5..7]} {unit[7..13]} {unit[13..]}";

    private async Task<JsonElement> DoAsync(ScanStep step, string service, string path, object body, CancellationToken cancellationToken)
    {
        Commands++;
        return await region.DoAsync(service, step.Who, path, body, step.At, cancellationToken: cancellationToken);
    }

    private async Task<JsonElement> UntilAsync(
        ScanStep step, string service, string path, Func<JsonElement, bool> holds, string what, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await region.TryGetAsync(service, step.Who, path, cancellationToken);
            if (answer.IsDone && holds(answer.Body))
                return answer.Body;
            if (!answer.IsDone && answer.Status != 404)
                throw new RefusedException($"GET {service} {path}", answer);
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"Line {step.Line}: not within {Patience.TotalSeconds:0} s: {what}. Last answer: {answer.Status} {answer.Body}");
            await Task.Delay(TimeSpan.FromMilliseconds(25), cancellationToken);
        }
    }
}
