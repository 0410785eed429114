using System.Globalization;
using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>One thing that must be so before components leave quarantine, and what is known of it.</summary>
/// <param name="Name">What was looked at, such as <c>marker hiv</c>.</param>
/// <param name="Failure">The code of the reason that it gives; null when it is as it must be.</param>
/// <param name="Evidence">What the record says, in a sentence.</param>
/// <param name="Blocks">False for a failure that keeps one component back and not the others.</param>
public sealed record GateCheck(string Name, string? Failure, string Evidence, bool Blocks)
{
    public bool IsPassed => Failure is null;
}

/// <summary>What stands between a donation and its release. All of it is looked at, always: people want to see every reason at once.</summary>
public static class ReleaseGate
{
    /// <param name="donation">As it stands.</param>
    /// <param name="pack">Says which markers must be negative.</param>
    /// <param name="at">The instant by which expiry is judged.</param>
    public static IReadOnlyList<GateCheck> Check(Donation donation, PolicyPack pack, DateTimeOffset at) =>
        [CheckGroup(donation), .. CheckMarkers(donation, pack), .. CheckComponents(donation, at)];

    internal static List<Rejection> WhyNot(Donation donation, PolicyPack pack, DateTimeOffset at) =>
        [.. Check(donation, pack, at).Where(check => check.Blocks).Select(check => new Rejection(check.Failure!, check.Evidence))];

    private static GateCheck CheckGroup(Donation donation) => donation.Group is { } group
        ? Pass("group", $"The group is {group}.")
        : Fail("group", "group-unknown", "The group has not been determined.");

    // A marker with a result counts although the policy no longer asks for it: nobody releases what is known to be reactive.
    private static IEnumerable<GateCheck> CheckMarkers(Donation donation, PolicyPack pack) =>
        pack.MandatoryMarkers.Union(donation.Markers.Keys, StringComparer.Ordinal).Select(marker =>
            !donation.Markers.TryGetValue(marker, out var result) ? Fail($"marker {marker}", "marker-missing", $"The marker {marker} has no result.")
            : result == MarkerResult.Negative ? Pass($"marker {marker}", $"The marker {marker} is negative.")
            : Fail($"marker {marker}", "marker-reactive", $"The marker {marker} is reactive."));

    private static IEnumerable<GateCheck> CheckComponents(Donation donation, DateTimeOffset at)
    {
        if (donation.Components.IsEmpty)
            return [Fail("components", "no-components", "Nothing has been prepared from the donation.")];
        var waiting = donation.InQuarantine.ToList();
        if (waiting.Count == 0)
        {
            return donation.Components.Exists(component => component.Standing == Standing.Released)
                ? [Pass("components", "Everything that was prepared has been released or discarded.")]
                : [Fail("components", "already-discarded", "Everything that was prepared has been discarded.")];
        }

        // An expired component stays behind; it stops the release only when nothing else would be left to release.
        var blocks = waiting.TrueForAll(component => component.IsExpired(at));
        return waiting.Select(component => component.IsExpired(at)
            ? new GateCheck($"component {component.Unit}", "component-expired", $"{component.Unit} expired at {Text(component.ExpiresAt)}.", blocks)
            : Pass($"component {component.Unit}", $"{component.Unit} may be used until {Text(component.ExpiresAt)}."));
    }

    private static GateCheck Pass(string name, string evidence) => new(name, null, evidence, Blocks: false);

    private static GateCheck Fail(string name, string failure, string evidence) => new(name, failure, evidence, Blocks: true);

    private static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);
}
