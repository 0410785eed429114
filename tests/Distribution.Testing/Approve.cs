using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Distribution.EventStore;
using Shouldly;

namespace Distribution.Testing;

/// <summary>
/// Compares with a file that a person has approved. A difference leaves the new text beside it as <c>.received.</c>;
/// promote it by renaming, after reading it.
/// </summary>
public static class Approve
{
    private static readonly JsonSerializerOptions Indented = new(EventTypes.Json) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An event with everything set and with only what it requires: both shapes stay readable for good.</summary>
    public static void Event(string storedName, object full, object minimal, [CallerFilePath] string caller = "")
    {
        Text($"{storedName}.full.json", Serialize(full), caller);
        Text($"{storedName}.minimal.json", Serialize(minimal), caller);
    }

    public static void Json(string name, object value, [CallerFilePath] string caller = "") => Text($"{name}.json", Serialize(value), caller);

    /// <param name="name">With its extension; <c>.approved</c> is put before it.</param>
    public static void Text(string name, string actual, [CallerFilePath] string caller = "")
    {
        var folder = Path.Combine(Path.GetDirectoryName(caller)!, "Approved");
        Directory.CreateDirectory(folder);
        var extension = Path.GetExtension(name);
        var stem = name[..^extension.Length];
        var approved = Path.Combine(folder, $"{stem}.approved{extension}");
        var received = Path.Combine(folder, $"{stem}.received{extension}");
        var expected = File.Exists(approved) ? File.ReadAllText(approved).ReplaceLineEndings("\n").TrimEnd() : null;
        actual = actual.ReplaceLineEndings("\n").TrimEnd();
        if (actual != expected)
            File.WriteAllText(received, actual + "\n");
        else if (File.Exists(received))
            File.Delete(received);
        actual.ShouldBe(expected, $"Not what {Path.GetFileName(approved)} approves; see {Path.GetFileName(received)} beside it.");
    }

    public static string Serialize(object value) => JsonSerializer.Serialize(value, value.GetType(), Indented);
}
