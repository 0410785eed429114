using Distribution.Blood.Isbt128;
using Distribution.Blood.Network;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Distribution.ServiceDefaults.Security;

namespace Distribution.Donations.Service.Donations;

/// <summary>A correction overwrites nothing and is judged like a result: whatever rested on the wrong one is looked at again.</summary>
internal static class CorrectResult
{
    /// <param name="Marker">With <paramref name="Result"/>: which marker; otherwise <paramref name="Group"/> is corrected.</param>
    /// <param name="Sequence">Which result of the marker, from 1; the last that says otherwise where it is left out.</param>
    /// <param name="Person">Whose determination of the group; left out for one on record without a person.</param>
    /// <param name="VerifierScan">The second person's badge.</param>
    public sealed record CorrectResultBody(
        string Reason,
        string VerifierScan,
        string? Marker = null,
        MarkerResult? Result = null,
        int? Sequence = null,
        string? Group = null,
        string? Person = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/donations/{number}/corrections", HandleAsync)
        .RequireAuthorization(Roles.Laboratory)
        .WithSummary("Corrects a marker's result or a person's determination of the group; a second person verifies. Refused: correction-invalid, reason-invalid, second-person-required, result-invalid, group-invalid, unknown-result, and from reactive to negative already-released and confirmed-positive.");

    private static async Task<IResult> HandleAsync(
        DonationNumber number, HttpCommand command, CorrectResultBody body, CommandRunner runner, IEventStore store, Region region, CancellationToken cancellationToken)
    {
        if ((body.Marker is null) == (body.Group is null) || (body.Marker is null) != (body.Result is null))
            return Answers.Invalid(body.Marker is null ? "group" : "result", "correction-invalid", "A correction names a marker and its result, or a group and the person who found another.");
        var verifier = ScanFields.Staff("verifierScan", body.VerifierScan);
        var by = command.Context.Provenance;
        var group = body.Group is null ? default : Labels.Group("group", body.Group);
        var person = string.IsNullOrWhiteSpace(body.Person) ? null : ScanFields.Staff("person", body.Person);
        var outcome = await runner.RunAsync(
            command with { Context = command.Context with { Reason = body.Reason } },
            store,
            number,
            region,
            state => body.Marker is { } marker
                ? TestingDecider.Correct(state, new CorrectMarker(marker, body.Result!.Value, body.Reason, verifier, body.Sequence), by)
                : TestingDecider.Correct(state, new CorrectGroup(group, person, body.Reason, verifier), command.Policy, by),
            cancellationToken);
        return outcome.ToResult();
    }
}
