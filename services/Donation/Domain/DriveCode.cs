using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Donations;

/// <summary>A drive as its organizers call it: 3 to 40 small letters, digits and single hyphens, such as <c>hn-2026-04</c>.</summary>
[JsonConverter(typeof(ParsableJsonConverter<DriveCode>))]
public readonly record struct DriveCode : ISpanParsable<DriveCode>
{
    private readonly string? _value;

    private DriveCode(string value) => _value = value;

    public override string ToString() => _value ?? "";

    public static DriveCode Parse(string s) => Parse(s.AsSpan(), null);

    static DriveCode IParsable<DriveCode>.Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static DriveCode Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var code) ? code : throw new FormatException($"'{s}' is not the code of a drive.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out DriveCode result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out DriveCode result)
    {
        result = default;
        if (s.Length is < 3 or > 40 || s[0] == '-' || s[^1] == '-' || s.Contains("--", StringComparison.Ordinal))
            return false;
        foreach (var c in s)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                return false;
        }

        result = new DriveCode(s.ToString());
        return true;
    }
}
