namespace Distribution.Labels;

/// <summary>The bars and spaces of a linear symbol, in modules, quiet zones not counted.</summary>
/// <param name="Widths">Alternating, a bar first and a bar last.</param>
public sealed record BarPattern(IReadOnlyList<int> Widths)
{
    /// <summary>The symbol's length in modules.</summary>
    public int Modules { get; } = Widths.Sum();

    /// <summary>Where each bar begins and how wide it is, in modules from the symbol's left edge.</summary>
    public IEnumerable<(int Start, int Width)> Bars()
    {
        var position = 0;
        for (var i = 0; i < Widths.Count; i++)
        {
            if (i % 2 == 0)
                yield return (position, Widths[i]);
            position += Widths[i];
        }
    }
}

/// <summary>
/// Code 128 (ISO/IEC 15417) in subsets B and C with the fewest symbol characters. ISBT 128 wants the change to
/// subset C wherever it makes the symbol shorter (ST-001 6.1.1).
/// </summary>
public static class Code128
{
    /// <summary>Clear space on either side of a symbol, in modules (ST-001 6.1.3).</summary>
    public const int QuietZone = 10;

    internal const int ChangeToC = 99;
    internal const int ChangeToB = 100;
    internal const int StartB = 104;
    internal const int StartC = 105;

    private const int Stop = 106;
    private const int Unreachable = int.MaxValue / 4;

    // ISO/IEC 15417 table 1: bar, space, bar, space, bar, space of each value; the stop has a seventh.
    private static readonly string[] Patterns =
    [
        "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
        "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
        "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
        "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
        "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
        "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
        "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
        "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
        "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
        "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
        "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
    ];

    /// <summary>Encodes printable ASCII, blank to tilde.</summary>
    /// <exception cref="ArgumentException">The text is empty or holds another character.</exception>
    public static BarPattern Encode(string text)
    {
        var values = Values(text);

        // The start counts once, every later value by its position.
        var check = values[0];
        for (var i = 1; i < values.Count; i++)
            check += i * values[i];

        return new BarPattern([.. values.Append(check % 103).Append(Stop).SelectMany(value => Patterns[value].Select(width => width - '0'))]);
    }

    /// <summary>The start and what follows it, without check and stop.</summary>
    internal static IReadOnlyList<int> Values(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        if (text.AsSpan().IndexOfAnyExceptInRange(' ', '~') is var foreign and >= 0)
            throw new ArgumentException($"Character {foreign} is not printable ASCII.", nameof(text));

        // How many symbol characters the rest of the text takes at least, from either subset.
        var inB = new int[text.Length + 1];
        var inC = new int[text.Length + 1];
        for (var i = text.Length - 1; i >= 0; i--)
        {
            inB[i] = Math.Min(WithB(i), 1 + WithC(i));
            inC[i] = Math.Min(WithC(i), 1 + WithB(i));
        }

        var isC = inC[0] < inB[0];
        var values = new List<int>(text.Length + 2) { isC ? StartC : StartB };
        for (var i = 0; i < text.Length;)
        {
            if (isC && WithC(i) > 1 + WithB(i))
            {
                values.Add(ChangeToB);
                isC = false;
            }
            else if (!isC && WithB(i) > 1 + WithC(i))
            {
                values.Add(ChangeToC);
                isC = true;
            }

            if (isC)
            {
                values.Add((text[i] - '0') * 10 + text[i + 1] - '0');
                i += 2;
            }
            else
            {
                values.Add(text[i] - ' ');
                i++;
            }
        }

        return values;

        int WithB(int i) => 1 + inB[i + 1];

        int WithC(int i) => i + 1 < text.Length && char.IsAsciiDigit(text[i]) && char.IsAsciiDigit(text[i + 1]) ? 1 + inC[i + 2] : Unreachable;
    }
}
