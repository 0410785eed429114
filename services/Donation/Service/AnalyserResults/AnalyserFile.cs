using System.Globalization;
using System.Text;
using System.Text.Unicode;
using CsvHelper;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;

namespace Distribution.Donations.Service.AnalyserResults;

/// <summary>What is wrong with a line of a file.</summary>
/// <param name="Line">Counted from 1, the header included.</param>
/// <param name="Field">The column at fault; null where it is the line as a whole.</param>
internal sealed record LineError(int Line, string? Field, string Code, string Message);

/// <summary>One result of an analyser.</summary>
internal sealed record AnalyserLine(int Line, DonationNumber Donation, string Marker, MarkerResult Result, TestDetails Details);

/// <summary>
/// The file that an analyser or its middleware writes: comma-separated, one result a line, with a header that names the
/// columns in any order. Read as a whole: every error of every line is found before anything is decided.
/// </summary>
internal sealed class AnalyserFile
{
    public const string Donation = "donation";
    public const string Test = "test";
    public const string Result = "result";
    public const string Method = "method";
    public const string ReagentLot = "reagent_lot";
    public const string Instrument = "instrument";
    public const string Run = "run";
    public const string MeasuredAt = "measured_at";

    private const int HeaderLine = 1;

    private static readonly string[] Columns = [Donation, Test, Result, Method, ReagentLot, Instrument, Run, MeasuredAt];

    private readonly PolicyPack _policy;
    private readonly List<AnalyserLine> _lines = [];
    private readonly List<LineError> _errors = [];

    private AnalyserFile(PolicyPack policy) => _policy = policy;

    /// <summary>The results of the lines that are as they must be.</summary>
    public IReadOnlyList<AnalyserLine> Lines => _lines;

    public IReadOnlyList<LineError> Errors => _errors;

    /// <param name="content">UTF-8, with or without a byte order mark.</param>
    /// <param name="policy">Says which markers there are.</param>
    public static AnalyserFile Read(ReadOnlyMemory<byte> content, PolicyPack policy)
    {
        var file = new AnalyserFile(policy);
        if (content.Span.StartsWith(Encoding.UTF8.Preamble))
            content = content[Encoding.UTF8.Preamble.Length..];
        if (Utf8.IsValid(content.Span))
            file.Read(content);
        else
            file._errors.Add(new LineError(HeaderLine, null, "broken-line", "The file is not UTF-8."));
        return file;
    }

    private void Read(ReadOnlyMemory<byte> content)
    {
        HashSet<long> broken = [];
        using var reader = CsvReader.Create(content, new CsvReaderOptions
        {
            Separator = ',',
            TrimWhitespace = true,
            TrackLineNumbers = true,
            // No value runs over lines, so that one quotation mark too many does not swallow the lines after it.
            AllowLineBreaksInQuotes = false,
            OnMalformedRecord = record => broken.Add(record.LineNumber),
        });
        string[] header = content.IsEmpty ? [] : [.. reader.Headers];
        if (header.Length == 0)
        {
            _errors.Add(new LineError(HeaderLine, null, "no-results", "The file is empty."));
            return;
        }

        CheckHeader(header);
        if (_errors.Count > 0)
            return;

        HashSet<(DonationNumber, string, string, DateTimeOffset?)> seen = [];
        var rows = 0;
        while (reader.Read())
        {
            rows++;
            var number = (int)reader.LineNumber;
            if (broken.Contains(number) || reader.FieldCount != header.Length)
                _errors.Add(new LineError(number, null, "broken-line", $"The line has no {header.Length} columns, or its quotation marks do not match."));
            else if (ReadLine(number, column => reader.GetString(Array.IndexOf(header, column))) is { } line && !seen.Add((line.Donation, line.Marker, line.Details.Run!, line.Details.MeasuredAt)))
                _errors.Add(new LineError(number, null, "duplicate-line", "The file has this measurement twice."));
        }

        if (rows == 0)
            _errors.Add(new LineError(HeaderLine, null, "no-results", "The file has no results."));
    }

    private void CheckHeader(string[] header)
    {
        foreach (var missing in Columns.Except(header, StringComparer.Ordinal))
            _errors.Add(new LineError(HeaderLine, missing, "column-missing", $"The header names {string.Join(", ", Columns)}."));
        foreach (var stranger in header.Except(Columns, StringComparer.Ordinal))
            _errors.Add(new LineError(HeaderLine, stranger, "unknown-column", $"The columns are {string.Join(", ", Columns)}."));
        foreach (var twice in header.GroupBy(name => name, StringComparer.Ordinal).Where(names => names.Count() > 1))
            _errors.Add(new LineError(HeaderLine, twice.Key, "duplicate-column", "The header names the column twice."));
    }

    private AnalyserLine? ReadLine(int number, Func<string, string> at)
    {
        var before = _errors.Count;
        void Wrong(string column, string code, string message) => _errors.Add(new LineError(number, column, code, message));

        if (!TryReadDonation(at(Donation), out var donation))
            Wrong(Donation, "donation-number-invalid", "A donation number is 13 characters, with its check character where it was typed, or as scanned.");
        var marker = at(Test);
        if (_policy.FindMarker(marker) is null)
            Wrong(Test, "unknown-marker", $"The policy {_policy.Version} knows {string.Join(", ", _policy.Markers.Select(rule => rule.Name))}.");
        MarkerResult? result = at(Result) switch { "negative" => MarkerResult.Negative, "reactive" => MarkerResult.Reactive, _ => null };
        if (result is null)
            Wrong(Result, "result-invalid", "A result is negative or reactive.");

        // Run and time tell a measurement apart from its repeat, and the same file sent twice from a second one.
        if (at(Run).Length == 0)
            Wrong(Run, "field-missing", "An analyser names its quality-control run.");
        if (!DateTimeOffset.TryParse(at(MeasuredAt), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var measuredAt) || !HasOffset(at(MeasuredAt)))
            Wrong(MeasuredAt, "measured-at-invalid", "A time is ISO 8601 with its offset, such as 2026-03-01T14:05:00+07:00.");
        return _errors.Count > before
            ? null
            : Keep(new AnalyserLine(
                number, donation, marker, result!.Value, new TestDetails(OrNull(at(Method)), OrNull(at(ReagentLot)), OrNull(at(Instrument)), at(Run), measuredAt)));
    }

    private AnalyserLine Keep(AnalyserLine line)
    {
        _lines.Add(line);
        return line;
    }

    private static string? OrNull(string text) => text.Length == 0 ? null : text;

    /// <summary>Without its offset a local time would silently be taken for another instant.</summary>
    private static bool HasOffset(string text) => text.Contains('T', StringComparison.Ordinal)
        && (text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':'));

    private static bool TryReadDonation(string text, out DonationNumber number)
    {
        if (text is not ['=', ..])
            return DonationNumber.TryParse(text, null, out number) || DonationNumber.TryParseTyped(text, out number);
        var scan = Scan.Parse(text);
        var isScanned = scan.Expect(DataStructure.DonationNumber) is null & scan.TryGet(DataStructure.DonationNumber, out var symbol);
        number = isScanned ? symbol.AsDonationNumber() : default;
        return isScanned;
    }
}
