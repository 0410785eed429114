using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Identifiers;

/// <summary>
/// One case of units that must not be used: a lookback, a recall, a reaction. A code for people to read, such as
/// <c>lookback-a999926123456-hiv</c>: 3 to 60 small letters, digits and hyphens. It is also the reason of the holds it lays.
/// </summary>
[JsonConverter(typeof(ParsableJsonConverter<RecallId>))]
public readonly record struct RecallId : ISpanParsable<RecallId>
{
    private const int Shortest = 3;
    private const int Longest = 60;

    private static readonly Guid Scope = new("0a0d8a52-9be7-5b39-8a4f-6e0c1f0f2f7d");
    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private readonly string? _code;

    private RecallId(string code) => _code = code;

    /// <summary>The case of a submission: the same submission sent twice is the same case.</summary>
    /// <param name="kind">How the code begins, such as <c>recall</c>.</param>
    /// <param name="name">What the case is of.</param>
    public static RecallId From(string kind, string name) => Parse($"{kind}-{NameBasedGuid.Create(Scope, name).ToString("N")[..12]}");

    public override string ToString() => _code ?? "";

    public static RecallId Parse(string s) => Parse(s.AsSpan(), null);

    static RecallId IParsable<RecallId>.Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static RecallId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not a recall id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RecallId result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out RecallId result)
    {
        var good = s.Length is >= Shortest and <= Longest && !s.ContainsAnyExcept(Characters);
        result = good ? new RecallId(s.ToString()) : default;
        return good;
    }
}
