using System.Globalization;

namespace Distribution.Blood.Captures;

/// <summary>
/// A day's scans of a satellite site, written down without a connection: comma-separated (RFC 4180, no line break inside
/// quotation marks), one act a line, under a header that names the columns in their order.
/// </summary>
public sealed class CaptureFile
{
    /// <summary>The first line of every file.</summary>
    public const string Header = "device,sequence,at,staff,action,scan,second,order,recipient,value,note";

    /// <summary>The most lines of one file, its header not counted: a month of a busy satellite.</summary>
    public const int MostLines = 5_000;

    /// <summary>How far a device's clock may be ahead of ours.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(2);

    /// <summary>What lies longer back is told by people, not by a file.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(31);

    private CaptureFile(IReadOnlyList<CaptureLine> lines, IReadOnlyList<CaptureProblem> problems)
    {
        Lines = lines;
        Problems = problems;
    }

    /// <summary>In the order of the file; empty where anything in it is wrong.</summary>
    public IReadOnlyList<CaptureLine> Lines { get; }

    /// <summary>All that is wrong with the file: it is refused as a whole.</summary>
    public IReadOnlyList<CaptureProblem> Problems { get; }

    /// <summary>The same lines in the order in which things happened.</summary>
    public IEnumerable<CaptureLine> InOrderOfTime => Lines.OrderBy(line => line.At).ThenBy(line => line.Sequence).ThenBy(line => line.Line);

    /// <summary>
    /// Reads a file. The codes of a refusal: <c>header-invalid</c>, <c>no-lines</c>, <c>capture-too-large</c>, <c>broken-line</c>,
    /// <c>character-invalid</c>, <c>field-missing</c>, <c>device-invalid</c>, <c>sequence-invalid</c>, <c>sequence-not-increasing</c>,
    /// <c>time-invalid</c>, <c>offset-missing</c>, <c>occurred-in-future</c>, <c>capture-too-old</c>, <c>unknown-action</c>,
    /// <c>invalid-staff-code</c>, <c>order-invalid</c>, <c>recipient-invalid</c>, <c>place-invalid</c>, <c>minutes-out-invalid</c>,
    /// <c>volume-invalid</c>, <c>reason-invalid</c>, <c>consignment-invalid</c>, <c>value-unexpected</c>, <c>note-too-long</c>, and
    /// those of a scan (<see cref="Isbt128.Scan.Parse"/>).
    /// </summary>
    /// <param name="text">With or without a byte order mark.</param>
    /// <param name="now">By the clock of whoever takes the file.</param>
    public static CaptureFile Parse(string text, DateTimeOffset now)
    {
        string[] rows = text.TrimStart('\uFEFF').Split('\n');
        if (!string.Equals(rows[0].TrimEnd('\r', ' '), Header, StringComparison.Ordinal))
            return new CaptureFile([], [new CaptureProblem(1, null, "header-invalid", $"The first line is: {Header}")]);
        var filled = rows.Skip(1).Count(row => !string.IsNullOrWhiteSpace(row));
        if (filled == 0)
            return new CaptureFile([], [new CaptureProblem(1, null, "no-lines", "The file says nothing.")]);
        if (filled > MostLines)
            return new CaptureFile([], [new CaptureProblem(MostLines + 2, null, "capture-too-large", string.Create(CultureInfo.InvariantCulture, $"A file has at most {MostLines} lines: send it in parts."))]);

        var (lines, problems, last) = (new List<CaptureLine>(filled), new List<CaptureProblem>(), new Dictionary<string, long>(StringComparer.Ordinal));
        for (var i = 1; i < rows.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(rows[i]))
                continue;
            var reading = new LineReading(i + 1, now);
            var line = reading.Read(rows[i].TrimEnd('\r'));
            // What the sequence says is looked at even where something else of the line is wrong: all is told at once.
            if (reading.Place is var (device, sequence))
            {
                if (last.TryGetValue(device, out var before) && sequence <= before)
                    reading.Refuse("sequence", "sequence-not-increasing", string.Create(CultureInfo.InvariantCulture, $"The device has counted to {before} further up."));
                last[device] = Math.Max(sequence, last.GetValueOrDefault(device));
            }

            problems.AddRange(reading.Problems);
            if (line is not null)
                lines.Add(line);
        }

        return new CaptureFile(problems.Count > 0 ? [] : lines, problems);
    }
}
