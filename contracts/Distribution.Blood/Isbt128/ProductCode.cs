using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Isbt128;

/// <summary>A product code (ISBT 128 data structure 003, ST-001 2.4.3): what is in the bag, how it was given, which division of it this bag is.</summary>
[JsonConverter(typeof(ParsableJsonConverter<ProductCode>))]
public readonly record struct ProductCode : ISpanParsable<ProductCode>, IComparable<ProductCode>
{
    public const int Length = 8;

    private const int DescriptionLength = 5;

    // Eight ASCII characters, first in the highest byte: numeric order is text order.
    private readonly ulong _packed;

    private ProductCode(ulong packed) => _packed = packed;

    /// <summary>The product description code, 5 characters: the component's key in the policy pack.</summary>
    public string Description => _packed == 0 ? "" : ToString()[..DescriptionLength];

    /// <summary>The type of collection (ST-001 table 7): <c>V</c> volunteer, <c>1</c> autologous only, <c>0</c> not specified …</summary>
    public char CollectionType => (char)(_packed >> 16 & 0xFF);

    /// <summary>Two characters: <c>00</c> undivided, <c>A0</c>, <c>B0</c> … then <c>Aa</c>; <c>99</c> sends the reader to data structure 032.</summary>
    public string Division => _packed == 0 ? "" : ToString()[(DescriptionLength + 1)..];

    /// <summary>Builds a code from its parts.</summary>
    /// <exception cref="FormatException">The parts do not make a product code.</exception>
    public static ProductCode Create(string description, char collectionType = '0', string division = "00") =>
        Parse($"{description}{collectionType}{division}", null);

    public override string ToString() =>
        _packed == 0 ? "" : string.Create(Length, this, static (text, code) => code.Write(text));

    public int CompareTo(ProductCode other) => _packed.CompareTo(other._packed);

    public static ProductCode Parse(string s) => Parse(s.AsSpan(), null);

    static ProductCode IParsable<ProductCode>.Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static ProductCode Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var code) ? code : throw new FormatException($"'{s}' is not a product code.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ProductCode result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out ProductCode result)
    {
        result = default;
        if (s.Length != Length || !char.IsAsciiLetterUpper(s[0]) || !char.IsAsciiLetterOrDigit(s[5]))
            return false;
        foreach (var c in s[1..DescriptionLength])
        {
            if (!IsUpperOrDigit(c))
                return false;
        }

        if (!IsUpperOrDigit(s[6]) || !(char.IsAsciiLetterLower(s[7]) || char.IsAsciiDigit(s[7])))
            return false;

        var packed = 0UL;
        foreach (var c in s)
            packed = packed << 8 | c;
        result = new ProductCode(packed);
        return true;
    }

    internal void Write(Span<char> text)
    {
        for (var i = 0; i < Length; i++)
            text[i] = (char)(_packed >> (8 * (Length - 1 - i)) & 0xFF);
    }

    private static bool IsUpperOrDigit(char c) => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c);
}
