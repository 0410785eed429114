using Distribution.Blood.BloodGroups;

namespace Distribution.Blood.Isbt128;

/// <summary>Reads what a bar code scanner typed, guided by the data identifiers (ST-001 2.2): first what a symbol is, then whether its content is sound.</summary>
public static class Scan
{
    /// <summary>The longest text that is read, line end not counted. ISBT 128 labels stay far below it.</summary>
    public const int MaximumLength = 512;

    /// <summary>The most symbols one scan may hold.</summary>
    public const int MaximumSymbols = 8;

    internal static readonly ScanError EmptyScan = new("empty-scan", "The scan is empty.", 0);

    /// <summary>
    /// Reads one symbol, symbols end to end or a compound message, with the line end that a wedge scanner types.
    /// Never throws. The codes of a refusal: <c>empty-scan</c>, <c>scan-too-long</c>, <c>not-ascii</c>, <c>unknown-data-identifier</c>,
    /// <c>truncated-symbol</c> (too short or too long), <c>too-many-symbols</c>, <c>invalid-donation-number</c>, <c>invalid-flags</c>,
    /// <c>invalid-blood-group</c>, <c>invalid-product-code</c>, <c>invalid-date</c>, <c>invalid-consignment</c>.
    /// </summary>
    public static ScanResult Parse(ReadOnlySpan<char> text)
    {
        text = text.TrimEnd("\r\n\t");
        if (text.IsEmpty)
            return new ScanResult(EmptyScan);
        if (text.Length > MaximumLength)
            return Refuse("scan-too-long", $"The scan is longer than {MaximumLength} characters.", MaximumLength);
        var foreign = text.IndexOfAnyExceptInRange('\0', '\x7F');
        if (foreign >= 0)
        {
            return Refuse(
                "not-ascii",
                "The scan holds a character no bar code has; a Vietnamese input method may be on. Tắt bộ gõ tiếng Việt rồi quét lại.",
                foreign);
        }

        // Always the same size: what a scan costs does not grow with what is scanned.
        var copy = new char[MaximumLength];
        text.CopyTo(copy);

        var symbols = default(SymbolSlots);
        var count = 0;
        var announced = 0;
        for (var position = 0; position < text.Length;)
        {
            var rest = text[position..];
            if (count > 0 && rest[0] is not ('=' or '&'))
            {
                var label = SymbolKind.Of(symbols[count - 1].Structure).Label;
                return Refuse("truncated-symbol", $"The {label} is followed by characters that belong to no symbol.", position);
            }

            if (SymbolKind.At(rest) is not { } kind)
                return Refuse("unknown-data-identifier", UnknownIdentifier(rest), position);
            if (kind.IsRetired)
                return Refuse("unknown-data-identifier", $"The {kind.Label} is retired; ISBT 128 labels no longer carry it.", position);
            if (count == MaximumSymbols)
                return Refuse("too-many-symbols", $"The scan holds more than {MaximumSymbols} symbols.", position);

            // The donation number's second identifier character is data: its content begins right after the equals sign.
            var opening = kind.Opening;
            var length = Measure(kind, rest[opening..]);
            if (length < 0)
                return Refuse("truncated-symbol", $"The {kind.Label} is cut short.", position);
            if (Check(kind, rest.Slice(opening, length)) is var (code, message) && code is not null)
                return Refuse(code, message, position);
            if (kind.Structure == DataStructure.Compound)
            {
                if (count > 0 || !FacilityNumber.TryDigits(rest.Slice(opening, 2), out announced))
                    return Refuse("truncated-symbol", $"The {kind.Label} does not say how many symbols follow, or does not come first.", position);
            }

            symbols[count++] = new ScannedSymbol(kind.Structure, copy, position + opening, length);
            position += opening + length;
        }

        if (announced > 0 && announced != count - 1)
        {
            return announced > count - 1
                ? Refuse("truncated-symbol", $"The compound message announces {announced} symbols and holds {count - 1}.", text.Length)
                : Refuse("too-many-symbols", $"The compound message announces {announced} symbols and holds {count - 1}.", text.Length);
        }

        return new ScanResult(symbols, count);
    }

    /// <summary>Characters of content, or -1 when there are fewer than there should be.</summary>
    private static int Measure(SymbolKind kind, ReadOnlySpan<char> rest)
    {
        // No content holds these: meeting one inside means that the symbol before it lost its end.
        var end = rest.IndexOfAny('=', '&');
        if (end < 0)
            end = rest.Length;
        if (kind.IsOpen)
            return end;
        var length = kind.Length;
        if (end >= length && kind.CountAt >= 0)
        {
            if (!FacilityNumber.TryDigits(rest[kind.CountAt..kind.Length], out var repeats))
                return -1;
            length += repeats * kind.RepeatLength;
        }

        return end >= length ? length : -1;
    }

    private static (string? Code, string Message) Check(SymbolKind kind, ReadOnlySpan<char> content)
    {
        switch (kind.Structure)
        {
            case DataStructure.DonationNumber:
                if (!DonationNumber.TryParse(content[..DonationNumber.Length], null, out var donation))
                    return ("invalid-donation-number", "This is not a donation number: facility, year and sequence do not read as such.");
                return FlagsSuit(donation, content[DonationNumber.Length..])
                    ? default
                    : ("invalid-flags", "The donation number's flags are reserved or do not match it; scan it again or scan another label.");

            case DataStructure.BloodGroup:
                return IsbtGroupCodes.IsAssigned(content[..2])
                    && (char.IsAsciiDigit(content[2]) || char.IsAsciiLetterUpper(content[2]))
                    && content[3] == '0'
                    ? default
                    : ("invalid-blood-group", "This is not a blood group that ISBT 128 knows.");

            case DataStructure.ProductCode:
                return ProductCode.TryParse(content, null, out _)
                    ? default
                    : ("invalid-product-code", "This is not a product code.");

            case >= DataStructure.ExpirationDate and <= DataStructure.ProductionDateTime:
                return IsbtDate.TryParse(content, out _)
                    ? default
                    : ("invalid-date", $"The {kind.Name} is no day of the calendar or no time of the day.");

            case DataStructure.Consignment:
                return BoxNumber.TryParse(content, null, out _)
                    ? default
                    : ("invalid-consignment", "This is not a consignment number: facility, year, serial, box and number of boxes do not read as such.");

            default:
                return default;
        }
    }

    /// <summary>ST-001 table 3: 60 to 96 carry the check value; 14, 97 to 99 and letters are reserved.</summary>
    private static bool FlagsSuit(DonationNumber donation, ReadOnlySpan<char> flags)
    {
        if (!FacilityNumber.TryDigits(flags, out var value))
            return false;
        return value switch
        {
            14 or >= 97 => false,
            >= 60 => value - 60 == donation.CheckValue,
            _ => true,
        };
    }

    private static string UnknownIdentifier(ReadOnlySpan<char> rest)
    {
        if (rest[0] is not ('=' or '&'))
            return "This is no ISBT 128 symbol: it begins neither with = nor with &.";
        return rest.Length > 1 && rest[1] is > ' ' and < '\x7F'
            ? $"ISBT 128 has no data identifier {rest[..2]}."
            : "The scan ends inside a data identifier.";
    }

    private static ScanResult Refuse(string code, string message, int position) => new(new ScanError(code, message, position));
}
