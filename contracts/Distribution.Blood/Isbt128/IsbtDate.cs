namespace Distribution.Blood.Isbt128;

/// <summary>The dates cyyjjj and cyyjjjhhmm of structures 004 to 009 (ST-001 2.4.4 to 2.4.9).</summary>
internal static class IsbtDate
{
    /// <summary>Century, year, day of the year and, where there is one, the time. Without a time the day's last minute: 23:59.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTime date)
    {
        date = default;
        if (text.Length is not (6 or 10)
            || !FacilityNumber.TryDigits(text[..3], out var year)
            || !FacilityNumber.TryDigits(text[3..6], out var day))
        {
            return false;
        }

        // The century is one digit: 9 is the last one of the 1900s, 0 to 8 count from 2000.
        year += year >= 900 ? 1000 : 2000;
        if (day < 1 || day > (DateTime.IsLeapYear(year) ? 366 : 365))
            return false;

        var (hour, minute) = (23, 59);
        if (text.Length == 10
            && (!FacilityNumber.TryDigits(text[6..8], out hour) || !FacilityNumber.TryDigits(text[8..], out minute)))
        {
            return false;
        }

        if (hour > 23 || minute > 59)
            return false;
        date = new DateTime(year, 1, 1, hour, minute, 0, DateTimeKind.Unspecified).AddDays(day - 1);
        return true;
    }
}
