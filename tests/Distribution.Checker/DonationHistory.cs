using Distribution.Blood.BloodGroups;
using Distribution.Blood.Components;
using Distribution.Blood.Identifiers;
using Distribution.Blood.Isbt128;
using Distribution.Blood.Policies;
using Distribution.Donations;

namespace Distribution.Checker;

/// <summary>
/// I2, inside Donation: what leaves quarantine rests on a group that two people found, on every mandatory marker and on two
/// signatures. I4, I5 and I7 of what was made of the donation.
/// </summary>
internal sealed class DonationHistory(string streamId, Findings findings)
{
    public const string Antibodies = "antibody-screen";

    /// <summary>Circular 26/2013/TT-BYT Art. 14(1). Not read from the policy pack: a pack that forgot one is to be noticed here.</summary>
    private static readonly string[] MandatoryMarkers = ["hiv", "hbv", "hcv", "syphilis", Antibodies];

    /// <summary>Frozen it keeps for years, and renamed it is judged by the clock of its new name; whatever else is done to blood, it outlives nothing.</summary>
    private static readonly ProcedureKind[] MayOutliveSource = [ProcedureKind.Freeze, ProcedureKind.Relabel];

    private readonly GroupFindings _group = new();
    private readonly Dictionary<string, List<MarkerResult>> _results = new(StringComparer.Ordinal);
    private readonly HashSet<string> _confirmed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _disproved = new(StringComparer.Ordinal);
    private readonly Dictionary<UnitNumber, ComponentPrepared> _components = [];
    private readonly HashSet<UnitNumber> _released = [];
    private readonly HashSet<UnitNumber> _discarded = [];
    private readonly HashSet<UnitNumber> _usedUp = [];
    private readonly Dictionary<string, (bool IsReactive, bool IsFinal)> _news = new(StringComparer.Ordinal);
    private DonationCollected? _collected;
    private ReleaseSigned? _signed;
    private HashSet<UnitNumber>? _signedFor;
    private ulong? _signatureUsedIn;
    private bool _hasGroupCorrection;

    public string StreamId => streamId;

    /// <summary>Null where the history opens in its middle.</summary>
    public DonationNumber? Number => _collected?.Donation;

    public DonorId? Donor => _collected?.Donor;

    public DateTimeOffset CollectedAt => _collected?.CollectedAt ?? default;

    /// <summary>The cases that hold it now.</summary>
    public HashSet<string> Holds { get; } = new(StringComparer.Ordinal);

    /// <summary>As two people found it, whoever else said something else before.</summary>
    public BloodGroup? Group => _group.Standing;

    /// <summary>Somebody found a group or corrected one in the commit.</summary>
    public bool HasGroupNews { get; private set; }

    /// <summary>The markers that are reactive beyond any repeat: twice, or confirmed.</summary>
    public IEnumerable<string> Final => _results.Keys.Where(IsFinal);

    /// <summary>Once is enough, whatever repeats say: no pack in use releases after negative ones.</summary>
    public bool IsReactive(string marker) => _confirmed.Contains(marker) || Results(marker).Contains(MarkerResult.Reactive);

    public bool IsNegative(string marker) => Results(marker).Count > 0 && !IsReactive(marker);

    /// <summary>Confirmed positive, or reactive without anything negative since: no two people's opinion takes that back.</summary>
    public bool IsInDoubt(string marker) => _confirmed.Contains(marker)
        || (!_disproved.Contains(marker) && (IsFinal(marker) || Results(marker) is [.., MarkerResult.Reactive]));

    /// <summary>Something left quarantine that the marker would have kept there.</summary>
    public bool HasReleased(string marker) => _released.Any(unit => Bars(marker, _components.GetValueOrDefault(unit)?.Kind));

    /// <summary>It is of another group, or, where none stands, somebody found another.</summary>
    public bool HasOtherGroupThan(BloodGroup known) => Group is { } group ? group != known : _group.HasOtherThan(known);

    /// <summary>What was told of markers in the commit, each with what was known before.</summary>
    public IReadOnlyList<KeyValuePair<string, (bool IsReactive, bool IsFinal)>> TakeNews()
    {
        List<KeyValuePair<string, (bool IsReactive, bool IsFinal)>> news = [.. _news];
        _news.Clear();
        return news;
    }

    public void Look(Entry<DonationEvent> entry)
    {
        // A signature covers what was known when it was given; only what takes nothing from under it leaves it standing.
        if (entry.Data is not (ReleaseSigned or ComponentReleased or ComponentDiscarded or ComponentLabelVerified or DonationHoldEnded or DonationCollected))
            _signed = null;
        switch (entry.Data)
        {
            case DonationCollected collected:
                findings.Require(entry.Stored.Version == 1, "I9", "donation numbers", streamId, "The donation was collected twice.");
                _collected ??= collected;
                break;
            case GroupDetermined or GroupDeterminationRecorded or GroupCorrected:
                Determine(entry);
                break;
            case MarkersTested tested:
                foreach (var (marker, result) in tested.Results)
                {
                    // There were no repeats when this was written: a negative result may turn reactive, never the other way round.
                    if (IsReactive(marker) && result != MarkerResult.Reactive)
                        findings.Violate("I2", streamId, $"The marker {marker} was Reactive and became {result}.");
                    else
                        Results(marker).Add(result);
                }

                break;
            case MarkerResultRecorded recorded:
                Remember(recorded.Marker);
                findings.Require(
                    IsReactive(recorded.Marker) == (recorded.Phase == TestPhase.Repeat), "I2", "results of markers", streamId, $"A result of {recorded.Marker} was told as {recorded.Phase}, and {(IsReactive(recorded.Marker) ? "one before it is" : "none before it is")} reactive.");
                Results(recorded.Marker).Add(recorded.Result);
                break;
            case MarkerConfirmed confirmed:
                Remember(confirmed.Marker);
                findings.Require(
                    Results(confirmed.Marker).Contains(MarkerResult.Reactive), "I2", "confirmations", streamId, $"The marker {confirmed.Marker} was confirmed and never reactive.");
                if (confirmed.Confirmation == Confirmation.Negative)
                    _disproved.Add(confirmed.Marker);
                else
                    _disproved.Remove(confirmed.Marker);
                if (confirmed.Confirmation == Confirmation.Positive)
                    _confirmed.Add(confirmed.Marker);
                else if (_confirmed.Contains(confirmed.Marker))
                    findings.Violate("I2", streamId, $"The marker {confirmed.Marker} was confirmed positive and became {confirmed.Confirmation}.");
                break;
            case MarkerResultCorrected corrected:
                Correct(entry, corrected);
                break;
            case DonationHeld held:
                findings.Require(Holds.Add(held.Recall.ToString()), "I11", "donations held", streamId, $"The donation was held for {held.Recall} twice.");
                break;
            case DonationHoldEnded ended:
                findings.Require(Holds.Remove(ended.Recall.ToString()), "I6", "ends of donations' holds", streamId, $"A hold for {ended.Recall} ended that nobody had laid.");
                break;
            case ComponentPrepared prepared:
                Prepare(prepared);
                break;
            case ComponentUsedUp used:
                UseUp(used);
                break;
            case ReleaseSigned signed:
                findings.Require(CaseHistory.IsSame(signed.Person, entry.By.Actor), "I2", "signatures", streamId, $"Signed in the name of {signed.Person} by {entry.By.Actor}.");
                (_signed, _signedFor, _signatureUsedIn) = (signed, signed.Components?.ToHashSet(), null);
                break;
            case ComponentReleased released:
                Release(entry, released);
                break;
            case ComponentDiscarded discarded:
                Discard(discarded);
                break;
            case ComponentLabelVerified verified:
                findings.Require(_components.ContainsKey(verified.Unit), "I7", "labels of components", streamId, $"A label of {verified.Unit} was verified, which there was not.");
                findings.Require(Holds.Count == 0, "I6", "labels of components", streamId, $"A label of {verified.Unit} was verified while the donation was held.");
                foreach (var end in EndsOf(verified.Unit).Where(end => end != "released"))
                    findings.Violate("I5", streamId, $"A label of {verified.Unit} was verified after that had been {end}.");
                break;
            default:
                findings.Violate("I9", streamId, $"No invariant knows {entry.Data.GetType().Name}.");
                break;
        }
    }

    /// <summary>At the end of a commit nothing is half done.</summary>
    public void CloseCommit()
    {
        foreach (var made in _components.Values.Where(made => made.From is { } from && !_usedUp.Contains(from)))
            findings.Violate("I7", streamId, $"{made.Unit} was made of {made.From}, which was not used up in the same commit.");
        if (HasGroupNews && _group.IsDisputed)
            findings.Require(Holds.Count > 0, "I6", "disputed groups", streamId, "Its group is disputed, and the donation is not held.");
        if (_hasGroupCorrection && _released.Count > 0)
            findings.Require(Holds.Count > 0, "I6", "groups corrected after release", streamId, "Its group was corrected after its release, and the donation is not held.");
        (HasGroupNews, _hasGroupCorrection) = (false, false);
    }

    internal static bool MayOutlive(ProcedureKind? procedure) => procedure is { } kind && MayOutliveSource.Contains(kind);

    /// <summary>Circular 26/2013/TT-BYT Art. 38: irregular antibodies keep back everything but red cells.</summary>
    private static bool Bars(string marker, ComponentKind? kind) => marker != Antibodies || kind != ComponentKind.RedCells;

    private bool IsFinal(string marker) => _confirmed.Contains(marker) || Results(marker).Count(result => result == MarkerResult.Reactive) > 1;

    private List<MarkerResult> Results(string marker) => _results.TryGetValue(marker, out var results) ? results : _results[marker] = [];

    private void Remember(string marker) => _news.TryAdd(marker, (IsReactive(marker), IsFinal(marker)));

    private void Determine(Entry<DonationEvent> entry)
    {
        findings.Saw("I2", "determinations of groups");
        BloodGroup? established = null;
        switch (entry.Data)
        {
            case GroupDetermined determined:
                if (Group is { } known && known != determined.Group)
                    findings.Violate("I2", streamId, $"The group was {known} and became {determined.Group}.");
                _group.Determine(determined.Group);
                return;
            case GroupDeterminationRecorded recorded:
                if (!CaseHistory.IsSame(recorded.Person, entry.By.Actor))
                    findings.Violate("I2", streamId, $"The group was determined in the name of {recorded.Person} by {entry.By.Actor}.");
                _group.Record(recorded.Group, recorded.Person);
                established = recorded.Established;
                break;
            case GroupCorrected corrected:
                RequireTwo(corrected.VerifiedBy, entry, "The group was corrected");
                if (!_group.Correct(corrected.From, corrected.To, corrected.Person))
                    findings.Violate("I2", streamId, $"A group of {corrected.From} was corrected that {corrected.Person ?? "nobody"} had not found.");
                established = corrected.Established;
                _hasGroupCorrection = true;
                break;
            default:
                break;
        }

        HasGroupNews = true;
        if (established is { } group && group != Group)
            findings.Violate("I2", streamId, $"The group is said to be {group}, and no two people have found it since it was last disputed.");
    }

    private void Correct(Entry<DonationEvent> entry, MarkerResultCorrected corrected)
    {
        Remember(corrected.Marker);
        RequireTwo(corrected.VerifiedBy, entry, $"The marker {corrected.Marker} was corrected");
        var results = Results(corrected.Marker);
        if (corrected.Sequence < 1 || corrected.Sequence > results.Count || results[corrected.Sequence - 1] != corrected.From)
        {
            findings.Violate("I2", streamId, $"A result of {corrected.Marker} was corrected that is not on record.");
            return;
        }

        results[corrected.Sequence - 1] = corrected.To;
        if (corrected.From != MarkerResult.Reactive || corrected.To == MarkerResult.Reactive)
            return;
        if (_released.Count > 0)
            findings.Violate("I2", streamId, $"The marker {corrected.Marker} was corrected to {corrected.To} after the release.");
        if (_confirmed.Contains(corrected.Marker))
            findings.Violate("I2", streamId, $"The marker {corrected.Marker} was corrected to {corrected.To} although it is confirmed positive.");
    }

    private void RequireTwo(string verifiedBy, Entry<DonationEvent> entry, string done) => findings.Require(
        !CaseHistory.IsSame(verifiedBy, entry.By.Actor), "I2", "corrections", streamId, $"{done} by one person alone.");

    private void Prepare(ComponentPrepared prepared)
    {
        if (prepared.Unit.Donation.ToString() != streamId["donation-".Length..])
            findings.Violate("I9", streamId, $"{prepared.Unit} is of another donation.");
        if (prepared.From is { } from)
        {
            if (!_components.ContainsKey(from))
                findings.Violate("I7", streamId, $"{prepared.Unit} was made of {from}, which there was not.");
            foreach (var end in EndsOf(from))
                findings.Violate("I5", streamId, $"{prepared.Unit} was made of {from} after that had been {end}.");
        }

        findings.Require(_components.TryAdd(prepared.Unit, prepared), "I11", "components", streamId, $"{prepared.Unit} was prepared twice.");
        if (prepared.From is null && _collected is { } collected)
        {
            var volume = _components.Values.Where(component => component.From is null).Sum(component => component.VolumeMl);
            findings.Require(volume <= collected.VolumeMl, "I7", "volumes of donations", streamId, $"{volume} mL were made of {collected.VolumeMl} mL.");
        }
    }

    private void UseUp(ComponentUsedUp used)
    {
        foreach (var end in EndsOf(used.Unit))
            findings.Violate("I5", streamId, $"{used.Unit} was used up after it had been {end}.");
        _usedUp.Add(used.Unit);
        var made = _components.Values.Where(component => component.From == used.Unit).ToList();
        findings.Require(
            made.Select(component => component.Unit).ToHashSet().SetEquals(used.Into), "I7", "components used up", streamId, $"{used.Unit} was used up for others than those that were made of it.");
        if (!_components.TryGetValue(used.Unit, out var source))
        {
            findings.Violate("I7", streamId, $"{used.Unit} was used up and never prepared.");
            return;
        }

        var volume = made.Sum(component => component.VolumeMl);
        if (volume > source.VolumeMl)
            findings.Violate("I7", streamId, $"{volume} mL were made of {used.Unit}, which holds {source.VolumeMl} mL.");
        foreach (var component in made)
        {
            findings.Require(
                component.ExpiresAt <= source.ExpiresAt || MayOutlive(used.Procedure), "I4", "components made of others", streamId, $"{component.Unit} outlives {used.Unit}, which it was made of.");
        }
    }

    private IEnumerable<string> EndsOf(UnitNumber unit)
    {
        if (_released.Contains(unit))
            yield return "released";
        if (_discarded.Contains(unit))
            yield return "discarded";
        if (_usedUp.Contains(unit))
            yield return "used up";
    }

    private void Discard(ComponentDiscarded discarded)
    {
        if (discarded.Reason == DonationDecider.MarkerReactive && !_results.Keys.Any(IsReactive))
            findings.Violate("I2", streamId, $"{discarded.Unit} was discarded as reactive, and no marker is.");
        if (_released.Contains(discarded.Unit) || _usedUp.Contains(discarded.Unit))
            findings.Violate("I5", streamId, $"{discarded.Unit} was discarded here after it had been {EndsOf(discarded.Unit).First()}.");
        if (!_discarded.Add(discarded.Unit))
            findings.Violate("I11", streamId, $"{discarded.Unit} was discarded twice.");
    }

    private void Release(Entry<DonationEvent> entry, ComponentReleased released)
    {
        findings.Saw("I2", "releases by Donation");
        void Refuse(string why) => findings.Violate("I2", streamId, $"{released.Unit} was released {why}.");

        if (!_components.ContainsKey(released.Unit))
            Refuse("and never prepared");
        if (Group is null)
            Refuse("before its group was known");
        else if (Group != released.Group)
            Refuse($"as {released.Group}, and the group is {Group}");
        foreach (var marker in MandatoryMarkers.Where(marker => Results(marker).Count == 0))
            Refuse($"without a result for {marker}");
        foreach (var marker in _results.Keys.Where(marker => IsReactive(marker) && Bars(marker, released.Kind)))
            Refuse($"with {marker} reactive");
        if (!IsSigned(entry, released))
            Refuse("without the signature of a first person");
        if (CaseHistory.IsSame(released.FirstPerson, entry.By.Actor))
            Refuse("by one person alone");
        findings.Require(Holds.Count == 0, "I6", "releases", streamId, $"{released.Unit} was released while held for {string.Join(", ", Holds.Order(StringComparer.Ordinal))}.");
        findings.Require(entry.Latest < released.ExpiresAt, "I4", "releases", streamId, $"{released.Unit} was released after its expiry.");
        findings.Require(!_discarded.Contains(released.Unit), "I5", "releases", streamId, $"{released.Unit} was released after it had been discarded.");
        findings.Require(!_usedUp.Contains(released.Unit), "I5", "releases", streamId, $"{released.Unit} was released after it had been used up.");
        if (!_released.Add(released.Unit))
            findings.Violate("I11", streamId, $"{released.Unit} was released twice.");
    }

    /// <summary>A signature serves each unit that it names once, and one that names none serves one commit.</summary>
    private bool IsSigned(Entry<DonationEvent> entry, ComponentReleased released)
    {
        if (_signed is not { } signed || signed.Person != released.FirstPerson)
            return false;
        if (_signedFor is { } units)
            return units.Remove(released.Unit);
        _signatureUsedIn ??= entry.Stored.Position.TransactionId;
        return _signatureUsedIn == entry.Stored.Position.TransactionId;
    }

    /// <summary>Who found which group, and which of them stands.</summary>
    private sealed class GroupFindings
    {
        private readonly List<(BloodGroup Group, string? Person)> _found = [];

        public BloodGroup? Standing { get; private set; }

        /// <summary>Somebody found another group, and no two people have agreed since.</summary>
        public bool IsDisputed => Standing is null && _found.Exists(found => found.Group != _found[0].Group);

        public bool HasOtherThan(BloodGroup known) => _found.Exists(found => found.Group != known);

        /// <summary>As it was told once: by whomever, and enough.</summary>
        public void Determine(BloodGroup group)
        {
            _found.Add((group, null));
            Standing = group;
        }

        public void Record(BloodGroup group, string person)
        {
            _found.Add((group, person));
            Judge();
        }

        /// <returns>False where the person did not find that.</returns>
        public bool Correct(BloodGroup from, BloodGroup to, string? person)
        {
            var index = _found.FindLastIndex(found => found.Person is null ? person is null : person is not null && CaseHistory.IsSame(found.Person, person));
            if (index < 0 || _found[index].Group != from)
                return false;
            _found[index] = (to, _found[index].Person);
            Judge();
            return true;
        }

        private void Judge()
        {
            BloodGroup? group = null;
            var people = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            var (isOld, isDisputed) = (false, false);
            foreach (var found in _found)
            {
                // The first who finds another settles nothing: neither that group nor the one before.
                if (!isDisputed && found.Group != _found[0].Group)
                {
                    (isDisputed, group) = (true, null);
                    continue;
                }

                if (found.Group != group)
                {
                    people.Clear();
                    (group, isOld) = (found.Group, false);
                }

                isOld |= found.Person is null;
                people.Add(found.Person ?? "");
            }

            Standing = isOld || people.Count > 1 ? group : null;
        }
    }
}
