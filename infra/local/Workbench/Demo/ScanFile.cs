using System.Globalization;
using Distribution.Blood.Network;

namespace Distribution.Workbench.Demo;

/// <summary>
/// A day of scans. <c>staff CODE SITE ROLE…</c> says who there is; <c>@ DAY HH:MM CODE STATION argument…</c> opens a step,
/// and the lines under it are what the wedge scanner or keyboard typed there. Day 0 is yesterday, day −1 the day before, in
/// the region's time, so that everything has already happened when it is told. <c>#</c> begins a comment.
/// </summary>
internal sealed record ScanFile(IReadOnlyDictionary<string, Staff> Staff, IReadOnlyList<ScanStep> Steps)
{
    public static ScanFile Load(string path, TimeZoneInfo zone, DateTimeOffset now)
    {
        var staff = new Dictionary<string, Staff>(StringComparer.Ordinal);
        var steps = new List<ScanStep>();
        var yesterday = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime).AddDays(-1);
        var number = 0;
        foreach (var raw in File.ReadLines(path))
        {
            number++;
            var line = raw.TrimEnd();
            if (line.Length == 0 || line.StartsWith('#'))
                continue;
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["staff", var code, var site, .. var roles] && SiteId.TryParse(site, null, out var where))
            {
                staff.Add(code, new Staff(code, where, roles));
            }
            else if (words is ["@", var day, var time, var who, var station, .. var arguments]
                && int.TryParse(day, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var days)
                && TimeOnly.TryParseExact(time, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock)
                && staff.TryGetValue(who, out var person))
            {
                var local = yesterday.AddDays(days).ToDateTime(clock);
                steps.Add(new ScanStep(number, new DateTimeOffset(local, zone.GetUtcOffset(local)), person, station, arguments, []));
            }
            else if (steps.Count > 0 && words[0] is not ("@" or "staff"))
            {
                steps[^1].Typed.Add(line);
            }
            else
            {
                throw new FormatException($"{path}, line {number}: '{line}' is neither a member of staff nor a step nor something typed in one.");
            }
        }

        return new ScanFile(staff, steps);
    }
}

/// <param name="Line">Of the file, for messages.</param>
/// <param name="Typed">What the scanner typed, line by line.</param>
internal sealed record ScanStep(int Line, DateTimeOffset At, Staff Who, string Station, IReadOnlyList<string> Arguments, List<string> Typed)
{
    /// <summary>The value of an argument <c>name=value</c>.</summary>
    public string this[string name] => Find(name) ?? throw new FormatException($"Line {Line}: the step says no {name}=….");

    /// <summary>The value of an argument <c>name=value</c>; null where the step does not say.</summary>
    public string? Find(string name) =>
        Arguments.FirstOrDefault(argument => argument.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    public string First => Arguments.Count > 0 ? Arguments[0] : throw new FormatException($"Line {Line}: the step names nothing.");
}
