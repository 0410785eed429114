using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Distribution.Blood.Deciding;
using Distribution.ServiceDefaults.Http;

namespace Distribution.Dispatches.Service.Boxes;

/// <summary>
/// What a temperature logger writes: a line per reading, <c>time,celsius</c>, with the header of that name or without; lines
/// that begin with <c>#</c> are remarks, of which <c># logger: …</c> is read. Read as a whole: every line at fault is named.
/// </summary>
/// <param name="Logger">Null where the file does not tell.</param>
/// <param name="Readings">Of the lines that are as they must be.</param>
/// <param name="Errors">At most <see cref="MostErrors"/>; the field names the line, counted from 1.</param>
internal sealed record LoggerFile(string? Logger, IReadOnlyList<TemperatureReading> Readings, IReadOnlyList<Rejection> Errors)
{
    /// <summary>Three days at a reading a minute.</summary>
    public const int MostReadings = 5000;

    public const int MostErrors = 100;

    // A box stands between dry ice (-78.5 °C) and a car in the sun: what lies beyond is a broken logger.
    private const double Coldest = -100;
    private const double Warmest = 60;

    private const string Header = "time,celsius";

    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    /// <param name="content">UTF-8, with or without a byte order mark.</param>
    /// <param name="interval">The longest time between two readings.</param>
    /// <param name="now">No reading is later.</param>
    public static LoggerFile Read(ReadOnlySpan<byte> content, TimeSpan interval, DateTimeOffset now)
    {
        if (content.StartsWith(Encoding.UTF8.Preamble))
            content = content[Encoding.UTF8.Preamble.Length..];
        if (!Utf8.IsValid(content))
            return new LoggerFile(null, [], [new Rejection("encoding-invalid", "The file is not UTF-8.", "line 1")]);

        string? logger = null;
        var readings = new List<TemperatureReading>();
        var errors = new List<Rejection>();
        var number = 0;
        var isFirst = true;
        foreach (var line in Encoding.UTF8.GetString(content).Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (line.Length == 0)
                continue;
            if (line[0] == '#')
            {
                logger ??= LoggerIn(line);
                continue;
            }

            var mayBeHeader = isFirst;
            isFirst = false;
            if (mayBeHeader && string.Equals(line.Replace(" ", "", StringComparison.Ordinal), Header, StringComparison.OrdinalIgnoreCase))
                continue;
            if (readings.Count == MostReadings)
            {
                errors.Add(Wrong(number, "logger-too-long", string.Create(CultureInfo.InvariantCulture, $"A file has at most {MostReadings} readings.")));
                break;
            }

            if (errors.Count >= MostErrors)
                break;
            if (ReadLine(line, number, errors) is not { } reading)
                continue;
            if (reading.At > now + HttpCommand.ClockTolerance)
                errors.Add(Wrong(number, "reading-in-future", "The reading lies in the future."));
            if (readings.Count > 0)
                CheckOrder(readings[^1].At, reading.At, number, interval, errors);
            readings.Add(reading);
        }

        if (readings.Count == 0 && errors.Count == 0)
            errors.Add(Wrong(1, "logger-empty", "The file has no readings."));
        return new LoggerFile(logger, readings, errors);
    }

    private static TemperatureReading? ReadLine(string line, int number, List<Rejection> errors)
    {
        if (line.Split(',', StringSplitOptions.TrimEntries) is not [var time, var celsius])
        {
            errors.Add(Wrong(number, "broken-line", "A line has two columns, time and celsius; the decimal mark is a point."));
            return null;
        }

        var before = errors.Count;
        if (!TryReadTime(time, out var at))
            errors.Add(Wrong(number, "time-invalid", "A time is ISO 8601 with its offset, such as 2026-03-01T14:05:00+07:00."));
        if (!double.TryParse(celsius, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var degrees) || !double.IsFinite(degrees))
            errors.Add(Wrong(number, "celsius-invalid", "A temperature is a number of °C with a decimal point."));
        else if (degrees is < Coldest or > Warmest)
            errors.Add(Wrong(number, "celsius-out-of-range", string.Create(CultureInfo.InvariantCulture, $"No box is at {degrees} °C: {Coldest} to {Warmest}.")));
        return errors.Count > before ? null : new TemperatureReading(at, degrees);
    }

    private static void CheckOrder(DateTimeOffset before, DateTimeOffset at, int number, TimeSpan interval, List<Rejection> errors)
    {
        if (at == before)
            errors.Add(Wrong(number, "reading-repeated", "The file has a reading of this time already."));
        else if (at < before)
            errors.Add(Wrong(number, "out-of-order", "The reading is earlier than the one before it."));
        else if (at - before > interval)
            errors.Add(Wrong(number, "logger-gap", string.Create(CultureInfo.InvariantCulture, $"{at - before} without a reading; at most {interval}.")));
    }

    /// <summary>Without its offset a local time would silently be taken for another instant.</summary>
    private static bool TryReadTime(string text, out DateTimeOffset at)
    {
        at = default;
        return (text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':'))
            && DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out at);
    }

    private static string? LoggerIn(string remark)
    {
        var text = remark.TrimStart('#', ' ');
        return text.StartsWith("logger", StringComparison.OrdinalIgnoreCase) && DeviceCode.TryRead(text["logger".Length..].Trim(':', '=', ' '), out var code)
            ? code
            : null;
    }

    private static Rejection Wrong(int line, string code, string message) =>
        new(code, message, string.Create(CultureInfo.InvariantCulture, $"line {line}"));
}
