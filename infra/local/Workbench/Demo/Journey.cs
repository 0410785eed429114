using System.Globalization;
using System.Text.Json;
using Distribution.Blood.Isbt128;
using Spectre.Console;

namespace Distribution.Workbench.Demo;

/// <summary>What a day of scans leads to: each step is sent to the service whose station it was typed at.</summary>
internal sealed partial class Journey(RegionClient region, Func<ScanStep, string, CancellationToken, Task> report)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Instants by which the history of a unit is asked about afterwards.</summary>
    public Dictionary<string, DateTimeOffset> HandedOverAt { get; } = new(StringComparer.Ordinal);

    /// <summary>The first one of the day.</summary>
    public string? TransfusedUnit { get; private set; }

    public int Commands { get; private set; }

    public async Task TakeAsync(ScanStep step, CancellationToken cancellationToken) => await report(step, await LeadAsync(step, cancellationToken), cancellationToken);

    private async Task<string> LeadAsync(ScanStep step, CancellationToken cancellationToken)
    {
        return step.Station switch
        {
            "refused" => await RefusedAsync(step, cancellationToken),
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
            "sample" => await TakeSampleAsync(step, cancellationToken),
            "requirement" => await RequireAsync(step, cancellationToken),
            "order" => await OrderAsync(step, cancellationToken),
            "template" => await PlaceTemplateAsync(step, cancellationToken),
            "explain" => await ExplainAsync(step, cancellationToken),
            "accept" => await AcceptAsync(step, cancellationToken),
            "filled" => await FilledAsync(step, cancellationToken),
            "hold" => await HoldAsync(step, cancellationToken),
            "end-hold" => await EndHoldAsync(step, cancellationToken),
            "pick" => await PickAsync(step, cancellationToken),
            "pack" => await PackAsync(step, cancellationToken),
            "close-box" => await CloseBoxAsync(step, cancellationToken),
            "note" => await PrintNoteAsync(step, cancellationToken),
            "hand-over" => await HandOverAsync(step, cancellationToken),
            "overdue" => await ShowOverdueAsync(step, cancellationToken),
            "temperature" => await ReadTemperatureAsync(step, cancellationToken),
            "receive" => await ReceiveAsync(step, cancellationToken),
            "complete-receipt" => await CompleteReceiptAsync(step, cancellationToken),
            "resolve" => await ResolveAsync(step, cancellationToken),
            "ledger" => await ShowLedgerAsync(step, cancellationToken),
            "store" => await StoreAsync(step, cancellationToken),
            "type" => await TypeAsync(step, cancellationToken),
            "judge" => await JudgeAsync(step, cancellationToken),
            "override" => await OverrideAsync(step, cancellationToken),
            "emergency-issue" => await IssueInEmergencyAsync(step, cancellationToken),
            "return" => await ReturnAsync(step, cancellationToken),
            "board" => await ShowBoardAsync(step, cancellationToken),
            "upload" => await UploadCaptureAsync(step, cancellationToken),
            "review" => await ReviewAsync(step, cancellationToken),
            "crossmatch" => await CrossmatchAsync(step, cancellationToken),
            "issue" => await IssueAsync(step, cancellationToken),
            "transfuse" => await TransfuseAsync(step, cancellationToken),
            "case" => await ShowCaseAsync(step, cancellationToken),
            "acknowledge" => await AcknowledgeAsync(step, cancellationToken),
            "throw-away" => await ThrowAwayAsync(step, cancellationToken),
            "close" => await CloseAsync(step, cancellationToken),
            _ => throw new FormatException($"Line {step.Line}: there is no station '{step.Station}'."),
        };
    }

    /// <summary>
    /// What must not go through: <c>refused CODE,… STATION argument…</c>. Where the reason is news from another service it is tried until
    /// that has come; what is tried so can be done twice.
    /// </summary>
    private async Task<string> RefusedAsync(ScanStep step, CancellationToken cancellationToken)
    {
        var codes = step.First.Split(',');
        var tried = step with { Station = step.Arguments[1], Arguments = [.. step.Arguments.Skip(2)] };
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                var said = await LeadAsync(tried, cancellationToken);
                if (TimeProvider.System.GetElapsedTime(started) > Patience)
                    throw new InvalidOperationException($"Line {step.Line}: to be refused ({step.First}), and it went through: {said}");
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
            catch (RefusedException refused)
            {
                var reasons = ReasonsOf(refused.Answer.Body);
                if (!codes.All(code => reasons.Any(reason => reason.Code == code)))
                    throw;
                return $"{tried.Station} [yellow]refused[/] ({refused.Answer.Status})"
                    + string.Concat(reasons.Select(reason => $"\n    [yellow]{reason.Code}[/] {Markup.Escape(reason.Text)}"));
            }
        }
    }

    /// <summary>All the reasons of a refusal, each with the field it is about.</summary>
    private static (string Code, string Text)[] ReasonsOf(JsonElement problem)
    {
        if (!problem.TryGetProperty("reasons", out var reasons) || reasons.ValueKind != JsonValueKind.Array || reasons.GetArrayLength() == 0)
            return [(Text(problem, "code") ?? "", Say(problem, "title"))];
        return [.. reasons.EnumerateArray().Select(reason => (Text(reason, "code") ?? "", Say(reason, "message")))];

        static string Say(JsonElement element, string name) => $"{(Text(element, "field") is { } field ? $"({field}) " : "")}{Text(element, name)}";
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
