using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Deciding;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Json;
using Distribution.Blood.Network;
using Distribution.Blood.Policies;

namespace Distribution.Donations;

/// <summary>One donation: what was taken, what the laboratory found, what was made of it.</summary>
public sealed record Donation : IAggregate<Donation>
{
    public static string Category => "donation";

    public static Donation Initial { get; } = new();

    /// <summary>Null before the collection.</summary>
    public DonationNumber? Number { get; init; }

    public DonorId Donor { get; init; }

    public int VolumeMl { get; init; }

    public DateTimeOffset CollectedAt { get; init; }

    /// <summary>Where it was collected.</summary>
    public SiteId Site { get; init; }

    public CollectionKind Collection { get; init; }

    /// <summary>The campaign or fixed point that it was given at, where it was one.</summary>
    public DriveCode? Drive { get; init; }

    /// <summary>The drive's session.</summary>
    public string? Session { get; init; }

    /// <summary>The lot of the empty bag.</summary>
    public string? BagLot { get; init; }

    /// <summary>The group that stands: enough people found it independently, and nobody another. Null otherwise.</summary>
    public BloodGroup? Group { get; init; }

    /// <summary>Who found which group, in the order in which it was told.</summary>
    public ImmutableList<GroupDetermination> Determinations { get; init; } = [];

    /// <summary>Every result of every marker, in the order in which it was told, as corrected.</summary>
    public ImmutableList<RecordedResult> Results { get; init; } = [];

    /// <summary>What the confirmatory test of a marker said.</summary>
    public ImmutableSortedDictionary<string, Confirmation> Confirmations { get; init; } =
        ImmutableSortedDictionary.Create<string, Confirmation>(StringComparer.Ordinal);

    /// <summary>The cases for which the donation was ever held; the same case at most once.</summary>
    public ImmutableList<DonationHold> Holds { get; init; } = [];

    /// <summary>By marker, reactive where any result is: what is made of it after repeats the policy says (<see cref="TestingDecider.StandingOf"/>).</summary>
    public ImmutableSortedDictionary<string, MarkerResult> Markers => Results
        .GroupBy(result => result.Marker, StringComparer.Ordinal)
        .ToImmutableSortedDictionary(results => results.Key, results => results.Max(result => result.Result), StringComparer.Ordinal);

    public ImmutableList<PreparedComponent> Components { get; init; } = [];

    /// <summary>Who signed the release first, until a second person releases or a signature no longer covers what is there.</summary>
    public string? SignedBy { get; init; }

    /// <summary>What that signature covers and has not left quarantine through it; null for a signature that covers whatever is in quarantine.</summary>
    public ImmutableList<UnitNumber>? SignedFor { get; init; }

    public bool IsReactive => Results.Exists(result => result.Result == MarkerResult.Reactive);

    public bool IsHeld => Holds.Exists(hold => !hold.Ended);

    /// <summary>Whether any component has left quarantine for use.</summary>
    public bool IsReleased => Components.Exists(component => component.Standing == Standing.Released);

    public IEnumerable<PreparedComponent> InQuarantine => Components.Where(component => component.Standing == Standing.Quarantined);

    /// <summary>The component under that number, or null where none was prepared.</summary>
    public PreparedComponent? Find(UnitNumber unit) => Components.Find(component => component.Unit == unit);

    public static Donation Evolve(Donation state, object @event) => @event switch
    {
        DonationCollected collected => state with
        {
            Number = collected.Donation,
            Donor = collected.Donor,
            VolumeMl = collected.VolumeMl,
            CollectedAt = collected.CollectedAt,
            Site = collected.Site,
            Collection = collected.Collection,
            Drive = collected.Drive,
            Session = collected.Session,
            BagLot = collected.BagLot,
        },
        GroupDetermined determined => state.WithoutSignature() with
        {
            // One determination was enough when this was written; what was decided then stays decided.
            Group = determined.Group,
            Determinations = state.Determinations.Add(new GroupDetermination(determined.Group, Person: null, determined.Method)),
        },
        // Once reactive stays reactive, whatever was said later: there were no repeats when this was written.
        MarkersTested tested => state.WithoutSignature() with
        {
            Results = state.Results.AddRange(tested.Results
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Where(pair => state.Markers.GetValueOrDefault(pair.Key) != MarkerResult.Reactive)
                .Select(pair => new RecordedResult(pair.Key, state.CountOf(pair.Key) + 1, pair.Value, TestPhase.Screening, new TestDetails()))),
        },
        // A signature covers what was known when it was given: what is found later needs both people again.
        MarkerResultRecorded recorded => state.WithoutSignature() with
        {
            Results = state.Results.Add(new RecordedResult(
                recorded.Marker,
                state.CountOf(recorded.Marker) + 1,
                recorded.Result,
                recorded.Phase,
                new TestDetails(recorded.Method, recorded.ReagentLot, recorded.Instrument, recorded.Run, recorded.MeasuredAt))),
        },
        MarkerConfirmed confirmed => state.WithoutSignature() with { Confirmations = state.Confirmations.SetItem(confirmed.Marker, confirmed.Confirmation) },
        MarkerResultCorrected corrected => state.WithoutSignature() with
        {
            Results = [.. state.Results.Select(result => result.Marker == corrected.Marker && result.Sequence == corrected.Sequence
                ? result with
                {
                    Result = corrected.To,
                    Corrections = result.Corrections.Add(new ResultCorrection(corrected.From, corrected.To, corrected.Reason, corrected.VerifiedBy)),
                }
                : result)],
        },
        GroupDeterminationRecorded recorded => state.WithoutSignature().Regroup(recorded.Established) with
        {
            Determinations = state.Determinations.Add(new GroupDetermination(
                recorded.Group, recorded.Person, recorded.Method, recorded.ReagentLot, recorded.Instrument, recorded.Sample)),
        },
        GroupCorrected corrected => state.WithoutSignature().Regroup(corrected.Established) with
        {
            Determinations = state.Determinations.Corrected(corrected),
        },
        DonationHeld held => state.WithoutSignature() with
        {
            Holds = state.Holds.Add(new DonationHold(held.Recall, held.Kind, held.Reason)),
        },
        DonationHoldEnded ended => state with
        {
            Holds = [.. state.Holds.Select(hold => hold.Recall == ended.Recall ? hold with { Ended = true } : hold)],
        },
        ComponentPrepared prepared => state.WithoutSignature() with
        {
            Components = state.Components.Add(new PreparedComponent(
                prepared.Unit, prepared.Kind, prepared.VolumeMl, prepared.PreparedAt, prepared.ExpiresAt, prepared.Site, Standing.Quarantined,
                From: prepared.From, Procedure: prepared.Procedure)),
        },
        ComponentUsedUp used => state.WithoutSignature().Change(used.Unit, component => component with { Standing = Standing.UsedUp, Into = [.. used.Into] }),
        ReleaseSigned signed => state with { SignedBy = signed.Person, SignedFor = signed.Components is { } units ? [.. units] : null },
        ComponentReleased released => state.Change(
            released.Unit, component => component with { Standing = Standing.Released, ReleasedAs = released.Group }).Unsign(released.Unit),
        ComponentDiscarded discarded => state.Change(
            discarded.Unit, component => component with { Standing = Standing.Discarded, DiscardReason = discarded.Reason }),
        ComponentLabelVerified verified => state.Change(verified.Unit, component => component with { LabelVerified = true }),
        _ => throw new InvalidOperationException($"{@event.GetType()} is no event of a donation."),
    };

    private int CountOf(string marker) => Results.Count(result => result.Marker == marker);

    /// <summary>A signature covers what was there to see: whoever signed has to look again at what came later.</summary>
    private Donation WithoutSignature() => this with { SignedBy = null, SignedFor = null };

    /// <summary>The signature has done its work for one unit and stands for the others that it covers.</summary>
    private Donation Unsign(UnitNumber unit) => SignedFor?.Remove(unit) is { IsEmpty: false } left ? this with { SignedFor = left } : WithoutSignature();

    /// <summary>Labels that bear another group than the one that stands are verified no longer.</summary>
    private Donation Regroup(BloodGroup? group) => Group == group
        ? this
        : this with { Group = group, Components = [.. Components.Select(component => component with { LabelVerified = false })] };

    private Donation Change(UnitNumber unit, Func<PreparedComponent, PreparedComponent> change) => this with
    {
        Components = [.. Components.Select(component => component.Unit == unit ? change(component) : component)],
    };
}

/// <summary>Where a component stands between preparation and leaving the laboratory's care.</summary>
[JsonConverter(typeof(KebabEnumConverter<Standing>))]
public enum Standing
{
    Quarantined,
    Released,
    Discarded,

    /// <summary>Others were made of it.</summary>
    UsedUp,
}

/// <summary>A group that somebody found.</summary>
/// <param name="Group">As corrected.</param>
/// <param name="Person">Staff code; null where it was told before people were recorded.</param>
/// <param name="Sample">The tube it was found in, where that was told.</param>
public sealed record GroupDetermination(
    BloodGroup Group, string? Person, string? Method = null, string? ReagentLot = null, string? Instrument = null, string? Sample = null)
{
    public ImmutableList<DeterminationCorrection> Corrections { get; init; } = [];
}

/// <summary>A determination that was wrong, and who says so.</summary>
public sealed record DeterminationCorrection(BloodGroup From, BloodGroup To, string Reason, string VerifiedBy);

/// <summary>With what and when a result was measured, as far as it was told.</summary>
/// <param name="Run">The quality-control run.</param>
public sealed record TestDetails(
    string? Method = null, string? ReagentLot = null, string? Instrument = null, string? Run = null, DateTimeOffset? MeasuredAt = null);

/// <summary>One result of one marker.</summary>
/// <param name="Sequence">Counted from 1 within the marker.</param>
/// <param name="Result">As corrected.</param>
public sealed record RecordedResult(string Marker, int Sequence, MarkerResult Result, TestPhase Phase, TestDetails Details)
{
    public ImmutableList<ResultCorrection> Corrections { get; init; } = [];
}

/// <summary>A result that was wrong, and who says so.</summary>
public sealed record ResultCorrection(MarkerResult From, MarkerResult To, string Reason, string VerifiedBy);

/// <summary>Nothing made of the donation may be used for as long as the case lasts.</summary>
public sealed record DonationHold(RecallId Recall, RecallKind Kind, string Reason, bool Ended = false);

/// <summary>A unit made from the donation.</summary>
/// <param name="Site">Where it was prepared.</param>
/// <param name="From">The component that it was made of; null where it was made of the donation itself.</param>
/// <param name="Procedure">How it was made of that component.</param>
/// <param name="Into">What was made of it, once it is used up.</param>
/// <param name="LabelVerified">The label on the bag was scanned back and says what stands here.</param>
/// <param name="ReleasedAs">The group that it bore when it left quarantine; a later one of the donation does not reach its label.</param>
public sealed record PreparedComponent(
    UnitNumber Unit,
    ComponentKind Kind,
    int VolumeMl,
    DateTimeOffset PreparedAt,
    DateTimeOffset ExpiresAt,
    SiteId Site,
    Standing Standing,
    string? DiscardReason = null,
    UnitNumber? From = null,
    ProcedureKind? Procedure = null,
    ImmutableList<UnitNumber>? Into = null,
    bool LabelVerified = false,
    BloodGroup? ReleasedAs = null)
{
    /// <summary>Not to be used any more at the instant.</summary>
    public bool IsExpired(DateTimeOffset at) => ExpiresAt <= at;
}

internal static class Determinations
{
    /// <summary>With the last determination of the person corrected.</summary>
    public static ImmutableList<GroupDetermination> Corrected(this ImmutableList<GroupDetermination> determinations, GroupCorrected corrected)
    {
        var index = determinations.FindLastIndex(determination => determination.Person == corrected.Person);
        // A correction of what is not here corrects nothing; that there was one stays in the history.
        if (index < 0)
            return determinations;
        var wrong = determinations[index];
        return determinations.SetItem(index, wrong with
        {
            Group = corrected.To,
            Corrections = wrong.Corrections.Add(new DeterminationCorrection(corrected.From, corrected.To, corrected.Reason, corrected.VerifiedBy)),
        });
    }
}
