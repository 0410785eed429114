using System.Collections.Immutable;
using Distribution.Blood.Deciding;
using Distribution.Blood.Network;

namespace Distribution.Dispatches;

/// <summary>One device of a site without a connection: which of its lines somebody has to look at.</summary>
public sealed record Capture : IAggregate<Capture>
{
    public static string Category => "capture";

    public static Capture Initial { get; } = new();

    /// <summary>Lines that wait, by their numbers.</summary>
    public ImmutableHashSet<long> Open { get; init; } = [];

    public ImmutableHashSet<long> Settled { get; init; } = [];

    /// <summary>Neither a site nor a device has a point in its code: no two devices share a stream.</summary>
    public static string IdOf(SiteId site, string device) => $"{site}.{device}";

    public static Capture Evolve(Capture state, object @event) => @event switch
    {
        CaptureEvent.LineUnplaced unplaced => state with { Open = state.Open.Add(unplaced.Sequence), Settled = state.Settled.Remove(unplaced.Sequence) },
        CaptureEvent.LineSettled settled => state with { Open = state.Open.Remove(settled.Sequence), Settled = state.Settled.Add(settled.Sequence) },
        _ => throw new InvalidOperationException($"{@event.GetType()} is no event of a capture."),
    };
}
