using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Dispatches.Service.Captures;

/// <summary>Says what was the matter with a line; by staff of the site that sent it.</summary>
internal static class SettleCaptureLine
{
    private const int LongestResolution = 200;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/review/resolution", HandleAsync)
        .RequireAuthorization(Roles.BloodBank)
        .WithSummary("Takes a line off the board of captures, with a word on what was the matter");

    private static async Task<IResult> HandleAsync(SettleCaptureLineBody body, HttpCommand command, CommandRunner runner, CancellationToken cancellationToken)
    {
        if (body.Resolution.Trim() is not { Length: > 0 and <= LongestResolution } resolution)
            return Answers.Invalid("resolution", "reason-required", $"Say in 1 to {LongestResolution} characters what was the matter.");
        if (body.Device.Length == 0)
            return Answers.Invalid("device", "invalid-field", "Name the device.");
        var site = command.Caller.Site;
        var outcome = await runner.RunAsync<Capture, CaptureEvent>(
            command.Context with { Reason = resolution },
            Capture.IdOf(site, body.Device),
            state => CaptureDecider.Settle(state, site, body.Device, body.Sequence, resolution),
            cancellationToken: cancellationToken);
        return outcome.ToResult();
    }

    /// <param name="Sequence">The line's number, counted by the device.</param>
    /// <param name="Resolution">In words for people.</param>
    private sealed record SettleCaptureLineBody(string Device, long Sequence, string Resolution);
}
