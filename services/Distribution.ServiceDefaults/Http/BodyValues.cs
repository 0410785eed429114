using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Distribution.ServiceDefaults.Http;

/// <summary>What a body must not hold although its JSON and its types allow it. The messages are shown to callers.</summary>
internal static class BodyValues
{
    /// <summary>The annotations of nullable types are looked at for members only, not for the elements of a list.</summary>
    public static void RefuseNullElements(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Enumerable || type.ElementType is not { } element)
            return;
        if (element.IsValueType)
            return;
        type.OnDeserialized = list =>
        {
            foreach (var item in (IEnumerable)list)
            {
                if (item is null)
                    throw new JsonException("A list must not hold null.");
            }
        };
    }
}

/// <summary>Text that a database or a terminal could not take is refused; line ends and tabs are what scanners and people type.</summary>
internal sealed class BodyText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException("Text is expected.");
        var text = reader.GetString()!;
        return text.Any(c => char.IsControl(c) && c is not ('\t' or '\r' or '\n'))
            ? throw new JsonException("Text must not hold control characters.")
            : text;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>Without its offset a local time would silently be taken for another instant.</summary>
internal sealed class BodyTime : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Instants.TryParse(reader.GetString(), out var time)
            ? time
            : throw new JsonException("A time is ISO 8601 with its offset, such as 2026-03-01T14:05:00+07:00.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>Times as callers write them, in headers and bodies alike.</summary>
internal static class Instants
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    /// <summary>False for what is no time, and for a time without its offset.</summary>
    public static bool TryParse(string? text, out DateTimeOffset instant)
    {
        instant = default;
        return text is not null
            && (text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':'))
            && DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out instant);
    }
}
