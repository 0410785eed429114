using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.BloodGroups;

/// <summary>The ABO group. There is no zero: a group nobody has set is not group O.</summary>
[JsonConverter(typeof(KebabEnumConverter<Abo>))]
public enum Abo
{
    O = 1,
    A,
    B,
    AB,
}

/// <summary>The RhD type. There is no zero: a type nobody has set is not negative.</summary>
[JsonConverter(typeof(KebabEnumConverter<RhD>))]
public enum RhD
{
    Negative = 1,
    Positive,
}

/// <summary>An ABO and RhD group, written <c>O+</c> or <c>AB-</c>. The default value is no group and compatible with nothing.</summary>
[JsonConverter(typeof(ParsableJsonConverter<BloodGroup>))]
[StructLayout(LayoutKind.Auto)]
public readonly record struct BloodGroup(Abo Abo, RhD RhD) : ISpanParsable<BloodGroup>
{
    /// <summary>The eight groups, O first, negative before positive.</summary>
    public static IReadOnlyList<BloodGroup> All { get; } =
    [
        new(Abo.O, RhD.Negative), new(Abo.O, RhD.Positive),
        new(Abo.A, RhD.Negative), new(Abo.A, RhD.Positive),
        new(Abo.B, RhD.Negative), new(Abo.B, RhD.Positive),
        new(Abo.AB, RhD.Negative), new(Abo.AB, RhD.Positive),
    ];

    /// <summary>False for the default value and for numbers cast to the enums.</summary>
    public bool IsDefined => Abo is >= Abo.O and <= Abo.AB && RhD is RhD.Negative or RhD.Positive;

    /// <summary>The two-character code of the group with no intended use stated (ST-001 table 4, default column).</summary>
    /// <exception cref="InvalidOperationException">The value is no group.</exception>
    public string IsbtCode => IsbtGroupCodes.Default(this);

    /// <summary>Reads one of the 64 codes of a group with RhD (ST-001 table 4). False for every other code: pooled, no RhD, Bombay, messages.</summary>
    public static bool TryFromIsbt(ReadOnlySpan<char> gg, out BloodGroup group, out LabelIntent intent) =>
        IsbtGroupCodes.TryGroup(gg, out group, out intent);

    /// <summary>Reads a code that stands in the group's place and says something else (ST-001 table 5).</summary>
    public static bool TryFromIsbtMessage(ReadOnlySpan<char> gg, out SpecialMessage message) =>
        IsbtGroupCodes.TryMessage(gg, out message);

    /// <summary>What a code of ST-001 tables 4 and 5 means, in words; null when the code is not assigned.</summary>
    public static string? DescribeIsbt(ReadOnlySpan<char> gg) => IsbtGroupCodes.Describe(gg);

    public override string ToString() => IsDefined ? $"{Abo}{(RhD == RhD.Positive ? '+' : '-')}" : "";

    public static BloodGroup Parse(string s) => Parse(s.AsSpan(), null);

    static BloodGroup IParsable<BloodGroup>.Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static BloodGroup Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var group) ? group : throw new FormatException($"'{s}' is not a blood group.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out BloodGroup result) =>
        TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out BloodGroup result)
    {
        result = default;
        if (s.Length is < 2 or > 3 || s[^1] is not ('+' or '-'))
            return false;
        Abo? abo = s[..^1] switch
        {
            "O" => Abo.O,
            "A" => Abo.A,
            "B" => Abo.B,
            "AB" => Abo.AB,
            _ => null,
        };
        if (abo is null)
            return false;
        result = new BloodGroup(abo.Value, s[^1] == '+' ? RhD.Positive : RhD.Negative);
        return true;
    }
}
