using System.Net;
using System.Text.Json;
using Distribution.Testing;
using Shouldly;

namespace Distribution.Donations.Tests.Slices;

internal static class Answer
{
    public static async Task<JsonElement> EnsureAsync(this HttpResponseMessage response)
    {
        var body = await response.JsonAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body.ToString());
        return body;
    }

    /// <summary>The codes of a refusal, in order of code; a code once for every reason that carries it.</summary>
    public static async Task<IReadOnlyList<string>> RefusedAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var body = await response.JsonAsync();
        response.StatusCode.ShouldBe(status, body.ToString());
        return body.TryGetProperty("reasons", out var reasons)
            ? [.. reasons.EnumerateArray().Select(reason => reason.GetProperty("code").GetString()!).Order(StringComparer.Ordinal)]
            : [body.GetProperty("code").GetString()!];
    }

    public static async Task<JsonElement> ReadAsync(this HttpClient client, string path) => await (await client.GetAsync(path)).EnsureAsync();
}
