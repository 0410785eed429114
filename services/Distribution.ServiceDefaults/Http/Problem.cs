using System.Collections.Immutable;
using System.Diagnostics;
using Distribution.Blood.Deciding;
using Distribution.EventStore;
using Microsoft.AspNetCore.Http;

namespace Distribution.ServiceDefaults.Http;

/// <summary>
/// An error as RFC 9457 problem details: <c>{type, title, status, code, field?, reasons?, traceId?}</c>.
/// Clients branch on the code; the title is for people.
/// </summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Kebab-case and stable.</param>
/// <param name="Title">One sentence.</param>
/// <param name="Field">The member, parameter or header at fault, as the caller wrote it.</param>
/// <param name="Reasons">Every reason of a refused command.</param>
/// <param name="More">What this problem has to say besides, by member: no name of those above.</param>
public sealed record Problem(
    int Status,
    string Code,
    string Title,
    string? Field = null,
    IReadOnlyList<Rejection>? Reasons = null,
    IReadOnlyDictionary<string, object>? More = null) : IResult
{
    public const string ContentType = "application/problem+json";

    public static Problem NotAuthenticated(string title) => new(StatusCodes.Status401Unauthorized, "not-authenticated", title);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        var body = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["type"] = $"urn:distribution:problem:{Code}",
            ["title"] = Title,
            ["status"] = Status,
            ["code"] = Code,
        };
        if (Field is not null)
            body["field"] = Field;
        if (Reasons is not null)
            body["reasons"] = Reasons;
        foreach (var (name, value) in More ?? ImmutableDictionary<string, object>.Empty)
            body.Add(name, value);
        if (Activity.Current is { } activity)
            body["traceId"] = activity.TraceId.ToHexString();
        return httpContext.Response.WriteAsJsonAsync(body, EventTypes.Json, ContentType, httpContext.RequestAborted);
    }
}

/// <summary>Ends a request with a problem from where no result can be returned, such as the binding of a parameter.</summary>
public sealed class HttpProblemException(Problem problem) : Exception(problem.Title)
{
    public Problem Problem { get; } = problem;
}
