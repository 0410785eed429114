using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Distribution.EventStore;

/// <summary>What the store tells of itself: meter and activity source <c>Distribution.EventStore</c>.</summary>
public static class StoreMetrics
{
    public const string Name = "Distribution.EventStore";

    internal static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    internal static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>(
        "distribution.append.batch_size", "{commit}", "Commits written together in one transaction.");

    internal static readonly Histogram<double> BatchTime = Meter.CreateHistogram<double>(
        "distribution.append.duration", "s", "Time of one append transaction.");

    internal static readonly Counter<long> Appended = Meter.CreateCounter<long>(
        "distribution.append.events", "{event}", "Events appended.");

    internal static readonly Counter<long> Conflicts = Meter.CreateCounter<long>(
        "distribution.append.conflicts", "{commit}", "Commits that lost a race.");

    internal static readonly Counter<long> Repeats = Meter.CreateCounter<long>(
        "distribution.append.repeats", "{commit}", "Commits whose key had been handled before.");
}
