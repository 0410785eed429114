using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Identifiers;

/// <summary>An order, as the hospital that placed it knows it. 32 hexadecimal digits.</summary>
[JsonConverter(typeof(ParsableJsonConverter<OrderId>))]
public readonly record struct OrderId(Guid Value) : ISpanParsable<OrderId>
{
    private static readonly Guid Scope = new("d5d31107-13ea-5200-a924-d7f99dba879b");

    /// <summary>The order of a submission: the same submission sent twice is the same order.</summary>
    public static OrderId From(string name) => new(NameBasedGuid.Create(Scope, name));

    public override string ToString() => Value.ToString("N");

    public static OrderId Parse(string s) => Parse(s.AsSpan(), null);

    static OrderId IParsable<OrderId>.Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static OrderId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not an order id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out OrderId result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out OrderId result)
    {
        var parsed = Guid.TryParseExact(s, "N", out var value);
        result = new OrderId(value);
        return parsed;
    }
}
