using System.Text.Json;

namespace Distribution.EventStore.Postgres;

/// <summary>
/// Metadata as columns: actor, correlation and causation where Marten has columns of its own, the rest in headers.
/// </summary>
internal static class StoredMetadata
{
    public static string WriteHeaders(EventMetadata metadata) => JsonSerializer.Serialize(
        new Headers(metadata.Site, metadata.OccurredAt, metadata.Reason, metadata.Policy, metadata.TraceParent), EventTypes.Json);

    /// <summary>The same headers one by one.</summary>
    public static IReadOnlyDictionary<string, JsonElement> HeadersOf(EventMetadata metadata) =>
        JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(WriteHeaders(metadata), EventTypes.Json)!;

    /// <param name="headers">Null for an event that another writer appended without ours: it occurred when it was recorded.</param>
    public static EventMetadata Read(byte[]? headers, string? user, string? correlation, string? causation, DateTimeOffset recordedAt)
    {
        var read = headers is null ? null : JsonSerializer.Deserialize<Headers>(headers, EventTypes.Json);
        return new EventMetadata
        {
            Actor = user ?? "unknown",
            Site = read?.Site ?? "unknown",
            OccurredAt = read?.OccurredAt ?? recordedAt,
            Reason = read?.Reason,
            Policy = read?.Policy,
            TraceParent = read?.Traceparent,
            CorrelationId = correlation,
            CausationId = causation,
        };
    }

    private sealed record Headers(string? Site, DateTimeOffset? OccurredAt, string? Reason, string? Policy, string? Traceparent);
}
