using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Isbt128;

/// <summary>
/// Box k of n of a consignment, the content of ISBT 128 data structure 028 (ST-001 2.4.28): one scan proves which box and how many there are.
/// </summary>
/// <param name="Consignment">The consignment the box belongs to.</param>
/// <param name="Box">1 to <paramref name="Total"/>; 0 on the paperwork that travels with it.</param>
/// <param name="Total">How many boxes the consignment has, 1 to 99.</param>
[JsonConverter(typeof(ParsableJsonConverter<BoxNumber>))]
[StructLayout(LayoutKind.Auto)]
public readonly record struct BoxNumber(ConsignmentNumber Consignment, int Box, int Total) : ISpanParsable<BoxNumber>, IComparable<BoxNumber>
{
    public const int Length = ConsignmentNumber.Length + 4;

    public int Box { get; } = Box >= 0 && Box <= Total
        ? Box
        : throw new ArgumentOutOfRangeException(nameof(Box), Box, "A box number lies between 0 and the number of boxes.");

    public int Total { get; } = Total is >= 1 and <= 99
        ? Total
        : throw new ArgumentOutOfRangeException(nameof(Total), Total, "A consignment has 1 to 99 boxes.");

    /// <summary>The symbol is on the dispatch papers, not on a box.</summary>
    public bool IsPaperwork => Box == 0;

    public override string ToString() => this == default ? "" : string.Create(Length, this, static (text, number) =>
    {
        number.Consignment.Write(text);
        FacilityNumber.WriteDigits(number.Box, text[ConsignmentNumber.Length..^2]);
        FacilityNumber.WriteDigits(number.Total, text[^2..]);
    });

    public int CompareTo(BoxNumber other)
    {
        var order = Consignment.CompareTo(other.Consignment);
        if (order == 0)
            order = Box.CompareTo(other.Box);
        return order == 0 ? Total.CompareTo(other.Total) : order;
    }

    public static BoxNumber Parse(string s) => Parse(s.AsSpan(), null);

    static BoxNumber IParsable<BoxNumber>.Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static BoxNumber Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var number) ? number : throw new FormatException($"'{s}' is not a box number.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out BoxNumber result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out BoxNumber result)
    {
        result = default;
        if (s.Length != Length
            || !ConsignmentNumber.TryParse(s[..ConsignmentNumber.Length], provider, out var consignment)
            || !FacilityNumber.TryDigits(s[ConsignmentNumber.Length..^2], out var box)
            || !FacilityNumber.TryDigits(s[^2..], out var total)
            || total == 0
            || box > total)
        {
            return false;
        }

        result = new BoxNumber(consignment, box, total);
        return true;
    }
}
