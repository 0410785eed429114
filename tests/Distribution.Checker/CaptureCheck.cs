using Distribution.Dispatches;
using Distribution.Inventory;

namespace Distribution.Checker;

/// <summary>I9, I11 and I14 of what was told later: a line that was captured without a connection stands once in each log, however often its file comes.</summary>
internal static class CaptureCheck
{
    private const string Changed = "capture-line-changed";

    /// <summary>The reason of every event of a captured line names its device and number.</summary>
    private const string Prefix = "captured without a connection as ";

    public static void Run(Logs logs, Findings findings)
    {
        var lines = new Dictionary<(string Service, string Site, string Line), ulong>();
        foreach (var logged in logs.InOrder)
        {
            // That a device tells something else under the same number is noted each time.
            if (logged.Stored.Metadata.Reason is not { } reason || !reason.StartsWith(Prefix, StringComparison.Ordinal)
                || logged.Stored.Data is CaptureEvent.LineUnplaced { Code: Changed } or UnitDiscrepancyRecorded { Code: Changed })
            {
                continue;
            }

            var key = (logged.Service, logged.Stored.Metadata.Site, reason[Prefix.Length..].Split(',')[0]);
            var commit = logged.Stored.Position.TransactionId;
            if (lines.TryAdd(key, commit))
                findings.Saw("I11", "captured lines");
            else if (lines[key] != commit)
                findings.Violate("I11", logged.Stored.StreamId, $"{logged.Service} took the line {key.Item3} of {key.Site} twice.");
        }

        foreach (var history in logs.Histories<CaptureEvent>(Services.Dispatch))
        {
            var open = new HashSet<long>();
            foreach (var entry in history)
            {
                switch (entry.Data)
                {
                    case CaptureEvent.LineUnplaced unplaced:
                        findings.Require(entry.StreamId == $"capture-{unplaced.Site}.{unplaced.Device}", "I9", "captures", entry.StreamId, $"The line is of {unplaced.Device} of {unplaced.Site}.");
                        findings.Require(entry.By.Site == unplaced.Site.ToString(), "I14", "lines to be looked at", entry.StreamId, $"A line of {unplaced.Site} was told by {entry.By.Site}.");
                        open.Add(unplaced.Sequence);
                        break;
                    case CaptureEvent.LineSettled settled:
                        findings.Require(open.Remove(settled.Sequence), "I11", "lines looked at", entry.StreamId, $"Line {settled.Sequence} was settled and did not wait.");
                        break;
                    default:
                        findings.Violate("I9", entry.StreamId, $"No invariant knows {entry.Data.GetType().Name}.");
                        break;
                }
            }
        }
    }
}
