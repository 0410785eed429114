using System.Text.Json;
using System.Text.RegularExpressions;
using Distribution.ServiceDefaults.Resilience;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Exceptions;

namespace Distribution.ServiceDefaults.Http;

/// <summary>
/// Turns whatever goes wrong into problem details. Tells the caller what the caller did wrong, and of our own
/// troubles nothing but a code; the log gets no content of a request.
/// </summary>
internal sealed partial class Problems(RequestDelegate next, ILogger<Problems> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentLength: null, ContentType: null })
                await ForStatus(context.Response.StatusCode).ExecuteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            if (!context.Response.HasStarted)
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var problem = ForException(exception);
            Log(context, exception, problem);
            context.Response.Clear();
            if (problem.Status == StatusCodes.Status503ServiceUnavailable)
                context.Response.Headers.RetryAfter = "1";
            await problem.ExecuteAsync(context);
        }
    }

    private void Log(HttpContext context, Exception exception, Problem problem)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unknown";
        switch (problem.Status)
        {
            case StatusCodes.Status500InternalServerError:
                log.LogError(exception, "Unexpected: {Method} {Route}", context.Request.Method, route);
                break;
            case StatusCodes.Status503ServiceUnavailable:
                log.LogWarning("{Code}: {Method} {Route}: {Exception}", problem.Code, context.Request.Method, route, exception.GetType().Name);
                break;
            case StatusCodes.Status403Forbidden or StatusCodes.Status401Unauthorized:
                log.LogWarning(
                    "{Code}: {Method} {Route} by {Staff}: {Title}",
                    problem.Code, context.Request.Method, route, context.User.FindFirst(Security.Caller.StaffClaim)?.Value, problem.Title);
                break;
        }
    }

    private static Problem ForException(Exception exception) => exception switch
    {
        HttpProblemException known => known.Problem,
        BadHttpRequestException { InnerException: JsonException json } => ForJson(json),
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad => ForParameter(bad),
        BadHttpRequestException bad => ForStatus(bad.StatusCode),
        _ when IsBrokerAway(exception) => new Problem(
            StatusCodes.Status503ServiceUnavailable, "broker-unavailable", "The message broker is not available; try again."),
        _ when Pipelines.IsTransientDatabaseFault(exception) => new Problem(
            StatusCodes.Status503ServiceUnavailable, "database-unavailable", "The database is not available; nothing is lost by trying again with the same Idempotency-Key."),
        _ => ForStatus(StatusCodes.Status500InternalServerError),
    };

    // Narrower than what the relay tries again after: a timeout or a broken file can come from anywhere.
    private static bool IsBrokerAway(Exception exception) =>
        exception is BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException
            or MassTransit.RabbitMqConnectionException or MassTransit.ConnectionException;

    private static Problem ForStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => new Problem(status, "not-found", "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => new Problem(status, "method-not-allowed", "This address does not take this method."),
        StatusCodes.Status413PayloadTooLarge => new Problem(status, "body-too-large", "The body is too large."),
        StatusCodes.Status415UnsupportedMediaType => new Problem(status, "content-type-invalid", "Send the body as application/json.", "Content-Type"),
        StatusCodes.Status429TooManyRequests => new Problem(status, "too-many-requests", "Too many requests; try again later."),
        >= 500 => new Problem(status, "unexpected", "Something went wrong on our side."),
        _ => new Problem(status, "invalid-request", "The request is not valid."),
    };

    private static Problem ForJson(JsonException exception)
    {
        // The reader's own exception inside means text that is not JSON at all.
        if (exception.InnerException is JsonException)
        {
            return Bad(
                "invalid-body",
                $"The body is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}).");
        }

        var path = FieldOf(exception.Path);
        if (MissingMembers().Match(exception.Message) is { Success: true } missing)
            return Bad("invalid-field", $"'{Within(path, missing.Groups["name"].Value)}' is missing.", Within(path, missing.Groups["name"].Value));
        if (NullMember().Match(exception.Message) is { Success: true } absent)
        {
            var name = CamelCase(absent.Groups["name"].Value);
            var field = $".{path}".EndsWith($".{name}", StringComparison.Ordinal) ? path! : Within(path, name);
            return Bad("invalid-field", $"'{field}' must not be null.", field);
        }

        if (path is null)
            return Bad("invalid-body", "The body does not have the expected form.");
        if (exception.Message.StartsWith("Duplicate", StringComparison.Ordinal))
            return Bad("invalid-field", $"'{path}' is given more than once.", path);
        // Only our own converters' texts are fit for callers; the serializer's name types.
        return Bad(
            "invalid-field",
            SerializerText().IsMatch(exception.Message) ? $"The value of '{path}' is of the wrong type or form." : exception.Message,
            path);
    }

    private static Problem ForParameter(BadHttpRequestException exception)
    {
        if (MissingBody().IsMatch(exception.Message))
            return Bad("invalid-body", "A body is required.");
        if (Parameter().Match(exception.Message) is not { Success: true } match)
            return ForStatus(exception.StatusCode);
        var name = match.Groups["name"].Value;
        return exception.Message.StartsWith("Required", StringComparison.Ordinal)
            ? Bad("invalid-value", $"'{name}' is missing.", name)
            : Bad("invalid-value", $"The value of '{name}' is not valid.", name);
    }

    private static Problem Bad(string code, string message, string? field = null) =>
        new(StatusCodes.Status400BadRequest, code, message, field);

    private static string? FieldOf(string? path) => path switch
    {
        null or "$" => null,
        ['$', '.', .. var rest] => rest,
        _ => path,
    };

    private static string Within(string? path, string name) => path is null ? CamelCase(name) : $"{path}.{CamelCase(name)}";

    private static string CamelCase(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    [GeneratedRegex("missing required properties including: '(?<name>[^']+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MissingMembers();

    [GeneratedRegex("(constructor parameter|property or field) '(?<name>[^']+)' .*null", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NullMember();

    [GeneratedRegex("^(The JSON value could not|JSON deserialization|The converter|The input|Either|Deserialized)|System\\.|Path: ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SerializerText();

    [GeneratedRegex("^Implicit body|from body", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MissingBody();

    [GeneratedRegex("parameter \"(?<type>.+) (?<name>\\w+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();
}
