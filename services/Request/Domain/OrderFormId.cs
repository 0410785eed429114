using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Json;

namespace Distribution.Requests;

/// <summary>A draft, a template or a standing order of one hospital. 32 hexadecimal digits.</summary>
[JsonConverter(typeof(ParsableJsonConverter<OrderFormId>))]
public readonly record struct OrderFormId(Guid Value) : ISpanParsable<OrderFormId>
{
    private static readonly Guid Scope = new("6d0b2f5e-7a0c-5f0a-9a5b-3c3f7d1b8e42");

    /// <summary>The form of a submission: the same submission sent twice is the same form.</summary>
    public static OrderFormId From(string name) => new(NameBasedGuid.Create(Scope, name));

    public override string ToString() => Value.ToString("N");

    public static OrderFormId Parse(string s) => Parse(s.AsSpan(), null);

    static OrderFormId IParsable<OrderFormId>.Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static OrderFormId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not the id of a form.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out OrderFormId result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out OrderFormId result)
    {
        var parsed = Guid.TryParseExact(s, "N", out var value);
        result = new OrderFormId(value);
        return parsed;
    }
}
