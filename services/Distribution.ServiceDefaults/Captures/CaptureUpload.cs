using System.Text;
using System.Text.Unicode;
using Distribution.Blood.Captures;
using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Distribution.ServiceDefaults.Captures;

/// <summary>
/// Takes a satellite's file: refused whole where anything in it cannot be read, and otherwise taken line by line in the order in
/// which things happened. What was taken stays where the connection breaks: the same file sent again goes on from there.
/// </summary>
public sealed class CaptureUpload(ICaptureDesk desk, IEventStore store, CommandRunner runner, PolicyBook book)
{
    public const string ContentType = "text/csv";

    /// <summary>Twice what the most lines can need.</summary>
    private const int MostBytes = 4 * 1024 * 1024;

    private const string Reused = "idempotency-key-reused";

    public async Task<IResult> TakeAsync(HttpCommand command, HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.MediaType != ContentType)
            return new Problem(StatusCodes.Status415UnsupportedMediaType, "content-type-invalid", $"Send the file as {ContentType}.", HeaderNames.ContentType);
        // The key's fingerprint has been taken of the body, which lies buffered.
        if (request.Body.Length > MostBytes)
            return new Problem(StatusCodes.Status413PayloadTooLarge, "body-too-large", "A file has at most 4 MiB: send it in parts.");
        if (await store.FindHandledAsync(command.Context.Key, cancellationToken) is { } handled && handled.Fingerprint != command.Context.Fingerprint)
            return new Outcome.Refused([new Rejection(Reused, "This idempotency key was used for another file; nothing was changed.", HttpCommand.IdempotencyKeyHeader)]).ToResult();

        var file = await ReadAsync(request, command.Context.Provenance.Now, cancellationToken);
        if (file.Problems.Count > 0)
            return Refused(file.Problems);

        var answers = new List<LineAnswer>(file.Lines.Count);
        var position = LogPosition.Start;
        foreach (var line in file.InOrderOfTime)
        {
            var (answer, reached) = await TakeLineAsync(line, command, cancellationToken);
            answers.Add(answer);
            position = reached > position ? reached : position;
        }

        var whole = await runner.RunAsync(command.Context, _ => Task.FromResult(Plan.Write([])), cancellationToken);
        if (whole is Outcome.Done done && done.Position < position)
            whole = done with { Position = position };
        return whole.ToResult(_ => new
        {
            Lines = answers.OrderBy(answer => answer.Line),
            Totals = new
            {
                Recorded = answers.Count(answer => answer.Outcome == CaptureOutcome.Recorded),
                Known = answers.Count(answer => answer.Outcome == CaptureOutcome.Known),
                Review = answers.Count(answer => answer.Outcome == CaptureOutcome.Review),
                Elsewhere = answers.Count(answer => answer.Outcome == CaptureOutcome.Elsewhere),
            },
            command.Context.CorrelationId,
        });
    }

    private async Task<(LineAnswer Answer, LogPosition Reached)> TakeLineAsync(CaptureLine line, HttpCommand command, CancellationToken cancellationToken)
    {
        if (!desk.Takes(line.Action))
            return (new LineAnswer(line.Line, line.Device, line.Sequence, CaptureOutcome.Elsewhere, []), LogPosition.Start);

        var policy = book.At(line.At);
        var context = new CommandContext(
            $"capture:{command.Caller.Site}:{line.Device}:{line.Sequence}",
            new Provenance(line.Staff, command.Caller.Site, line.At, command.Context.Provenance.Now),
            policy.Version,
            // Who did it says the line; who answers for the line is whoever sends it.
            Reason: $"captured without a connection as {line.Device} {line.Sequence}, sent by {command.Caller.Staff}{(line.Note is { } note ? $": {note}" : "")}",
            CorrelationId: command.Context.CorrelationId,
            CausationId: command.Context.CausationId,
            Fingerprint: line.Digest);
        var taken = await desk.TakeAsync(line, context, policy, cancellationToken);
        var isChanged = taken.Outcome is Outcome.Refused { Reasons: [{ Code: Reused }] };
        if (isChanged)
            taken = await desk.NoteChangedAsync(line, context with { Key = $"{context.Key}:changed:{line.Digest}" }, cancellationToken);
        if (taken.Outcome is not Outcome.Done done)
        {
            // A fact is never refused: only somebody who was faster time and again keeps it from being written.
            throw new HttpProblemException(new Problem(
                StatusCodes.Status409Conflict, "stale", $"Line {line.Line} met with others at work on the same thing. Send the file again: what was taken is not taken twice."));
        }

        var outcome = isChanged ? CaptureOutcome.Review
            : done.Repeated || !taken.IsNew ? CaptureOutcome.Known
            : taken.Codes.Count > 0 ? CaptureOutcome.Review
            : CaptureOutcome.Recorded;
        return (new LineAnswer(line.Line, line.Device, line.Sequence, outcome, outcome == CaptureOutcome.Review ? taken.Codes : []), done.Position);
    }

    private static async Task<CaptureFile> ReadAsync(HttpRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var content = new byte[request.Body.Length];
        request.Body.Position = 0;
        await request.Body.ReadExactlyAsync(content, cancellationToken);
        // What is no UTF-8 has no header that reads as one.
        return CaptureFile.Parse(Utf8.IsValid(content) ? Encoding.UTF8.GetString(content) : "", now);
    }

    private static Problem Refused(IReadOnlyList<CaptureProblem> problems) => new(
        StatusCodes.Status422UnprocessableEntity,
        "file-refused",
        "Nothing of the file was recorded; every line at fault is named.",
        Reasons: [.. problems.Select(problem => new Rejection(problem.Code, problem.Message, problem.Where))]);

    /// <param name="Line">Counted from 1, the header included.</param>
    /// <param name="Codes">What somebody has to look at.</param>
    private sealed record LineAnswer(int Line, string Device, long Sequence, CaptureOutcome Outcome, IReadOnlyList<string> Codes);
}
