using System.Globalization;
using System.Text.Json;
using System.Xml;

namespace Distribution.Blood.Json;

/// <summary>
/// Reads a file that must be right as a whole: every problem is noted with its JSON path, and reading goes on,
/// so that whoever wrote the file sees all of them at once. Values read after a problem mean nothing.
/// </summary>
internal sealed class CheckedJson
{
    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    public void Note(string path, string problem) => _problems.Add($"{path}: {problem}");

    /// <summary>Opens the document's root object; null, with the problem noted, when there is none.</summary>
    public JsonDocument? Open(string json)
    {
        try
        {
            var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            Note("$", "must be an object");
        }
        catch (JsonException e)
        {
            Note("$", $"is not JSON: {e.Message}");
        }

        return null;
    }

    /// <summary>A member that is misspelled would otherwise be a rule silently left out.</summary>
    public void RefuseOthers(JsonElement element, string path, params ReadOnlySpan<string> known)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return;
        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name))
                Note($"{path}.{member.Name}", "is not a known member");
        }
    }

    public bool TryMember(JsonElement element, string path, string name, JsonValueKind kind, out JsonElement member)
    {
        member = default;
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out member))
        {
            Note($"{path}.{name}", "is missing");
            return false;
        }

        if (member.ValueKind == kind)
            return true;
        Note($"{path}.{name}", $"must be {Describe(kind)}");
        return false;
    }

    public string Text(JsonElement element, string path, string name)
    {
        if (!TryMember(element, path, name, JsonValueKind.String, out var member))
            return "";
        var text = member.GetString() ?? "";
        if (string.IsNullOrWhiteSpace(text))
            Note($"{path}.{name}", "must not be empty");
        return text;
    }

    public double Number(JsonElement element, string path, string name, double minimum, double maximum)
    {
        if (!TryMember(element, path, name, JsonValueKind.Number, out var member))
            return 0;
        var number = member.GetDouble();
        if (!(number >= minimum && number <= maximum))
            Note($"{path}.{name}", string.Create(CultureInfo.InvariantCulture, $"must lie between {minimum} and {maximum}"));
        return number;
    }

    /// <summary>An ISO 8601 duration in days, hours, minutes, seconds; more than zero, or zero too where none is an answer. Months and years have no fixed length and are refused.</summary>
    public TimeSpan Duration(JsonElement element, string path, string name, bool orNone = false)
    {
        if (!TryMember(element, path, name, JsonValueKind.String, out var member))
            return default;
        if (TryDuration(member.GetString() ?? "", out var duration) && (duration > TimeSpan.Zero || (orNone && duration == TimeSpan.Zero)))
            return duration;
        Note($"{path}.{name}", $"must be a duration {(orNone ? "not less" : "more")} than zero in days, hours and minutes, such as P35D or PT30M");
        return default;
    }

    public T Value<T>(JsonElement element, string path, string name, string what)
        where T : struct, ISpanParsable<T>
    {
        var text = Text(element, path, name);
        if (text.Length > 0 && !T.TryParse(text, CultureInfo.InvariantCulture, out _))
            Note($"{path}.{name}", $"'{text}' is not {what}");
        return T.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : default;
    }

    public T Choice<T>(JsonElement element, string path, string name)
        where T : struct, Enum
    {
        var text = Text(element, path, name);
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()), text, StringComparison.Ordinal))
                return value;
        }

        if (text.Length > 0)
            Note($"{path}.{name}", $"'{text}' is none of {string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName))}");
        return default;
    }

    public string TimeZone(JsonElement element, string path, string name)
    {
        var id = Text(element, path, name);
        if (id.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(id, out _))
            Note($"{path}.{name}", $"'{id}' is not a time zone this machine knows");
        return id;
    }

    private static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        var datePart = text.Split('T')[0];
        if (datePart.Contains('M', StringComparison.Ordinal) || datePart.Contains('Y', StringComparison.Ordinal))
            return false;
        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a text",
        _ => kind.ToString(),
    };
}
