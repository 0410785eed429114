using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Network;

/// <summary>A site of the region, as the region file names it: 2 to 16 capital letters, digits and hyphens, such as <c>HN-XP</c>.</summary>
[JsonConverter(typeof(ParsableJsonConverter<SiteId>))]
public readonly record struct SiteId : ISpanParsable<SiteId>, IComparable<SiteId>
{
    private readonly string? _value;

    private SiteId(string value) => _value = value;

    public override string ToString() => _value ?? "";

    public int CompareTo(SiteId other) => string.CompareOrdinal(ToString(), other.ToString());

    public static SiteId Parse(string s) => Parse(s.AsSpan(), null);

    static SiteId IParsable<SiteId>.Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static SiteId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var site) ? site : throw new FormatException($"'{s}' is not a site id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SiteId result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out SiteId result)
    {
        result = default;
        if (s.Length is < 2 or > 16)
            return false;
        foreach (var c in s)
        {
            if (!char.IsAsciiLetterUpper(c) && !char.IsAsciiDigit(c) && c != '-')
                return false;
        }

        result = new SiteId(s.ToString());
        return true;
    }
}
