using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Identifiers;

/// <summary>A pseudonym of a recipient: says nothing of the person. 32 hexadecimal digits.</summary>
[JsonConverter(typeof(ParsableJsonConverter<RecipientId>))]
public readonly record struct RecipientId(Guid Value) : ISpanParsable<RecipientId>
{
    private static readonly Guid Scope = new("c37a8b15-6f70-5002-9c09-dedbf2278c73");

    /// <summary>The pseudonym given at a registration: the same registration sent twice is the same recipient.</summary>
    public static RecipientId From(string name) => new(NameBasedGuid.Create(Scope, name));

    public override string ToString() => Value.ToString("N");

    public static RecipientId Parse(string s) => Parse(s.AsSpan(), null);

    static RecipientId IParsable<RecipientId>.Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static RecipientId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not a recipient id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RecipientId result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out RecipientId result)
    {
        var parsed = Guid.TryParseExact(s, "N", out var value);
        result = new RecipientId(value);
        return parsed;
    }
}
