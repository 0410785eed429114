using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Isbt128;

/// <summary>
/// A donation identification number (ISBT 128 data structure 001, ST-001 2.4.1) without flags: facility, nominal year, sequence.
/// It names a donation, not a bag: a bag is a <see cref="UnitNumber"/>.
/// </summary>
[JsonConverter(typeof(ParsableJsonConverter<DonationNumber>))]
public readonly record struct DonationNumber : ISpanParsable<DonationNumber>, IComparable<DonationNumber>
{
    /// <summary>Characters of the text: 5 of the facility, 2 of the year, 6 of the sequence.</summary>
    public const int Length = 13;

    private const ulong PerFacility = 100_000_000;
    private const int PerYear = 1_000_000;

    // One number, so that a donation number costs no heap and compares in one step; 0 is no number, because no facility begins with 0.
    private readonly ulong _packed;

    private DonationNumber(ulong packed) => _packed = packed;

    /// <summary>The facility identification number, 5 characters; empty for the default value.</summary>
    public string Facility => _packed == 0 ? "" : ToString()[..FacilityNumber.Length];

    /// <summary>The nominal year of collection, 0 to 99; up to a month off the calendar (ST-001 2.4.1).</summary>
    public int Year => (int)(_packed % PerFacility / PerYear);

    public int Sequence => (int)(_packed % PerYear);

    /// <summary>The boxed character printed after the number and typed with it, never scanned: modulo 37-2 over the 13 characters.</summary>
    public char CheckCharacter => Isbt128.CheckCharacter.Of(CheckValue);

    /// <summary>The check value, 0 to 36; flags 60 to 96 carry it as 60 + value.</summary>
    internal int CheckValue
    {
        get
        {
            Span<char> text = stackalloc char[Length];
            Write(text);
            return Isbt128.CheckCharacter.Value(text);
        }
    }

    /// <summary>Builds a number from its parts.</summary>
    /// <exception cref="ArgumentException">The facility is not a facility identification number, or a part is out of range.</exception>
    public static DonationNumber Create(string facility, int year, int sequence)
    {
        if (!FacilityNumber.TryPack(facility, out var packed))
            throw new ArgumentException($"'{facility}' is not a facility identification number.", nameof(facility));
        ArgumentOutOfRangeException.ThrowIfNegative(year);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, 99);
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sequence, PerYear);
        return new DonationNumber(packed * PerFacility + (ulong)(year * PerYear + sequence));
    }

    /// <summary>Reads a number typed by hand: 13 characters and the required check character, in any case, blanks ignored.</summary>
    public static bool TryParseTyped(ReadOnlySpan<char> text, out DonationNumber result)
    {
        result = default;
        Span<char> typed = stackalloc char[Length + 1];
        var count = 0;
        foreach (var c in text)
        {
            if (c == ' ')
                continue;
            if (count == typed.Length)
                return false;
            typed[count++] = char.IsAsciiLetterLower(c) ? (char)(c - 'a' + 'A') : c;
        }

        if (count != typed.Length || !TryParse(typed[..Length], null, out var number) || number.CheckCharacter != typed[Length])
            return false;
        result = number;
        return true;
    }

    public override string ToString() =>
        _packed == 0 ? "" : string.Create(Length, this, static (text, number) => number.Write(text));

    public int CompareTo(DonationNumber other) => _packed.CompareTo(other._packed);

    public static DonationNumber Parse(string s) => Parse(s.AsSpan(), null);

    static DonationNumber IParsable<DonationNumber>.Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static DonationNumber Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var number) ? number : throw new FormatException($"'{s}' is not a donation number.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out DonationNumber result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out DonationNumber result)
    {
        result = default;
        if (s.Length != Length
            || !FacilityNumber.TryPack(s[..FacilityNumber.Length], out var facility)
            || !FacilityNumber.TryDigits(s[FacilityNumber.Length..], out var serial))
        {
            return false;
        }

        result = new DonationNumber(facility * PerFacility + (ulong)serial);
        return true;
    }

    internal void Write(Span<char> text)
    {
        FacilityNumber.Unpack(_packed / PerFacility, text[..FacilityNumber.Length]);
        FacilityNumber.WriteDigits((int)(_packed % PerFacility), text[FacilityNumber.Length..Length]);
    }
}
