using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text.Json.Serialization;
using Distribution.Blood.Json;

namespace Distribution.Blood.Antigens;

/// <summary>
/// Red cell antigens beyond ABO and RhD, by their traditional names (<c>Fy(a)</c> is written <c>Fya</c>); its text is the
/// names with commas, such as <c>c,E,Jka</c>. <c>Mia</c> stands for the GP.Mur phenotype, frequent in South-East Asia.
/// </summary>
[JsonConverter(typeof(ParsableJsonConverter<AntigenSet>))]
public readonly record struct AntigenSet : ISpanParsable<AntigenSet>
{
    // CAREFUL: the position is the bit.
    private static readonly string[] Names =
    [
        "C", "c", "E", "e", "Cw", "K", "k", "Kpa", "Kpb", "Jka", "Jkb", "Fya", "Fyb", "M", "N", "S", "s", "Lea", "Leb", "P1",
        "Lua", "Lub", "Dia", "Dib", "Mia",
    ];

    private readonly uint _bits;

    private AntigenSet(uint bits) => _bits = bits;

    public static AntigenSet None => default;

    /// <summary>Every antigen that has a name here.</summary>
    public static AntigenSet All => new((1u << Names.Length) - 1);

    public bool IsEmpty => _bits == 0;

    public int Count => BitOperations.PopCount(_bits);

    /// <summary>One bit an antigen, for those who compare many sets.</summary>
    public uint Bits => _bits;

    /// <summary>What <see cref="Bits"/> was.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bit stands for no antigen.</exception>
    public static AntigenSet FromBits(uint bits) => (bits & ~All._bits) == 0 ? new(bits) : throw new ArgumentOutOfRangeException(nameof(bits));

    /// <exception cref="FormatException">A name is none: what is not known must not be taken for absent.</exception>
    public static AntigenSet Of(params ReadOnlySpan<string> names)
    {
        var set = None;
        foreach (var name in names)
            set |= Parse(name.AsSpan(), null);
        return set;
    }

    public static AntigenSet operator |(AntigenSet left, AntigenSet right) => new(left._bits | right._bits);

    public static AntigenSet operator &(AntigenSet left, AntigenSet right) => new(left._bits & right._bits);

    /// <summary>What is in this set and not in the other.</summary>
    public AntigenSet Except(AntigenSet other) => new(_bits & ~other._bits);

    public bool Contains(AntigenSet other) => (other._bits & ~_bits) == 0;

    public override string ToString()
    {
        var bits = _bits;
        return string.Join(',', Names.Where((_, bit) => (bits & (1u << bit)) != 0));
    }

    static AntigenSet IParsable<AntigenSet>.Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static AntigenSet Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var set) ? set : throw new FormatException($"'{s}' is not a set of antigens.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AntigenSet result)
    {
        result = default;
        return s is not null && TryParse(s.AsSpan(), provider, out result);
    }

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out AntigenSet result)
    {
        result = default;
        if (s.IsEmpty)
            return true;
        var bits = 0u;
        foreach (var range in s.Split(','))
        {
            var bit = -1;
            for (var i = 0; i < Names.Length; i++)
            {
                if (s[range].SequenceEqual(Names[i]))
                    bit = i;
            }

            if (bit < 0)
                return false;
            bits |= 1u << bit;
        }

        result = new AntigenSet(bits);
        return true;
    }
}
