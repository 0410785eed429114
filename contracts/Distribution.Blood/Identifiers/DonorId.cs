using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Identifiers;

/// <summary>A pseudonym of a donor: says nothing of the person. 32 hexadecimal digits.</summary>
[JsonConverter(typeof(ParsableJsonConverter<DonorId>))]
public readonly record struct DonorId(Guid Value) : ISpanParsable<DonorId>
{
    private static readonly Guid Scope = new("2f139e2b-1db4-58c1-b624-6be045247841");

    /// <summary>The pseudonym given at a registration: the same registration sent twice is the same donor.</summary>
    public static DonorId From(string name) => new(NameBasedGuid.Create(Scope, name));

    public override string ToString() => Value.ToString("N");

    public static DonorId Parse(string s) => Parse(s.AsSpan(), null);

    static DonorId IParsable<DonorId>.Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static DonorId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not a donor id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out DonorId result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out DonorId result)
    {
        var parsed = Guid.TryParseExact(s, "N", out var value);
        result = new DonorId(value);
        return parsed;
    }
}
