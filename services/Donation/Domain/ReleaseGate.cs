using System.Globalization;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>One thing that must be so before components leave quarantine, and what is known of it.</summary>
/// <param name="Name">What was looked at, such as <c>marker hiv</c>.</param>
/// <param name="Failure">The code of the reason that it gives; null when it is as it must be.</param>
/// <param name="Evidence">What the record says, in a sentence.</param>
/// <param name="Components">What it keeps back of that which is in quarantine.</param>
/// <param name="Blocks">Whether it keeps back the whole donation.</param>
public sealed record GateCheck(string Name, string? Failure, string Evidence, IReadOnlyList<UnitNumber> Components, bool Blocks)
{
    public bool IsPassed => Failure is null;

    /// <summary>Whether it says what was found in the donation: of a marker, or of a case, whose name and reason tell the marker.</summary>
    public bool TellsOfFindings => Name is ReleaseGate.Hold || Name.StartsWith(ReleaseGate.Marker, StringComparison.Ordinal);
}

/// <summary>
/// What stands between a donation and its release. All of it is looked at, always: people want to see every reason at once.
/// There is no way around it for anybody: it asks the donation and the policy, not who is asking.
/// </summary>
public static class ReleaseGate
{
    internal const string Hold = "hold";

    internal const string Marker = "marker ";

    /// <param name="donation">As it stands.</param>
    /// <param name="pack">Says which markers must be negative, and what of a reactive donation may go.</param>
    /// <param name="at">The instant by which expiry is judged.</param>
    public static IReadOnlyList<GateCheck> Check(Donation donation, PolicyPack pack, DateTimeOffset at) =>
        [CheckGroup(donation), .. CheckHolds(donation), .. CheckMarkers(donation, pack), .. CheckComponents(donation, at)];

    /// <summary>The components in quarantine that no check keeps back.</summary>
    public static IReadOnlyList<UnitNumber> Open(Donation donation, IReadOnlyList<GateCheck> checks) =>
        checks.Any(check => check.Blocks) ? [] : [.. donation.InQuarantine.Select(component => component.Unit).Except(checks.SelectMany(check => check.Components))];

    /// <summary>The policy's figures that a look through the gate rests on and that nobody has read in their source.</summary>
    public static IReadOnlyList<PolicyFigure> Unverified(Donation donation, PolicyPack pack)
    {
        var markers = pack.Markers.Index().Where(rule => IsLookedAt(donation, rule.Item)).Select(rule => $"$.markers[{rule.Index}]");
        var components = pack.Components.Index()
            .Where(known => donation.InQuarantine.Any(component => component.Unit.Product.Description == known.Item.Description))
            .Select(known => $"$.components[{known.Index}].shelfLife");
        var procedures = pack.Procedures.Index()
            .Where(rule => donation.InQuarantine.Any(component => IsMadeBy(component, rule.Item)))
            .Select(rule => $"$.procedures[{rule.Index}]");
        return [.. markers.Append("$.groupDeterminations").Concat(components).Concat(procedures).SelectMany(pack.FiguresAt).Where(figure => !figure.Verified)];
    }

    /// <summary>
    /// Whether a reactive marker keeps the component back for good: nothing that a repeat may say lets it go.
    /// A marker that the policy does not know bars everything.
    /// </summary>
    public static bool IsBarred(Donation donation, PreparedComponent component, PolicyPack pack) => donation.Markers.Any(marker =>
        pack.RuleOf(marker.Key) is var rule
        && rule.Bar(component.Kind)
        && donation.StandingOf(marker.Key, pack) switch
        {
            MarkerStanding.RepeatReactive => true,
            MarkerStanding.InitiallyReactive or MarkerStanding.NegativeOnRepeat => !rule.ReleasesAfterNegativeRepeats,
            _ => false,
        });

    private static bool IsLookedAt(Donation donation, MarkerRule rule) =>
        rule.Demand == MarkerDemand.Mandatory || donation.Markers.ContainsKey(rule.Name);

    private static bool IsMadeBy(PreparedComponent component, ProcedureRule rule) =>
        component.Procedure == rule.Kind
        && component.From?.Product.Description == rule.Source
        && rule.Results.Contains(component.Unit.Product.Description, StringComparer.Ordinal);

    private static GateCheck CheckGroup(Donation donation) => donation.Group is { } group
        ? Pass("group", $"The group is {group}.{Corrected(donation)}")
        : donation.GroupDisagrees()
            ? Fail(donation, "group", "group-disagrees", $"The determinations disagree: {string.Join(", ", donation.Determinations.Select(determination => $"{determination.Group} by {determination.Person}"))}.")
            : Fail(donation, "group", "group-unknown", donation.Determinations.IsEmpty
                ? "The group has not been determined."
                : $"{donation.Determinations[^1].Group} has been found by {donation.Determinations[^1].Person} alone; another person determines it independently.");

    private static IEnumerable<GateCheck> CheckHolds(Donation donation) => donation.Holds.Where(hold => !hold.Ended)
        .Select(hold => Fail(donation, Hold, "donation-held", $"The donation is held for the case {hold.Recall}: {hold.Reason}."));

    // A marker with a result counts although the policy no longer asks for it: nobody releases what is known to be reactive.
    private static IEnumerable<GateCheck> CheckMarkers(Donation donation, PolicyPack pack) =>
        pack.MandatoryMarkers.Union(donation.Markers.Keys, StringComparer.Ordinal).Select(marker => CheckMarker(donation, marker, pack));

    private static GateCheck CheckMarker(Donation donation, string marker, PolicyPack pack)
    {
        var standing = donation.StandingOf(marker, pack);
        var evidence = StandingText(donation, marker, standing, pack);
        return pack.RuleOf(marker).Passes(standing)
            ? Pass($"{Marker}{marker}", evidence)
            : standing == MarkerStanding.Missing ? Fail(donation, $"{Marker}{marker}", "marker-missing", evidence)
            : CheckReactive(donation, pack.RuleOf(marker), evidence);
    }

    private static GateCheck CheckReactive(Donation donation, MarkerRule rule, string evidence)
    {
        if (rule.Bars is not { } bars)
            return Fail(donation, $"{Marker}{rule.Name}", "marker-reactive", evidence);

        // The policy lets go of the kinds that it does not name.
        var barred = donation.InQuarantine.Where(component => rule.Bar(component.Kind)).Select(component => component.Unit).ToList();
        return new GateCheck($"{Marker}{rule.Name}", "marker-reactive", $"{evidence} It bars {string.Join(", ", bars.Select(Text))}.", barred, Blocks: false);
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
            return [Fail(donation, "components", "no-components", "Nothing has been prepared from the donation.")];
        var waiting = donation.InQuarantine.ToList();
        if (waiting.Count == 0)
        {
            return donation.Components.Exists(component => component.Standing == Standing.Released)
                ? [Pass("components", "Everything that was prepared has been released, discarded or used up.")]
                : [Fail(donation, "components", "already-discarded", "Everything that was prepared has been discarded.")];
        }

        // An expired component stays behind and keeps none of the others back.
        return waiting.Select(component => component.IsExpired(at)
            ? new GateCheck($"component {component.Unit}", "component-expired", $"{component.Unit} expired at {Text(component.ExpiresAt)}.", [component.Unit], Blocks: waiting.Count == 1)
            : Pass($"component {component.Unit}", $"{component.Unit} may be used until {Text(component.ExpiresAt)}."));
    }

    private static GateCheck Pass(string name, string evidence) => new(name, null, evidence, [], Blocks: false);

    private static GateCheck Fail(Donation donation, string name, string failure, string evidence) =>
        new(name, failure, evidence, [.. donation.InQuarantine.Select(component => component.Unit)], Blocks: true);

    private static string Text(Blood.Components.ComponentKind kind) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    private static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);
}
