using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Distribution.Blood.Policies;

namespace Distribution.Blood.Tests.Policies;

/// <summary>The packs as they ship.</summary>
internal static class Packs
{
    public const string Vietnam = "vn-26-2013";
    public const string Europe = "eu-2004-33";
    public const string America = "us-21-cfr";

    // The default encoder would write the sign of O+ as an escape.
    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<string, PolicyPack> Loaded = new[] { Vietnam, Europe, America }.ToDictionary(
        id => id, id => PolicyBook.LoadFile(Path(id)).Versions[^1], StringComparer.Ordinal);

    public static IReadOnlyCollection<string> Ids => Loaded.Keys;

    public static string Path(string id) => RepositoryFile.Path("infra", "policies", $"{id}.json");

    /// <summary>The newest version.</summary>
    public static PolicyPack Of(string id) => Loaded[id];

    /// <summary>The last step of the figure's path, and for a figure of the donors' rules the one before.</summary>
    public static string MemberOf(PolicyFigure figure) => figure.About is null ? figure.Path[2..] : figure.Path[(figure.Path.LastIndexOf('.') + 1)..];

    /// <summary>Without the blanks of the file: <c>{"minimum":2,"maximum":6}</c>.</summary>
    public static string ValueOf(PolicyFigure figure) => figure.Value is ['{' or '[', ..] ? JsonNode.Parse(figure.Value)!.ToJsonString(AsWritten) : figure.Value;
}
