using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Distribution.EventStore;
using Distribution.ServiceDefaults.Commands;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Distribution.ServiceDefaults.Http;

/// <summary>What endpoints answer: the same shapes in every service.</summary>
public static class Answers
{
    /// <summary>Carries where in the log a command's events ended, for a query that wants to see them (<see cref="ReadModels"/>).</summary>
    public const string LogPositionHeader = "Log-Position";

    /// <summary>
    /// 200 <c>{position, repeated, …}</c>, 422 with every reason, or 409 <c>stale</c>.
    /// </summary>
    /// <param name="outcome">What became of the command.</param>
    /// <param name="body">More members for the 200, such as the id of what was made; must not be named position or repeated.</param>
    public static IResult ToResult(this Outcome outcome, Func<LogPosition, object>? body = null) => outcome switch
    {
        Outcome.Done done => new DoneResult(done, body),
        Outcome.Refused { Reasons: [var only] } => new Problem(
            StatusCodes.Status422UnprocessableEntity, only.Code, only.Message, only.Field, [only]),
        Outcome.Refused refused => new Problem(
            StatusCodes.Status422UnprocessableEntity, "refused", "Refused for several reasons.", Reasons: refused.Reasons),
        Outcome.Stale stale => new Problem(
            StatusCodes.Status409Conflict,
            "stale",
            string.Create(CultureInfo.InvariantCulture, $"{stale.StreamId} is at version {stale.Actual}, not {stale.Expected}: look again and decide again.")),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
    };

    public static IResult NotFound(string code, string message) => new Problem(StatusCodes.Status404NotFound, code, message);

    public static IResult Invalid(string field, string code, string message) =>
        new Problem(StatusCodes.Status400BadRequest, code, message, field);

    /// <summary>200 with the version as <c>ETag</c>, to be sent back as <c>If-Match</c>; 304 when the caller has this version.</summary>
    public static IResult WithETag(long version, object body) => new VersionedResult(version, body);

    private sealed class DoneResult(Outcome.Done done, Func<LogPosition, object>? body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var answer = body is null
                ? []
                : JsonSerializer.SerializeToNode(body(done.Position), EventTypes.Json) as JsonObject
                    ?? throw new InvalidOperationException("The body of an answer is an object.");
            answer.Insert(0, "position", done.Position.ToString());
            answer.Insert(1, "repeated", done.Repeated);
            httpContext.Response.Headers[LogPositionHeader] = done.Position.ToString();
            return httpContext.Response.WriteAsJsonAsync(answer, EventTypes.Json, httpContext.RequestAborted);
        }
    }

    private sealed class VersionedResult(long version, object body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var tag = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{version}\""));
            httpContext.Response.GetTypedHeaders().ETag = tag;
            // Weak comparison: a proxy may have weakened the tag it passes back (RFC 9110, 13.1.2).
            if (httpContext.Request.GetTypedHeaders().IfNoneMatch.Any(
                seen => seen.Equals(EntityTagHeaderValue.Any) || seen.Compare(tag, useStrongComparison: false)))
            {
                httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            return httpContext.Response.WriteAsJsonAsync(body, body.GetType(), EventTypes.Json, httpContext.RequestAborted);
        }
    }
}
