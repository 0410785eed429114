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
        [CheckGroup(donation), .. CheckHolds(donation), .. CheckMarkers(donation, pack), .. CheckComponents(donation, at)];

    internal static List<Rejection> WhyNot(Donation donation, PolicyPack pack, DateTimeOffset at) =>
        [.. Check(donation, pack, at).Where(check => check.Blocks).Select(check => new Rejection(check.Failure!, check.Evidence))];

    private static GateCheck CheckGroup(Donation donation) => donation.Group is { } group
        ? Pass("group", $"The group is {group}.{Corrected(donation)}")
        : donation.GroupDisagrees()
            ? Fail("group", "group-disagrees", $"The determinations disagree: {string.Join(", ", donation.Determinations.Select(determination => $"{determination.Group} by {determination.Person}"))}.")
            : Fail("group", "group-unknown", donation.Determinations.IsEmpty
                ? "The group has not been determined."
                : $"{donation.Determinations[^1].Group} has been found by {donation.Determinations[^1].Person} alone; another person determines it independently.");

    private static IEnumerable<GateCheck> CheckHolds(Donation donation) => donation.Holds.Where(hold => !hold.Ended)
        .Select(hold => Fail("hold", "donation-held", $"The donation is held for the case {hold.Recall}: {hold.Reason}."));

    // A marker with a result counts although the policy no longer asks for it: nobody releases what is known to be reactive.
    private static IEnumerable<GateCheck> CheckMarkers(Donation donation, PolicyPack pack) =>
        pack.MandatoryMarkers.Union(donation.Markers.Keys, StringComparer.Ordinal).Select(marker => CheckMarker(donation, marker, pack));

    private static GateCheck CheckMarker(Donation donation, string marker, PolicyPack pack)
    {
        var standing = donation.StandingOf(marker, pack);
        var evidence = StandingText(donation, marker, standing, pack);
        return pack.RuleOf(marker).Passes(standing)
            ? Pass($"marker {marker}", evidence)
            : Fail($"marker {marker}", standing == MarkerStanding.Missing ? "marker-missing" : "marker-reactive", evidence);
    }

    /// <summary>What the record says of a marker, original and correction both.</summary>
    private static string StandingText(Donation donation, string marker, MarkerStanding standing, PolicyPack pack)
    {
        var results = donation.Results.FindAll(result => result.Marker == marker);
        var repeats = results.Count - results.FindIndex(result => result.Result == MarkerResult.Reactive) - 1;
        var text = standing switch
        {
            MarkerStanding.Missing => $"The marker {marker} has no result.",
            MarkerStanding.Negative => $"The marker {marker} is negative.",
            MarkerStanding.InitiallyReactive => string.Create(CultureInfo.InvariantCulture, $"The marker {marker} is initially reactive; {repeats} of {pack.RuleOf(marker).Repeats} repeats are there."),
            MarkerStanding.NegativeOnRepeat => $"The marker {marker} was reactive and negative on repeat.",
            _ => $"The marker {marker} is reactive.",
        };
        var corrections = results.SelectMany(result => result.Corrections.Select(correction => string.Create(
            CultureInfo.InvariantCulture,
            $" Result {result.Sequence} was {Word(correction.From)}, corrected to {Word(correction.To)} ({correction.Reason}), verified by {correction.VerifiedBy}.")));
        var confirmation = donation.Confirmations.TryGetValue(marker, out var said) ? $" Confirmation: {Word(said)}." : "";
        return $"{text}{string.Concat(corrections)}{confirmation}";
    }

    private static string Corrected(Donation donation) => string.Concat(donation.Determinations.SelectMany(determination => determination.Corrections.Select(correction =>
        $" {determination.Person} had found {correction.From}, corrected to {correction.To} ({correction.Reason}), verified by {correction.VerifiedBy}.")));

    private static string Word(MarkerResult result) => result == MarkerResult.Reactive ? "reactive" : "negative";

    private static string Word(Confirmation confirmation) => confirmation switch
    {
        Confirmation.Positive => "positive",
        Confirmation.Negative => "negative",
        _ => "indeterminate",
    };

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
