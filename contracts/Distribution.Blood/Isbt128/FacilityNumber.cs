namespace Distribution.Blood.Isbt128;

/// <summary>The five characters αpppp that open every number a facility gives out, held as a base-36 number so that numeric order is text order.</summary>
internal static class FacilityNumber
{
    public const int Length = 5;

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <summary>ST-001 2.4.1: α is A–N, P–Z or 1–9, the next two also 0, the last two digits. No letter O anywhere: it reads as zero.</summary>
    public static bool TryPack(ReadOnlySpan<char> text, out ulong packed)
    {
        packed = 0;
        if (text.Length != Length || text[0] == '0' || !char.IsAsciiDigit(text[3]) || !char.IsAsciiDigit(text[4]))
            return false;
        foreach (var c in text)
        {
            if (c == 'O' || !(char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)))
                return false;
            packed = packed * 36 + (ulong)(char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10);
        }

        return true;
    }

    public static void Unpack(ulong packed, Span<char> text)
    {
        for (var i = Length - 1; i >= 0; i--)
        {
            text[i] = Digits[(int)(packed % 36)];
            packed /= 36;
        }
    }

    /// <summary>Reads digits only: <see cref="int.TryParse(ReadOnlySpan{char}, out int)"/> would take signs and blanks too.</summary>
    public static bool TryDigits(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            number = number * 10 + (c - '0');
        }

        return true;
    }

    public static void WriteDigits(int number, Span<char> text)
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = (char)('0' + number % 10);
            number /= 10;
        }
    }
}
