using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;
using Distribution.ServiceDefaults.Commands;
using Distribution.ServiceDefaults.Identity;
using Distribution.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Distribution.ServiceDefaults.Http;

/// <summary>
/// What every command by HTTP brings besides its body. As a parameter of an endpoint it is bound from the token and the
/// headers <c>Idempotency-Key</c> (required), <c>If-Match</c>, <c>Occurred-At</c> and <c>Correlation-Id</c>;
/// the body stays to be bound by another parameter.
/// </summary>
/// <param name="Context">For the command runner. Its key names the method, path, site and idempotency key, so that sites cannot collide.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Policy">The version of the policy pack in force when it occurred: it decides, and its version is stamped on the events.</param>
public sealed record HttpCommand(CommandContext Context, Caller Caller, PolicyPack Policy) : IEndpointParameterMetadataProvider
{
    public const string IdempotencyKeyHeader = "Idempotency-Key";
    public const string OccurredAtHeader = "Occurred-At";
    public const string CorrelationIdHeader = "Correlation-Id";

    /// <summary>How far ahead of the server a caller's clock may be before we call it wrong.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(2);

    private const int LongestKey = 100;

    /// <exception cref="HttpProblemException">401, 400 or 422, with the header at fault as the field.</exception>
    public static async ValueTask<HttpCommand?> BindAsync(HttpContext context)
    {
        var caller = Caller.From(context);
        var request = context.Request;
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var idempotencyKey = ReadToken(request, IdempotencyKeyHeader, "idempotency-key-invalid")
            ?? throw Bad("idempotency-key-missing", IdempotencyKeyHeader, "Send an Idempotency-Key: the same for every attempt at the same act, a new one for a new act.");
        var key = $"http:{request.Method} {request.Path}:{caller.Site}:{idempotencyKey}";

        var occurredAt = ReadOccurredAt(request, now);
        var policy = context.RequestServices.GetRequiredService<PolicyBook>().At(occurredAt);

        return new HttpCommand(
            new CommandContext(
                key,
                new Provenance(caller.Staff, caller.Site, occurredAt, now),
                policy.Version,
                CorrelationId: ReadToken(request, CorrelationIdHeader, "correlation-id-invalid") ?? Guid.CreateVersion7(now).ToString(),
                CausationId: idempotencyKey,
                Fingerprint: await FingerprintAsync(request, caller, context.RequestAborted),
                ExpectedVersion: ReadIfMatch(request)),
            caller,
            policy);
    }

    /// <summary>Marks the endpoint for the API description.</summary>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(TakesCommand.Instance);

    // Everything that makes it this act: a second signer with the key of the first does something else.
    private static async Task<string> FingerprintAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        request.EnableBuffering();
        var body = await SHA256.HashDataAsync(request.Body, cancellationToken);
        request.Body.Position = 0;
        // As JSON, so that no part can run over into the next.
        if (request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<TellsOfPerson>() is not null)
            body = await request.HttpContext.RequestServices.GetRequiredService<IdentityVault>().DigestAsync(body, cancellationToken);
        string?[] act = [caller.Staff, request.Headers[OccurredAtHeader].ToString(), request.QueryString.Value, Convert.ToHexStringLower(body)];
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(act)));
    }

    private static string? ReadToken(HttpRequest request, string header, string code)
    {
        if (!request.Headers.TryGetValue(header, out var values) || StringValues.IsNullOrEmpty(values))
            return null;
        return values is [{ Length: > 0 and <= LongestKey } value] && value.All(c => c is > ' ' and <= '~')
            ? value
            : throw Bad(code, header, $"{header} is 1 to {LongestKey} visible ASCII characters.");
    }

    private static long? ReadIfMatch(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(HeaderNames.IfMatch, out var values) || StringValues.IsNullOrEmpty(values))
            return null;
        return values is [['"', .. var digits, '"']]
            && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? version
                : throw Bad("if-match-invalid", HeaderNames.IfMatch, "If-Match is the version in quotes, as the ETag gave it: \"7\".");
    }

    private static DateTimeOffset ReadOccurredAt(HttpRequest request, DateTimeOffset now)
    {
        if (!request.Headers.TryGetValue(OccurredAtHeader, out var values) || StringValues.IsNullOrEmpty(values))
            return now;
        // Without its offset a local time would silently be taken for another instant.
        if (values is not [{ } text] || !Instants.TryParse(text, out var occurredAt))
        {
            throw Bad("occurred-at-invalid", OccurredAtHeader, "Occurred-At is an ISO 8601 time with its offset, such as 2026-03-01T14:05:00+07:00.");
        }

        return occurredAt <= now + ClockTolerance
            ? occurredAt.ToUniversalTime()
            : throw new HttpProblemException(new Problem(
                StatusCodes.Status422UnprocessableEntity, "occurred-in-future", "Occurred-At lies in the future.", OccurredAtHeader));
    }

    private static HttpProblemException Bad(string code, string header, string message) =>
        new(new Problem(StatusCodes.Status400BadRequest, code, message, header));
}

/// <summary>Marks an endpoint whose body says who somebody is: the fingerprint that the inbox keeps is keyed, so that nobody can try guesses against it.</summary>
public sealed class TellsOfPerson
{
    public static TellsOfPerson Instance { get; } = new();
}

internal sealed class TakesCommand
{
    public static TakesCommand Instance { get; } = new();
}
