using System.Collections.Immutable;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Deciding;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>One person states the donation's group.</summary>
/// <param name="Sample">The tube it was found in.</param>
public sealed record DetermineGroup(
    BloodGroup Group, string? Method = null, string? ReagentLot = null, string? Instrument = null, string? Sample = null);

/// <summary>The laboratory states results by marker, all measured in one way.</summary>
public sealed record TestMarkers(IReadOnlyDictionary<string, MarkerResult> Results, TestDetails? Details = null);

/// <summary>A confirmatory test of a reactive marker has been read.</summary>
public sealed record ConfirmMarker(string Marker, Confirmation Result, TestDetails? Details = null);

/// <summary>A result was wrong.</summary>
/// <param name="Verifier">The second person's staff code.</param>
/// <param name="Sequence">Which result of the marker; the last that says otherwise where null.</param>
public sealed record CorrectMarker(string Marker, MarkerResult Result, string Reason, string Verifier, int? Sequence = null);

/// <summary>A person's determination of the group was wrong.</summary>
/// <param name="Person">Whose; null for one on record without a person.</param>
/// <param name="Verifier">The second person's staff code.</param>
public sealed record CorrectGroup(BloodGroup Group, string? Person, string Reason, string Verifier);

/// <summary>What became of a batch of results: a reactive one is recorded even where others of the batch cannot be.</summary>
/// <param name="Refused">The results that were not recorded beside those that were.</param>
public sealed record MarkersDecision(Decision<DonationEvent> Decision, IReadOnlyList<Rejection> Refused);

/// <summary>What the laboratory finds out about a donation: its group and its markers.</summary>
public static class TestingDecider
{
    private const int LongestDetail = 100;

    /// <summary>What all results of a marker say together, by the policy.</summary>
    public static MarkerStanding StandingOf(this Donation donation, string marker, PolicyPack pack)
    {
        if (donation.Confirmations.TryGetValue(marker, out var confirmation) && confirmation == Confirmation.Positive)
            return MarkerStanding.RepeatReactive;
        var results = donation.Results.FindAll(result => result.Marker == marker);
        if (results.IsEmpty)
            return MarkerStanding.Missing;
        var first = results.FindIndex(result => result.Result == MarkerResult.Reactive);
        if (first < 0)
            return MarkerStanding.Negative;

        // Whatever comes after the first reactive result is a repeat of it; one reactive repeat ends the matter.
        var rule = pack.RuleOf(marker);
        var repeats = results.RemoveRange(0, first + 1);
        if (rule.Repeats == 0 || repeats.Exists(repeat => repeat.Result == MarkerResult.Reactive))
            return MarkerStanding.RepeatReactive;
        return repeats.Count < rule.Repeats ? MarkerStanding.InitiallyReactive : MarkerStanding.NegativeOnRepeat;
    }

    public static MarkersDecision Test(Donation state, TestMarkers command, PolicyPack pack, Provenance by)
    {
        if (state.Number is null)
            return new MarkersDecision(DonationDecider.Unknown, []);
        if (command.Results.Count == 0)
            return new MarkersDecision(Decision<DonationEvent>.Reject("no-results", "There is no result to record.", "results"), []);

        // Without knowing with what it was measured nothing of the batch is recorded.
        var details = command.Details ?? new TestDetails();
        if (WhyNot(state, details, by) is { Count: > 0 } wrong)
            return new MarkersDecision(Decision<DonationEvent>.Reject(wrong), []);

        List<Rejection> refused = [];
        List<MarkerResultRecorded> news = [];
        foreach (var (marker, result) in command.Results.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var field = $"results.{marker}";
            if (pack.FindMarker(marker) is null)
            {
                refused.Add(new Rejection("unknown-marker", $"The policy {pack.Version} knows {string.Join(", ", pack.Markers.Select(rule => rule.Name))}.", field));
                continue;
            }

            if (!Enum.IsDefined(result))
            {
                refused.Add(new Rejection("result-invalid", "A result is negative or reactive.", field));
                continue;
            }

            var standing = state.StandingOf(marker, pack);
            var isWanted = standing is MarkerStanding.Missing or MarkerStanding.InitiallyReactive;

            // Only its time tells a measurement from another: a run has many of one sample. Without one, a further negative
            // changes nothing where none is wanted; a reactive one is another until the opposite is known.
            if (state.Results.Exists(told => told.Marker == marker && told.Result == result && told.Details == details)
                && (details.MeasuredAt is not null || (result == MarkerResult.Negative && !isWanted)))
            {
                continue;
            }

            // A reactive result that nobody asked for is as true as any other.
            if (isWanted || (result == MarkerResult.Reactive && standing != MarkerStanding.RepeatReactive))
            {
                news.Add(new MarkerResultRecorded(
                    marker,
                    result,
                    state.Markers.GetValueOrDefault(marker) == MarkerResult.Reactive ? TestPhase.Repeat : TestPhase.Screening,
                    details.Method,
                    details.ReagentLot,
                    details.Instrument,
                    details.Run,
                    details.MeasuredAt));
            }
            else
            {
                refused.Add(new Rejection("result-exists", $"The marker {marker} is on record as {Words(standing)}; no further result is wanted, and none is overwritten.", field));
            }
        }

        // What is reactive is recorded even where another result of the same batch cannot be: nothing is more dangerous than to lose it.
        if (refused.Count > 0 && !news.Exists(result => result.Result == MarkerResult.Reactive))
            return new MarkersDecision(Decision<DonationEvent>.Reject(refused), []);
        return new MarkersDecision(Decision<DonationEvent>.Accept([.. news]), refused);
    }

    public static Decision<DonationEvent> Confirm(Donation state, ConfirmMarker command, PolicyPack pack, Provenance by)
    {
        if (state.Number is null)
            return DonationDecider.Unknown;
        var reasons = WhyNot(state, command.Details ?? new TestDetails(), by);
        if (pack.FindMarker(command.Marker) is null && !state.Markers.ContainsKey(command.Marker))
            reasons.Add(new Rejection("unknown-marker", $"The policy {pack.Version} knows {string.Join(", ", pack.Markers.Select(rule => rule.Name))}.", "marker"));
        else if (state.Markers.GetValueOrDefault(command.Marker) != MarkerResult.Reactive)
            reasons.Add(new Rejection("marker-not-reactive", $"No result of the marker {command.Marker} is reactive.", "marker"));
        if (!Enum.IsDefined(command.Result))
            reasons.Add(new Rejection("result-invalid", "A confirmation is positive, negative or indeterminate.", "result"));
        else if (state.Confirmations.TryGetValue(command.Marker, out var known) && known == Confirmation.Positive && command.Result != known)
            reasons.Add(new Rejection("result-exists", $"The marker {command.Marker} is confirmed positive, which is not overwritten.", "result"));
        if (reasons.Count > 0)
            return Decision<DonationEvent>.Reject(reasons);
        if (state.Confirmations.TryGetValue(command.Marker, out var same) && same == command.Result)
            return Decision<DonationEvent>.AlreadyDone;
        var details = command.Details ?? new TestDetails();
        return Decision<DonationEvent>.Accept(new MarkerConfirmed(
            command.Marker, command.Result, details.Method, details.ReagentLot, details.Instrument, details.Run, details.MeasuredAt));
    }

    public static Decision<DonationEvent> Correct(Donation state, CorrectMarker command, Provenance by)
    {
        if (state.Number is null)
            return DonationDecider.Unknown;
        var reasons = WhyNot(command.Reason, command.Verifier, by);
        if (!Enum.IsDefined(command.Result))
            reasons.Add(new Rejection("result-invalid", "A result is negative or reactive.", "result"));
        var wrong = state.Results.FindLast(result =>
            result.Marker == command.Marker && (command.Sequence is { } sequence ? result.Sequence == sequence : result.Result != command.Result));
        if (wrong is null)
        {
            if (command.Sequence is not null || !state.Markers.ContainsKey(command.Marker))
                reasons.Add(new Rejection("unknown-result", $"There is no such result of the marker {command.Marker}.", "marker"));
        }
        else if (wrong.Result == MarkerResult.Reactive && command.Result == MarkerResult.Negative)
        {
            // What patients may have received is judged by what was found, not by what somebody would have it to be.
            if (state.IsReleased)
                reasons.Add(new Rejection("already-released", "Components have been released; a reactive result stands.", "result"));
            if (state.Confirmations.TryGetValue(command.Marker, out var confirmation) && confirmation == Confirmation.Positive)
                reasons.Add(new Rejection("confirmed-positive", $"The marker {command.Marker} is confirmed positive.", "result"));
        }

        if (reasons.Count > 0)
            return Decision<DonationEvent>.Reject(reasons);
        return wrong is null || wrong.Result == command.Result
            ? Decision<DonationEvent>.AlreadyDone
            : Decision<DonationEvent>.Accept(new MarkerResultCorrected(
                command.Marker, wrong.Result, command.Result, command.Reason, command.Verifier, wrong.Sequence));
    }

    public static Decision<DonationEvent> Determine(Donation state, DetermineGroup command, PolicyPack pack, Provenance by)
    {
        if (state.Number is null)
            return DonationDecider.Unknown;
        var reasons = WhyNot(state, new TestDetails(command.Method, command.ReagentLot, command.Instrument), by);
        if (command.Sample is { Length: 0 or > LongestDetail })
            reasons.Add(Invalid("sample"));
        if (!command.Group.IsDefined)
            reasons.Add(new Rejection("group-invalid", "This is no ABO and RhD group.", "scan"));
        if (reasons.Count > 0)
            return Decision<DonationEvent>.Reject(reasons);

        // Who looks twice sees the same twice, unless it was misread; a disagreement is a fact, whoever finds it.
        if (state.Determinations.FindLast(earlier => IsSame(earlier.Person, by.Actor))?.Group == command.Group)
        {
            return state.Group == command.Group
                ? Decision<DonationEvent>.AlreadyDone
                : Decision<DonationEvent>.Reject("second-person-required", $"You have found {command.Group}; another person determines the group independently.");
        }

        var determination = new GroupDetermination(command.Group, by.Actor);
        return Decision<DonationEvent>.Accept(new GroupDeterminationRecorded(
            command.Group, by.Actor, command.Method, command.ReagentLot, command.Instrument, command.Sample, Established(state.Determinations.Add(determination), pack)));
    }

    public static Decision<DonationEvent> Correct(Donation state, CorrectGroup command, PolicyPack pack, Provenance by)
    {
        if (state.Number is null)
            return DonationDecider.Unknown;
        var reasons = WhyNot(command.Reason, command.Verifier, by);
        if (!command.Group.IsDefined)
            reasons.Add(new Rejection("group-invalid", "This is no ABO and RhD group.", "group"));
        var wrong = state.Determinations.FindLast(determination => IsSame(determination.Person, command.Person));
        if (wrong is null)
            reasons.Add(new Rejection("unknown-result", "There is no determination of the group by this person.", "person"));
        if (reasons.Count > 0)
            return Decision<DonationEvent>.Reject(reasons);
        if (wrong!.Group == command.Group)
            return Decision<DonationEvent>.AlreadyDone;
        var corrected = new GroupCorrected(wrong.Group, command.Group, command.Reason, command.Verifier, wrong.Person);
        return Decision<DonationEvent>.Accept(corrected with { Established = Established(state.Determinations.Corrected(corrected), pack) });
    }

    /// <summary>Whether two people found two groups and no later pair has settled it.</summary>
    public static bool GroupDisagrees(this Donation donation) => donation.Group is null && FirstDisagreement(donation.Determinations) >= 0;

    /// <summary>The donor's half: the first donation with a group says what the donor's is.</summary>
    public static Decision<DonorEvent> LearnGroup(Donor donor, Donation donation, PolicyPack pack)
    {
        if (donation.Group is not { } group || donor.Group?.Group == group)
            return Decision<DonorEvent>.AlreadyDone;

        // Against what is on record it takes a correction of the donation it rests on, or as many people again as it took to find it.
        var people = Round(donation.Determinations).Select(determination => determination.Person?.ToUpperInvariant()).Distinct(StringComparer.Ordinal).Count();
        return donor.Group is null || donor.Group.Donation == donation.Number || people >= 2 * pack.GroupDeterminations
            ? Decision<DonorEvent>.Accept(new DonorGroupKnown(group, donation.Number!.Value))
            : Decision<DonorEvent>.AlreadyDone;
    }

    /// <summary>Whether the donation's group, or before it stands any determination that counts, is another than the donor's.</summary>
    public static bool GroupDisagrees(this Donation donation, Donor donor) => donor.Group is { } known
        && (donation.Group is { } group ? group != known.Group : donation.Determinations.Exists(determination => determination.Group != known.Group));

    internal static bool IsCode(string text) =>
        text.Length is > 0 and <= 40 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static BloodGroup? Established(ImmutableList<GroupDetermination> determinations, PolicyPack pack)
    {
        var round = Round(determinations);
        if (round.IsEmpty)
            return null;

        // One without a person was told when one determination was enough.
        var people = round.Select(determination => determination.Person?.ToUpperInvariant()).Distinct(StringComparer.Ordinal).Count();
        var isEnough = people >= pack.GroupDeterminations || round.Exists(determination => determination.Person is null);
        return isEnough ? round[^1].Group : null;
    }

    /// <summary>
    /// The determinations that may establish the group: all while they agree; after a disagreement only those that came
    /// after it, back to the last that differs.
    /// </summary>
    private static ImmutableList<GroupDetermination> Round(ImmutableList<GroupDetermination> determinations)
    {
        var later = determinations.RemoveRange(0, FirstDisagreement(determinations) + 1);
        return later.IsEmpty ? later : later.RemoveRange(0, later.FindLastIndex(determination => determination.Group != later[^1].Group) + 1);
    }

    private static int FirstDisagreement(ImmutableList<GroupDetermination> determinations) =>
        determinations.FindIndex(determination => determination.Group != determinations[0].Group);

    private static List<Rejection> WhyNot(Donation state, TestDetails details, Provenance by)
    {
        List<Rejection> reasons = [];
        if (details.Method is { Length: 0 or > LongestDetail })
            reasons.Add(new Rejection("method-invalid", "A method has 1 to 100 characters.", "method"));
        if (details.ReagentLot is { Length: 0 or > LongestDetail })
            reasons.Add(Invalid("reagentLot"));
        if (details.Instrument is { Length: 0 or > LongestDetail })
            reasons.Add(Invalid("instrument"));
        if (details.Run is { Length: 0 or > LongestDetail })
            reasons.Add(Invalid("run"));
        if (details.MeasuredAt > by.Latest)
            reasons.Add(new Rejection("measured-in-future", "The result has not been measured yet.", "measuredAt"));
        if (details.MeasuredAt < state.CollectedAt)
            reasons.Add(new Rejection("measured-before-collection", "The result was measured before the donation was collected.", "measuredAt"));
        return reasons;
    }

    private static List<Rejection> WhyNot(string reason, string verifier, Provenance by)
    {
        List<Rejection> reasons = [];
        if (!IsCode(reason))
            reasons.Add(new Rejection("reason-invalid", "The reason is a code of at most 40 small letters, digits and hyphens, such as tube-mixed-up.", "reason"));
        if (IsSame(verifier, by.Actor))
            reasons.Add(new Rejection("second-person-required", "Another person verifies a correction.", "verifierScan"));
        return reasons;
    }

    private static Rejection Invalid(string field) => new("detail-invalid", $"{field} has 1 to {LongestDetail} characters.", field);

    private static bool IsSame(string? person, string? other) => string.Equals(person, other, StringComparison.OrdinalIgnoreCase);

    private static string Words(MarkerStanding standing) => standing switch
    {
        MarkerStanding.Negative => "negative",
        MarkerStanding.NegativeOnRepeat => "reactive and negative on repeat",
        MarkerStanding.InitiallyReactive => "initially reactive",
        MarkerStanding.RepeatReactive => "reactive",
        _ => "missing",
    };
}
