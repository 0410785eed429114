using System.Text.Json.Nodes;

namespace Distribution.Blood.Tests;

/// <summary>Makes one change to a sound file, so that a test names the fault and nothing else.</summary>
internal static class Json
{
    /// <summary>The document with the value at the path replaced, added, or, when null, taken out.</summary>
    public static string With(string document, string path, string? value)
    {
        var root = JsonNode.Parse(document)!;
        var steps = path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.')[1..];
        var parent = steps[..^1].Aggregate(root, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        if (int.TryParse(steps[^1], out var last))
            parent.AsArray()[last] = JsonNode.Parse(value!);
        else if (value is null)
            parent.AsObject().Remove(steps[^1]);
        else
            parent[steps[^1]] = JsonNode.Parse(value);
        return root.ToJsonString();
    }

    /// <summary>The paths of everything below the root.</summary>
    public static IEnumerable<string> Paths(JsonNode node) => node switch
    {
        JsonObject members => members.SelectMany(member => Paths(member.Value!).Prepend(member.Value!.GetPath())),
        JsonArray items => items.SelectMany(item => Paths(item!).Prepend(item!.GetPath())),
        _ => [],
    };
}
