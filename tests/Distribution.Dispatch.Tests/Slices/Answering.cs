using System.Net;
using System.Text.Json;
using Distribution.Testing;
using Shouldly;

namespace Distribution.Dispatches.Tests.Slices;

/// <summary>What an answer must be for a test to go on.</summary>
internal static class Answering
{
    public static async Task<JsonElement> Ok(Task<HttpResponseMessage> answer)
    {
        using var response = await answer;
        var json = await response.JsonAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, json.ToString());
        return json;
    }

    public static async Task<JsonElement> Problem(Task<HttpResponseMessage> answer, HttpStatusCode status, string code)
    {
        using var response = await answer;
        var json = await response.JsonAsync();
        response.StatusCode.ShouldBe(status, json.ToString());
        json.GetProperty("code").GetString().ShouldBe(code, json.ToString());
        return json;
    }

    public static IReadOnlyList<string?> Texts(this JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetString())];

    public static IReadOnlyList<int> Numbers(this JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetInt32())];
}
