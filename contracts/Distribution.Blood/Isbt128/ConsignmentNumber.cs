using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Isbt128;

/// <summary>A consignment: the first 12 characters of ISBT 128 data structure 028 (ST-001 2.4.28), facility, year and serial number.</summary>
[JsonConverter(typeof(ParsableJsonConverter<ConsignmentNumber>))]
public readonly record struct ConsignmentNumber : ISpanParsable<ConsignmentNumber>, IComparable<ConsignmentNumber>
{
    public const int Length = 12;

    private const ulong PerFacility = 10_000_000;
    private const int PerYear = 100_000;

    private readonly ulong _packed;

    private ConsignmentNumber(ulong packed) => _packed = packed;

    /// <summary>The dispatching facility, 5 characters; empty for the default value.</summary>
    public string Facility => _packed == 0 ? "" : ToString()[..FacilityNumber.Length];

    /// <summary>Two digits, 0 to 99.</summary>
    public int Year => (int)(_packed % PerFacility / PerYear);

    public int Serial => (int)(_packed % PerYear);

    /// <summary>Builds a number from its parts.</summary>
    /// <exception cref="ArgumentException">The facility is not a facility identification number, or a part is out of range.</exception>
    public static ConsignmentNumber Create(string facility, int year, int serial)
    {
        if (!FacilityNumber.TryPack(facility, out var packed))
            throw new ArgumentException($"'{facility}' is not a facility identification number.", nameof(facility));
        ArgumentOutOfRangeException.ThrowIfNegative(year);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(year, 99);
        ArgumentOutOfRangeException.ThrowIfNegative(serial);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(serial, PerYear);
        return new ConsignmentNumber(packed * PerFacility + (ulong)(year * PerYear + serial));
    }

    public override string ToString() =>
        _packed == 0 ? "" : string.Create(Length, this, static (text, number) => number.Write(text));

    public int CompareTo(ConsignmentNumber other) => _packed.CompareTo(other._packed);

    public static ConsignmentNumber Parse(string s) => Parse(s.AsSpan(), null);

    static ConsignmentNumber IParsable<ConsignmentNumber>.Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static ConsignmentNumber Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var number) ? number : throw new FormatException($"'{s}' is not a consignment number.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ConsignmentNumber result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out ConsignmentNumber result)
    {
        result = default;
        if (s.Length != Length
            || !FacilityNumber.TryPack(s[..FacilityNumber.Length], out var facility)
            || !FacilityNumber.TryDigits(s[FacilityNumber.Length..], out var serial))
        {
            return false;
        }

        result = new ConsignmentNumber(facility * PerFacility + (ulong)serial);
        return true;
    }

    internal void Write(Span<char> text)
    {
        FacilityNumber.Unpack(_packed / PerFacility, text[..FacilityNumber.Length]);
        FacilityNumber.WriteDigits((int)(_packed % PerFacility), text[FacilityNumber.Length..Length]);
    }
}
