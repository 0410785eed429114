namespace Distribution.Blood.Isbt128;

/// <summary>ISO/IEC 7064 modulo 37-2, as ISBT 128 applies it to donation numbers (ST-001 appendix A).</summary>
internal static class CheckCharacter
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";

    /// <summary>The check value, 0 to 36, of digits and capital letters.</summary>
    public static int Value(ReadOnlySpan<char> text)
    {
        var sum = 0;
        foreach (var c in text)
            sum = (sum + (char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10)) * 2 % 37;
        return (38 - sum) % 37;
    }

    /// <summary>The printed character of a check value: a digit, a letter (O too) or an asterisk.</summary>
    public static char Of(int value) => Alphabet[value];
}
