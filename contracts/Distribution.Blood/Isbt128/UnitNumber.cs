using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Isbt128;

/// <summary>One bag: the donation it came from and the product in it (ST-001 2.4.1 and 2.4.3). Its text is the two numbers end to end, 21 characters.</summary>
[JsonConverter(typeof(ParsableJsonConverter<UnitNumber>))]
[StructLayout(LayoutKind.Auto)]
public readonly record struct UnitNumber(DonationNumber Donation, ProductCode Product) : ISpanParsable<UnitNumber>, IComparable<UnitNumber>
{
    public const int Length = DonationNumber.Length + ProductCode.Length;

    public override string ToString() => this == default ? "" : string.Create(Length, this, static (text, unit) =>
    {
        unit.Donation.Write(text);
        unit.Product.Write(text[DonationNumber.Length..]);
    });

    public int CompareTo(UnitNumber other) =>
        Donation.CompareTo(other.Donation) is var order and not 0 ? order : Product.CompareTo(other.Product);

    public static UnitNumber Parse(string s) => Parse(s.AsSpan(), null);

    static UnitNumber IParsable<UnitNumber>.Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static UnitNumber Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var unit) ? unit : throw new FormatException($"'{s}' is not a unit number.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out UnitNumber result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out UnitNumber result)
    {
        result = default;
        if (s.Length != Length
            || !DonationNumber.TryParse(s[..DonationNumber.Length], provider, out var donation)
            || !ProductCode.TryParse(s[DonationNumber.Length..], provider, out var product))
        {
            return false;
        }

        result = new UnitNumber(donation, product);
        return true;
    }
}
